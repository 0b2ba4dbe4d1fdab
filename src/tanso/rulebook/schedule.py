"""The schedule of a phase: who does what, and when, as the scheme tells it to its actors.

It reminds; it decides nothing. What an act's day allows is said by windows and checks alone. An entry lies in a window,
in a year of the phase, or in the part of a window that lies in such a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tanso.kernel.periods import Period
from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook.calendar import Calendar, on_or_after
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.model import Phase
from tanso.rulebook.shapes import ScheduleShape
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts

# The actor that is no kind of participant.
ADMINISTRATOR = "administrator"
_OFFSET = re.compile(r"(adopted|target)([+-][0-9]+)?")


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """One thing that one kind of actor does in a phase. `is_dated`: its days are known, not the year alone.

    `year` is the scheme's year in which it begins; `who` is a kind of participant or `administrator`.
    """

    id: str
    label: Text
    who: str
    period: Period
    year: int
    is_dated: bool
    clause: str
    assumed: Text | None
    window: str | None = None

    def has_passed(self, day: date) -> bool:
        """Whether its last day lies before `day`."""
        return self.period.end is not None and self.period.end <= day


def schedule(
    shapes: dict[str, ScheduleShape], phase: Phase, calendar: Calendar, texts: Texts, year_begins: str
) -> list[ScheduleEntry]:
    """The entries of a phase, by year and then in the order of the file."""
    found = [
        ScheduleEntry(
            id=name,
            label=texts.text("schedule", name),
            who=shape.who,
            period=period,
            year=calendar.year_of(period.start),
            is_dated=shape.window is not None,
            clause=f"{shape.reference.document} {shape.reference.clause}",
            assumed=None if shape.assumed is None else Text(shape.assumed.ja, shape.assumed.en),
            window=shape.window,
        )
        for name, shape in shapes.items()
        if (period := _period(shape, phase, calendar, year_begins)) is not None and period.start is not None
    ]
    return sorted(found, key=lambda entry: entry.year)


def _period(shape: ScheduleShape, phase: Phase, calendar: Calendar, year_begins: str) -> Period | None:
    """The days of an entry; None where its window does not reach into its year."""
    year = None if shape.fiscal_year is None else _days_of(_year(shape.fiscal_year, phase), year_begins)
    if shape.window is None:
        return year
    window = calendar.period(shape.window, phase.number)
    if year is None:
        return window
    starts = [start for start in (window.start, year.start) if start is not None]
    ends = [end for end in (window.end, year.end) if end is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    if start is not None and end is not None and end <= start:
        return None
    return Period(start=start, end=end)


def _year(offset: str, phase: Phase) -> int:
    match = _OFFSET.fullmatch(offset)
    if match is None:
        raise ValueError(f"not a fiscal year: {offset}")
    return (phase.adopted_fy if match[1] == "adopted" else phase.target_fy) + int(match[2] or 0)


def _days_of(year: int, year_begins: str) -> Period:
    return Period(on_or_after(year_begins, date(year, 1, 1)), on_or_after(year_begins, date(year + 1, 1, 1)))


def check_schedule(sources: Sources) -> None:
    """Actors, windows and years that must exist, and entries that have days."""
    if sources.scheme is None:
        return
    actors = [ADMINISTRATOR, *sources.scheme.participants]
    for name, shape in sources.calendar.schedule.items():
        path = ("schedule", name)
        if shape.who not in actors:
            ja, en = suggestion(shape.who, actors)
            message = Text(f"「{shape.who}」という者はいません。{ja}", f"There is no actor `{shape.who}`.{en}")
            sources.refuse("calendar", (*path, "who"), message)
        if shape.window is None and shape.fiscal_year is None:
            message = Text("window か fiscal_year が必要です。", "Write window, fiscal_year or both.")
            sources.refuse("calendar", path, message)
        if (shape.fiscal_year or "").startswith("year"):
            message = Text("年度は adopted か target から数えます。", "The year counts from adopted or target.")
            sources.refuse("calendar", (*path, "fiscal_year"), message)
        if shape.window is not None:
            _check_window(sources, (*path, "window"), shape)


def _check_window(sources: Sources, path: KeyPath, shape: ScheduleShape) -> None:
    windows = {name: window for name, window in sources.calendar.windows.items() if window.each == "phase"}
    if shape.window not in windows:
        ja, en = suggestion(str(shape.window), windows)
        message = Text(
            f"期ごとの期間「{shape.window}」はありません。{ja}", f"There is no window `{shape.window}` of a phase.{en}"
        )
        sources.refuse("calendar", path, message)
    elif windows[shape.window].last_day is None and shape.fiscal_year is None:
        message = Text(
            "終わりのない期間には fiscal_year も書いてください。", "A window without an end needs fiscal_year too."
        )
        sources.refuse("calendar", path, message)
