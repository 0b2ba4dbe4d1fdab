"""Reminders: which deadline, how many days before it, whom it concerns still, and which mail says so.

A reminder of the calendar has a mail of its own among the events, `reminder.<name>`. Its days follow from the deadline
and from parameters; nothing here knows who takes part. A reminder that nobody needs any more is not sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tanso.kernel.texts import Text
from tanso.rulebook.conditions import Condition, Environment, suggestion
from tanso.rulebook.shapes import ReminderShape
from tanso.rulebook.sources import Sources

if TYPE_CHECKING:
    from tanso.rulebook.book import Rulebook

OPERATION = "remind"
EVENT = "reminder."


@dataclass(frozen=True, slots=True)
class ReminderItem:
    """A reminder that is sent at the start of `day`, `days_left` days before the deadline `last_day` of a phase.

    `year` is that of the reports it is about, or empty; `figure` the derived quantity that it tells, or empty.
    `fiscal_year` is the year that the window is one of, and the phase that year's; 0 for a window of a whole phase.
    """

    day: date
    id: str
    phase: int
    last_day: date
    days_left: int
    subjects: str
    year: str
    figure: str
    fiscal_year: int = 0

    @property
    def event(self) -> str:
        """The event whose mail it is."""
        return EVENT + self.id


def items(book: Rulebook, shapes: Mapping[str, ReminderShape]) -> list[ReminderItem]:
    """All reminders of all phases and years, by day and then in the order of the file; the longest notice first."""
    found = [
        item
        for name, shape in shapes.items()
        for number in (book.phases if shape.window is None else book.calendar.numbers(shape.window))
        for item in _items(book, name, shape, number)
    ]
    return sorted(found, key=lambda item: item.day)


def _items(book: Rulebook, name: str, shape: ReminderShape, number: int) -> Iterator[ReminderItem]:
    """The reminders of a phase, or of a year where the window is one of each year."""
    is_yearly = shape.window is not None and book.calendar.is_yearly(shape.window)
    last_day = _deadline(book, shape, number)
    if last_day is None:
        return
    before = {int(book.value(parameter, last_day)) for parameter in shape.days_before}
    for days in sorted(before, reverse=True):
        yield ReminderItem(
            day=last_day - timedelta(days=days),
            id=name,
            phase=book.calendar.phase_of_year(number) if is_yearly else number,
            last_day=last_day,
            days_left=days,
            subjects=shape.subjects,
            year=shape.year or "",
            figure=shape.figure or "",
            fiscal_year=number if is_yearly else 0,
        )


def _deadline(book: Rulebook, shape: ReminderShape, number: int) -> date | None:
    """The last day of the window or of the entry of the schedule; None where it has none in this phase or year."""
    if shape.window is not None:
        return book.calendar.period(shape.window, number).last_day
    entries = {entry.id: entry for entry in book.schedule(number)}
    entry = entries.get(shape.schedule or "")
    return None if entry is None else entry.period.last_day


def conditions(sources: Sources, environment: Environment) -> dict[str, Condition]:
    """Whom each reminder concerns still."""
    return {
        name: Condition(environment, shape.condition, "bool", f"reminders.{name}.condition")
        for name, shape in sources.calendar.reminders.items()
    }


def check_reminders(sources: Sources) -> None:
    """Deadlines, parameters, years, figures and mails that must exist, and the operation that sends them."""
    if sources.scheme is None:
        return
    for name, shape in sources.calendar.reminders.items():
        path = ("reminders", name)
        if (shape.window is None) == (shape.schedule is None):
            message = Text("window か schedule のどちらか一つが必要です。", "Write one of window and schedule.")
            sources.refuse("calendar", path, message)
        # Who answers year by year is reminded of windows of each year, and nobody else is.
        each_is = "year" if shape.subjects == "obligations" else "phase"
        windows = [window for window, each in sources.calendar.windows.items() if each.each == each_is]
        whole = [parameter for parameter, each in sources.parameters.items() if each.type == "int"]
        for key, given, known in (
            ("window", [shape.window], windows),
            ("schedule", [shape.schedule], list(sources.calendar.schedule)),
            ("days_before", shape.days_before, whole),
            ("year", [shape.year], list(sources.reports.years)),
            ("figure", [shape.figure], list(sources.derived)),
        ):
            for value in given:
                if value is not None and value not in known:
                    _refuse_unknown(sources, (*path, key), value, known)
        if shape.subjects == "obligations" and shape.schedule is not None:
            message = Text(
                "obligations には window が必要です。", "`window` goes with obligations; a schedule has no years."
            )
            sources.refuse("calendar", (*path, "schedule"), message)
        if (shape.subjects == "reports") != (shape.year is not None):
            message = Text("reports には year が必要です。", "`year` goes with reports, and only with them.")
            sources.refuse("calendar", path, message)
        if EVENT + name not in sources.events:
            _refuse_unknown(sources, path, EVENT + name, list(sources.events))
        if OPERATION not in sources.scheme.operations:
            _refuse_unknown(sources, path, OPERATION, list(sources.scheme.operations))


def _refuse_unknown(sources: Sources, path: tuple[str, ...], name: str, known: list[str]) -> None:
    ja, en = suggestion(name, known)
    sources.refuse("calendar", path, Text(f"「{name}」がありません。{ja}", f"There is no `{name}` for it.{en}"))
