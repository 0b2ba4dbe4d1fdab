"""The calendar of a scheme: the window of each phase, and what falls due when a window closes.

Windows are written with their last day inside; here they are half-open periods. Everything is worked out once per
rulebook: phases are few, and questions about days are many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH, Period
from tanso.rulebook.shapes import CalendarShape, MonthDay, PhaseShape, WindowShape

_OFFSET = re.compile(r"(adopted|target)([+-][0-9]+)?")
_ONE_DAY = timedelta(days=1)
# Stand for "always before" and "never"; a year inside what an instant can say in any time zone.
BEGINNING = date(2, 1, 1)
END = date(9998, 12, 31)

ParameterOn = Callable[[str, date], Any]


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something that falls due by itself: at the start of `day`, `operation` for each of `subjects` of `phase`."""

    day: date
    id: str
    operation: str
    subjects: str
    phase: int


@dataclass(frozen=True, slots=True)
class Tweak:
    """A change to one window that the mutation test makes, to see that some scenario notices it."""

    removed: bool = False
    negated: bool = False
    first_day_by: int = 0
    last_day_by: int = 0


class WindowError(ValueError):
    """A window that has no days."""

    def __init__(self, window: str, reason: str) -> None:
        self.window = window
        super().__init__(reason)


class Calendar:
    """The windows of every phase as half-open periods, and the due items that hang on their ends."""

    def __init__(
        self,
        *,
        shape: CalendarShape,
        phases: Mapping[int, PhaseShape],
        parameter_on: ParameterOn,
        tweaks: Mapping[str, Tweak] | None = None,
    ) -> None:
        self._shape = shape
        self._tweaks = dict(tweaks or {})
        self.phases = tuple(sorted(phases))
        self._periods: dict[tuple[str, int], Period] = {}
        for number in self.phases:
            for window in shape.windows:
                self._place(window, phases[number], parameter_on, ())
        self._due = self._list_due()

    @property
    def windows(self) -> tuple[str, ...]:
        """The names of the windows, in the order of the file."""
        return tuple(self._shape.windows)

    def period(self, window: str, phase: int) -> Period:
        """The days of that window for that phase. Raises KeyError where the scheme has no such window or phase."""
        return self._periods[window, phase]

    def within(self, window: str, phase: int, day: date) -> bool:
        """Whether the day lies in the window of that phase; false for a phase that the scheme has not."""
        period = self._periods.get((window, phase))
        if period is None:
            return False
        return (day in period) != self._tweak(window).negated

    def within_any(self, window: str, day: date) -> bool:
        """Whether the day lies in the window of some phase."""
        return self.phase_within(window, day) > 0

    def phase_within(self, window: str, day: date) -> int:
        """The latest phase in whose window the day lies; 0 if there is none."""
        return max((phase for phase in self.phases if self.within(window, phase, day)), default=0)

    def opens(self, window: str, phase: int) -> date:
        """The first day of the window; raises KeyError without such a phase."""
        period = self._periods[window, phase]
        return (period.end or END) if self._tweak(window).negated else (period.start or BEGINNING)

    def closes(self, window: str, phase: int) -> date:
        """The first day after the window (far away where it has no end); raises KeyError without such a phase."""
        period = self._periods[window, phase]
        return (period.start or BEGINNING) if self._tweak(window).negated else (period.end or END)

    def last_opened(self, window: str, day: date) -> int:
        """The phase whose window opened last, on that day or before; 0 if none has."""
        return max((phase for phase in self.phases if self.opens(window, phase) <= day), default=0)

    def due_between(self, after: date, upto: date) -> list[DueItem]:
        """What falls due after one day, up to and including another; by day, then in the order of the file."""
        return [item for item in self._due if after < item.day <= upto]

    def _list_due(self) -> list[DueItem]:
        items = [
            DueItem(self.closes(due.when_closes, phase), name, due.operation, due.subjects, phase)
            for name, due in self._shape.due.items()
            for phase in self.phases
        ]
        return sorted((item for item in items if item.day < END), key=lambda item: item.day)

    def _tweak(self, window: str) -> Tweak:
        return self._tweaks.get(window, _UNTOUCHED)

    def _place(self, window: str, phase: PhaseShape, parameter_on: ParameterOn, waiting: tuple[str, ...]) -> Period:
        if (window, phase.number) in self._periods:
            return self._periods[window, phase.number]
        if window in waiting:
            raise WindowError(window, "it waits for itself")
        shape = self._shape.windows[window]
        start = self._first_day(shape, phase, parameter_on, (*waiting, window))
        end = _last_day(shape, phase, start, parameter_on)
        tweak = self._tweak(window)
        first = start + tweak.first_day_by * _ONE_DAY
        after = None if end is None else end + _ONE_DAY + tweak.last_day_by * _ONE_DAY
        if after is not None and after <= first:
            raise WindowError(window, f"in phase {phase.number} its last day is before its first")
        period = Period(start=first, end=after)
        if tweak.removed:
            period = Period(start=None, end=None)
        self._periods[window, phase.number] = period
        return period

    def _first_day(
        self, shape: WindowShape, phase: PhaseShape, parameter_on: ParameterOn, waiting: tuple[str, ...]
    ) -> date:
        first = shape.first_day
        if first.after is None:
            year = fiscal_year(first.fiscal_year or "target", phase)
            return in_fiscal_year(_month_day(first.month_day, year_start(year), parameter_on), year)
        other = self._place(first.after, phase, parameter_on, waiting)
        earliest = other.end if other.end is not None else other.start
        if earliest is None:
            # The mutation test has removed the window that this one follows: follow its fiscal year's start instead.
            earliest = year_start(phase.target + 1)
        return on_or_after(_month_day(first.month_day, earliest, parameter_on), earliest)


_UNTOUCHED = Tweak()


def _last_day(shape: WindowShape, phase: PhaseShape, start: date, parameter_on: ParameterOn) -> date | None:
    last = shape.last_day
    if last is None:
        return None
    if last.fiscal_year is None:
        return on_or_after(_month_day(last.month_day, start, parameter_on), start)
    year = fiscal_year(last.fiscal_year, phase)
    return in_fiscal_year(_month_day(last.month_day, year_start(year), parameter_on), year)


def _month_day(spec: MonthDay, day: date, parameter_on: ParameterOn) -> str:
    if spec.parameter is None:
        return spec.fixed or ""
    value = parameter_on(spec.parameter, day)
    if spec.item is not None:
        value = value[0 if spec.item == "first" else 1]
    return str(value)


def fiscal_year(offset: str, phase: PhaseShape) -> int:
    """The fiscal year that `adopted`, `target+1` and so on mean for a phase."""
    match = _OFFSET.fullmatch(offset)
    if match is None:
        raise ValueError(f"not a fiscal year: {offset}")
    base = phase.adopted if match[1] == "adopted" else phase.target
    return base + int(match[2] or 0)


def year_start(year: int) -> date:
    return date(year, FISCAL_YEAR_FIRST_MONTH, 1)


def on_or_after(month_day: str, day: date) -> date:
    """The first day with that month and day (`"12-01"`) on or after `day`."""
    month, number = (int(part) for part in month_day.split("-"))
    found = date(day.year, month, number)
    return found if found >= day else date(day.year + 1, month, number)


def in_fiscal_year(month_day: str, year: int) -> date:
    """The day with that month and day in a fiscal year."""
    return on_or_after(month_day, year_start(year))


def is_month_day(text: object) -> bool:
    """Whether the text is a day that every year has, written `"MM-DD"`."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date(2001, int(text[:2]), int(text[3:]))
    except ValueError:
        return False
    return True
