"""The windows of the calendar as pages list them: of one phase, or those that are open on a day and that come next."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tanso.interfaces.web import describe, overrides
from tanso.kernel.periods import Period
from tanso.rulebook import Rulebook
from tanso.rulebook.overrides import Override

_Found = tuple[str, Period, tuple[Override, ...]]


@dataclass(frozen=True, slots=True)
class Window:
    """A window of the phase's calendar, and whether it is past, open or ahead."""

    label: str
    first_day: date | None
    last_day: date | None
    place: str
    marks: tuple[str, ...] = ()


def windows_of(rulebook: Rulebook, day: date, phase: int | None) -> list[Window]:
    """The windows of a phase in order of their first day; without a phase, those of all phases that are open today."""
    calendar = rulebook.calendar
    if phase is None:
        return _listed(rulebook, day, _open_on(rulebook, day))
    found = [
        (describe.window(rulebook, name), calendar.period(name, phase), calendar.overrides(name, phase))
        for name in calendar.windows
        if not calendar.is_yearly(name)
    ]
    return _listed(rulebook, day, found)


def windows_for(rulebook: Rulebook, day: date, kind: str) -> list[Window]:
    """The windows open today in which participants of a kind do something, as the schedule has it; all without one."""
    entries = [entry for phase in rulebook.phases for entry in rulebook.schedule(phase)]
    own = {entry.window for entry in entries if entry.who == kind and entry.window is not None}
    return _listed(rulebook, day, _open_on(rulebook, day, own or None))


def windows_to_come(rulebook: Rulebook, day: date, most: int) -> list[Window]:
    """The next windows of any phase that have not begun, the first of them first."""
    return _listed(
        rulebook,
        day,
        [found for found in _all(rulebook) if found[1].start is not None and found[1].start > day],
    )[:most]


def _listed(rulebook: Rulebook, day: date, found: list[_Found]) -> list[Window]:
    windows = [
        Window(
            label=label,
            first_day=period.start,
            last_day=period.last_day,
            place="open" if day in period else "past" if period.end is not None and period.end <= day else "ahead",
            marks=tuple(overrides.marks(rulebook, entries)),
        )
        for label, period, entries in found
    ]
    return sorted(windows, key=lambda window: (window.first_day or date.min, window.last_day or date.max))


def _all(rulebook: Rulebook) -> list[_Found]:
    """Each window of each phase or year, with its phase in words."""
    calendar = rulebook.calendar
    return [
        (_named(rulebook, name, number), calendar.period(name, number), calendar.overrides(name, number))
        for name in calendar.windows
        for number in calendar.numbers(name)
    ]


def _open_on(rulebook: Rulebook, day: date, only: Container[str] | None = None) -> list[_Found]:
    """Each window that the day lies in, with its phase; of those without an end, the one that opened last."""
    calendar = rulebook.calendar
    found = []
    for name in calendar.windows:
        if only is not None and name not in only:
            continue
        for number in calendar.numbers(name):
            period = calendar.period(name, number)
            is_past = period.end is None and calendar.last_opened(name, day) != number
            if day in period and not is_past:
                found.append((_named(rulebook, name, number), period, calendar.overrides(name, number)))
    return found


def _named(rulebook: Rulebook, name: str, number: int) -> str:
    said = str(number) if rulebook.calendar.is_yearly(name) else describe.phase(rulebook, number)
    return _("%(window)s (%(phase)s)") % {"window": describe.window(rulebook, name), "phase": said}
