"""The home page of each kind of login: where things stand, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import queries as acts
from tanso.emissions import queries as emissions
from tanso.emissions import review
from tanso.interfaces.web import deadlines, describe, overrides, proposing
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.next_steps import NextStep, next_steps
from tanso.interfaces.web.views import accounts, reports
from tanso.interfaces.web.views.publishing import notice_line, notices_for
from tanso.interfaces.web.views.records import visible_acts
from tanso.interfaces.web.views.results import Bar
from tanso.interfaces.web.visiting import Visit
from tanso.interfaces.web.windows import Window, windows_for, windows_of
from tanso.ledger import checks
from tanso.notices import queries as mails
from tanso.notices import questions
from tanso.parties import contact_changes, organisation_changes
from tanso.parties.applications import queries as registrations
from tanso.parties.applications.models import SUBMITTED
from tanso.parties.models import Participant
from tanso.registry import applications, objections, overview
from tanso.registry import queries as registry
from tanso.registry.cases import OPEN as OPEN_CASES
from tanso.registry.models import WAITING
from tanso.registry.queries import Standing

REPORTS = 20
LATEST = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures of the home page. Blank until `value_t` or `status` is there; `note` says why.

    `remark` stands below a figure that is there.
    """

    label: str
    value_t: int | None
    note: str
    status: str = ""
    tone: str = ""
    remark: str = ""

    @property
    def is_blank(self) -> bool:
        return self.value_t is None and not self.status

    @property
    def said_below(self) -> str:
        """Why it is blank or what its status means; else the remark."""
        return self.note if self.is_blank or self.status else self.remark


@seen_by(Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)
def home(request: HttpRequest) -> HttpResponse:
    """Home. What it shows depends on the kind of login; a login for emissions alone sees no allowance figure."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if desk.is_administrator:
        return render(request, "web/home/administrator.html", _administrator(desk))
    if desk.is_verifier:
        return render(request, "web/home/verifier.html", _verifier(desk))
    return render(request, "web/home/participant.html", _participant(desk))


def _participant(desk: Desk) -> dict[str, Any]:
    participant = desk.participant
    assert participant is not None  # noqa: S101 -- only participants come here
    standing = registry.standing(desk.scheme, desk.key, desk.today) if desk.sees_allowances else None
    own_reports = list(emissions.reports(desk.scheme, participant_key=desk.key)) if Who.EMISSIONS in desk.who else []
    approved = emissions.approved_t([participant.pk]).get(participant.pk, {}) if Who.EMISSIONS in desk.who else {}
    return {
        "participant": participant,
        "phase": "" if participant.phase is None else describe.phase(desk.rulebook, participant.phase),
        "standing": standing,
        "kind": "" if standing is None else accounts.account_kind(desk, standing),
        "figures": _figures(desk, standing, approved) if participant.phase is not None else [],
        "emissions": _emissions(desk, standing, approved),
        "steps": next_steps(desk, own_reports, standing),
        "lines": reports.report_lines(desk, own_reports),
        "holdings": _holdings(desk, standing),
        "windows": [] if standing is None else _windows(desk, participant),
        "overrides": overrides.to_come(desk),
        "records": _latest(desk),
        "refused_address": reverse("acts", kwargs={"scheme": desk.scheme}) + "?status=refused",
        "notices": _notices(desk),
    }


def _windows(desk: Desk, participant: Participant) -> list[Window]:
    """The calendar of the participant's phase; without one, what is open for participants of its kind."""
    if participant.phase is None:
        return windows_for(desk.rulebook, desk.today, participant.kind)
    return windows_of(desk.rulebook, desk.today, participant.phase)


def _emissions(desk: Desk, standing: Standing | None, approved: Mapping[str, int]) -> dict[str, Any] | None:
    """One's own emissions side by side, with the promised ones between them; None before anything was approved.

    What was promised tells what was allocated, so a login for emissions alone does not see it.
    """
    if not approved:
        return None
    years = [
        (f"emissions-{year}", describe.capital(describe.report_year(desk.rulebook, year, desk.phase)), approved[year])
        for year in desk.rulebook.life.years
        if year in approved
    ]
    aim_t = None if standing is None else standing.aim_t
    if aim_t is not None:
        years.insert(1, ("emissions-aim", _("Emissions at the target"), aim_t))
    longest_t = max(*(value_t for _id, _label, value_t in years), 1)
    actual_t = None if standing is None else standing.target_t
    return {
        "bars": [Bar(bar_id, label, value_t, longest_t) for bar_id, label, value_t in years],
        "below_t": max(0, aim_t - actual_t) if aim_t is not None and actual_t is not None else None,
        "above_t": max(0, actual_t - aim_t) if aim_t is not None and actual_t is not None else None,
    }


def _figures(desk: Desk, standing: Standing | None, approved: Mapping[str, int]) -> list[Figure]:
    """The figures that the old system's home page showed, in its words; without allowances, the emissions alone."""
    years = desk.rulebook.life.years
    figures = [
        Figure(
            label=_("%(year)s emissions") % {"year": describe.report_year(desk.rulebook, year, desk.phase)},
            value_t=approved.get(year),
            note=_("Shown after the approval of the report"),
        )
        for year in years
        if years[year].verified
    ]
    if standing is None:
        return figures
    allocation = describe.allocation_unit(desk.rulebook, None)
    issued = Figure(
        label=_("%(unit)s issued") % {"unit": allocation},
        value_t=standing.issued_t,
        note=_("Shown after the issue"),
    )
    compliance = Figure(
        label=_("Compliance with the target"),
        value_t=None,
        status=accounts.compliance_name(standing.compliance) if standing.target_t is not None else "",
        tone=compliance_tone(standing.compliance),
        note=_("The target is met when as much is surrendered as was emitted in the target year"),
    )
    if standing.target_t is None and standing.compliance == "non_compliant":
        compliance = Figure(
            label=compliance.label,
            value_t=None,
            status=accounts.compliance_name(standing.compliance),
            tone="bad",
            note=_("No approved report by the deadline"),
        )
    return [*figures[:1], issued, *figures[1:], *_surrendered(desk, standing), compliance]


def _surrendered(desk: Desk, standing: Standing) -> list[Figure]:
    """What was surrendered, and what still has to be, with the days that are left, or was missing in the end."""
    still_t = standing.shortfall_t if standing.still_to_surrender_t is None else standing.still_to_surrender_t
    period = standing.surrender_period
    last_day = standing.additional_until or (None if period is None else period.last_day)
    remark = ""
    if still_t and last_day is not None and desk.today <= last_day:
        remark = deadlines.until(last_day, desk.today)
    return [
        Figure(
            label=_("Surrendered"),
            value_t=None if standing.issued_t is None and standing.target_t is None else standing.surrendered_t,
            note=_("Shown after the issue"),
        ),
        Figure(
            label=_("Still to surrender") if standing.missed_t is None else _("Missing at the deadline"),
            value_t=None if standing.target_t is None else still_t,
            note=_("Shown after the approval of the report"),
            remark=remark,
        ),
    ]


def compliance_tone(status: str | None) -> str:
    """How the tag of a state of compliance looks."""
    return {"compliant": "good", "non_compliant": "bad", "pending": "waiting"}.get(status or "", "")


def _holdings(desk: Desk, standing: Standing | None) -> list[tuple[str, int]]:
    if standing is None:
        return []
    return [
        (describe.unit_of(desk.rulebook, holding.unit_class.unit_type, holding.unit_class.phase), holding.quantity_t)
        for holding in standing.holdings
    ]


def _notices(desk: Desk) -> list[dict[str, Any]]:
    """The first notices for the login: those for everybody, and those for participants like it."""
    visit = Visit(desk.scheme, desk.rulebook, desk.today, desk)
    return [notice_line(desk.rulebook, notice) for notice in notices_for(visit)[:LATEST]]


def _latest(desk: Desk) -> list[describe.ActLine]:
    return describe.act_lines(desk.rulebook, visible_acts(desk)[:LATEST])


def _verifier(desk: Desk) -> dict[str, Any]:
    assigned = emissions.reports(desk.scheme, verifier_key=desk.key)
    lines = reports.report_lines(desk, assigned.exclude(state__in=desk.rulebook.life.final_states))
    mine = [line for line in lines if line.waits_for_me]
    # What is needed first comes first.
    mine.sort(key=lambda line: line.needed_by or date.max)
    return {
        "count": len(mine),
        # Who has more finds them all in the list.
        "mine": mine[:REPORTS],
        "otherwise": _otherwise(desk, mine[:REPORTS]),
        "soon": deadlines.SOON_DAYS,
        "others": [line for line in lines if not line.waits_for_me][:REPORTS],
        "overrides": overrides.to_come(desk),
        "records": _latest(desk),
        "refused_address": reverse("acts", kwargs={"scheme": desk.scheme}) + "?status=refused",
        "notices": _notices(desk),
    }


def _otherwise(desk: Desk, lines: list[reports.ReportLine]) -> list[tuple[str, str]]:
    """What happens where reports are not approved in time, once for each year: which, and what."""
    found: dict[str, tuple[str, str]] = {}
    for line in lines:
        stage = deadlines.of_report(desk.rulebook, line.report)
        said = "" if stage is None else deadlines.otherwise(desk.rulebook, stage)
        if said:
            year = describe.capital(describe.report_year(desk.rulebook, line.report.year, None))
            found.setdefault(line.report.year, (year, said))
    return list(found.values())


def _administrator(desk: Desk) -> dict[str, Any]:
    standings = registry.standings(desk.scheme, desk.today)
    holders = [standing for standing in standings if standing.participant.phase is not None]
    counts = dict.fromkeys(("compliant", "pending", "non_compliant"), 0)
    for standing in holders:
        if standing.compliance in counts:
            counts[standing.compliance] += 1

    def at(name: str, query: str = "") -> str:
        return reverse(name, kwargs={"scheme": desk.scheme}) + query

    waiting = {
        state: number
        for state in desk.rulebook.life.states
        if (number := reports.count_waiting_for_administrator(desk, state))
    }
    queue = [
        (
            _("Reports: %(state)s") % {"state": describe.report_state(desk.rulebook, state)},
            number,
            at("reports", f"?state={state}"),
        )
        for state, number in waiting.items()
    ]
    ready = sum(1 for standing in holders if standing.base_t is not None and standing.issued_t is None)
    queue += [
        *_registrations(desk, at("registrations")),
        (_("Holders with an approved base year and nothing issued"), ready, at("standings", "?show=ready")),
        (_("Reports to review, by the day that they are needed"), sum(waiting.values()), at("review-queue")),
        (_("Proposals that wait for a second person"), proposing.waiting(desk).count(), at("proposals")),
        *_applications(desk, at("applications")),
        *_contact_changes(desk, at("contact-changes")),
        *_questions(desk, at("questions")),
        *_cases(desk, at),
        (_("Banking applications"), len(registry.waiting_banking(desk.scheme)), at("banking")),
        (_("Mails that could not be sent"), mails.failed_sendings(desk.scheme), at("mails", "?state=failed")),
        (_("Overridden parameters"), len(overrides.to_come(desk)), at("parameters")),
        (_("Differences in the ledger"), checks.open_findings().count(), at("ledger-check")),
    ]
    return {
        "queue": queue,
        "urgent": _urgent(desk, at("review-queue")),
        "counts": [
            (accounts.compliance_name(status), number, at("standings", f"?show={status}"), compliance_tone(status))
            for status, number in counts.items()
        ],
        "holders": len(holders),
        "totals": _totals(holders),
        "overview_address": at("overview") if overview.has_phases(desk.rulebook) else "",
        "refused": describe.act_lines(desk.rulebook, acts.refused_acts(desk.scheme)[:LATEST]),
        "refused_address": at("acts", "?status=refused"),
        "records": describe.act_lines(desk.rulebook, acts.acts(desk.scheme)[:LATEST]),
    }


def _urgent(desk: Desk, address: str) -> NextStep | None:
    """The report that is needed first of those that the administrator settles: by when, and what happens if not."""
    found = [
        (stage.last_day, year, phase, stage)
        for year, phase in review.years_waiting(desk.rulebook)
        if (stage := deadlines.of_reports(desk.rulebook, phase, year)) is not None and stage.last_day is not None
    ]
    if not found:
        return None
    _day, _year, phase, stage = min(found, key=lambda each: each[:3])
    return NextStep(
        tone="warning" if deadlines.is_urgent(stage, desk.today) else "next",
        title=_("Review first: %(report)s, %(phase)s")
        % {
            "report": deadlines.title_of(desk.rulebook, stage, phase),
            "phase": describe.phase(desk.rulebook, phase),
        },
        text=deadlines.in_sentences(desk.rulebook, stage, desk.today),
        button=_("Reports to review"),
        address=address,
    )


def _registrations(desk: Desk, address: str) -> list[tuple[str, int, str]]:
    """How many applications for registration wait, where the scheme takes any."""
    if desk.rulebook.registration is None:
        return []
    waiting = registrations.listed(desk.scheme, state=SUBMITTED)
    return [(_("Applications for registration"), waiting.count(), address)]


def _cases(desk: Desk, at: Callable[[str], str]) -> list[tuple[str, int, str]]:
    """How many changes of names, objections and disputes are open, where the scheme has any."""
    found = []
    if "announce_organisation_change" in desk.rulebook.operations:
        names = organisation_changes.listed(desk.scheme).filter(state__in=organisation_changes.OPEN)
        found.append((_("Changes of company names"), names.count(), at("company-changes")))
    if "file_objection" in desk.rulebook.operations:
        cases = objections.listed(desk.scheme).filter(state__in=OPEN_CASES)
        found.append((_("Objections and disputes"), cases.count(), at("objections")))
    return found


def _contact_changes(desk: Desk, address: str) -> list[tuple[str, int, str]]:
    """How many wishes for other contact data wait, where the scheme takes any."""
    if "request_contact_change" not in desk.rulebook.operations:
        return []
    return [(_("Changes of contacts"), contact_changes.listed(desk.scheme, state=WAITING).count(), address)]


def _applications(desk: Desk, address: str) -> list[tuple[str, int, str]]:
    """How many applications for units wait, where the scheme takes any."""
    if "apply_for_units" not in desk.rulebook.operations:
        return []
    return [(_("Applications for units"), applications.listed(desk.scheme, state=WAITING).count(), address)]


def _questions(desk: Desk, address: str) -> list[tuple[str, int, str]]:
    """How many questions wait for an answer, where the scheme takes any."""
    if "answer_question" not in desk.rulebook.operations:
        return []
    return [(_("Questions"), questions.count_waiting(desk.scheme), address)]


def _totals(holders: list[Standing]) -> dict[str, int]:
    return {
        "base_t": sum(standing.base_t or 0 for standing in holders),
        "issued_t": sum(standing.issued_t or 0 for standing in holders),
        "target_t": sum(standing.target_t or 0 for standing in holders),
        "surrendered_t": sum(standing.surrendered_t for standing in holders),
    }
