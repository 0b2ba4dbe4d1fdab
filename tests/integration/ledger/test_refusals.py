"""Whatever reaches the database past the rulebook is refused there, by raw SQL too (docs/reference/guarantees.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from tanso.ledger import actions, errors, queries

if TYPE_CHECKING:
    from .conftest import SmallLedger

PERMISSION_DENIED = "42501"
HISTORY = "LG009"
BY_HAND = "LG010"

CHANGES_OF_HISTORY = [
    "UPDATE ledger_journal SET quantity = quantity + 1",
    "UPDATE ledger_journal SET quantity = quantity + 1 WHERE false",
    "DELETE FROM ledger_journal",
    "TRUNCATE ledger_journal",
    "UPDATE ledger_account_event SET status = 'open'",
    "DELETE FROM ledger_account_event",
    "TRUNCATE ledger_account_event",
]
WRITES_BY_HAND = [
    "INSERT INTO ledger_journal (act_id, from_account_id, to_account_id, unit_class_id, quantity, serials, valid_day)"
    " VALUES (gen_random_uuid(), 1, 3, 1, 1, '{1,2}', '2020-04-01')",
    "INSERT INTO ledger_holding VALUES (4, 1, 1, '{1,2}')",
    "UPDATE ledger_holding SET quantity = 10, head = '{1,11}'",
    "DELETE FROM ledger_holding",
    "TRUNCATE ledger_holding",
    "INSERT INTO ledger_segment VALUES (4, 1, 0, '{1,2}')",
    "DELETE FROM ledger_segment",
    "UPDATE ledger_unit_class SET next_serial = 1",
    "DELETE FROM ledger_unit_class",
    "UPDATE ledger_account SET status = 'open', role = 'issuance'",
    "DELETE FROM ledger_account WHERE id = 0",
    "INSERT INTO ledger_account_event (account_id, day, kind, status, act_id)"
    " VALUES (1, '2020-04-01', 'plain', 'open', gen_random_uuid())",
    "INSERT INTO ledger_holder (external_key) VALUES ('s/eve')",
    "UPDATE ledger_holder SET external_key = 's/eve'",
    "UPDATE ledger_number_series SET next_number = 1",
]
HELPERS = [
    "SELECT ledger_join('{}', '{}')",
    "SELECT ledger_move('{1,2}', '{1,1}', '{}', '{}', '{}', '{}', '{}', NULL, NULL)",
    "SELECT ledger_post_one(gen_random_uuid(), 1, 2, 1, 1, '2020-04-01', NULL, NULL)",
    "SELECT ledger_bring_forward(1, 1, 1, '{1,2}')",
    "SELECT ledger_next_segment(1, 1, 0)",
    "SELECT nextval('ledger_journal_id_seq')",
]


def refused(ledger: SmallLedger, role: str, statement: str) -> str | None:
    """The SQLSTATE with which PostgreSQL refuses the statement to this role; None where it does not."""
    with ledger.connected(role) as connection:
        try:
            connection.execute(statement)  # type: ignore[call-overload]
        except psycopg.Error as error:
            return error.sqlstate
    return None


def answers(ledger: SmallLedger, role: str, statements: list[str]) -> dict[str, str | None]:
    """How each statement is refused to this role."""
    ledger.issue(10, ledger.ann)
    return {statement: refused(ledger, role, statement) for statement in statements}


def test_the_application_has_no_right_to_write(ledger: SmallLedger) -> None:
    statements = CHANGES_OF_HISTORY + WRITES_BY_HAND + HELPERS
    assert answers(ledger, "application", statements) == dict.fromkeys(statements, PERMISSION_DENIED)


def test_history_is_closed_to_the_owner_too(ledger: SmallLedger) -> None:
    assert answers(ledger, "owner", CHANGES_OF_HISTORY) == dict.fromkeys(CHANGES_OF_HISTORY, HISTORY)


def test_the_owner_does_not_write_by_hand_either(ledger: SmallLedger) -> None:
    assert answers(ledger, "owner", WRITES_BY_HAND) == dict.fromkeys(WRITES_BY_HAND, BY_HAND)


def test_naming_a_function_in_the_statement_does_not_pass_for_being_it(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    disguised = """
        DO $$ BEGIN
            EXECUTE 'UPDATE ledger_holding SET quantity = 9 -- PL/pgSQL function ledger_post(uuid) line 1';
        END $$
    """
    assert refused(ledger, "owner", disguised) == BY_HAND


def test_an_account_never_sends_more_than_it_holds(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    with pytest.raises(errors.InsufficientUnitsError) as caught:
        ledger.move(11, ledger.ann, ledger.bob)
    assert caught.value.facts == {"account": "X-1001", "held_t": 10, "quantity_t": 11}
    with pytest.raises(errors.InsufficientUnitsError):
        ledger.move(1, ledger.bob, ledger.ann)


@pytest.mark.parametrize("quantity_t", [0, -1, -(10**15)])
def test_nothing_and_less_than_nothing_cannot_move(ledger: SmallLedger, quantity_t: int) -> None:
    ledger.issue(10, ledger.ann)
    with pytest.raises(errors.QuantityNotPositiveError):
        ledger.move(quantity_t, ledger.ann, ledger.bob)


@pytest.mark.parametrize("status", ["closed", "frozen"])
@pytest.mark.parametrize("side", ["source", "target"])
def test_no_posting_touches_an_account_that_is_not_open(ledger: SmallLedger, status: str, side: str) -> None:
    ledger.issue(10, ledger.ann)
    actions.change_account(
        act_id=uuid4(),
        account=ledger.ann if side == "source" else ledger.bob,
        status=status,
        day=ledger.ann.opened_on,
    )
    with pytest.raises(errors.AccountNotOpenError) as caught:
        ledger.move(1, ledger.ann, ledger.bob)
    assert caught.value.facts["status"] == status
    assert ledger.serials(ledger.ann) == [(1, 11)]


def test_source_and_target_differ(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    with pytest.raises(errors.SameAccountError):
        ledger.move(1, ledger.ann, ledger.ann)


def test_an_unknown_account_or_class_is_refused(ledger: SmallLedger) -> None:
    known = {"act_id": uuid4(), "quantity_t": 1, "day": ledger.ann.opened_on}
    with pytest.raises(errors.UnknownAccountError):
        actions.post(from_account=ledger.issuance, to_account=999, unit_class=ledger.units, **known)  # type: ignore[arg-type]
    with pytest.raises(errors.UnknownUnitClassError):
        actions.post(from_account=ledger.issuance, to_account=ledger.ann, unit_class=999, **known)  # type: ignore[arg-type]


def test_units_do_not_go_back_to_the_issuance_account(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    with pytest.raises(errors.IssuanceIsOneWayError):
        ledger.move(1, ledger.ann, ledger.issuance)


@pytest.mark.parametrize("serials", [[(5, 12)], [(11, 18)]])
def test_only_serials_that_are_held_can_be_named(ledger: SmallLedger, serials: list[tuple[int, int]]) -> None:
    ledger.issue(10, ledger.ann)
    ledger.issue(10, ledger.bob)
    with pytest.raises(errors.SerialsNotHeldError):
        ledger.move(7, ledger.ann, ledger.bob, serials=serials)


@pytest.mark.parametrize("serials", [[], [(1, 3)], [(1, 3), (2, 4)], [(1, 6)]])
def test_named_serials_make_up_the_quantity_once_each(ledger: SmallLedger, serials: list[tuple[int, int]]) -> None:
    ledger.issue(10, ledger.ann)
    with pytest.raises(errors.SerialsRefusedError):
        ledger.move(4, ledger.ann, ledger.bob, serials=serials)


@pytest.mark.parametrize("chosen", ["{}", "{2,2}", "{2,1}", "{1}", "{1,NULL}", "{NULL}", "{1,2,NULL,3}", "{1,2,3}"])
def test_ranges_without_an_end_cannot_be_named(ledger: SmallLedger, chosen: str) -> None:
    ledger.issue(10, ledger.ann)
    statement = (
        f"SELECT ledger_post(gen_random_uuid(), {ledger.ann.id}, {ledger.bob.id}, {ledger.units.id}, 1,"
        f" '2020-04-01', '{chosen}')"
    )
    assert refused(ledger, "application", statement) == "LG008"


def test_new_units_cannot_be_given_serials(ledger: SmallLedger) -> None:
    with pytest.raises(errors.SerialsRefusedError):
        ledger.move(4, ledger.issuance, ledger.ann, serials=[(1, 5)])


def test_a_posting_needs_read_committed(ledger: SmallLedger) -> None:
    statement = "SELECT ledger_post(gen_random_uuid(), %s, %s, %s, 1, '2020-04-01')"
    accounts_and_class = [ledger.issuance.id, ledger.ann.id, ledger.units.id]
    with ledger.connected() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error) as caught:
            connection.execute(statement, accounts_and_class)
    assert caught.value.sqlstate == "LG012"


def test_after_all_refusals_the_ledger_is_sound(ledger: SmallLedger) -> None:
    for role in ("application", "owner"):
        assert None not in answers(ledger, role, CHANGES_OF_HISTORY + WRITES_BY_HAND).values()
    assert queries.verify() == []
