"""Signals for the review: hints at what is unusual, and silence where there is too little to tell."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.emissions.signals import NUMBERS_MIN, PEERS_MIN, against_other_years, against_peers, of_numbers
from tanso.kernel.texts import Text

FLOOR = Text("延床面積1 m2", "square metre of floor")
RATE = Decimal("0.3")


@pytest.mark.parametrize(("emissions_t", "signals"), [(1300, 0), (1301, 1), (700, 0), (699, 1)])
def test_a_figure_is_compared_with_the_latest_other_year(emissions_t: int, signals: int) -> None:
    found = against_other_years(emissions_t, {2010: 5, 2012: 1000}, change_rate=RATE)
    assert len(found) == signals


def test_the_sentence_says_which_way_and_how_far() -> None:
    (signal,) = against_other_years(1500, {2012: 1000}, change_rate=RATE)
    assert signal.sentence.en == "50 % more than in FY2012 (1,000 t)."
    assert signal.sentence.ja == "2012年度（1,000 t）より50%多い。"


def test_a_year_without_emissions_has_no_share() -> None:
    (signal,) = against_other_years(5, {2012: 0}, change_rate=RATE)
    assert "—" in signal.sentence.en


def test_without_another_year_nothing_is_said() -> None:
    assert against_other_years(5, {}, change_rate=RATE) == []


def test_what_lies_outside_the_fences_of_its_peers_is_named() -> None:
    peers = [Fraction(number, 10) for number in range(10, 18)]
    # The middle half reaches from 1.2 to 1.6, the fences from 0.6 to 2.2.
    assert against_peers(Fraction(22, 10), peers, measure=FLOOR) == []
    assert against_peers(Fraction(6, 10), peers, measure=FLOOR) == []
    (signal,) = against_peers(Fraction(23, 10), peers, measure=FLOOR)
    assert "2.3" in signal.sentence.en
    assert "0.6 to 2.2" in signal.sentence.en
    assert against_peers(Fraction(59, 100), peers, measure=FLOOR)


def test_few_peers_say_nothing() -> None:
    assert against_peers(Fraction(100), [Fraction(1)] * (PEERS_MIN - 1), measure=FLOOR) == []


def test_numbers_that_grow_by_a_share_have_the_usual_first_digits() -> None:
    numbers = [Decimal(7) * Decimal("1.07") ** power for power in range(200)]
    assert of_numbers(numbers) == []


def test_numbers_that_all_begin_alike_are_named() -> None:
    (signal,) = of_numbers([Decimal(71 + number % 9) for number in range(NUMBERS_MIN)])
    assert signal.code == "first_digits"


def test_many_round_numbers_are_named() -> None:
    numbers = [(Decimal(100) * Decimal("1.07") ** power).quantize(Decimal(1)) for power in range(NUMBERS_MIN)]
    assert of_numbers(numbers) == []
    rounded = [number - number % 100 for number in numbers]
    assert [signal.code for signal in of_numbers(rounded)] == ["round_numbers"]


@given(st.lists(st.decimals(min_value=0, max_value=10**9, places=3), max_size=NUMBERS_MIN - 1))
def test_few_numbers_say_nothing(numbers: list[Decimal]) -> None:
    assert of_numbers(numbers) == []
