"""Days and periods: half-open, with an open end where there is none. A fiscal year runs from 1 April."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

FISCAL_YEAR_FIRST_MONTH = 4


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` up to but not including `end`; `None` is an open side."""

    start: date | None
    end: date | None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"a period needs start < end, got {self.start} and {self.end}")

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    @property
    def last_day(self) -> date | None:
        """The last day inside, as people write it; None where the end is open."""
        return None if self.end is None else self.end - timedelta(days=1)


def fiscal_year_of(day: date) -> int:
    """The Japanese fiscal year (April to March) that `day` lies in."""
    return day.year if day.month >= FISCAL_YEAR_FIRST_MONTH else day.year - 1
