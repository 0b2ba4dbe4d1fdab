"""A ledger that was kept before segments says the same after the migration."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tanso.database import roles
from tanso.database.urls import Server
from tanso.interfaces import connect
from tanso.kernel.serials import SerialRange
from tanso.ledger import queries


@pytest.fixture
def empty(server: Server) -> Iterator[Server]:
    """A database without tables, connected."""
    name = f"tanso_migrated_{uuid4().hex[:8]}"
    maintenance = server.on("postgres").owner_url
    roles.ensure_database(server, name)
    fresh = server.on(name)
    connect.use(fresh)
    try:
        yield fresh
    finally:
        connections.close_all()
        with roles.connected(maintenance) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def migrate(server: Server, *target: str) -> None:
    roles.prepare(server)
    call_command("migrate", *target, database="owner", verbosity=0, interactive=False)
    connections.close_all()


def test_queues_keep_their_order_and_long_ones_get_segments(empty: Server) -> None:
    migrate(empty, "ledger", "0001_ledger")
    with psycopg.connect(empty.application_url, autocommit=True) as connection:

        def value(statement: str, *values: object) -> int:
            return connection.execute(statement, values).fetchone()[0]  # type: ignore[arg-type, index]

        opened = "SELECT ledger_open_account(%s, 's', %s, NULL, 1, 'k', %s, NULL, '2020-04-01')"
        issuance, ann, bob = (
            value(opened, uuid4(), number, role)
            for number, role in (("I", "issuance"), ("A", "holding"), ("B", "holding"))
        )
        units = value("SELECT ledger_define_unit_class('s', 'U', NULL, '')")
        for _ in range(200):  # three to the one, two to the other: ranges that do not join
            for account, quantity in ((ann, 3), (bob, 2)):
                connection.execute(
                    "SELECT ledger_post(%s, %s, %s, %s, %s, '2020-04-01')",
                    [uuid4(), issuance, account, units, quantity],
                )
        connection.execute("SELECT ledger_post(%s, %s, %s, %s, 4, '2020-04-02')", [uuid4(), ann, bob, units])
    migrate(empty)
    held = queries.holdings([ann, bob])
    anns = [SerialRange(7, 9), *(SerialRange(5 * n + 1, 5 * n + 4) for n in range(2, 200))]
    bobs = [*(SerialRange(5 * n + 4, 5 * n + 6) for n in range(200)), SerialRange(1, 4), SerialRange(6, 7)]
    assert (held[ann][0].quantity_t, list(held[ann][0].serials)) == (596, anns)
    assert (held[bob][0].quantity_t, list(held[bob][0].serials)) == (404, bobs)
    last = queries.journal_of(ann)[-1]
    assert (last.posting.quantity_t, last.posting.serials) == (4, (SerialRange(1, 4), SerialRange(6, 7)))
    assert queries.verify() == []
