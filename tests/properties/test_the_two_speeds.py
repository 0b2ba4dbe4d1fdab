"""Posting one by one and posting in batches, cut up in any way, leave the same journal, refusals, queues and checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from uuid import uuid4

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tanso.kernel.serials import SerialRange, append
from tanso.ledger import actions, queries
from tanso.ledger.errors import LedgerError
from tanso.ledger.models import Journal
from tanso.ledger.records import Order

FIRST_DAY = date(2020, 4, 1)
NOBODY = 10**12
worlds = count(1)

# Source, target, class, quantity, day. Place 0 issues, 1 to 4 hold, 5 is closed, 6 is nobody; class 2 is none.
single = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 2), st.integers(0, 40), st.integers(0, 3))
likely = st.tuples(st.integers(0, 4), st.integers(1, 4), st.integers(0, 1), st.integers(1, 25), st.just(0))
# Many single tonnes from two accounts in turn: queues longer than a head, a segment, and both together.
shredding = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 1), st.integers(70, 300))


def shredded(plan: tuple[int, int, int, int, int]) -> list[tuple[int, int, int, int, int]]:
    one, other, target, unit_class, pieces = plan
    return [((one, other)[n % 2], target, unit_class, 1, 0) for n in range(pieces)]


stories = st.lists(
    st.one_of(
        st.lists(single, min_size=1, max_size=6), st.lists(likely, min_size=1, max_size=15), shredding.map(shredded)
    ),
    min_size=1,
    max_size=6,
).map(lambda parts: [step for part in parts for step in part])


@dataclass(frozen=True)
class World:
    """Accounts and unit classes of one telling of a story."""

    accounts: list[int]
    unit_classes: list[int]

    @classmethod
    def new(cls) -> World:
        name = f"speeds-{next(worlds)}"
        accounts = [
            actions.open_account(
                act_id=uuid4(),
                scheme=name,
                number=f"{name}-{place}",
                kind="plain",
                role="holding" if place else "issuance",
                day=FIRST_DAY,
            ).id
            for place in range(6)
        ]
        actions.close_account(act_id=uuid4(), account=accounts[5], day=FIRST_DAY)
        unit_classes = [actions.unit_class(scheme=name, unit_type="U", phase=phase).id for phase in range(2)]
        world = cls([*accounts, NOBODY], [*unit_classes, NOBODY])
        actions.post_batch([world.order((0, holder, place, 120, 0)) for place in range(2) for holder in (1, 2)])
        return world

    def order(self, step: tuple[int, int, int, int, int]) -> Order:
        source, target, unit_class, quantity_t, days = step
        return Order(
            uuid4(),
            self.accounts[source],
            self.accounts[target],
            self.unit_classes[unit_class],
            quantity_t,
            FIRST_DAY + timedelta(days=days),
        )

    def journal(self) -> list[tuple[int, int, int, tuple[SerialRange, ...], date]]:
        """What was posted, in order, in words that two worlds have in common."""
        rows = Journal.objects.filter(from_account_id__in=self.accounts).order_by("id")
        return [
            (
                self.accounts.index(row.from_account_id),
                self.accounts.index(row.to_account_id),
                self.unit_classes.index(row.unit_class_id),
                queries.serial_ranges(row.serials),
                row.valid_day,
            )
            for row in rows
        ]

    def queues(self) -> dict[tuple[int, int], tuple[SerialRange, ...]]:
        held = queries.holdings(self.accounts[:6])
        return {
            (place, self.unit_classes.index(holding.unit_class.id)): append((), holding.serials)
            for place, account in enumerate(self.accounts[:6])
            for holding in held[account]
        }


def post_one_by_one(orders: Sequence[Order]) -> dict[int, str]:
    """The refusals by index; each order in a transaction of its own."""
    refused: dict[int, str] = {}
    for index, order in enumerate(orders):
        try:
            with transaction.atomic():
                actions.post(
                    act_id=order.act_id,
                    from_account=order.from_account_id,
                    to_account=order.to_account_id,
                    unit_class=order.unit_class_id,
                    quantity_t=order.quantity_t,
                    day=order.day,
                )
        except LedgerError as error:
            refused[index] = error.code
    return refused


def post_in_batches(orders: Sequence[Order], cuts: Sequence[int]) -> dict[int, str]:
    """The refusals by index; `cuts` are the sizes of the batches, taken round and round."""
    refused: dict[int, str] = {}
    done = turn = 0
    while done < len(orders):
        batch = orders[done : done + cuts[turn % len(cuts)]]
        with transaction.atomic():
            result = actions.post_batch(batch)
        refused |= {done + index: error.code for index, error in result.refusals.items()}
        done, turn = done + len(batch), turn + 1
    return refused


@given(stories, st.lists(st.integers(1, 400), min_size=1, max_size=4))
@settings(max_examples=20)
def test_both_speeds_leave_the_same_ledger(
    database: object, story: list[tuple[int, int, int, int, int]], cuts: list[int]
) -> None:
    slow, fast, at_once = World.new(), World.new(), World.new()

    refused = post_one_by_one([slow.order(step) for step in story])

    assert post_in_batches([fast.order(step) for step in story], cuts) == refused
    assert post_in_batches([at_once.order(step) for step in story], [len(story)]) == refused
    assert slow.journal() == fast.journal() == at_once.journal()
    assert slow.queues() == fast.queues() == at_once.queues()
