"""A superuser damages the rows, in every way that came to mind; `verify` finds each, says where, and names the serials.

docs/reference/guarantees.md lists them by the names below (tests/house/test_guarantees.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import psycopg
import pytest

from tanso.acts import log
from tanso.database.urls import Server
from tanso.kernel.serials import SerialRange
from tanso.ledger import actions, guards, queries
from tanso.ledger.reconciliation import verify
from tanso.ledger.records import Order
from tests.support.world import World

from .conftest import DAY

if TYPE_CHECKING:
    from .conftest import SmallLedger


class Damage(NamedTuple):
    """What is done to the rows; then kind, account and serials of a difference that must be among those found."""

    statement: str
    kind: str
    account: str | None
    serials: tuple[SerialRange, ...] = ()


_POSTING_3 = " WHERE from_account_id = %(bob)s AND to_account_id = %(surrender)s"
ISSUANCE, SURRENDER, ANN, BOB, CAROL = "R-1", "R-2", "X-1001", "X-1002", "X-1003"

# Ann holds 1–40 and, come back from Bob, 51–60; Bob 61–90. Ten are surrendered, ten went to Bob by posting 5 and came
# back by 6. Carol has 101, 103, 105 …: so many ranges that most of them lie in segments.
DAMAGE: dict[str, Damage] = {
    "a holding grows": Damage(
        "UPDATE ledger_holding SET quantity = quantity + 1, head = head || '{91,92}'::bigint[]"
        " WHERE account_id = %(bob)s",
        "serials",
        BOB,
        (SerialRange(91, 92),),
    ),
    "a holding shrinks": Damage(
        "UPDATE ledger_holding SET quantity = quantity - 1, head[1] = head[1] + 1 WHERE account_id = %(bob)s",
        "quantity",
        BOB,
    ),
    "two holders swap serials": Damage(
        "UPDATE ledger_holding SET head = CASE account_id WHEN %(ann)s THEN '{1,40,61,62,51,61}'::bigint[]"
        " ELSE '{40,41,62,91}' END WHERE account_id IN (%(ann)s, %(bob)s)",
        "serials",
        BOB,
        (SerialRange(40, 41),),
    ),
    "a serial is held twice by one": Damage(
        "UPDATE ledger_holding SET head = '{61,90,61,62}' WHERE account_id = %(bob)s",
        "serials",
        BOB,
        (SerialRange(61, 62),),
    ),
    "a serial is held by two": Damage(
        "UPDATE ledger_holding SET head = '{61,90,1,2}' WHERE account_id = %(bob)s",
        "serials",
        BOB,
        (SerialRange(1, 2),),
    ),
    "a holding vanishes": Damage(
        "DELETE FROM ledger_holding WHERE account_id = %(bob)s", "serials", BOB, (SerialRange(61, 91),)
    ),
    "a holding changes its account": Damage(
        "UPDATE ledger_holding SET account_id = 999 WHERE account_id = %(bob)s",
        "serials",
        "? (id 999)",
        (SerialRange(61, 91),),
    ),
    "a quantity says more than its serials": Damage(
        "UPDATE ledger_holding SET quantity = 1000 WHERE account_id = %(bob)s", "row", BOB
    ),
    "a queue has another order": Damage(
        "UPDATE ledger_holding SET head = '{51,61,1,41}' WHERE account_id = %(ann)s",
        "order",
        ANN,
        (SerialRange(51, 61), SerialRange(1, 41)),
    ),
    "two segments change places": Damage(
        "UPDATE ledger_segment AS part SET serials = other.serials FROM ledger_segment AS other"
        " WHERE part.account_id = other.account_id AND part.number + other.number = 1",
        "order",
        CAROL,
    ),
    "a segment vanishes": Damage("DELETE FROM ledger_segment WHERE number = 0", "segments", CAROL),
    "the holding forgets its first segment": Damage(
        "UPDATE ledger_holding SET first_segment = 1 WHERE next_segment > 0", "segments", CAROL
    ),
    "a posting vanishes": Damage(
        "DELETE FROM ledger_journal" + _POSTING_3,
        "serials",
        SURRENDER,
        (SerialRange(91, 101),),
    ),
    "a posting is there twice": Damage(
        "INSERT INTO ledger_journal"
        " (act_id, from_account_id, to_account_id, unit_class_id, quantity, serials, valid_day)"
        " SELECT act_id, from_account_id, to_account_id, unit_class_id, quantity, serials, valid_day"
        " FROM ledger_journal" + _POSTING_3,
        "serials",
        SURRENDER,
        (SerialRange(91, 101),),
    ),
    "a posting changes its target": Damage(
        "UPDATE ledger_journal SET to_account_id = %(ann)s" + _POSTING_3,
        "quantity",
        SURRENDER,
    ),
    "a posting changes its serials": Damage(
        "UPDATE ledger_journal SET serials = '{81,91}'" + _POSTING_3,
        "serials",
        BOB,
        (SerialRange(81, 91),),
    ),
    "a posting's serials are no list of ranges": Damage(
        "ALTER TABLE ledger_journal DROP CONSTRAINT ledger_journal_serials_are_quantity;"
        "UPDATE ledger_journal SET serials = '{91,NULL}'" + _POSTING_3,
        "row",
        BOB,
    ),
    "a posting names an account that is not there": Damage(
        "UPDATE ledger_journal SET to_account_id = 999" + _POSTING_3,
        "row",
        "? (id 999)",
    ),
    "units go back to the issuance account": Damage(
        "UPDATE ledger_journal SET to_account_id = %(issuance)s" + _POSTING_3,
        "row",
        ISSUANCE,
    ),
    "the issue is written after the transfers": Damage(
        "UPDATE ledger_journal SET id = 1000000 WHERE from_account_id = %(issuance)s AND quantity = 100",
        "overdrawn",
        ANN,
    ),
    "two postings change places": Damage(
        # Ann gets 51–60 back before she gave them away; nobody's balance ever falls below zero.
        "UPDATE ledger_journal SET id = -id, reverses_id = NULL WHERE id IN (5, 6);"
        "UPDATE ledger_journal SET id = 11 + id WHERE id < 0",
        "custody",
        ANN,
        (SerialRange(51, 61),),
    ),
    "a number is issued twice": Damage(
        "UPDATE ledger_journal SET serials = '{1,501}' WHERE from_account_id = %(issuance)s AND quantity = 500",
        "serials",
        "issuance",
        (SerialRange(1, 101),),
    ),
    "the class forgets serials that it allotted": Damage(
        "UPDATE ledger_unit_class SET next_serial = 596", "serials", "issuance", (SerialRange(596, 601),)
    ),
    "the class passes over serials": Damage(
        "UPDATE ledger_unit_class SET next_serial = 603", "serials", "issuance", (SerialRange(601, 603),)
    ),
    "a reversal takes other serials than went": Damage(
        "UPDATE ledger_journal SET reverses_id = (SELECT min(id) FROM ledger_journal WHERE quantity = 40)"
        " WHERE reverses_id IS NOT NULL",
        "reversal",
        BOB,
    ),
    "an account opens past its history": Damage(
        "UPDATE ledger_account SET status = 'frozen' WHERE id = %(ann)s", "account", ANN
    ),
    "an event of the history vanishes": Damage(
        "DELETE FROM ledger_account_event WHERE account_id = %(bob)s", "account", BOB
    ),
}


@pytest.fixture
def story(ledger: SmallLedger) -> SmallLedger:
    """The story that the damages speak of; all is sound."""
    ledger.issue(100, ledger.ann)
    carol = ledger.open(CAROL)
    ledger.move(40, ledger.ann, ledger.bob, serials=[(61, 101)])
    ledger.move(10, ledger.bob, ledger.surrender, serials=[(91, 101)])
    ledger.move(10, ledger.ann, ledger.surrender, serials=[(41, 51)])
    there = ledger.move(10, ledger.ann, ledger.bob, serials=[(51, 61)])
    actions.reverse(act_id=uuid4(), posting_id=there.id, day=DAY)
    ledger.issue(500, ledger.open("X-1004"))
    dealer = queries.account_by_number("X-1004")
    assert dealer is not None
    targets = [carol.id, ledger.surrender.id] * 250
    orders = [Order(uuid4(), dealer.id, target, ledger.units.id, 1, DAY) for target in targets]
    assert actions.post_batch(orders).refusals == {}
    assert queries.verify() == []
    return ledger


@contextmanager
def superuser(server: Server) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The superuser, with the triggers of all guarded tables off, and on again afterwards."""
    assert server.admin_url is not None
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        tables = [*guards.TABLES, *guards.ACT_HISTORY]
        for table in tables:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
        yield connection
        rows = connection.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)",
            [tables],
        ).fetchall()
        for table, name in rows:
            connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")  # type: ignore[call-overload]


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_to_the_rows_is_found_and_placed(database: Server, story: SmallLedger, name: str) -> None:
    damage = DAMAGE[name]
    ids = {name: getattr(story, name).id for name in ("issuance", "surrender", "ann", "bob")}
    statement = damage.statement
    for key, value in ids.items():
        statement = statement.replace(f"%({key})s", str(value))
    with superuser(database) as connection:
        connection.execute(statement)  # type: ignore[call-overload]

    found = queries.verify()

    assert (damage.kind, damage.account) in {(each.kind, each.account) for each in found}
    if damage.serials:
        assert (damage.kind, damage.account, damage.serials) in {
            (each.kind, each.account, each.serials) for each in found
        }
    assert not {each.kind for each in found} & {"trigger", "function", "grant", "role", "index", "table"}


# Damage to the door's records: what is done, and the kind of difference.
DAMAGE_TO_RECORDS = {
    "an act behind a posting vanishes": (
        "ALTER TABLE acts_outboxmessage DISABLE TRIGGER ALL; ALTER TABLE acts_actrecord DISABLE TRIGGER ALL;"
        "DELETE FROM acts_actrecord WHERE operation = 'issue' AND status = 'done';"
        "ALTER TABLE acts_actrecord ENABLE TRIGGER ALL; ALTER TABLE acts_outboxmessage ENABLE TRIGGER ALL",
        "act",
    ),
    "a posting names another act": (
        "UPDATE ledger_journal SET act_id = '00000000-0000-4000-8000-000000000000'",
        "act",
    ),
    "a position of the log vanishes": ("DELETE FROM acts_position WHERE position = 2", "log"),
    "a position of the log belongs to nobody": (
        "UPDATE acts_position SET act_id = '00000000-0000-4000-8000-000000000000' WHERE position = 2",
        "log",
    ),
}


@pytest.mark.parametrize("name", DAMAGE_TO_RECORDS)
def test_damage_to_the_records_is_found(database: Server, name: str) -> None:
    statement, kind = DAMAGE_TO_RECORDS[name]
    World().holder_with_units("abc")
    log.sequence()
    assert verify(with_acts=True) == []
    with superuser(database) as connection:
        connection.execute(statement)  # type: ignore[call-overload]

    assert kind in {each.kind for each in verify(with_acts=True)}
