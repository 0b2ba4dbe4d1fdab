"""The desk of those who review: the reports that wait, those first that are needed first, with what is unusual."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tanso.emissions import review
from tanso.emissions.models import Report
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe, overrides
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Tick, Words, plain, told, where
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.report_papers import address_of, status_lines

Line = dict[str, Any]
_SOON_DAYS = 30


def _overrides(desk: Desk, reports: Iterable[Report]) -> list[tuple[str, str]]:
    """The overrides that the days follow from which the reports are needed by."""
    years = desk.rulebook.life.years
    needed = {(years[report.year].needed_by, report.participant.phase) for report in reports}
    windows = sorted((rule[0], phase) for rule, phase in needed if rule is not None and phase is not None)
    return overrides.of_windows(desk.rulebook, windows)


@seen_by(Who.ADMINISTRATOR)
def review_queue(request: HttpRequest) -> HttpResponseBase:
    """Reports that only the administrator can settle, in the order of the day that they are needed by."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    reports = review.waiting(desk.rulebook)
    signals = review.signals_of(desk.rulebook, reports, desk.today)
    lines = [
        {
            "report": report,
            "address": address_of(desk, report),
            "year": describe.report_year(desk.rulebook, report.year, report.participant.phase),
            "needed_by": review.needed_by(desk.rulebook, report),
            "signals": [describe.here(signal.sentence) for signal in signals.get(report.pk, ())],
        }
        for report in reports
    ]
    listing = Listing(
        request=request,
        name="review",
        title=_("Reports to review"),
        rows=lines,
        columns=_columns(desk),
        order="needed",
        filters=[
            Words(name="name", label=_("Name"), narrow=told(lambda line: line["report"].participant.name)),
            Tick(name="unusual", label=_("Only unusual ones"), narrow=where(lambda line, _value: line["signals"])),
        ],
        empty=_("No report waits for you."),
        is_dense=False,
    )
    context = {"crumbs": crumbs(desk, _("Reports to review")), "overrides": _overrides(desk, reports)}
    return answer(request, "web/reports/review_queue.html", context, listing)


def _columns(desk: Desk) -> list[Column]:
    def needed(line: Line) -> cells.Cell:
        if line["needed_by"] is None:
            return cells.soft("—")
        days = (line["needed_by"] - desk.today).days
        hint = None
        if days < 0:
            hint = cells.tag(_("past"), "bad")
        elif days <= _SOON_DAYS:
            hint = cells.tag(ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}, "attention")
        return cells.Shown(cells.several([line["needed_by"], hint], between=" ").html, line["needed_by"])

    def papers(line: Line) -> cells.Cell:
        found = status_lines(desk, line["report"])
        return cells.tag(*found[-1][1:]) if found else cells.soft("—")

    def unusual(line: Line) -> cells.Cell:
        return cells.several(line["signals"], between="\n") if line["signals"] else cells.soft(_("nothing"))

    def report(line: Line) -> cells.Cell:
        return cells.link(line["year"], line["address"], about=line["report"].participant.name)

    return [
        Column(
            key="participant",
            label=_("Participant"),
            cell=lambda line: line["report"].participant.name,
            sort=lambda line: plain(line["report"].participant.name),
            width=32,
        ),
        Column(key="report", label=_("Report"), cell=report, sort=lambda line: line["report"].fiscal_year, width=28),
        Column(
            key="needed",
            label=_("Needed by"),
            cell=needed,
            sort=lambda line: line["needed_by"],
            kind=Kind.DAY,
            width=12,
        ),
        Column(key="papers", label=_("Review papers"), cell=papers),
        Column(
            key="emissions",
            label=_("Emissions"),
            cell=lambda line: line["report"].emissions_t,
            sort=lambda line: line["report"].emissions_t,
            kind=Kind.TONNES,
        ),
        Column(key="unusual", label=_("Unusual"), cell=unusual, sort=lambda line: len(line["signals"]), width=50),
    ]
