"""Which days of the calendar move where values of a scheme change: what people want to see before they change one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True)
class MovedDay:
    """The first or the last day (included) of one window of a phase or year; None: it has none."""

    window: str
    number: int
    end: Literal["first", "last"]
    before: date | None
    after: date | None

    @property
    def earliest(self) -> date:
        return min(day for day in (self.before, self.after) if day is not None)


def moved_days(before: Rulebook, after: Rulebook, today: date) -> list[MovedDay]:
    """The days that move and do not lie wholly in the past, the earliest first."""
    found = []
    for window in before.calendar.windows:
        for number in before.calendar.numbers(window):
            old, new = before.calendar.period(window, number), after.calendar.period(window, number)
            found.append(MovedDay(window, number, "first", old.start, new.start))
            found.append(MovedDay(window, number, "last", old.last_day, new.last_day))
    moved = [day for day in found if day.before != day.after and _latest(day) >= today]
    return sorted(moved, key=lambda day: day.earliest)


def _latest(day: MovedDay) -> date:
    return max(found for found in (day.before, day.after) if found is not None)


def window_name(book: Rulebook, window: str, number: int) -> Text:
    """A window with its phase or year."""
    label = book.texts.text("windows", window)
    of = Text(str(number), str(number)) if book.calendar.is_yearly(window) else book.phases[number].label
    return Text(f"{label.ja}（{of.ja}）", f"{label.en} ({of.en})")
