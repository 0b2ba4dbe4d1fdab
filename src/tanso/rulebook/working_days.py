"""Working days of a scheme: Monday to Friday without a country's holidays, and the exceptions that the scheme dates.

An instant has no hour here: what the sources count in hours is counted in whole working days, never shorter.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

from tanso.rulebook.shapes import WorkingDaysShape

_ONE_DAY = timedelta(days=1)
_FRIDAY = 4


def is_country(code: str) -> bool:
    """Whether the holidays of that country (ISO 3166, two letters) are known."""
    return code in holidays.list_supported_countries()


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


class WorkingDays:
    """Which days of a scheme are working days. Without a declaration, Monday to Friday."""

    def __init__(self, shape: WorkingDaysShape | None) -> None:
        self._country = "" if shape is None else shape.holidays or ""
        self._each_year = frozenset() if shape is None else frozenset(shape.closed_each_year)
        self._closed = frozenset() if shape is None else frozenset(shape.closed)
        self._open = frozenset() if shape is None else frozenset(shape.open)

    def is_one(self, day: date) -> bool:
        """Whether the day is a working day."""
        if day in self._open or day in self._closed:
            return day in self._open
        if day.weekday() > _FRIDAY or f"{day:%m-%d}" in self._each_year:
            return False
        return not self._country or day not in _holidays(self._country, day.year)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, whether or not that is one itself; the day where `count` is 0.

        Raises ValueError for a count below zero, or where no working day comes.
        """
        if count < 0:
            raise ValueError(f"working days are counted forward, not {count}")
        found = day
        for _ in range(count):
            found += _ONE_DAY
            while not self.is_one(found):
                found += _ONE_DAY
        return found
