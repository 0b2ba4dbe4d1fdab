"""How overridden values are marked on pages: which parameter, since when, why; and what an override changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tanso.interfaces.web import describe, words
from tanso.interfaces.web.acting import Change
from tanso.interfaces.web.desk import Desk
from tanso.rulebook import Rulebook
from tanso.rulebook.moving import MovedDay, moved_days, window_name
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


def listed(rulebook: Rulebook, entries: Iterable[Override]) -> list[tuple[str, str]]:
    """Each override once: the value in words, and the mark."""
    found = list(entries)
    return [
        (
            f"{describe.here(rulebook.parameters[entry.parameter].label)}: "
            f"{value(rulebook, entry.parameter, entry.value)}",
            marks(rulebook, [entry])[0],
        )
        for at, entry in enumerate(found)
        if entry not in found[:at]
    ]


def of_windows(rulebook: Rulebook, windows: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """The overrides that the days of these windows (of a phase or year) follow from."""
    calendar = rulebook.calendar
    return listed(rulebook, (entry for window, number in windows for entry in calendar.overrides(window, number)))


def to_come(desk: Desk) -> list[tuple[str, str]]:
    """Overrides that hold today or later: the value in words, and the mark."""
    rulebook = desk.rulebook
    return listed(
        rulebook,
        (
            dated.override
            for parameter in rulebook.parameters.values()
            for dated in parameter.values
            if dated.override is not None and (dated.end is None or dated.end > desk.today)
        ),
    )


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
    moved = moved_days(before, after, desk.today)
    lines += [_moved(before, day) for day in moved[:_DAYS_SHOWN]]
    if len(moved) > _DAYS_SHOWN:
        more = len(moved) - _DAYS_SHOWN
        rest = ngettext("%(number)d more day, later", "%(number)d more days, later", more) % {"number": more}
        lines.append(Change(rest, "", _("other days")))
    drives = any(entry.parameter in before.calendar.parameters_of(name) for name in before.calendar.windows)
    if drives and not moved:
        lines.append(Change(_("Windows of the calendar"), "", _("no change")))
    return lines


def _moved(rulebook: Rulebook, day: MovedDay) -> Change:
    called = {"window": describe.here(window_name(rulebook, day.window, day.number))}
    label = _("%(window)s: first day") if day.end == "first" else _("%(window)s: last day")
    return Change(label % called, _shown(day.before), _shown(day.after))


def _shown(day: date | None) -> str:
    return _("no end") if day is None else describe.here(words.short_day(day))
