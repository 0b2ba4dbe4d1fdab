"""Serial numbers are neither lost nor doubled, however a queue is cut and joined."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.kernel.serials import SerialRange, append, take, total_t

ranges = st.builds(lambda start, size: SerialRange(start, start + size), st.integers(1, 10**12), st.integers(1, 10**6))


@st.composite
def queues(draw: st.DrawFn) -> tuple[SerialRange, ...]:
    """Disjoint ranges in any order of acquisition, some of them neighbours."""
    pieces, start = [], 1
    for size, gap in draw(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 3)), max_size=12)):
        pieces.append(SerialRange(start + gap, start + gap + size))
        start += gap + size
    return tuple(draw(st.permutations(pieces)))


def numbers(queue: tuple[SerialRange, ...]) -> list[int]:
    return [number for part in queue for number in range(part.start, part.end)]


def test_a_range_counts_from_its_start_up_to_its_end() -> None:
    assert SerialRange(1, 251).quantity_t == 250
    assert SerialRange(1, 251).last == 250
    assert str(SerialRange(1, 251)) == "1–250"


@pytest.mark.parametrize(("start", "end"), [(0, 1), (-3, 4), (5, 5), (5, 4)])
def test_a_range_is_never_empty_and_starts_at_one_or_later(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="serial range"):
        SerialRange(start, end)


@given(ranges.filter(lambda serials: serials.quantity_t > 1), st.data())
def test_splitting_keeps_every_number_once(serials: SerialRange, data: st.DataObject) -> None:
    quantity_t = data.draw(st.integers(1, serials.quantity_t - 1))
    head, tail = serials.split(quantity_t)
    assert head.quantity_t == quantity_t
    assert (head.start, head.end, tail.end) == (serials.start, tail.start, serials.end)


@pytest.mark.parametrize("quantity_t", [0, -1, 10, 11])
def test_a_split_leaves_something_on_both_sides(quantity_t: int) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        SerialRange(1, 11).split(quantity_t)


@given(queues().filter(bool), st.data())
def test_taking_keeps_every_number_and_the_order_of_acquisition(
    queue: tuple[SerialRange, ...], data: st.DataObject
) -> None:
    quantity_t = data.draw(st.integers(1, total_t(queue)))
    taken, rest = take(queue, quantity_t)
    assert total_t(taken) == quantity_t
    assert numbers(taken) + numbers(rest) == numbers(queue)


@given(queues(), st.integers(-2, 0) | st.integers(1, 5))
def test_taking_nothing_or_too_much_is_refused(queue: tuple[SerialRange, ...], over: int) -> None:
    with pytest.raises(ValueError, match="cannot take"):
        take(queue, over if over < 1 else total_t(queue) + over)


@given(queues(), st.data())
def test_appending_keeps_every_number_in_order_and_merges_neighbours_at_the_seam(
    queue: tuple[SerialRange, ...], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(queue)))
    joined = append(queue[:cut], queue[cut:])
    assert numbers(joined) == numbers(queue)
    assert all(first.end != second.start for first, second in pairwise(joined[max(cut - 1, 0) :]))


def test_units_that_come_back_in_turn_become_one_range_again() -> None:
    first, rest = take((SerialRange(1, 11),), 4)
    second, nothing = take(rest, 6)
    assert nothing == ()
    assert append(append((), first), second) == (SerialRange(1, 11),)
