"""How overridden values are marked on pages: which parameter, since when, why; and what an override changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tanso.interfaces.web import describe, words
from tanso.interfaces.web.acting import Change
from tanso.interfaces.web.desk import Desk
from tanso.rulebook import Rulebook
from tanso.rulebook.overrides import Override, said, shown_value

# So many days of windows are listed one by one: those of the phases that are running, and some more.
_DAYS_SHOWN = 6


def marks(rulebook: Rulebook, overrides: Iterable[Override]) -> list[str]:
    """A sentence for each override, in the language of the page."""
    return [describe.here(said(entry, rulebook.parameters[entry.parameter].label)) for entry in overrides]


def value(rulebook: Rulebook, parameter: str, given: object) -> str:
    """A parameter's value as the page's language writes it; as it is where it is none of its type."""
    known = rulebook.parameters.get(parameter)
    if known is None:
        return str(given)
    try:
        return describe.here(shown_value(known.type, given, known.unit))
    except (ValueError, TypeError, AttributeError):
        return str(given)


def to_come(desk: Desk) -> list[tuple[str, str]]:
    """Overrides that hold today or later: the value in words, and the mark."""
    return [
        (
            f"{describe.here(parameter.label)}: {value(desk.rulebook, parameter.id, dated.value)}",
            marks(desk.rulebook, [dated.override])[0],
        )
        for parameter in desk.rulebook.parameters.values()
        for dated in parameter.values
        if dated.override is not None and (dated.end is None or dated.end > desk.today)
    ]


def changes(desk: Desk, entry: Override, before: Rulebook, after: Rulebook) -> list[Change]:
    """What an override or withdrawal changes: the value on its first day, and the windows that are not over."""
    first_day = entry.from_day or desk.today
    label = describe.here(before.parameters[entry.parameter].label)
    lines = [
        Change(
            label,
            value(before, entry.parameter, before.value(entry.parameter, first_day)),
            value(after, entry.parameter, after.value(entry.parameter, first_day)),
        )
    ]
    moved = sorted(_moved(before, after, desk.today), key=lambda found: found[0])
    lines += [change for _day, change in moved[:_DAYS_SHOWN]]
    if len(moved) > _DAYS_SHOWN:
        more = len(moved) - _DAYS_SHOWN
        rest = ngettext("%(number)d more day, later", "%(number)d more days, later", more) % {"number": more}
        lines.append(Change(rest, "", _("other days")))
    drives = any(entry.parameter in before.calendar.parameters_of(name) for name in before.calendar.windows)
    if drives and not moved:
        lines.append(Change(_("Windows of the calendar"), "", _("no change")))
    return lines


def _moved(before: Rulebook, after: Rulebook, today: date) -> Iterator[tuple[date, Change]]:
    """The first and last days of windows that move, with the earlier of both days."""
    for name in before.calendar.windows:
        for number in before.calendar.numbers(name):
            old, new = before.calendar.period(name, number), after.calendar.period(name, number)
            called = {"window": _window_name(before, name, number)}
            ends = (
                (_("%(window)s: first day") % called, old.start, new.start),
                (_("%(window)s: last day") % called, old.last_day, new.last_day),
            )
            for label, was, becomes in ends:
                days = [day for day in (was, becomes) if day is not None]
                if was != becomes and max(days) >= today:
                    yield min(days), Change(label, _shown(was), _shown(becomes))


def _window_name(rulebook: Rulebook, name: str, number: int) -> str:
    yearly = rulebook.calendar.is_yearly(name)
    phase = str(number) if yearly else describe.phase(rulebook, number)
    return _("%(window)s (%(phase)s)") % {"window": describe.window(rulebook, name), "phase": phase}


def _shown(day: date | None) -> str:
    return _("no end") if day is None else describe.here(words.short_day(day))
