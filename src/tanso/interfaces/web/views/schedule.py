"""The schedule of a phase as each actor sees it: what is next, and the years as a table of months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanso.interfaces.web import describe, overrides, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.rulebook.schedule import ADMINISTRATOR, ScheduleEntry

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """An entry in the table of its year: empty months, the months that it spans, empty months again."""

    label: str
    actor: str
    when: str
    place: str
    is_own: bool
    before: int
    months: int
    after: int


@seen_by(Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)
def schedule(request: HttpRequest) -> HttpResponse:
    """The schedule of one phase: a holder's own unless another is asked for."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    number, first = _phase(desk, request.GET.get("phase", "")), desk.rulebook.calendar.first_month
    entries = desk.rulebook.schedule(number)
    mine = [entry for entry in entries if entry.who == _actor(desk) and not entry.has_passed(desk.today)]
    # What ends first is due first.
    mine.sort(key=lambda entry: (entry.period.end or date.max, entry.period.start or date.min))
    return render(
        request,
        "web/schedule.html",
        {
            "crumbs": crumbs(desk, _("Schedule")),
            "phase": describe.phase(desk.rulebook, number),
            "phases": [
                (other, describe.phase(desk.rulebook, other), other == number) for other in desk.rulebook.phases
            ],
            "overrides": overrides.of_windows(
                desk.rulebook, [(entry.window, number) for entry in entries if entry.window is not None]
            ),
            "actor": _actor_name(desk, _actor(desk)),
            "next": [_bar(desk, entry) for entry in mine],
            "months": [words.month((first + at) % MONTHS_A_YEAR + 1) for at in range(-1, MONTHS_A_YEAR - 1)],
            "assumed": next((describe.here(entry.assumed) for entry in entries if entry.assumed is not None), ""),
            "years": [
                {
                    "year": words.fiscal_year(year),
                    "role": _role_of(desk, number, year),
                    "bars": [_bar(desk, entry) for entry in found],
                }
                for year, found in groupby(entries, key=lambda entry: entry.year)
            ],
        },
    )


def _phase(desk: Desk, asked: str) -> int:
    """The phase asked for, else the actor's own, else the one whose schedule touches today and was adopted last."""
    phases = desk.rulebook.phases
    if asked:
        if not asked.isascii() or not asked.isdigit() or int(asked) not in phases:
            raise Http404
        return int(asked)
    if desk.phase is not None:
        return desk.phase
    begun = [
        number
        for number in phases
        if any(entry.period.start is not None and entry.period.start <= desk.today for entry in _dated(desk, number))
    ]
    return max(begun, default=min(phases))


def _dated(desk: Desk, number: int) -> list[ScheduleEntry]:
    return [entry for entry in desk.rulebook.schedule(number) if entry.is_dated]


def _actor(desk: Desk) -> str:
    return ADMINISTRATOR if desk.participant is None else desk.participant.kind


def _actor_name(desk: Desk, who: str) -> str:
    return _("Administrator") if who == ADMINISTRATOR else describe.here(desk.rulebook.participant_kinds[who].label)


def _role_of(desk: Desk, number: int, year: int) -> str:
    """What the year is for holders of the phase: the names of the report years that it is, as the scheme has them."""
    phase = desk.rulebook.phases[number]
    found = [
        describe.report_year(desk.rulebook, name, number)
        for name, rule in desk.rulebook.life.years.items()
        if rule.fiscal_year_in(phase) == year
    ]
    return ", ".join(found)


def _bar(desk: Desk, entry: ScheduleEntry) -> Bar:
    start, last = entry.period.start, entry.period.last_day
    begins = 0 if start is None else (start.month - desk.rulebook.calendar.first_month) % MONTHS_A_YEAR
    months = MONTHS_A_YEAR - begins
    if start is not None and last is not None:
        months = min(months, (last.year - start.year) * MONTHS_A_YEAR + last.month - start.month + 1)
    return Bar(
        label=describe.here(entry.label),
        actor=_actor_name(desk, entry.who),
        when=_when(entry),
        place="past" if entry.has_passed(desk.today) else "open" if desk.today in entry.period else "ahead",
        is_own=entry.who == _actor(desk),
        before=begins,
        months=months,
        after=MONTHS_A_YEAR - begins - months,
    )


def _when(entry: ScheduleEntry) -> str:
    if not entry.is_dated:
        return describe.here(words.fiscal_year(entry.year))
    start, last = (
        "" if day is None else describe.here(words.short_day(day))
        for day in (entry.period.start, entry.period.last_day)
    )
    return _("%(first)s to %(last)s") % {"first": start, "last": last}
