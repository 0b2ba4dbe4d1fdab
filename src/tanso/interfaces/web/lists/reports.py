"""The list of reports: its columns, and what it is narrowed by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe
from tanso.interfaces.web.desk import Desk
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.filters import Choice, Filter, Words, being, having
from tanso.interfaces.web.lists.listing import Column

# A `ReportLine` of the pages of reports.
Line = Any


def columns_of(desk: Desk, *, shows_names: bool) -> list[Column]:
    """The columns of a list of reports."""

    def year(line: Line) -> cells.Cell:
        return cells.link(line.year, line.address, about=line.report.participant.name if shows_names else "")

    def paper(place: int, otherwise: str) -> Callable[[Line], cells.Cell]:
        def cell(line: Line) -> cells.Cell:
            return cells.tag(*line.papers[place][1:]) if line.papers else cells.soft(otherwise)

        return cell

    names = Column(
        key="participant",
        label=_("Participant"),
        cell=lambda line: line.report.participant.name,
        sort=("participant__name", "participant_id", "fiscal_year"),
        width=32,
    )
    verifier = Column(
        key="verifier",
        label=_("Verifier"),
        cell=lambda line: "" if line.report.verifier is None else line.report.verifier.name,
        sort="verifier__name",
        width=28,
    )
    return [
        *([names] if shows_names else []),
        Column(key="year", label=_("Report"), cell=year, sort=("fiscal_year", "participant_id"), width=28),
        Column(key="state", label=_("State"), cell=lambda line: cells.tag(line.state, line.tone), sort="state"),
        Column(key="verification", label=_("Verification report"), cell=paper(0, _("none is asked"))),
        Column(key="review", label=_("Review papers"), cell=paper(1, "—")),
        Column(
            key="emissions",
            label=_("Emissions"),
            cell=lambda line: line.report.emissions_t,
            sort="emissions_t",
            kind=Kind.TONNES,
        ),
        *([] if desk.is_verifier else [verifier]),
    ]


def filters_of(desk: Desk, *, shows_names: bool) -> list[Filter]:
    """What reports are narrowed by; by name where there are several participants."""
    life = desk.rulebook.life
    states = [(key, describe.here(label)) for key, label in life.states.items()]
    years = [(key, describe.capital(describe.report_year(desk.rulebook, key, None))) for key in life.years]
    found: list[Filter] = [
        Choice(name="state", label=_("State"), choices=states, narrow=being("state")),
        Choice(name="year", label=_("Report"), choices=years, narrow=being("year")),
    ]
    if shows_names:
        phases = [(str(one), describe.phase(desk.rulebook, one)) for one in desk.rulebook.phases]
        found.append(Words(name="name", label=_("Name"), narrow=having("participant__name", "participant__key")))
        found.append(Choice(name="phase", label=_("Phase"), choices=phases, narrow=being("participant__phase")))
    return found
