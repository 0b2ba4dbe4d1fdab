"""A set of serials is what its numbers are, however it was put together; and people can write it and read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.kernel.serials import LARGEST, SerialRange, SerialSet, SerialsUnreadableError, printed

small_ranges = st.lists(
    st.builds(lambda start, size: SerialRange(start, start + size), st.integers(1, 60), st.integers(1, 12)), max_size=8
)
sets = small_ranges.map(SerialSet)


def numbers(serials: SerialSet) -> set[int]:
    return {number for part in serials.ranges for number in range(part.start, part.end)}


# What neighbouring systems get wrong: one splits 10 into 6 + 6, another a batch of 250 into 251 ids.


def test_ten_split_in_the_middle_is_five_and_five() -> None:
    first, rest = SerialSet([SerialRange(1, 11)]).split(5)

    assert (str(first), str(rest)) == ("1–5", "6–10")
    assert (first.quantity_t, rest.quantity_t) == (5, 5)


def test_two_hundred_and_fifty_out_of_a_thousand_are_two_hundred_and_fifty() -> None:
    first, rest = SerialSet([SerialRange(1, 1001)]).split(250)

    assert (str(first), str(rest)) == ("1–250", "251–1000")
    assert (first.quantity_t, rest.quantity_t) == (250, 750)
    assert len(numbers(first)) == 250


@given(small_ranges)
def test_a_set_is_sorted_and_its_ranges_neither_overlap_nor_touch(ranges: list[SerialRange]) -> None:
    serials = SerialSet(ranges)

    assert numbers(serials) == {number for part in ranges for number in range(part.start, part.end)}
    ends = [end for part in serials.ranges for end in (part.start, part.end)]
    assert ends == sorted(set(ends))
    assert serials.quantity_t == len(numbers(serials))


@given(sets, sets)
def test_the_operations_are_those_of_sets(mine: SerialSet, theirs: SerialSet) -> None:
    assert numbers(mine | theirs) == numbers(mine) | numbers(theirs)
    assert numbers(mine & theirs) == numbers(mine) & numbers(theirs)
    assert numbers(mine - theirs) == numbers(mine) - numbers(theirs)
    assert (mine <= theirs) == (numbers(mine) <= numbers(theirs))
    assert mine.isdisjoint(theirs) == numbers(mine).isdisjoint(numbers(theirs))
    assert (mine == theirs) == (numbers(mine) == numbers(theirs))
    assert bool(mine) == bool(numbers(mine))


@given(sets, sets)
def test_what_is_cut_off_and_what_stays_make_up_the_whole(mine: SerialSet, theirs: SerialSet) -> None:
    assert (mine - theirs) | (mine & theirs) == mine
    assert (mine | theirs).quantity_t == mine.quantity_t + theirs.quantity_t - (mine & theirs).quantity_t


@given(sets, st.integers(0, 80))
def test_a_number_is_in_the_set_or_not(serials: SerialSet, number: int) -> None:
    assert (number in serials) == (number in numbers(serials))


@given(sets.filter(lambda serials: serials.quantity_t > 1), st.data())
def test_splitting_and_merging_neither_loses_nor_doubles_a_number(serials: SerialSet, data: st.DataObject) -> None:
    quantity_t = data.draw(st.integers(1, serials.quantity_t - 1))

    first, rest = serials.split(quantity_t)

    assert first.quantity_t == quantity_t
    assert first.isdisjoint(rest)
    assert max(numbers(first)) < min(numbers(rest))
    assert first | rest == serials == rest | first


@given(sets, st.integers(-3, 0) | st.integers(0, 3))
def test_a_split_leaves_something_on_both_sides(serials: SerialSet, over: int) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        serials.split(over if over < 0 else serials.quantity_t + over)


def test_sets_of_millions_are_a_few_ranges() -> None:
    large = SerialSet([SerialRange(1, 10**12)])

    assert (large - SerialSet([SerialRange(500, 501)])).ranges == (SerialRange(1, 500), SerialRange(501, 10**12))
    assert 10**12 - 1 in large
    assert 10**12 not in large


# --- written and read ------------------------------------------------------------------------------------------------


@given(sets.filter(bool))
def test_what_is_printed_reads_as_the_same_set(serials: SerialSet) -> None:
    assert SerialSet.parse(str(serials)) == serials


def test_a_single_number_prints_alone_and_a_queue_in_its_own_order() -> None:
    assert str(SerialSet([SerialRange(12, 13), SerialRange(1, 11)])) == "1–10, 12"
    assert printed([SerialRange(12, 13), SerialRange(1, 11)]) == "12, 1–10"
    assert str(SerialSet()) == ""


@pytest.mark.parametrize(
    "text",
    [
        "1–10, 12",
        "1-10,12",
        " 1 - 10 , 12 ",
        "１–１０、１２",
        "１〜１０，１２",
        "1~10; 12",
        "1～10\n12\n",
        "1ー10、12、",
        "12, 1−10",
        "12, 1–5, 6–10",
    ],
)
def test_people_may_write_it_in_many_ways(text: str) -> None:
    assert str(SerialSet.parse(text)) == "1–10, 12"


@pytest.mark.parametrize(
    ("text", "reason", "part"),
    [
        ("", "empty", ""),
        (" 、 ", "empty", ""),
        ("1, , 3", "gap", ""),
        ("abc", "form", "abc"),
        ("1–2–3", "form", "1–2–3"),
        ("1 2", "form", "1 2"),
        ("-5", "form", "-5"),
        ("1.5", "form", "1.5"),
        ("10–1", "backwards", "10–1"),
        ("0", "range", "0"),
        ("0–3", "range", "0–3"),
        (str(LARGEST + 1), "range", str(LARGEST + 1)),
        ("9" * 5000, "range", "9" * 5000),
        ("1–10, 10", "twice", "10"),
        ("5, 1–10, 7–8", "twice", "5"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, reason: str, part: str) -> None:
    with pytest.raises(SerialsUnreadableError) as caught:
        SerialSet.parse(text)

    error = caught.value
    assert (error.code, error.facts) == ("serials.unreadable", {"part": part, "reason": reason})
    assert part[:40] in error.message.ja
    assert part[:40] in error.message.en
    assert "1–10, 12" in error.next_step.ja
    assert len(error.message.ja) < 120


@pytest.mark.parametrize("text", ["1,000", "１，０００", "3–12,500", "1,000,000–1,000,009"])
def test_a_thousands_separator_is_not_taken_for_two_numbers(text: str) -> None:
    with pytest.raises(SerialsUnreadableError) as caught:
        SerialSet.parse(text)

    assert caught.value.facts["reason"] == "grouped"


def test_two_numbers_divided_by_comma_and_space_are_two_numbers() -> None:
    assert SerialSet.parse("1, 200") == SerialSet([SerialRange(1, 2), SerialRange(200, 201)])


def test_the_largest_serial_can_be_named() -> None:
    assert SerialSet.parse(str(LARGEST)).quantity_t == 1
