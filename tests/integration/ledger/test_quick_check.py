"""The quick check after a batch sees every posting once, also those that commit after others with higher numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tanso.ledger import guards
from tanso.ledger.models import Check, Checkpoint
from tanso.ledger.verification import touched
from tanso.ledger.verification.touched import check_touched
from tanso.ledger.verification.whole import examine

if TYPE_CHECKING:
    from .conftest import SmallLedger


def damage(ledger: SmallLedger, statement: str) -> None:
    with ledger.connected("owner") as connection:
        for table in guards.TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
        connection.execute(statement)  # type: ignore[call-overload]
        for name, trigger in guards.TRIGGERS.items():
            connection.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {name}")  # type: ignore[call-overload]


def lose_one(ledger: SmallLedger, account_id: int) -> None:
    damage(
        ledger,
        f"UPDATE ledger_holding SET quantity = quantity - 1, head[1] = head[1] + 1 WHERE account_id = {account_id}",
    )


def test_a_posting_that_commits_late_is_not_passed_over(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    ledger.issue(10, ledger.bob)
    late, early = ledger.open("X-1"), ledger.open("X-2")
    with ledger.connected() as connection:
        connection.execute("BEGIN")
        connection.execute(
            "SELECT ledger_post(gen_random_uuid(), %s, %s, %s, 4, '2020-04-01')",
            [ledger.ann.id, late.id, ledger.units.id],
        )
        ledger.move(4, ledger.bob, early)
        assert check_touched() == []
        connection.execute("COMMIT")
    lose_one(ledger, late.id)

    assert {each.account for each in check_touched()} == {"X-1"}


def test_the_next_check_starts_where_the_last_one_ended(ledger: SmallLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.issue(10, ledger.ann)
    assert check_touched() == []
    ledger.move(4, ledger.ann, ledger.bob)
    seen: list[int] = []
    look = touched._touched
    monkeypatch.setattr(
        touched, "_touched", lambda moment: [seen.append(row.mark.account) or row for row in look(moment)]
    )

    assert check_touched() == []
    assert sorted(seen) == sorted([ledger.ann.id, ledger.bob.id])
    seen.clear()
    assert check_touched() == []
    assert seen == []


def test_numbers_that_the_class_forgets_are_found_with_the_next_issue(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    assert check_touched() == []
    damage(ledger, "UPDATE ledger_unit_class SET next_serial = 6")
    ledger.issue(5, ledger.bob)

    assert ("serials", "issuance") in {(each.kind, each.account) for each in check_touched()}


def test_splitting_and_joining_ranges_leaves_no_trace_in_a_checkpoint(ledger: SmallLedger) -> None:
    ledger.issue(100, ledger.ann)
    assert check_touched() == []
    before = Checkpoint.objects.get(account_id=ledger.ann.id)
    for quantity_t in (7, 11, 13):
        ledger.move(quantity_t, ledger.ann, ledger.bob)
    ledger.move(31, ledger.bob, ledger.ann)
    assert ledger.serials(ledger.ann) == [(32, 101), (1, 32)]

    assert check_touched() == []

    after = Checkpoint.objects.get(account_id=ledger.ann.id)
    assert (after.quantity, after.fingerprint) == (before.quantity, before.fingerprint)


def test_the_whole_check_corrects_checkpoints(ledger: SmallLedger) -> None:
    ledger.issue(100, ledger.ann)
    examine(marked=True).keep()
    true = Checkpoint.objects.get(account_id=ledger.ann.id)
    Checkpoint.objects.update(quantity=1, fingerprint=1, posting_id=10**12)

    examine(marked=True).keep()

    found = Checkpoint.objects.get(account_id=ledger.ann.id)
    assert (found.quantity, found.fingerprint, found.posting_id) == (true.quantity, true.fingerprint, true.posting_id)
    assert Check.objects.filter(is_whole=True).count() == 2
