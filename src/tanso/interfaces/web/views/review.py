"""The desk of those who review: the reports that wait, those first that are needed first, with what is unusual."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanso.emissions import review
from tanso.emissions.models import Report
from tanso.interfaces.web import describe, overrides
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.report_papers import address_of, status_lines


def _overrides(desk: Desk, reports: Iterable[Report]) -> list[tuple[str, str]]:
    """The overrides that the days follow from which the reports are needed by."""
    years = desk.rulebook.life.years
    needed = {(years[report.year].needed_by, report.participant.phase) for report in reports}
    windows = sorted((rule[0], phase) for rule, phase in needed if rule is not None and phase is not None)
    return overrides.of_windows(desk.rulebook, windows)


@seen_by(Who.ADMINISTRATOR)
def review_queue(request: HttpRequest) -> HttpResponse:
    """Reports that only the administrator can settle, in the order of the day that they are needed by."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    reports = review.waiting(desk.rulebook)
    signals = review.signals_of(desk.rulebook, reports, desk.today)
    lines = []
    for report in reports:
        needed = review.needed_by(desk.rulebook, report)
        lines.append(
            {
                "report": report,
                "address": address_of(desk, report),
                "year": describe.report_year(desk.rulebook, report.year, report.participant.phase),
                "papers": status_lines(desk, report),
                "needed_by": needed,
                "days_left": None if needed is None else (needed - desk.today).days,
                "signals": [describe.here(signal.sentence) for signal in signals.get(report.pk, ())],
            }
        )
    return render(
        request,
        "web/reports/review_queue.html",
        {"crumbs": crumbs(desk, _("Reports to review")), "lines": lines, "overrides": _overrides(desk, reports)},
    )
