"""Working days: weekends, the holidays of a country, and the exceptions that a scheme dates."""

from __future__ import annotations

from datetime import date

import pytest

from tanso.rulebook.shapes import Reference, WorkingDaysShape
from tanso.rulebook.working_days import WorkingDays, is_country


def of(**said: object) -> WorkingDays:
    return WorkingDays(WorkingDaysShape(reference=Reference(document="T", clause="1"), **said))


# The test vectors of the UK registry that whole days can tell: Friday and 24 or 72 hours, and holidays in between.
@pytest.mark.parametrize(
    ("closed", "day", "count", "expected"),
    [
        ([], date(2021, 3, 19), 1, date(2021, 3, 22)),
        ([], date(2021, 3, 19), 3, date(2021, 3, 24)),
        ([date(2021, 5, 3)], date(2021, 5, 4), 1, date(2021, 5, 5)),
        ([date(2021, 6, day) for day in (15, 16, 17)], date(2021, 6, 14), 1, date(2021, 6, 18)),
    ],
)
def test_a_delay_skips_weekends_and_holidays(closed: list[date], day: date, count: int, expected: date) -> None:
    assert of(closed=closed).after(day, count) == expected


def test_japanese_holidays_and_the_end_of_the_year_are_no_working_days() -> None:
    days = of(holidays="JP", closed_each_year=["12-29", "12-30", "12-31", "01-02", "01-03"])
    # Greenery Day, Children's Day and the substitute for the Constitution Day of 2026, a Sunday.
    assert days.after(date(2026, 5, 1), 1) == date(2026, 5, 7)
    assert days.after(date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert not days.is_one(date(2026, 11, 23))
    assert days.is_one(date(2026, 11, 24))


def test_single_days_are_opened_and_closed() -> None:
    days = of(holidays="JP", closed=[date(2026, 11, 24)], open=[date(2026, 11, 23), date(2026, 11, 28)])
    assert days.is_one(date(2026, 11, 23))
    assert not days.is_one(date(2026, 11, 24))
    assert days.after(date(2026, 11, 27), 1) == date(2026, 11, 28)


def test_without_a_declaration_monday_to_friday_are_working_days() -> None:
    days = WorkingDays(None)
    assert [days.is_one(date(2026, 11, day)) for day in range(21, 28)] == [False, False, True, True, True, True, True]
    assert days.after(date(2026, 11, 22), 0) == date(2026, 11, 22)


def test_days_are_not_counted_backward_and_countries_are_known() -> None:
    with pytest.raises(ValueError, match="forward"):
        WorkingDays(None).after(date(2026, 11, 22), -1)
    assert is_country("JP")
    assert not is_country("XX")
