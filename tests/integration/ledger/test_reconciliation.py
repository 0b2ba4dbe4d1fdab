"""Who may change the guards can damage the ledger; `verify` finds it and says where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from tanso.kernel.serials import SerialRange
from tanso.ledger import guards, queries

if TYPE_CHECKING:
    from .conftest import SmallLedger


@pytest.fixture
def story(ledger: SmallLedger) -> SmallLedger:
    """Ann holds 1–60, Bob 61–90, ten are surrendered, and all is sound."""
    ledger.issue(100, ledger.ann)
    ledger.move(40, ledger.ann, ledger.bob, serials=[(61, 101)])
    ledger.move(10, ledger.bob, ledger.surrender, serials=[(91, 101)])
    assert queries.verify() == []
    return ledger


@pytest.fixture
def long_story(ledger: SmallLedger) -> SmallLedger:
    """Bob has acquired 1–10, 31–40, 51–60 … in that order, in so many ranges that they fill segments."""
    for _ in range(200):
        ledger.issue(10, ledger.ann)
        ledger.move(5, ledger.ann, ledger.bob)
        ledger.move(5, ledger.ann, ledger.surrender)
    assert queries.verify() == []
    return ledger


@contextmanager
def guards_off(ledger: SmallLedger) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of the owner with the ledger's triggers off, and on again afterwards."""
    with ledger.connected("owner") as connection:
        for table in guards.TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
        yield connection
        for name, trigger in guards.TRIGGERS.items():
            connection.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {name}")  # type: ignore[call-overload]


# What is done to the rows; then kind, account and serials of a difference that must be among those found.
DAMAGE: dict[str, tuple[str, str, str | None, tuple[SerialRange, ...]]] = {
    "a holding grows": (
        "UPDATE ledger_holding SET quantity = 61, head = '{1,62}' WHERE account_id = %(ann)s",
        "serials",
        "X-1001",
        (SerialRange(61, 62),),
    ),
    "a holding shrinks": (
        "UPDATE ledger_holding SET quantity = 59, head = '{2,61}' WHERE account_id = %(ann)s",
        "quantity",
        "X-1001",
        (),
    ),
    "two holders swap serials": (
        "UPDATE ledger_holding SET head = CASE account_id WHEN %(ann)s THEN '{1,60,61,62}'::bigint[]"
        " ELSE '{60,61,62,91}' END WHERE account_id IN (%(ann)s, %(bob)s)",
        "serials",
        "X-1002",
        (SerialRange(60, 61),),
    ),
    "a serial is held twice by one": (
        "UPDATE ledger_holding SET head = '{1,60,1,2}' WHERE account_id = %(ann)s",
        "serials",
        "X-1001",
        (SerialRange(1, 2),),
    ),
    "a holding vanishes": (
        "DELETE FROM ledger_holding WHERE account_id = %(bob)s",
        "serials",
        "X-1002",
        (SerialRange(61, 91),),
    ),
    "a posting vanishes": (
        "DELETE FROM ledger_journal WHERE to_account_id = %(surrender)s",
        "serials",
        "R-2",
        (SerialRange(91, 101),),
    ),
    "a posting changes its target": (
        "UPDATE ledger_journal SET to_account_id = %(ann)s WHERE to_account_id = %(surrender)s",
        "quantity",
        "R-2",
        (),
    ),
    "a posting changes its serials": (
        "UPDATE ledger_journal SET serials = '{81,91}' WHERE to_account_id = %(surrender)s",
        "serials",
        "X-1002",
        (SerialRange(81, 91),),
    ),
    "the issue is written after the transfers": (
        "UPDATE ledger_journal SET id = 1000 WHERE from_account_id = %(issuance)s",
        "overdrawn",
        "X-1001",
        (),
    ),
    "the class forgets serials that it allotted": (
        "UPDATE ledger_unit_class SET next_serial = 96",
        "serials",
        "issuance",
        (SerialRange(96, 101),),
    ),
    "a posting names an account that is not there": (
        "UPDATE ledger_journal SET to_account_id = 999 WHERE to_account_id = %(surrender)s",
        "row",
        "? (id 999)",
        (),
    ),
    "a closed account opens past its history": (
        "UPDATE ledger_account SET status = 'frozen' WHERE id = %(ann)s",
        "account",
        "X-1001",
        (),
    ),
    "an event of the history vanishes": (
        "DELETE FROM ledger_account_event WHERE account_id = %(bob)s",
        "account",
        "X-1002",
        (),
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_to_the_rows_is_found_and_placed(story: SmallLedger, name: str) -> None:
    statement, kind, account, serials = DAMAGE[name]
    names = ("issuance", "surrender", "ann", "bob")
    with guards_off(story) as connection:
        connection.execute(statement, {name: getattr(story, name).id for name in names})  # type: ignore[call-overload]
    found = queries.verify()
    assert (kind, account, serials) in {(each.kind, each.account, each.serials) for each in found}
    assert not {each.kind for each in found} & {"trigger", "constraint", "function", "grant", "role"}


def test_a_quantity_without_its_serials_is_found(story: SmallLedger) -> None:
    with guards_off(story) as connection:
        connection.execute("UPDATE ledger_holding SET quantity = 1000 WHERE account_id = %s", [story.ann.id])
    found = {(each.kind, each.account) for each in queries.verify()}
    assert found == {("quantity", "X-1001"), ("row", "X-1001")}


# What is done to the guards; then the kind of difference and the guard that must be named.
WEAKENED = {
    "a trigger is switched off": (
        "ALTER TABLE ledger_journal DISABLE TRIGGER ledger_journal_is_history",
        ("trigger", "ledger_journal_is_history"),
    ),
    "a trigger no longer fires for replicas": (
        "ALTER TABLE ledger_holding ENABLE TRIGGER ledger_holding_by_function",
        ("trigger", "ledger_holding_by_function"),
    ),
    "a trigger is dropped": (
        "DROP TRIGGER ledger_journal_needs_open_accounts ON ledger_journal",
        ("trigger", "ledger_journal_needs_open_accounts"),
    ),
    "a trigger fires on less": (
        "CREATE OR REPLACE TRIGGER ledger_journal_is_history BEFORE DELETE ON ledger_journal"
        " EXECUTE FUNCTION ledger_refuse_change()",
        ("trigger", "ledger_journal_is_history"),
    ),
    "a trigger lets another function write": (
        "CREATE OR REPLACE TRIGGER ledger_journal_by_function BEFORE INSERT ON ledger_journal"
        " EXECUTE FUNCTION ledger_refuse_by_hand('ledger_post', 'mine');"
        " ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_journal_by_function",
        ("trigger", "ledger_journal_by_function"),
    ),
    "a trigger is added": (
        "CREATE TRIGGER mine BEFORE INSERT ON ledger_journal EXECUTE FUNCTION ledger_refuse_change()",
        ("trigger", "mine"),
    ),
    "a rewrite rule is added": (
        "CREATE RULE mine AS ON INSERT TO ledger_account_event DO INSTEAD NOTHING",
        ("trigger", "mine"),
    ),
    "a constraint is dropped": (
        "ALTER TABLE ledger_holding DROP CONSTRAINT ledger_holding_not_negative",
        ("constraint", "ledger_holding_not_negative"),
    ),
    "a constraint allows more": (
        "ALTER TABLE ledger_holding DROP CONSTRAINT ledger_holding_not_negative,"
        " ADD CONSTRAINT ledger_holding_not_negative CHECK (quantity >= -1)",
        ("constraint", "ledger_holding_not_negative"),
    ),
    "a function is replaced": (
        "CREATE OR REPLACE FUNCTION ledger_count(serials bigint[]) RETURNS bigint"
        " LANGUAGE sql IMMUTABLE STRICT AS 'SELECT 1::bigint'",
        ("function", "ledger_count"),
    ),
    "a function runs as its caller": (
        "ALTER FUNCTION ledger_post SECURITY INVOKER",
        ("function", "ledger_post"),
    ),
    "a function is added under the name of another": (
        "CREATE FUNCTION ledger_post(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ("function", "ledger_post"),
    ),
    "the application may write": ("GRANT UPDATE ON ledger_holding TO {app}", ("grant", "ledger_holding")),
    "the application may write one column": (
        "GRANT UPDATE (quantity) ON ledger_holding TO {app}",
        ("grant", "ledger_holding"),
    ),
    "everyone may write": ("GRANT INSERT ON ledger_journal TO PUBLIC", ("grant", "ledger_journal")),
    "the application may not read": (
        "REVOKE SELECT ON ledger_number_series FROM {app}",
        ("grant", "ledger_number_series"),
    ),
    "the application may call a helper": ("GRANT EXECUTE ON FUNCTION ledger_move TO {app}", ("grant", "ledger_move")),
}


@pytest.mark.parametrize("name", WEAKENED)
def test_a_weakened_guard_is_named(story: SmallLedger, name: str) -> None:
    statement, expected = WEAKENED[name]
    with story.connected("owner") as connection:
        application = connection.execute(
            "SELECT grantee FROM information_schema.role_table_grants"
            " WHERE table_name = 'ledger_journal' AND grantee <> current_user"
        ).fetchone()
        assert application is not None
        connection.execute(statement.replace("{app}", str(application[0])))  # type: ignore[call-overload]
    assert expected in {(each.kind, each.facts.get("name")) for each in queries.verify()}


def test_a_difference_reads_as_a_sentence_in_both_languages(story: SmallLedger) -> None:
    with guards_off(story) as connection:
        connection.execute("DELETE FROM ledger_holding WHERE account_id = %s", [story.bob.id])
    (found,) = [each for each in queries.verify() if each.kind == "serials"]
    assert found.sentence().en.startswith("X-1002 s/U/2 61–90: Serials are not where the journal says")
    assert found.sentence().ja.startswith("X-1002 s/U/2 61–90：識別番号の所在")
