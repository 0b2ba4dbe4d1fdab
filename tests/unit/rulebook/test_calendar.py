"""Windows of phases: half-open, in order, and what falls due when they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.rulebook import Rulebook, RulebookError, load
from tanso.rulebook.calendar import on_or_after
from tanso.rulebook.library import shipped_schemes

ASSET = load(shipped_schemes() / "asset")
ONE_DAY = timedelta(days=1)
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2026, 1, 1))
windows = st.sampled_from(ASSET.calendar.windows)
phases = st.sampled_from(sorted(ASSET.phases))
month_days = st.dates(min_value=date(2001, 1, 1), max_value=date(2001, 12, 31)).map(lambda day: day.strftime("%m-%d"))


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ("transfer_period", date(2014, 4, 1), date(2015, 11, 30)),
        ("surrender_period", date(2014, 4, 1), date(2015, 11, 30)),
        ("banking_window", date(2015, 12, 1), date(2015, 12, 28)),
        ("jaa_issue", date(2014, 4, 1), None),
        ("rest", date(2015, 12, 1), None),
    ],
)
def test_the_windows_of_phase_2(asset: Rulebook, window: str, first: date, last: date | None):
    period = asset.calendar.period(window, 2)
    assert (period.start, period.last_day) == (first, last)


@given(window=windows, phase=phases, day=days)
def test_a_day_is_within_from_the_opening_and_before_the_closing(window: str, phase: int, day: date):
    calendar = ASSET.calendar
    inside = calendar.opens(window, phase) <= day < calendar.closes(window, phase)
    assert calendar.within(window, phase, day) == inside


@given(window=windows, day=days)
def test_a_day_is_within_any_window_when_it_is_within_the_one_of_some_phase(window: str, day: date):
    calendar = ASSET.calendar
    found = [phase for phase in ASSET.phases if calendar.within(window, phase, day)]
    assert calendar.within_any(window, day) == bool(found)
    assert calendar.phase_within(window, day) == max(found, default=0)


@given(window=windows, day=days)
def test_the_last_opened_window_has_opened_and_the_next_has_not(window: str, day: date):
    calendar = ASSET.calendar
    phase = calendar.last_opened(window, day)
    assert phase == 0 or calendar.opens(window, phase) <= day
    assert phase == max(ASSET.phases) or day < calendar.opens(window, phase + 1)


@given(window=windows, phase=phases.filter(lambda phase: phase < max(ASSET.phases)))
def test_each_phase_comes_one_year_after_the_one_before(window: str, phase: int):
    first, following = ASSET.calendar.opens(window, phase), ASSET.calendar.opens(window, phase + 1)
    assert (following.year, following.month, following.day) == (first.year + 1, first.month, first.day)


@given(first=month_days, last=month_days, phase=phases)
def test_a_banking_window_of_any_dates_follows_the_deadline_and_ends_within_a_year(first: str, last: str, phase: int):
    calendar = ASSET.with_settings({"bank_window": [first, last]}).calendar
    deadline = calendar.closes("surrender_period", phase)
    period = calendar.period("banking_window", phase)
    assert period.start is not None
    assert period.last_day is not None
    assert deadline <= period.start < deadline + timedelta(days=366)
    assert period.start <= period.last_day < period.start + timedelta(days=366)
    assert (period.start.strftime("%m-%d"), period.last_day.strftime("%m-%d")) == (first, last)


@given(month_day=month_days, year=st.integers(min_value=2000, max_value=2030))
def test_every_month_and_day_lies_once_in_a_fiscal_year(month_day: str, year: int):
    day = on_or_after(month_day, date(year, 4, 1))
    assert date(year, 4, 1) <= day < date(year + 1, 4, 1)
    assert ASSET.calendar.year_of(day) == year
    assert on_or_after(month_day, day) == day
    assert on_or_after(month_day, day + ONE_DAY).year == day.year + 1


@given(moments=st.lists(days, min_size=3, max_size=3).map(sorted))
def test_what_falls_due_is_the_same_in_one_go_and_in_two(moments: list[date]):
    start, middle, end = moments
    assert ASSET.due_between(start, middle) + ASSET.due_between(middle, end) == ASSET.due_between(start, end)


def test_what_falls_due_comes_by_its_day_and_then_in_the_order_of_the_file(asset: Rulebook):
    due = asset.due_between(date(2015, 1, 1), date(2016, 12, 31))
    assert [(item.day, item.id, item.phase) for item in due] == [
        (date(2015, 12, 1), "state_compliance", 2),
        (date(2015, 12, 29), "close_account", 2),
        (date(2016, 12, 1), "state_compliance", 3),
        (date(2016, 12, 29), "close_account", 3),
    ]
    assert asset.due_between(date(2015, 12, 1), date(2015, 12, 1)) == []


def test_a_window_of_a_phase_that_is_not_there_has_no_days(asset: Rulebook):
    assert not asset.calendar.within("transfer_period", 0, date(2014, 5, 1))
    with pytest.raises(KeyError):
        asset.calendar.opens("transfer_period", 12)


def test_the_mutants_of_a_window(asset: Rulebook):
    day, before = date(2015, 11, 30), date(2014, 3, 31)
    assert asset.without_window("transfer_period").calendar.within("transfer_period", 2, before)
    negated = asset.with_negated_window("transfer_period").calendar
    assert not negated.within("transfer_period", 2, day)
    assert negated.within("transfer_period", 2, before)
    assert not asset.with_moved_window("transfer_period", last_day_by=-1).calendar.within("transfer_period", 2, day)
    assert asset.with_moved_window("transfer_period", first_day_by=-1).calendar.within("transfer_period", 2, before)
    with pytest.raises(RulebookError):
        asset.without_window("nothing")
