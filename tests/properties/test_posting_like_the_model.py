"""The posting function of the database and the pure queue of the kernel say the same about every serial."""

from __future__ import annotations

from datetime import date
from itertools import count
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanso.kernel.serials import SerialRange, append, take, total_t
from tanso.ledger import actions, queries
from tanso.ledger.records import Account

DAY = date(2020, 4, 1)
Queue = tuple[SerialRange, ...]
worlds = count(1)

# (source, target, quantity, name the serials?): source 0 is the issuance account, 1 to 3 hold units.
steps = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(1, 30), st.booleans()), min_size=1, max_size=25
)


def opened(number: str, role: str) -> Account:
    return actions.open_account(act_id=uuid4(), scheme="s", number=number, kind="plain", role=role, day=DAY)


def without(queue: Queue, named: Queue) -> Queue:
    """The queue without the named serials, number by number: slow and plain."""
    gone = {number for part in named for number in range(part.start, part.end)}
    rest: list[SerialRange] = []
    for part in queue:
        kept = [SerialRange(number, number + 1) for number in range(part.start, part.end) if number not in gone]
        rest.extend(append((), kept))
    return tuple(rest)


def every_other_range_from_the_back(queue: Queue, quantity_t: int) -> Queue:
    """Some serials out of the middle of a queue, in the queue's order."""
    return tuple(sorted(take(tuple(reversed(queue)), quantity_t)[0], key=lambda part: _place(queue, part)))


def _place(queue: Queue, part: SerialRange) -> int:
    return next(index for index, held in enumerate(queue) if held.start <= part.start < held.end)


@given(steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_postings_moves_the_serials_that_the_model_moves(
    database: object, story: list[tuple[int, int, int, bool]]
) -> None:
    world = next(worlds)
    units = actions.unit_class(scheme="s", unit_type="U", phase=world)
    accounts = [opened(f"{world}-{n}", "issuance" if n == 0 else "holding") for n in range(4)]
    queues: dict[int, Queue] = {1: (), 2: (), 3: ()}
    next_serial = 1
    for source, target, wanted_t, by_name in story:
        if source == target or (source and not queues[source]):
            continue
        quantity_t = min(wanted_t, total_t(queues[source])) if source else wanted_t
        named: Queue | None = None
        if source == 0:
            moved: Queue = (SerialRange(next_serial, next_serial + quantity_t),)
            next_serial += quantity_t
        elif by_name:
            moved = named = every_other_range_from_the_back(queues[source], quantity_t)
            queues[source] = without(queues[source], named)
        else:
            moved, queues[source] = take(queues[source], quantity_t)
        queues[target] = append(queues[target], moved)
        posting = actions.post(
            act_id=uuid4(),
            from_account=accounts[source],
            to_account=accounts[target],
            unit_class=units,
            quantity_t=quantity_t,
            day=DAY,
            serials=named,
        )
        assert posting.serials == moved
    held = queries.holdings([account.id for account in accounts])
    for number, queue in queues.items():
        assert [row.serials for row in held[accounts[number].id]] == ([queue] if queue else [])
    assert queries.verify() == []
