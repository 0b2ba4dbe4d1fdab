"""What came of each phase: all of it for the administrator, and what tells of nobody for everyone else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports.csv_file import csv_chunks
from tanso.interfaces.exports.results import per_cent, results_table, statuses_of
from tanso.interfaces.web import describe, overrides, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.downloads import named
from tanso.interfaces.web.visiting import visit_of
from tanso.kernel.prices import yen
from tanso.registry import publishing
from tanso.registry import results as registry
from tanso.registry.results import PhaseResults, Traded
from tanso.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Bar:
    """One of the bars of a phase, against the longest of them."""

    id: str
    label: str
    value_t: int
    longest_t: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a phase in words; `note` says why there is none."""

    label: str
    value: str
    note: str = ""


@seen_by(Who.ADMINISTRATOR)
def phase_results(request: HttpRequest) -> HttpResponse:
    """Results of each phase, as they stand today."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    found = registry.results(desk.scheme, desk.today)
    return render(
        request,
        "web/results/phases.html",
        {
            "crumbs": crumbs(desk, _("Results")),
            "title": _("Results of each phase"),
            "is_declared": desk.rulebook.results is not None,
            "phases": _phases(desk.rulebook, found, desk.today, is_public=False),
            "file_address": reverse("results-file", kwargs={"scheme": desk.scheme}),
            "public_address": reverse("published-results", kwargs={"scheme": desk.scheme}),
        },
    )


@seen_by(Who.ADMINISTRATOR)
def results_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return _file(desk.rulebook, registry.results(desk.scheme, desk.today), "results")


@seen_by(Who.ANYONE)
def published_results(request: HttpRequest, scheme: str) -> HttpResponse:
    """What everyone may see: phases that are over, and no figure that tells of a single holder or trade."""
    visit = visit_of(request, scheme)
    rulebook, day = _public(visit.rulebook), visit.today
    return render(
        request,
        "web/results/phases.html",
        {
            "title": _("Results of each phase"),
            "lead": describe.here(rulebook.title),
            "is_declared": True,
            "is_public": True,
            "smallest": _smallest(rulebook, day),
            "overrides": _overrides(rulebook, day),
            "phases": _phases(rulebook, publishing.published(scheme, day), day, is_public=True),
            "file_address": reverse("published-results-file", kwargs={"scheme": scheme}),
        },
    )


@seen_by(Who.ANYONE)
def published_file(request: HttpRequest, scheme: str) -> HttpResponse:
    """The same as CSV."""
    visit = visit_of(request, scheme)
    rulebook = _public(visit.rulebook)
    return _file(rulebook, publishing.published(scheme, visit.today), "published-results")


def _public(rulebook: Rulebook) -> Rulebook:
    """The rulebook, where it has results; otherwise the page does not exist."""
    if rulebook.results is None:
        raise Http404
    return rulebook


def _smallest(rulebook: Rulebook, day: date) -> int | None:
    return None if rulebook.results is None else rulebook.value(rulebook.results.smallest_group, day)


def _overrides(rulebook: Rulebook, day: date) -> list[tuple[str, str]]:
    """Whether the number that the page speaks of is the installation's own."""
    if rulebook.results is None:
        return []
    entry = rulebook.dated(rulebook.results.smallest_group, day).override
    return [] if entry is None else overrides.listed(rulebook, [entry])


def _file(rulebook: Rulebook, found: Sequence[PhaseResults], name: str) -> HttpResponse:
    content = b"".join(csv_chunks(results_table(rulebook, found), get_language() or "en"))
    return named(HttpResponse(content, content_type="text/csv; charset=utf-8"), f"{rulebook.scheme}-{name}.csv")


def _phases(rulebook: Rulebook, found: Sequence[PhaseResults], day: date, *, is_public: bool) -> list[dict[str, Any]]:
    """The phases as the page shows them, the latest first."""
    statuses = statuses_of(found)
    return [
        {
            "number": one.phase,
            "label": describe.capital(describe.here(rulebook.phases[one.phase].label)),
            "fiscal_year": rulebook.phases[one.phase].target_fy,
            "is_over": publishing.is_over(rulebook, one.phase, day),
            "is_told": one.is_told,
            "figures": _figures(one, is_public=is_public),
            "bars": _bars(one),
            "facts": _facts(one, statuses),
            "kinds": [_kind(rulebook, kind) for kind in (one.trades, *one.others) if kind.count or kind.is_trade],
        }
        for one in reversed(found)
    ]


def _figures(one: PhaseResults, *, is_public: bool) -> list[Figure]:
    """The figures that one looks for first."""
    untold = _("too few to publish") if is_public else _("no figure yet")
    rate = per_cent(one.reduction_per_mille)
    trades = one.trades
    reduction = "" if one.reduction_t is None else words.tonnes(one.reduction_t)
    volume = "" if trades.volume_t is None else words.tonnes(trades.volume_t)
    return [
        Figure(_("Target holders"), words.whole_number(one.holders)),
        Figure(
            _("Reduction"), reduction, untold if not reduction else f"{rate}{words.NO_BREAK_SPACE}%" if rate else ""
        ),
        Figure(_("Trades"), words.whole_number(trades.count)),
        Figure(_("Volume traded"), volume, "" if volume else untold),
        Figure(_("Average price a tonne"), _yen(trades), "" if _yen(trades) else untold),
    ]


def _yen(traded: Traded) -> str:
    return "" if traded.average_yen is None else describe.here(yen(traded.average_yen))


def _bars(one: PhaseResults) -> list[Bar]:
    """Base, target and actual emissions, side by side."""
    values = [
        ("base", _("Base-year emissions"), one.base_t),
        ("target", _("Target emissions"), one.target_t),
        ("actual", _("Actual emissions"), one.actual_t),
    ]
    longest_t = max([value_t for _id, _label, value_t in values if value_t is not None], default=0)
    return [
        Bar(f"phase-{one.phase}-{name}", label, value_t, max(longest_t, 1))
        for name, label, value_t in values
        if value_t is not None
    ]


def _facts(one: PhaseResults, statuses: Sequence[tuple[str, Any]]) -> list[describe.Line]:
    quantities = (
        (_("Promised reduction"), one.promised_t),
        (_("Issued"), one.issued_t),
        (_("Surrendered"), one.surrendered_t),
        (_("Cancelled"), one.cancelled_t),
    )
    lines = [describe.Line(label, words.tonnes(value_t)) for label, value_t in quantities if value_t is not None]
    counted = one.statuses or {}
    lines += [
        describe.Line(describe.here(label), words.whole_number(counted[status]))
        for status, label in statuses
        if status in counted
    ]
    if one.undecided:
        lines.append(describe.Line(_("Not decided yet"), words.whole_number(one.undecided)))
    return lines


def _kind(rulebook: Rulebook, traded: Traded) -> dict[str, Any]:
    return {
        "label": describe.transfer_kind(rulebook, traded.kind) if traded.kind else _("Trades"),
        "is_trade": traded.is_trade,
        "count": traded.count,
        "volume_t": traded.volume_t,
        "priced_count": traded.priced_count,
        "average": _yen(traded),
    }
