"""Two versions of a report beside each other: changed cells, and what they do to the emissions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.emissions.models import Report, ReportVersion
from tanso.emissions.workbooks import RefusedFileError, compare
from tanso.interfaces.web import words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.report_papers import address_of
from tanso.interfaces.web.views.reports import report_of, title_of

_CENTIS = Decimal("0.01")


@seen_by(Who.EMISSIONS, Who.VERIFIER, Who.ADMINISTRATOR)
def compare_versions(request: HttpRequest, participant: str, year: str) -> HttpResponse:
    """The versions that the address names (`first`, `second`), or the last two."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    report = report_of(desk, participant, year)
    versions = {version.number: version for version in report.versions.all()}
    if len(versions) < 2:
        raise Http404
    first, second = (_chosen(request, name, versions, place) for name, place in (("first", 1), ("second", 0)))
    return render(
        request,
        "web/reports/compare.html",
        {
            "crumbs": crumbs(
                desk,
                (_("Reports"), reverse("reports", kwargs={"scheme": desk.scheme})),
                (title_of(desk.rulebook, report), address_of(desk, report)),
                _("Compare versions"),
            ),
            "report": report,
            "title": title_of(desk.rulebook, report),
            "numbers": sorted(versions),
            "first": first,
            "second": second,
            "difference_t": second.emissions_t - first.emissions_t,
            **_cells(desk, report, first, second),
        },
    )


def _chosen(request: HttpRequest, name: str, versions: dict[int, ReportVersion], place: int) -> ReportVersion:
    """The version that the address names; else the latest (`place` 0) or the one before it."""
    asked = request.GET.get(name, "")
    if asked.isascii() and asked.isdigit() and len(asked) < 9 and int(asked) in versions:
        return versions[int(asked)]
    return versions[sorted(versions)[-1 - place]]


def _cells(desk: Desk, report: Report, first: ReportVersion, second: ReportVersion) -> dict[str, Any]:
    """What differs between the workbooks; nothing where one of the versions is a figure alone."""
    if first.workbook is None or second.workbook is None:
        return {"has_workbooks": False}
    try:
        found = compare(bytes(first.workbook.content), bytes(second.workbook.content), desk.rulebook)
    except RefusedFileError:
        # A version of a form that the scheme has replaced since.
        return {"has_workbooks": False}
    return {
        "has_workbooks": True,
        "cells": [(change, _tonnes(change.effect_t, signed=True)) for change in found.cells],
        "points": [
            (
                change.point,
                _tonnes(change.before_t),
                _tonnes(change.after_t),
                _difference(change.before_t, change.after_t),
            )
            for change in found.points
        ],
    }


def _difference(before_t: Decimal | None, after_t: Decimal | None) -> str:
    return _tonnes((after_t or Decimal(0)) - (before_t or Decimal(0)), signed=True)


def _tonnes(value_t: Decimal | None, *, signed: bool = False) -> str:
    """Tonnes with two decimals, which is enough to look at; the workbooks have the rest."""
    if value_t is None:
        return "—"
    shown = value_t.quantize(_CENTIS, rounding=ROUND_HALF_UP)
    return f"{shown:+,}{words.NO_BREAK_SPACE}t" if signed else f"{shown:,}{words.NO_BREAK_SPACE}t"
