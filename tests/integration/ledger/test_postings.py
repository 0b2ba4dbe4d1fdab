"""Units are numbered when they are issued and keep their numbers wherever they go."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import transaction

from tanso.kernel.serials import SerialRange
from tanso.ledger import actions, errors, queries

if TYPE_CHECKING:
    from .conftest import SmallLedger

DAY = date(2020, 4, 1)


def test_serials_are_allotted_without_gap_from_one(ledger: SmallLedger) -> None:
    assert ledger.issue(100, ledger.ann).serials == (SerialRange(1, 101),)
    assert ledger.issue(1, ledger.bob).serials == (SerialRange(101, 102),)
    assert ledger.issue(5, ledger.ann).serials == (SerialRange(102, 107),)


def test_each_unit_class_counts_its_own_serials(ledger: SmallLedger) -> None:
    ledger.issue(100, ledger.ann)
    ledger.units = actions.unit_class(scheme="s", unit_type="U", phase=3)
    assert ledger.issue(7, ledger.ann).serials == (SerialRange(1, 8),)


def test_what_was_acquired_first_leaves_first(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    ledger.issue(10, ledger.bob)
    ledger.issue(10, ledger.ann)
    ledger.move(3, ledger.bob, ledger.ann)
    assert ledger.serials(ledger.ann) == [(1, 11), (21, 31), (11, 14)]
    assert ledger.move(15, ledger.ann, ledger.surrender).serials == (SerialRange(1, 11), SerialRange(21, 26))
    assert ledger.serials(ledger.ann) == [(26, 31), (11, 14)]


def test_ranges_that_follow_one_another_become_one_again(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    for quantity_t in (4, 5, 1):
        ledger.move(quantity_t, ledger.ann, ledger.bob)
    assert ledger.serials(ledger.bob) == [(1, 11)]
    assert ledger.serials(ledger.ann) == []


def test_named_serials_leave_and_the_rest_keeps_its_order(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    ledger.issue(10, ledger.bob)
    ledger.move(10, ledger.bob, ledger.ann)
    posting = ledger.move(6, ledger.ann, ledger.bob, serials=[(18, 20), (4, 8)])
    assert posting.serials == (SerialRange(4, 8), SerialRange(18, 20))
    assert ledger.serials(ledger.ann) == [(1, 4), (8, 18), (20, 21)]


def test_balances_moves_and_totals_come_from_the_same_postings(ledger: SmallLedger) -> None:
    ledger.issue(100, ledger.ann)
    ledger.move(30, ledger.ann, ledger.bob)
    ledger.move(20, ledger.ann, ledger.surrender)
    ledger.move(10, ledger.bob, ledger.surrender)
    assert queries.balance_t(ledger.ann.id, "U", 2) == 50
    assert queries.balance_t(ledger.ann.id, "U") == 0
    surrendered = queries.moved_t([ledger.ann.id, ledger.bob.id], "surrender")
    assert {(row.account_id, row.quantity_t) for row in surrendered} == {(ledger.ann.id, 20), (ledger.bob.id, 10)}
    assert [row.quantity_t for row in queries.received_t([ledger.ann.id], "issuance")] == [100]
    (total,) = queries.totals("s")
    assert (total.issued_t, total.at_t("holding"), total.at_t("surrender")) == (100, 70, 30)
    assert sum(total.by_role_t.values()) == total.issued_t


def test_a_journal_covers_its_first_day_and_not_its_end(ledger: SmallLedger) -> None:
    posting = ledger.issue(100, ledger.ann)
    assert [entry.posting for entry in queries.journal_of(ledger.ann.id, DAY, date(2020, 4, 2))] == [posting]
    assert queries.journal_of(ledger.ann.id, date(2020, 4, 2)) == []
    assert queries.journal_of(ledger.ann.id, None, DAY) == []
    (entry,) = queries.journal_of(ledger.ann.id)
    assert (entry.from_number, entry.to_number, entry.unit_class) == ("R-1", "X-1001", ledger.units)


def test_accounts_are_numbered_in_turn_and_found_by_number_and_holder(ledger: SmallLedger) -> None:
    assert (ledger.ann.number, ledger.bob.number) == ("X-1001", "X-1002")
    assert queries.account_by_number("X-1002") == ledger.bob
    assert queries.account_by_number("X-1003") is None
    assert queries.accounts_of_holder("s/ann") == [ledger.ann]
    assert queries.accounts_of_role(scheme="s", role="issuance") == [ledger.issuance]


def test_an_allotted_number_passes_over_one_that_is_taken(ledger: SmallLedger) -> None:
    ledger.open("X-1003")
    allotted = actions.open_account(
        act_id=uuid4(), scheme="s", number_format="X-{n}", first_number=1001, kind="plain", day=DAY
    )
    assert allotted.number == "X-1004"


def test_a_taken_number_is_refused(ledger: SmallLedger) -> None:
    with pytest.raises(errors.AccountNumberRefusedError):
        ledger.open("X-1001")


def test_kind_and_status_follow_the_account_history(ledger: SmallLedger) -> None:
    actions.change_account(act_id=uuid4(), account=ledger.ann, kind="other", day=date(2020, 5, 1))
    closed = actions.close_account(act_id=uuid4(), account=ledger.ann, day=date(2020, 6, 1))
    assert (closed.kind, closed.status, closed.is_open) == ("other", "closed", False)
    history = [(event.day, event.kind, event.status) for event in queries.account_events(ledger.ann.id)]
    assert history == [
        (DAY, "plain", "open"),
        (date(2020, 5, 1), "other", "open"),
        (date(2020, 6, 1), "other", "closed"),
    ]


@pytest.mark.parametrize(
    "change", [{"status": "closed", "day": date(2020, 3, 31)}, {"status": "open", "day": DAY}, {"day": DAY}]
)
def test_an_account_changes_forward_and_to_something_new(ledger: SmallLedger, change: dict[str, object]) -> None:
    with pytest.raises(errors.AccountEventRefusedError):
        actions.change_account(act_id=uuid4(), account=ledger.ann, **change)  # type: ignore[arg-type]


def test_a_posting_that_fails_later_leaves_nothing(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)

    def too_much_in_two_steps() -> None:
        with transaction.atomic():
            ledger.move(4, ledger.ann, ledger.bob)
            ledger.move(7, ledger.ann, ledger.bob)

    with pytest.raises(errors.InsufficientUnitsError):
        too_much_in_two_steps()
    assert ledger.serials(ledger.ann) == [(1, 11)]
    assert ledger.serials(ledger.bob) == []


def test_a_sound_ledger_shows_no_difference(ledger: SmallLedger) -> None:
    ledger.issue(100, ledger.ann)
    ledger.move(30, ledger.ann, ledger.bob)
    ledger.move(5, ledger.ann, ledger.surrender, serials=[(50, 55)])
    ledger.move(10, ledger.bob, ledger.ann)
    assert queries.verify() == []
