"""A small ledger to try things on: an issuance account, two holders, two reserved accounts and one unit class."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import connections

from tanso.kernel.serials import SerialRange
from tanso.ledger import actions, queries
from tanso.ledger.records import Account, Posting, UnitClass

DAY = date(2020, 4, 1)


@dataclass
class SmallLedger:
    """Shorthand for stories: `issue`, `move`, `serials`; all on one day and with acts of their own."""

    issuance: Account
    surrender: Account
    ann: Account
    bob: Account
    units: UnitClass

    def open(self, number: str, role: str = "holding") -> Account:
        return actions.open_account(act_id=uuid4(), scheme="s", number=number, kind="plain", role=role, day=DAY)

    def issue(self, quantity_t: int, to: Account) -> Posting:
        return self.move(quantity_t, self.issuance, to)

    def move(
        self, quantity_t: int, source: Account, target: Account, serials: list[tuple[int, int]] | None = None
    ) -> Posting:
        named = None if serials is None else [SerialRange(*part) for part in serials]
        return actions.post(
            act_id=uuid4(),
            from_account=source,
            to_account=target,
            unit_class=self.units,
            quantity_t=quantity_t,
            day=DAY,
            serials=named,
        )

    def serials(self, account: Account) -> list[tuple[int, int]]:
        """The account's queue as (start, end) pairs, in order of acquisition."""
        return [(part.start, part.end) for held in queries.holdings([account.id])[account.id] for part in held.serials]

    @contextmanager
    def connected(self, role: str = "application") -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A raw connection of its own as the application's role or as the owner of the tables."""
        alias = "default" if role == "application" else "owner"
        with psycopg.connect(**connections[alias].get_connection_params(), autocommit=True) as connection:
            yield connection


@pytest.fixture
def ledger(database: object) -> SmallLedger:
    return SmallLedger(
        issuance=actions.open_account(
            act_id=uuid4(), scheme="s", number="R-1", kind="reserved", role="issuance", day=DAY
        ),
        surrender=actions.open_account(
            act_id=uuid4(), scheme="s", number="R-2", kind="reserved", role="surrender", day=DAY
        ),
        ann=_holder("ann"),
        bob=_holder("bob"),
        units=actions.unit_class(scheme="s", unit_type="U", phase=2),
    )


def _holder(name: str) -> Account:
    return actions.open_account(
        act_id=uuid4(),
        scheme="s",
        number_format="X-{n}",
        first_number=1001,
        kind="plain",
        holder_key=f"s/{name}",
        day=DAY,
    )
