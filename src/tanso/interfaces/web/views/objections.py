"""Objections and disputes: filed from the record of an act, and followed on a page of their own by those concerned."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanso import acts
from tanso.acts import queries as records
from tanso.acts.models import ActRecord
from tanso.interfaces.web import describe, looks, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs, perform
from tanso.interfaces.web.desk import Desk, Who, own_logins
from tanso.interfaces.web.downloads import file_response
from tanso.interfaces.web.forms.base import ActForm
from tanso.interfaces.web.forms.cases import DecideForm, WriteForm
from tanso.interfaces.web.forms.document_field import largest_document
from tanso.interfaces.web.lists import cells, columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, being
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views.contacts import address
from tanso.kernel import papers
from tanso.kernel.outcomes import Outcome
from tanso.parties.models import Participant
from tanso.registry import objections
from tanso.registry.cases import ACKNOWLEDGED, FILED, REJECTED, UPHELD, WITHDRAWN, Objection, ObjectionPaper

_PARTIES = (Who.EMISSIONS, Who.ALLOWANCES)
_EVERYONE = (*_PARTIES, Who.ADMINISTRATOR)
_TONES = {FILED: "waiting", ACKNOWLEDGED: "attention", UPHELD: "good", REJECTED: "bad", WITHDRAWN: ""}
ABOUT_CASES = frozenset(operation.name for operation in objections.OPERATIONS)


def state_name(state: str) -> str:
    """A state of a case in words."""
    return {
        FILED: _("Filed"),
        ACKNOWLEDGED: _("Taken up"),
        UPHELD: _("Upheld"),
        REJECTED: _("Rejected"),
        WITHDRAWN: _("Case withdrawn"),
    }.get(state, state)


def takes_objections(desk: Desk) -> bool:
    """Whether the scheme has objections."""
    return "file_objection" in desk.rulebook.operations


def filing(desk: Desk, record: ActRecord) -> list[tuple[str, str]]:
    """The ways from an act's record to an objection or a dispute about it, where rules let one be filed today."""
    if desk.participant is None or not takes_objections(desk) or not desk.who & set(_PARTIES):
        return []
    rulebook, found = desk.rulebook, []
    in_time = (desk.today - record.day).days <= rulebook.value("objection_days", desk.today)
    if record.status != "done" or not in_time:
        return []
    if not desk.sees_allowances and not objections.about_emissions(rulebook, record.operation):
        return []
    is_decision = record.actor_role in ("administrator", "system")
    if is_decision and record.operation in rulebook.value("objection_operations", desk.today):
        found.append("file_objection")
    if record.operation in rulebook.value("dispute_operations", desk.today):
        found.append("file_dispute")
    return [(describe.operation(rulebook, name), address(desk, name, act_id=record.id)) for name in found]


def onward(desk: Desk, record: ActRecord) -> list[tuple[str, str]]:
    """Where an act about a case leads, and what may be filed about any other act."""
    number = record.arguments.get("objection") or record.result.get("objection")
    if record.operation in ABOUT_CASES and number and record.status != "refused":
        return [(_("To the objection or dispute"), address(desk, "objection", objection=number))]
    return filing(desk, record)


def case_of(desk: Desk, number: int) -> Objection:
    """A case that the login may see: its own, for login B those about emissions; raises Http404 otherwise."""
    found = objections.case(desk.scheme, number)
    is_own = desk.is_administrator or (
        found is not None
        and desk.participant is not None
        and desk.participant.pk in (found.participant_id, found.against_id)
        and (desk.sees_allowances or found.about_emissions)
    )
    return own_or_404(found, is_own=is_own)


def _kind(row: Objection) -> str:
    return _("Objection") if row.against_id is None else _("Dispute")


def _line(desk: Desk, row: Objection) -> dict[str, Any]:
    return {
        "row": row,
        "kind": _kind(row),
        "about": describe.operation(desk.rulebook, row.operation),
        "state": state_name(row.state),
        "tone": _TONES.get(row.state, ""),
        "is_overdue": objections.is_overdue(row, desk.today),
        "address": address(desk, "objection", objection=row.id),
    }


@seen_by(*_EVERYONE)
def case_list(request: HttpRequest) -> HttpResponseBase:
    """Cases: a participant's own, for the administrator all; what is overdue says so."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if not takes_objections(desk):
        raise Http404
    context = {
        "crumbs": crumbs(desk, _("Objections and disputes")),
        "records": address(desk, "acts"),
        "days": desk.rulebook.value("objection_days", desk.today),
    }
    return answer(request, "web/objections/list.html", context, _listing(request, desk))


def _listing(request: HttpRequest, desk: Desk) -> Listing:
    def name(row: Objection) -> cells.Cell:
        return cells.link(f"{_kind(row)} {row.id}", address(desk, "objection", objection=row.id))

    def parties(row: Objection) -> str:
        return " / ".join(side.known_as for side in (row.participant, row.against) if side is not None)

    def decided(row: Objection) -> cells.Cell:
        late = cells.tag(_("Overdue"), "bad") if objections.is_overdue(row, desk.today) else None
        return cells.Shown(cells.several([row.decide_by, late], between=" ").html, row.decide_by)

    states = [(state, state_name(state)) for state in _TONES]
    return Listing(
        request=request,
        name="objections",
        title=_("Objections and disputes"),
        rows=columns.with_names(
            objections.listed(desk.scheme, desk.participant, emissions_only=not desk.sees_allowances)
        ),
        columns=[
            Column(key="number", label=_("Number"), cell=name, sort="pk"),
            Column(
                key="about",
                label=_("Act in question"),
                cell=lambda row: describe.operation(desk.rulebook, row.operation),
                sort="operation",
                width=28,
            ),
            Column(key="participant", label=_("Filed by"), cell=parties, sort="listed_as", width=36),
            columns.day("filed", _("Filed on"), lambda row: row.filed_on, "filed_on"),
            columns.day("decided", _("Decided by"), decided, "decide_by"),
            columns.state(state_name, _TONES),
        ],
        order="-number",
        filters=[
            Choice(name="state", label=_("State"), choices=states, narrow=being("state")),
            columns.days("filed", _("Filed on"), "filed_on"),
        ],
        empty=_("There are no objections and no disputes."),
        is_dense=False,
    )


@seen_by(*_EVERYONE)
def case_page(request: HttpRequest, objection: int) -> HttpResponse:
    """One case: what was filed, what was written to and fro, and what came of it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = case_of(desk, objection)
    return render(
        request,
        "web/objections/case.html",
        {
            "crumbs": crumbs(desk, (_("Objections and disputes"), address(desk, "objections")), _title(row)),
            "title": _title(row),
            **_line(desk, row),
            "decision": address(desk, "act", act_id=row.decision),
            "buttons": _buttons(desk, row),
            "document": _document(desk, row, 0, row.document_kind),
            "papers": [
                {
                    "paper": paper,
                    "by": _("Administrator") if paper.participant is None else paper.participant.known_as,
                    "document": _document(desk, row, paper.id, paper.document_kind),
                    "kind": paper.document_kind.upper(),
                }
                for paper in row.papers.select_related("participant").order_by("id")
            ],
            "steps": [
                {
                    "step": step,
                    "state": state_name(step.to_state),
                    "address": address(desk, "act", act_id=step.act_id),
                    "correction": address(desk, "act", act_id=step.corrects_by) if step.corrects_by else "",
                }
                for step in row.steps.order_by("-id")
            ],
            "made": address(desk, "act", act_id=row.act_id),
            "document_kind": row.document_kind.upper(),
            "own_logins": own_logins(desk),
        },
    )


def _document(desk: Desk, row: Objection, paper: int, kind: str) -> str:
    return address(desk, "objection-document", objection=row.id, paper=paper) if kind else ""


def _title(row: Objection) -> str:
    return _("%(kind)s no. %(number)s") % {"kind": _kind(row), "number": row.id}


def _buttons(desk: Desk, row: Objection) -> list[tuple[str, str]]:
    operations: tuple[str, ...] = ()
    if row.state == FILED:
        operations = ("acknowledge_objection",) if desk.is_administrator else ("withdraw_objection",)
    elif row.state == ACKNOWLEDGED:
        last = "decide_objection" if desk.is_administrator else "withdraw_objection"
        operations = ("write_objection_paper", last)
    is_other_side = desk.participant is not None and row.participant_id != desk.participant.pk
    return [
        (describe.operation(desk.rulebook, name), address(desk, name, objection=row.id))
        for name in operations
        if not (is_other_side and name == "withdraw_objection")
    ]


@seen_by(*_EVERYONE)
def case_document(request: HttpRequest, objection: int, paper: int) -> HttpResponse:
    """A document of a case (paper 0: the one that it was filed with), to be kept and opened outside the browser."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = case_of(desk, objection)
    found: Objection | ObjectionPaper | None = row if paper == 0 else row.papers.filter(id=paper).first()
    if found is None or found.document is None:
        raise Http404
    name = f"{desk.scheme}-{row.id}-{paper}.{found.document_kind}"
    return file_response(bytes(found.document.content), name, media_type=papers.media_type(found.document_kind))


class WritingAct(ActView):
    """An act with a text and perhaps a document. It is performed as it is sent; a refusal comes back with the form."""

    form_class: ClassVar[type[ActForm]] = WriteForm
    confirms = False

    def form_options(self) -> dict[str, Any]:
        return largest_document(self.desk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, request.FILES, **self.form_options())
        if not form.is_valid():
            return self._show_form(form, status=422)
        files = form.uploads() | form.sealed()
        act = self._act(form.act_id, {**self.fixed_arguments(), **form.arguments()}, files)
        outcome = acts.preview(act)
        if not outcome.ok:
            return self._show_form(form, findings=outcome.findings, status=422)
        return perform(request, act)


class FileObjection(WritingAct):
    who: ClassVar[tuple[Who, ...]] = _PARTIES
    operation = "file_objection"
    record: ActRecord

    def find(self, **kwargs: Any) -> None:
        participant: Participant | None = self.desk.participant
        act_id: UUID = kwargs["act_id"]
        if participant is None or not takes_objections(self.desk):
            raise Http404
        # A try at somebody else's decision is one at its data.
        looks.saw(records.acts(self.desk.scheme).filter(id=act_id).first())
        found = objections.decision_for(self.desk.scheme, participant, act_id)
        is_own = found is not None and (
            self.desk.sees_allowances or objections.about_emissions(self.desk.rulebook, found.operation)
        )
        self.record = own_or_404(found, is_own=is_own)

    def fixed_arguments(self) -> dict[str, Any]:
        return {"decision": str(self.record.id)}

    def lead(self) -> str:
        return _("You can read here what is decided and when. Nothing changes until then.")

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Objections and disputes"), address(self.desk, "objections")), self.title())

    def back(self) -> str:
        return address(self.desk, "act", act_id=self.record.id)

    def context(self) -> dict[str, Any]:
        facts = [
            describe.Line(_("Act in question"), describe.operation(self.desk.rulebook, self.record.operation)),
            describe.Line(_("Day"), describe.here(words.long_day(self.record.day))),
        ]
        return {"button": _("File"), "facts": facts}


class FileDispute(FileObjection):
    who = (Who.ALLOWANCES,)
    operation = "file_dispute"

    def lead(self) -> str:
        return _("The other participant and the administrator read what you write, and you what they answer.")


class CaseAct(ActView):
    """An act about one case."""

    row: Objection

    def find(self, **kwargs: Any) -> None:
        self.row = case_of(self.desk, kwargs["objection"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"objection": self.row.id}

    def lead(self) -> str:
        return f"{_title(self.row)} · {describe.operation(self.desk.rulebook, self.row.operation)}"

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk,
            (_("Objections and disputes"), address(self.desk, "objections")),
            (_title(self.row), self.back()),
            self.title(),
        )

    def back(self) -> str:
        return address(self.desk, "objection", objection=self.row.id)

    def look(self) -> Objection | None:
        return objections.case(self.desk.scheme, self.row.id)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        return [Change(_("State of the case"), state_name(before.state), state_name(after.state))]

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


class AcknowledgeObjection(CaseAct):
    who = (Who.ADMINISTRATOR,)
    operation = "acknowledge_objection"


class WriteObjectionPaper(WritingAct, CaseAct):
    who = _EVERYONE
    operation = "write_objection_paper"

    def context(self) -> dict[str, Any]:
        return {"button": _("Send")}


class WithdrawObjection(CaseAct):
    who = _PARTIES
    operation = "withdraw_objection"
    is_final = True

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        if self.desk.participant is None or self.row.participant_id != self.desk.participant.pk:
            raise Http404


class DecideObjection(CaseAct):
    who = (Who.ADMINISTRATOR,)
    operation = "decide_objection"
    form_class: ClassVar[type[ActForm]] = DecideForm
    is_final = True

    def form_options(self) -> dict[str, Any]:
        return {"names": {name: state_name(name) for name in objections.OUTCOMES}}
