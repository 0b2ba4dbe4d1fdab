"""Periods hold their first day and not their end; a fiscal year starts on 1 April."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.kernel.periods import Period, fiscal_year_of

APRIL = date(2020, 4, 1)
DECEMBER = date(2021, 12, 1)
A_DAY = timedelta(days=1)


def test_a_period_holds_its_first_day_and_the_day_before_its_end() -> None:
    period = Period(APRIL, DECEMBER)
    assert APRIL in period
    assert DECEMBER - A_DAY in period
    assert period.last_day == date(2021, 11, 30)


def test_a_period_holds_neither_the_day_before_its_start_nor_its_end() -> None:
    period = Period(APRIL, DECEMBER)
    assert APRIL - A_DAY not in period
    assert DECEMBER not in period


def test_an_open_side_has_no_bound() -> None:
    assert date.max in Period(APRIL, None)
    assert date.min in Period(None, APRIL)
    assert Period(APRIL, None).last_day is None


@pytest.mark.parametrize("end", [APRIL, APRIL - A_DAY])
def test_a_period_is_never_empty(end: date) -> None:
    with pytest.raises(ValueError, match="start < end"):
        Period(APRIL, end)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2021, 3, 31), 2020), (date(2021, 4, 1), 2021), (date(2020, 12, 31), 2020), (date(2021, 1, 1), 2020)],
)
def test_a_fiscal_year_runs_from_april_to_march(day: date, year: int) -> None:
    assert fiscal_year_of(day) == year


@given(st.dates(min_value=date(2, 1, 1), max_value=date(9998, 12, 31)))
def test_every_day_lies_in_exactly_its_fiscal_year(day: date) -> None:
    year = fiscal_year_of(day)
    assert day in Period(date(year, 4, 1), date(year + 1, 4, 1))
