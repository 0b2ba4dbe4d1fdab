"""The calendar of a scheme: the window of each phase or year, and what falls due when a window closes.

Windows are written with their last day inside; here they are half-open periods. Everything is worked out once per
rulebook: phases and years are few, and questions about days are many. A window of each year is asked for by the year
where one of each phase is asked for by the number of the phase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH, Period
from tanso.kernel.texts import Text
from tanso.rulebook.overrides import Override
from tanso.rulebook.shapes import CalendarShape, MonthDay, PhaseShape, WindowShape
from tanso.rulebook.working_days import WorkingDays

_OFFSET = re.compile(r"(adopted|target|year)([+-][0-9]+)?")
_ONE_DAY = timedelta(days=1)
# Stand for "always before" and "never"; a year inside what an instant can say in any time zone.
BEGINNING = date(2, 1, 1)
END = date(9998, 12, 31)
# Where a scheme does not say when its year begins.
YEAR_BEGINS = f"{FISCAL_YEAR_FIRST_MONTH:02}-01"


class Dated(Protocol):
    """A parameter's value on a day, as far as the calendar asks: the value, its end, and who set it."""

    @property
    def value(self) -> Any: ...

    @property
    def end(self) -> date | None: ...

    @property
    def override(self) -> Override | None: ...


# A parameter's value on a day. Raises RulebookError where it has none.
DatedOn = Callable[[str, date], Dated]


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something that falls due by itself: at the start of `day`, `operation` for each of `subjects` of `phase`.

    `year` is the year that the window is about, 0 where the window is about the phase as a whole.
    """

    day: date
    id: str
    operation: str
    subjects: str
    phase: int
    year: int = 0


@dataclass(frozen=True, slots=True)
class Tweak:
    """A change to one window that the mutation test makes, to see that some scenario notices it."""

    removed: bool = False
    negated: bool = False
    first_day_by: int = 0
    last_day_by: int = 0


class WindowError(ValueError):
    """A window that has no days."""

    def __init__(self, window: str, reason: Text) -> None:
        self.window = window
        self.reason = reason
        super().__init__(reason.en)


class Calendar:
    """The windows of every phase and year as half-open periods, and the due items that hang on their ends."""

    def __init__(
        self,
        *,
        shape: CalendarShape,
        phases: Mapping[int, PhaseShape],
        dated_on: DatedOn,
        year_begins: str = YEAR_BEGINS,
        tweaks: Mapping[str, Tweak] | None = None,
    ) -> None:
        self._shape = shape
        self._phases = phases
        self._dated_on = dated_on
        self._year_begins = year_begins
        self._tweaks = dict(tweaks or {})
        self.working_days = WorkingDays(shape.working_days)
        self.phases = tuple(sorted(phases))
        self._phase_of_year = {year: number for number in self.phases for year in years_of(phases[number])}
        self.years = tuple(sorted(self._phase_of_year))
        self._periods: dict[tuple[str, int], Period] = {}
        self._overrides: dict[tuple[str, int], tuple[Override, ...]] = {}
        for window in shape.windows:
            for number in self.numbers(window):
                self._place(window, number, ())
        self._due = self._list_due()

    @property
    def windows(self) -> tuple[str, ...]:
        """The names of the windows, in the order of the file."""
        return tuple(self._shape.windows)

    @property
    def first_month(self) -> int:
        """The month in which the scheme's years begin."""
        return int(self._year_begins[:2])

    def numbers(self, window: str) -> tuple[int, ...]:
        """The phases, or the years, that the window is asked for by."""
        return self.years if self.is_yearly(window) else self.phases

    def is_yearly(self, window: str) -> bool:
        """Whether there is one of these windows each year, not each phase."""
        return self._shape.windows[window].each == "year"

    def phase_of_year(self, year: int) -> int:
        """The phase that a year belongs to; 0 for a year of none."""
        return self._phase_of_year.get(year, 0)

    def year_of(self, day: date) -> int:
        """The year of the scheme that the day lies in."""
        return day.year if day >= self._year_start(day.year) else day.year - 1

    def period(self, window: str, phase: int) -> Period:
        """The days of that window for that phase. Raises KeyError where the scheme has no such window or phase."""
        return self._periods[window, phase]

    def overrides(self, window: str, phase: int) -> tuple[Override, ...]:
        """The installation's overrides that the days of that window follow from; none where they are the scheme's."""
        return self._overrides.get((window, phase), ())

    def parameters_of(self, window: str) -> tuple[str, ...]:
        """The parameters that the window's days follow from, those of a window that it comes after included."""
        shape = self._shape.windows[window]
        month_days = (shape.first_day.month_day, None if shape.last_day is None else shape.last_day.month_day)
        names = [spec.parameter for spec in month_days if spec is not None and spec.parameter is not None]
        after = shape.first_day.after
        return tuple(dict.fromkeys((*names, *(self.parameters_of(after) if after else ()))))

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
        return max((number for number in self.numbers(window) if self.within(window, number, day)), default=0)

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
        return max((number for number in self.numbers(window) if self.opens(window, number) <= day), default=0)

    def due_between(self, after: date, upto: date) -> list[DueItem]:
        """What falls due after one day, up to and including another; by day, then in the order of the file."""
        return [item for item in self._due if after < item.day <= upto]

    def _list_due(self) -> list[DueItem]:
        items = []
        for name, due in self._shape.due.items():
            for number in self.numbers(due.when_closes):
                is_yearly = self.is_yearly(due.when_closes)
                phase, year = (self._phase_of_year[number], number) if is_yearly else (number, 0)
                day = self.closes(due.when_closes, number)
                items.append(DueItem(day, name, due.operation, due.subjects, phase, year))
        return sorted((item for item in items if item.day < END), key=lambda item: item.day)

    def _tweak(self, window: str) -> Tweak:
        return self._tweaks.get(window, _UNTOUCHED)

    def _place(self, window: str, number: int, waiting: tuple[str, ...]) -> Period:
        if (window, number) in self._periods:
            return self._periods[window, number]
        if window in waiting:
            raise WindowError(window, Text("自分自身の終わりを待っています", "it waits for itself"))
        shape = self._shape.windows[window]
        used: list[Override] = []
        start = self._first_day(shape, number, (*waiting, window), used)
        end = self._last_day(shape, number, start, used)
        tweak = self._tweak(window)
        first = start + tweak.first_day_by * _ONE_DAY
        after = None if end is None else end + _ONE_DAY + tweak.last_day_by * _ONE_DAY
        if after is not None and after <= first:
            which = f"{number}年度" if shape.each == "year" else f"第{number}期"
            reason = Text(
                f"{which}の末日が初日より前です", f"in {shape.each} {number} its last day is before its first"
            )
            raise WindowError(window, reason)
        period = Period(start=first, end=after)
        if tweak.removed:
            period = Period(start=None, end=None)
        self._periods[window, number] = period
        if used:
            self._overrides[window, number] = tuple(entry for at, entry in enumerate(used) if entry not in used[:at])
        return period

    def _first_day(self, shape: WindowShape, number: int, waiting: tuple[str, ...], used: list[Override]) -> date:
        first = shape.first_day
        if first.after is None:
            earliest = self._year_start(self._year(first.fiscal_year or shape.own_year, shape, number))
        else:
            other = self._place(first.after, number, waiting)
            used += self._overrides.get((first.after, number), ())
            found = other.end if other.end is not None else other.start
            # The mutation test has removed the window that this one follows: follow its year's start instead.
            earliest = found or self._year_start(self._year(shape.own_year, shape, number) + 1)
        return self._reached(first.month_day, earliest, used)

    def _last_day(self, shape: WindowShape, number: int, start: date, used: list[Override]) -> date | None:
        last = shape.last_day
        if last is None:
            return None
        earliest = start
        if last.fiscal_year is not None:
            earliest = self._year_start(self._year(last.fiscal_year, shape, number))
        return self._reached(last.month_day, earliest, used)

    def _year(self, offset: str, shape: WindowShape, number: int) -> int:
        """The year that `adopted`, `target+1`, `year-1` and so on mean for a phase or year."""
        match = _OFFSET.fullmatch(offset)
        if match is None:
            raise ValueError(f"not a fiscal year: {offset}")
        phase = self._phases[self._phase_of_year[number] if shape.each == "year" else number]
        base = {"adopted": phase.adopted, "target": phase.target, "year": number}[match[1]]
        return base + int(match[2] or 0)

    def _year_start(self, year: int) -> date:
        return on_or_after(self._year_begins, date(year, 1, 1))

    def _reached(self, spec: MonthDay, earliest: date, used: list[Override]) -> date:
        """The first day from `earliest` on by which the day of the year has come that is the value on that very day.

        So a value decides nothing about days before it holds: what has opened or closed by then stays so, and what is
        still ahead follows the new value, on its first day where that day of the year is over already. An override that
        decides goes into `used`.
        """
        if spec.parameter is None:
            return on_or_after(spec.fixed or "", earliest)
        day = earliest
        while True:
            dated = self._dated_on(spec.parameter, day)
            value = dated.value if spec.item is None else dated.value[0 if spec.item == "first" else 1]
            found = max(on_or_after(str(value), earliest), day)
            if dated.end is None or found < dated.end:
                used += [] if dated.override is None else [dated.override]
                return found
            day = dated.end


_UNTOUCHED = Tweak()


def years_of(phase: PhaseShape) -> tuple[int, ...]:
    """The years for which holders of a phase answer: those that it names, else its target year alone."""
    if phase.years is None:
        return (phase.target,)
    return tuple(range(phase.years.first, phase.years.last + 1))


def on_or_after(month_day: str, day: date) -> date:
    """The first day with that month and day (`"12-01"`) on or after `day`."""
    month, number = (int(part) for part in month_day.split("-"))
    found = date(day.year, month, number)
    return found if found >= day else date(day.year + 1, month, number)


def is_month_day(text: object) -> bool:
    """Whether the text is a day that every year has, written `"MM-DD"`."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date(2001, int(text[:2]), int(text[3:]))
    except ValueError:
        return False
    return True
