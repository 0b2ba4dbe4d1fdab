"""Emissions reports: the list, a report with its life, its files, and each step of the life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso import acts
from tanso.acts import Act
from tanso.emissions import queries as emissions
from tanso.emissions import review, workbooks
from tanso.emissions.models import Report, ReportStep
from tanso.emissions.permissions import may
from tanso.interfaces.web import describe, report_papers, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who, own_logins
from tanso.interfaces.web.downloads import EXCEL, file_response
from tanso.interfaces.web.forms.base import (
    ActForm,
    OptionalReasonForm,
    ReasonForm,
    RegisterReportForm,
    RequestVerificationForm,
)
from tanso.interfaces.web.forms.document_field import largest_document
from tanso.interfaces.web.forms.verification import AttachmentForm
from tanso.interfaces.web.lists import reports as report_tables
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.listing import Listing
from tanso.interfaces.web.report_papers import address_of
from tanso.kernel.outcomes import Outcome
from tanso.kernel.texts import Text
from tanso.parties import queries as parties
from tanso.rulebook import Rulebook

ROWS_A_PAGE = 25
_EVERYONE_OF_EMISSIONS = (Who.EMISSIONS, Who.VERIFIER, Who.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report as lists show it. `waits_for_me`: a step is this login's; `needed_by`: until when it must be settled,
    and `days_left` until then.
    """

    report: Report
    address: str
    year: str
    state: str
    tone: str
    waits_for_me: bool
    needed_by: date | None
    days_left: int | None
    # Where verification report and review papers stand, each with a tone, where the list shows them.
    papers: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Step:
    """A state on the straight way of a report's life, and whether it is behind, here or ahead."""

    label: str
    place: str


def tone_of(rulebook: Rulebook, report: Report) -> str:
    """How a state's tag looks: good where it is final, attention where it came back, waiting on its way."""
    if report.state in rulebook.life.final_states:
        return "good"
    if report.state == rulebook.life.initial:
        return ""
    # A state that is off the straight way (returned) asks for attention.
    return "waiting" if report.state in straight_way(rulebook, report.year) else "attention"


def straight_way(rulebook: Rulebook, year: str) -> list[str]:
    """The states that a report goes through when all goes well: the shortest way of its life to a final state."""
    life = rulebook.life
    ways = [[life.initial]]
    seen = {life.initial}
    for way in ways:  # grows while it is read: breadth first
        if way[-1] in life.final_states:
            return way
        for step in life.steps:
            if step.to and step.to not in seen and year in step.years and way[-1] in step.from_states:
                seen.add(step.to)
                ways.append([*way, step.to])
    return ways[0]


def steps_of(rulebook: Rulebook, report: Report) -> list[Step]:
    """The straight way of this report's year, with where it stands. A returned report stands before registration."""
    way = straight_way(rulebook, report.year)
    here = way.index(report.state) if report.state in way else 0
    return [
        Step(
            label=describe.report_state(rulebook, state),
            place="done" if at < here or (at == here == len(way) - 1) else "here" if at == here else "ahead",
        )
        for at, state in enumerate(way)
    ]


def operations_for(desk: Desk, report: Report) -> list[str]:
    """The steps that the report may take now and this login may take, in the order of the scheme's life."""
    return [
        operation
        for operation in desk.rulebook.life.operations_from(report.year, report.state)
        if may(desk.actor, operation, report)
    ]


def operations_onward(desk: Desk, report: Report) -> list[str]:
    """Of the steps that this login may take now, those that bring the report further on its straight way."""
    way = straight_way(desk.rulebook, report.year)
    ahead = way[way.index(report.state) + 1 :] if report.state in way else way[1:]
    life = desk.rulebook.life
    return [
        operation
        for operation in operations_for(desk, report)
        if life.next_state(operation, report.year, report.state) in ahead
    ]


def report_lines(desk: Desk, reports: Any, *, with_papers: bool = False) -> list[ReportLine]:
    """Reports as lists show them; `with_papers` of reports that were read with their history."""
    return [
        ReportLine(
            report=report,
            address=address_of(desk, report),
            year=describe.report_year(desk.rulebook, report.year, report.participant.phase),
            state=describe.report_state(desk.rulebook, report.state),
            tone=tone_of(desk.rulebook, report),
            waits_for_me=bool(operations_onward(desk, report)),
            needed_by=(needed_by := review.needed_by(desk.rulebook, report)),
            days_left=None if needed_by is None else (needed_by - desk.today).days,
            papers=report_papers.status_lines(desk, report) if with_papers else [],
        )
        for report in reports
    ]


def visible_reports(desk: Desk) -> Any:
    """The reports that a login may see: its own, those assigned to it, or all."""
    if desk.is_administrator:
        return emissions.reports(desk.scheme)
    if desk.is_verifier:
        return emissions.reports(desk.scheme, verifier_key=desk.key)
    return emissions.reports(desk.scheme, participant_key=desk.key)


def count_waiting_for_administrator(desk: Desk, state: str) -> int:
    """How many reports in this state only the administrator can settle."""
    years = {
        year
        for step in desk.rulebook.life.steps
        if step.operation in ("approve_report", "receive_report") and state in step.from_states
        for year in step.years
    }
    return int(emissions.reports(desk.scheme).filter(state=state, year__in=years).count()) if years else 0


def report_of(desk: Desk, participant: str, year: str) -> Report:
    """A report that the login may see; raises Http404 otherwise."""
    found = (
        emissions.with_history(emissions.reports(desk.scheme, participant_key=participant)).filter(year=year).first()
    )
    is_own = found is not None and (
        desk.is_administrator
        or (desk.is_verifier and found.verifier is not None and found.verifier.key == desk.key)
        or (Who.EMISSIONS in desk.who and desk.key == participant)
    )
    return own_or_404(found, is_own=is_own)


@seen_by(*_EVERYONE_OF_EMISSIONS)
def report_list(request: HttpRequest) -> HttpResponseBase:
    """The reports that concern this login, by state, year and, for who has several holders', by name."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    shows_names = desk.is_administrator or desk.is_verifier
    listing = Listing(
        request=request,
        name="reports",
        title=_("Emissions reports"),
        rows=emissions.with_history(visible_reports(desk)),
        columns=report_tables.columns_of(desk, shows_names=shows_names),
        order="participant" if shows_names else "year",
        filters=report_tables.filters_of(desk, shows_names=shows_names),
        lines=lambda rows: report_lines(desk, rows, with_papers=True),
        empty=_("There are no reports yet."),
        empty_filtered=_("No report fits. Show all, or choose something else."),
        rows_a_page=ROWS_A_PAGE,
        is_dense=False,
    )
    return answer(request, "web/reports/list.html", {"crumbs": crumbs(desk, _("Reports"))}, listing)


@seen_by(*_EVERYONE_OF_EMISSIONS)
def report_page(request: HttpRequest, participant: str, year: str) -> HttpResponse:
    """One report: where it stands, its figures and files, what can be done, and what was done by whom."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    report = report_of(desk, participant, year)
    rulebook = desk.rulebook
    buttons = [
        (describe.operation(rulebook, operation), address_of(desk, report, operation), operation)
        for operation in operations_for(desk, report)
    ]
    return render(
        request,
        "web/reports/report.html",
        {
            "crumbs": crumbs(desk, (_("Reports"), _list_address(desk)), title_of(rulebook, report)),
            "title": title_of(rulebook, report),
            "report": report,
            "state": describe.report_state(rulebook, report.state),
            "tone": tone_of(rulebook, report),
            "is_returned": report.state not in straight_way(rulebook, report.year),
            "steps": steps_of(rulebook, report),
            "opinion": describe.opinion(rulebook, report.opinion) if report.opinion else "",
            "buttons": buttons,
            "versions": [
                (version, address_of(desk, report, "report-file", number=version.number))
                for version in report.versions.all()
            ],
            "verifications": report_papers.filed(desk, report),
            "attachments": report_papers.attachments(desk, report),
            "papers": report_papers.paper_lines(desk, report),
            "statuses": report_papers.status_lines(desk, report),
            "compare_address": address_of(desk, report, "compare-versions"),
            "signals": report_papers.signals(desk, report),
            "is_correction": report.settled_t is not None and report.state not in rulebook.life.final_states,
            "history": [_history_line(desk, step) for step in report.steps.all()],
            "own_logins": own_logins(desk),
            "is_verified_year": rulebook.life.years[report.year].verified,
        },
    )


def title_of(rulebook: Rulebook, report: Report) -> str:
    """A report's name: the year that it is about, as the scheme calls it."""
    return _("Emissions report: %(year)s") % {
        "year": describe.report_year(rulebook, report.year, report.participant.phase)
    }


def _list_address(desk: Desk) -> str:
    return reverse("reports", kwargs={"scheme": desk.scheme})


def _history_line(desk: Desk, step: ReportStep) -> dict[str, Any]:
    return {
        "step": step,
        "operation": describe.operation(desk.rulebook, step.operation),
        "to": describe.report_state(desk.rulebook, step.to_state),
        "address": reverse("act", kwargs={"scheme": desk.scheme, "act_id": step.act_id}),
    }


@seen_by(*_EVERYONE_OF_EMISSIONS)
def report_file(request: HttpRequest, participant: str, year: str, number: int) -> HttpResponse:
    """The workbook of one version, as it was registered."""
    report = report_of(request.desk, participant, year)  # type: ignore[attr-defined]
    version = next((version for version in report.versions.all() if version.number == number), None)
    if version is None or version.workbook is None:
        raise Http404
    name = f"{participant}-{report.fiscal_year}-{year}-{number}.xlsx"
    return file_response(bytes(version.workbook.content), name, media_type=EXCEL)


@seen_by(*_EVERYONE_OF_EMISSIONS)
def report_form(request: HttpRequest, participant: str, year: str) -> HttpResponse:
    """The prescribed form, with what is known of the holder and the year filled in."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    report = report_of(desk, participant, year)
    if desk.rulebook.report_form is None:
        raise Http404
    new = emissions.new_form(desk.rulebook, report)
    content = workbooks.content_of(desk.rulebook, new.value, made=new.made, holder_name=new.holder_name)
    filled = workbooks.write(content.form, content.inputs, content.shown)
    return file_response(filled, f"{participant}-{report.fiscal_year}-{year}-form.xlsx", media_type=EXCEL)


class ReportAct(ActView):
    """A step of a report's life."""

    report: Report

    def find(self, **kwargs: Any) -> None:
        self.report = report_of(self.desk, kwargs["participant"], kwargs["year"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"participant": self.report.participant.key, "year": self.report.year}

    def lead(self) -> str:
        return f"{self.report.participant.name} · {title_of(self.desk.rulebook, self.report)}"

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk,
            (_("Reports"), _list_address(self.desk)),
            (title_of(self.desk.rulebook, self.report), self.back()),
            self.title(),
        )

    def back(self) -> str:
        return address_of(self.desk, self.report)

    def names(self, act: Act) -> dict[str, str]:
        names = {self.report.participant.key: self.report.participant.name}
        verifier = parties.participant(self.desk.scheme, str(act.arguments.get("verifier", "")))
        return names if verifier is None else names | {verifier.key: verifier.name}

    def phase(self) -> int | None:
        return self.report.participant.phase

    def look(self) -> Report | None:
        return emissions.report(self.desk.scheme, self.report.participant.key, self.report.year)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        state = Change(
            _("State of the report"),
            describe.report_state(self.desk.rulebook, before.state),
            describe.report_state(self.desk.rulebook, after.state),
        )
        figures = [
            Change(label, _figure(old), _figure(new))
            for label, old, new in (
                (_("Emissions in the report"), before.emissions_t, after.emissions_t),
                (_("Emissions as verified"), before.verified_t, after.verified_t),
            )
            if old != new
        ]
        return [state, *figures]

    def context(self) -> dict[str, Any]:
        facts = self.facts()
        return {"button": _("Continue to the confirmation"), "facts": facts, "confirmed_facts": facts}

    def facts(self) -> list[describe.Line]:
        """What the person needs to see to decide: the report's figures as they stand."""
        lines = [describe.Line(_("Emissions in the report"), _figure(self.report.emissions_t))]
        if self.report.verified_t is not None:
            opinion = describe.opinion(self.desk.rulebook, self.report.opinion)
            lines.append(describe.Line(_("Emissions as verified"), words.tonnes(self.report.verified_t)))
            lines.append(describe.Line(_("Opinion"), opinion))
        return lines


def _figure(value_t: int | None) -> str:
    return _("none yet") if value_t is None else words.tonnes(value_t)


class RegisterReport(ReportAct):
    who = (Who.EMISSIONS,)
    operation = "register_report"
    form_class = RegisterReportForm
    confirms = False

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """A file that is refused is answered on the spot, with every finding of the workbook and its cell."""
        form = self.form_class(request.POST, request.FILES, **self.form_options())
        content = form.uploads().get("workbook") if form.is_valid() else None
        if content is not None:
            act = self._act(form.act_id, {**self.fixed_arguments(), **form.arguments()}, form.uploads())
            outcome, _seen = acts.rehearse(act, self.look)
            if not outcome.ok:
                expected = emissions.expected_form(self.report)
                self.reading = workbooks.read(content, self.desk.rulebook, expected=expected)
                return self._show_form(form, findings=outcome.findings, status=422)
        return super().post(request, **kwargs)

    reading: workbooks.Reading | None = None

    def context(self) -> dict[str, Any]:
        findings = [] if self.reading is None else self.reading.findings
        return super().context() | {
            "button": _("Register"),
            "aside_template": "web/reports/form_download.html",
            "form_address": address_of(self.desk, self.report, "report-form"),
            "has_form": self.desk.rulebook.report_form is not None,
            "workbook_findings": [_workbook_line(found) for found in findings],
        }


def _workbook_line(found: workbooks.WorkbookFinding) -> dict[str, str]:
    """A finding of a workbook as the table shows it."""
    expected = found.expected
    return {
        "sheet": found.sheet,
        "cell": found.cell,
        "found": found.found or "",
        "expected": describe.here(expected) if isinstance(expected, Text) else expected or "",
        "message": describe.here(found.message),
        "next": describe.here(found.next_step),
        "is_refused": "yes" if found.level == "refused" else "",
    }


class AttachToReport(ReportAct):
    who = (Who.EMISSIONS,)
    operation = "attach_to_report"
    form_class: ClassVar[type[ActForm]] = AttachmentForm
    confirms = False

    def form_options(self) -> dict[str, Any]:
        return largest_document(self.desk)

    def context(self) -> dict[str, Any]:
        return super().context() | {"button": _("Attach")}


class WithdrawReport(ReportAct):
    who = (Who.EMISSIONS,)
    operation = "withdraw_report"


class RequestVerification(ReportAct):
    who = (Who.EMISSIONS,)
    operation = "request_verification"
    form_class = RequestVerificationForm

    def form_options(self) -> dict[str, Any]:
        known = parties.verifiers(self.desk.scheme)
        initial = {} if self.report.verifier is None else {"verifier": self.report.verifier.key}
        return {"verifiers": [(verifier.key, verifier.name) for verifier in known], "initial": initial}


class RequestReturn(ReportAct):
    who = (Who.EMISSIONS,)
    operation = "request_return"
    form_class = OptionalReasonForm


class RequestApproval(ReportAct):
    who = (Who.VERIFIER,)
    operation = "request_approval"


class ReturnReport(ReportAct):
    who = (Who.VERIFIER, Who.ADMINISTRATOR)
    operation = "return_report"
    form_class: ClassVar[type[ActForm]] = ReasonForm


class ApproveReport(ReportAct):
    who = (Who.ADMINISTRATOR,)
    operation = "approve_report"
    is_final = True


class ReceiveReport(ReportAct):
    who = (Who.ADMINISTRATOR,)
    operation = "receive_report"
    is_final = True
