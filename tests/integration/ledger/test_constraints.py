"""Behind the triggers stand constraints: with all triggers off, the owner still cannot write what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from tanso.ledger import guards

if TYPE_CHECKING:
    from .conftest import SmallLedger

_POSTING = (
    "INSERT INTO ledger_journal (act_id, from_account_id, to_account_id, unit_class_id, quantity, serials, valid_day,"
    " reverses_id) VALUES (gen_random_uuid(), {ann}, {to}, {units}, {quantity}, '{serials}', '2020-04-01', {reverses})"
)
_SOUND = {"to": "{bob}", "quantity": "5", "serials": "{1,6}", "reverses": "NULL"}


def _posting(**other: str) -> str:
    statement = _POSTING
    for name, value in (_SOUND | other).items():
        statement = statement.replace(f"{{{name}}}", value)
    return statement


# What must hold, and statements that each break it alone.
BREAKS = {
    "ledger_journal_quantity_positive": [_posting(quantity="0", serials="{}")],
    "ledger_journal_two_accounts": [_posting(to="{ann}")],
    "ledger_journal_serials_are_quantity": [
        _posting(serials=serials)
        for serials in ("{}", "{1,7}", "{6,1}", "{1,6,7}", "{1,NULL}", "{1,4,4,4,4,6}", "{1,11,6,1}", "{NULL,6,1,6}")
    ],
    "ledger_journal_reversed_once": [f"{_posting(reverses='1')};{_posting(reverses='1')}"],
    "ledger_journal_pkey": ["UPDATE ledger_journal SET id = 1"],
    "ledger_holding_not_negative": ["UPDATE ledger_holding SET quantity = -1"],
    "ledger_holding_pkey": ["UPDATE ledger_holding SET account_id = {ann}"],
    "ledger_segment_pkey": [
        "INSERT INTO ledger_segment (account_id, unit_class_id, number, serials)"
        " SELECT {ann}, {units}, 0, '{1,2}' FROM generate_series(1, 2)"
    ],
    "ledger_unit_class_serials_from_one": ["UPDATE ledger_unit_class SET next_serial = 0"],
    "ledger_unit_class_defined_once": [
        "INSERT INTO ledger_unit_class (scheme, unit_type, phase, origin, next_serial)"
        " SELECT scheme, unit_type, phase, origin, 1 FROM ledger_unit_class"
    ],
    "ledger_account_number_key": ["UPDATE ledger_account SET number = 'X-1'"],
    "ledger_account_status_known": ["UPDATE ledger_account SET status = 'ajar'"],
    "ledger_account_event_status_known": ["UPDATE ledger_account_event SET status = 'ajar'"],
    "ledger_account_restricted_while_open": [
        "UPDATE ledger_account SET status = 'closed', restricted = '{transfer}'",
    ],
    "ledger_account_event_restricted_while_open": [
        "UPDATE ledger_account_event SET status = 'closed', restricted = '{transfer}'",
    ],
}


@pytest.mark.parametrize(
    ("name", "statement"), [(name, statement) for name, statements in BREAKS.items() for statement in statements]
)
def test_what_cannot_be_cannot_be_written(ledger: SmallLedger, name: str, statement: str) -> None:
    ledger.issue(10, ledger.ann)
    ledger.move(5, ledger.ann, ledger.bob)
    for key, value in (("ann", ledger.ann.id), ("bob", ledger.bob.id), ("units", ledger.units.id)):
        statement = statement.replace(f"{{{key}}}", str(value))
    with ledger.connected("owner") as connection:
        for table in guards.TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
        with pytest.raises(psycopg.errors.IntegrityError) as refused:
            connection.execute(statement)  # type: ignore[call-overload]
    assert refused.value.diag.constraint_name == name


@pytest.mark.parametrize(("table", "column"), [("ledger_journal", "act_id"), ("ledger_segment", "serials")])
def test_nothing_may_be_missing(ledger: SmallLedger, table: str, column: str) -> None:
    with ledger.connected("owner") as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute(f"INSERT INTO {table} ({column}) VALUES (NULL)")  # type: ignore[call-overload]


def test_every_constraint_is_broken_here() -> None:
    plain_keys = {name for name in guards.CONSTRAINTS if name.endswith(("_pkey", "_external_key_key"))}
    assert set(BREAKS) | plain_keys >= set(guards.CONSTRAINTS) | set(guards.INDEXES)


def test_a_restored_backup_has_all_that_it_had(ledger: SmallLedger) -> None:
    """A restored constraint is made from the words of the backup, and PostgreSQL may write it back in others."""
    with ledger.connected("owner") as owner:
        found = owner.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'c' AND conname = ANY(%s)",
            [list(guards.CONSTRAINTS)],
        ).fetchall()
        for table, name, words in found:
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")  # type: ignore[call-overload]
            owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}")  # type: ignore[call-overload]

    assert len(found) > 5
    assert guards.missing_constraints() == []
