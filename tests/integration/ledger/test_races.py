"""Eight at once past the door: single postings, batches and changes of status on the same few accounts.

The door's locks are not held here; what is tried is the ledger's own order of locks. Nothing but a refusal of the
ledger may come back: no overdraft, no deadlock, nothing lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import connections, transaction

from tanso.ledger import actions, queries
from tanso.ledger.errors import LedgerError
from tanso.ledger.models import Journal
from tanso.ledger.records import Account, Order

from .conftest import DAY

if TYPE_CHECKING:
    from .conftest import SmallLedger

Refusals = Counter[str]


def at_once(*tasks: Callable[[], Refusals]) -> Refusals:
    """Run the tasks in threads that begin together; how often each refusal came back. Other errors are raised here."""
    barrier = Barrier(len(tasks), timeout=60)

    def run(task: Callable[[], Refusals]) -> Refusals:
        try:
            barrier.wait()
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(run, task) for task in tasks]
        return sum((future.result(timeout=240) for future in futures), Refusals())


def singly(
    ledger: SmallLedger, source: Account, target: Account, quantity_t: int, times: int
) -> Callable[[], Refusals]:
    """Post that often, each time in a transaction of its own."""

    def task() -> Refusals:
        refused = Refusals()
        for _ in range(times):
            try:
                with transaction.atomic():
                    ledger.move(quantity_t, source, target)
            except LedgerError as error:
                refused[error.code] += 1
        return refused

    return task


def in_batches(
    ledger: SmallLedger, ends: list[tuple[Account, Account]], quantity_t: int, times: int
) -> Callable[[], Refusals]:
    """Post one order for each pair, that often, each time as one batch."""

    def task() -> Refusals:
        refused = Refusals()
        for _ in range(times):
            orders = [Order(uuid4(), source.id, target.id, ledger.units.id, quantity_t, DAY) for source, target in ends]
            with transaction.atomic():
                result = actions.post_batch(orders)
            refused.update(error.code for error in result.refusals.values())  # type: ignore[attr-defined]
        return refused

    return task


def test_the_last_tonnes_go_once_whoever_asks_for_them(ledger: SmallLedger) -> None:
    ledger.issue(50, ledger.ann)

    refused = at_once(
        *[singly(ledger, ledger.ann, (ledger.bob, ledger.surrender)[n % 2], 3, 8) for n in range(5)],
        *[in_batches(ledger, [(ledger.ann, ledger.bob), (ledger.ann, ledger.surrender)], 2, 6) for _ in range(3)],
    )

    assert set(refused) == {"ledger.insufficient_units"}
    left_t = queries.balance_t(ledger.ann.id, "U", 2)
    assert left_t < 2
    moved_t = sum(Journal.objects.filter(from_account_id=ledger.ann.id).values_list("quantity", flat=True))
    assert moved_t == 50 - left_t
    assert queries.verify() == []


def test_opposite_directions_and_crossing_batches_wait_for_one_another_in_one_order(ledger: SmallLedger) -> None:
    ledger.issue(500, ledger.ann)
    ledger.issue(500, ledger.bob)
    ann, bob, pool = ledger.ann, ledger.bob, ledger.surrender

    refused = at_once(
        singly(ledger, ann, bob, 1, 40),
        singly(ledger, bob, ann, 1, 40),
        singly(ledger, ann, pool, 1, 40),
        singly(ledger, bob, pool, 1, 40),
        in_batches(ledger, [(ann, bob), (bob, pool), (bob, ann)], 1, 20),
        in_batches(ledger, [(bob, ann), (ann, pool), (ann, bob)], 1, 20),
        in_batches(ledger, [(ledger.issuance, ann), (ledger.issuance, bob)], 1, 20),
        singly(ledger, ledger.issuance, bob, 1, 40),
    )

    assert refused == {}
    assert queries.balance_t(pool.id, "U", 2) == 2 * 40 + 2 * 20
    assert queries.verify() == []


def test_accounts_that_nobody_has_held_units_in_are_met_in_any_order(ledger: SmallLedger) -> None:
    """The rows of new holdings are made by whoever comes first, while others lock those that are there."""
    new = [ledger.open(f"N-{number}") for number in range(12)]

    def batches(seed: int) -> Callable[[], Refusals]:
        chance = Random(seed)  # noqa: S311 (a test that can be repeated)
        ends = [(ledger.issuance, account) for account in chance.sample(new, 9)]
        return in_batches(ledger, ends, 1, 1)

    for round_ in range(6):
        ledger.units = actions.unit_class(scheme="s", unit_type="U", phase=10 + round_)
        chosen = Random(round_).sample(new, 4)  # noqa: S311
        refused = at_once(
            *[batches(10 * round_ + n) for n in range(4)],
            *[singly(ledger, ledger.issuance, account, 1, 2) for account in chosen],
        )
        assert refused == {}
    assert queries.verify() == []


def test_freezing_and_posting_never_pass_each_other_and_never_stop(ledger: SmallLedger) -> None:
    ledger.issue(2000, ledger.ann)
    many = [ledger.open(f"M-{number}") for number in range(20)]  # more than have a lock each in a batch

    def freezing(account: Account) -> Callable[[], Refusals]:
        def task() -> Refusals:
            for _ in range(12):
                with transaction.atomic():
                    actions.freeze(act_id=uuid4(), account=account, day=DAY, reason="r")
                with transaction.atomic():
                    actions.unfreeze(act_id=uuid4(), account=account, day=DAY, reason="r")
            return Refusals()

        return task

    refused = at_once(
        freezing(ledger.bob),
        freezing(many[3]),
        singly(ledger, ledger.ann, ledger.bob, 1, 60),
        singly(ledger, ledger.ann, many[3], 1, 60),
        singly(ledger, ledger.bob, ledger.surrender, 1, 60),
        in_batches(ledger, [(ledger.ann, account) for account in many], 1, 10),
        in_batches(ledger, [(ledger.ann, ledger.bob), (ledger.bob, many[3])], 1, 30),
        in_batches(ledger, [(account, ledger.surrender) for account in many], 1, 10),
    )

    assert set(refused) <= {"ledger.account_not_open", "ledger.insufficient_units"}
    assert queries.verify() == []


def test_one_posting_is_taken_back_once_by_eight_at_once(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    posting = ledger.move(4, ledger.ann, ledger.bob)

    def reversing() -> Refusals:
        try:
            with transaction.atomic():
                actions.reverse(act_id=uuid4(), posting_id=posting.id, day=DAY)
        except LedgerError as error:
            return Refusals([error.code])
        return Refusals()

    refused = at_once(*[reversing] * 8)

    assert refused.total() == 7
    assert set(refused) <= {"ledger.reversal", "ledger.insufficient_units", "ledger.serials_not_held"}
    assert Journal.objects.filter(reverses_id=posting.id).count() == 1
    assert ledger.serials(ledger.ann) == [(5, 11), (1, 5)]
    assert queries.verify() == []
