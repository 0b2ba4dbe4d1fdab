"""Applications for units on evidence: the holder's form and list, the administrator's desk, and the document."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso import acts
from tanso.acts import Act
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs, perform
from tanso.interfaces.web.desk import Desk, Who, own_logins
from tanso.interfaces.web.downloads import file_response
from tanso.interfaces.web.forms.applications import ApplyForUnitsForm
from tanso.interfaces.web.forms.base import ActForm, ReasonForm
from tanso.interfaces.web.forms.document_field import largest_document
from tanso.interfaces.web.lists import columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, being
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views import accounts
from tanso.kernel import papers
from tanso.kernel.outcomes import Outcome
from tanso.ledger import queries as ledger
from tanso.registry import applications
from tanso.registry import queries as registry
from tanso.registry.models import ISSUED, REFUSED, WAITING, WITHDRAWN, UnitApplication
from tanso.rulebook.model import UnitType

_OF_ALLOWANCES = (Who.ALLOWANCES, Who.ADMINISTRATOR)
_TONES = {WAITING: "waiting", ISSUED: "good", REFUSED: "bad", WITHDRAWN: ""}


def state_name(state: str) -> str:
    """A state of an application in words."""
    return {
        WAITING: _("Waiting"),
        ISSUED: _("Units issued"),
        REFUSED: _("Application refused"),
        WITHDRAWN: _("Application withdrawn"),
    }.get(state, state)


def units_on_evidence(desk: Desk) -> list[UnitType]:
    """The units that holders apply for, where the scheme has such units and takes applications."""
    if "apply_for_units" not in desk.rulebook.operations:
        return []
    return [unit for unit in desk.rulebook.units.values() if unit.evidence_kinds and not unit.has_phase]


def application_of(desk: Desk, number: int) -> UnitApplication:
    """An application that the login may see, its own or for the administrator any; raises Http404 otherwise."""
    found = applications.application(desk.scheme, number)
    is_own = found is not None and (
        desk.is_administrator or (Who.ALLOWANCES in desk.who and found.participant.key == desk.key)
    )
    return own_or_404(found, is_own=is_own)


def address_of(desk: Desk, number: int, name: str = "application") -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, "application": number})


@seen_by(*_OF_ALLOWANCES)
def application_list(request: HttpRequest) -> HttpResponseBase:
    """A holder's own applications; for the administrator all, those that wait unless asked otherwise."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    states = [(name, state_name(name)) for name in _TONES]
    first = WAITING if desk.is_administrator else ""
    listing = Listing(
        request=request,
        name="applications",
        title=_("Applications for units"),
        rows=columns.with_names(applications.listed(desk.scheme, None if desk.is_administrator else desk.key)),
        columns=_columns(desk),
        order="-number",
        filters=[
            Choice(name="state", label=_("State"), choices=states, narrow=being("state"), first=first),
            *([columns.names()] if desk.is_administrator else []),
            columns.days("applied", _("Applied on"), "applied_on"),
        ],
        empty=_("There are no such applications."),
        empty_filtered=_("There are no such applications."),
        is_dense=False,
    )
    context = {
        "crumbs": crumbs(desk, _("Applications for units")),
        "units": [] if desk.is_administrator else _choices(desk, _own_number(desk)),
    }
    return answer(request, "web/applications/list.html", context, listing)


def _columns(desk: Desk) -> list[Column]:
    def evidence(row: UnitApplication) -> str:
        return f"{describe.evidence_kind(desk.rulebook, row.kind)} {row.as_given}"

    found = [
        columns.numbered(_("Number"), _("Application"), lambda row: row.id, lambda row: address_of(desk, row.id)),
        Column(key="unit", label=_("Unit"), cell=lambda row: describe.unit(desk.rulebook, row.unit), sort="unit"),
        Column(
            key="quantity", label=_("Quantity"), cell=lambda row: row.quantity_t, sort="quantity_t", kind=Kind.TONNES
        ),
        Column(key="evidence", label=_("Evidence"), cell=evidence, width=36),
        columns.day("applied", _("Applied on"), lambda row: row.applied_on, "applied_on"),
        columns.state(state_name, _TONES),
    ]
    if desk.is_administrator:
        found.insert(1, columns.participant(lambda row: row.participant))
    return found


def _own_number(desk: Desk) -> str:
    account = registry.account_of(desk.scheme, desk.key)
    if account is None:
        raise Http404
    return account.number


def _choices(desk: Desk, number: str) -> list[tuple[str, str]]:
    """The units that may be applied for to an account, with the address of each form."""
    return [
        (
            _("Apply for %(unit)s") % {"unit": describe.here(unit.label)},
            reverse("apply_for_units", kwargs={"scheme": desk.scheme, "number": number, "unit": unit.type}),
        )
        for unit in units_on_evidence(desk)
    ]


def particulars(desk: Desk, row: UnitApplication) -> list[describe.Line]:
    """What an application says of its evidence."""
    label = desk.rulebook.texts.text
    given = {
        "account": row.evidence_account,
        "serials": row.evidence_serials,
        "day": "" if row.evidence_day is None else describe.here(words.long_day(row.evidence_day)),
    }
    lines = [
        describe.Line(_("Kind of evidence"), describe.evidence_kind(desk.rulebook, row.kind)),
        describe.Line(_("Reference of the evidence"), row.as_given),
    ]
    return lines + [
        describe.Line(describe.capital(describe.here(label("evidence_record", name))), value)
        for name, value in given.items()
        if value and desk.rulebook.texts.has("ja", "evidence_record", name)
    ]


@seen_by(*_OF_ALLOWANCES)
def application_page(request: HttpRequest, application: int) -> HttpResponse:
    """One application: what was applied for, on which document, and what became of it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = application_of(desk, application)
    return render(
        request,
        "web/applications/application.html",
        {
            "crumbs": crumbs(desk, (_("Applications for units"), _list_address(desk)), _title(row)),
            "title": _title(row),
            "row": row,
            "unit": describe.unit(desk.rulebook, row.unit),
            "kind": describe.evidence_kind(desk.rulebook, row.kind),
            "state": state_name(row.state),
            "tone": _TONES.get(row.state, ""),
            "address": address_of(desk, row.id),
            "number": _account_number(row),
            "particulars": particulars(desk, row),
            "document": address_of(desk, row.id, "application-document"),
            "document_kind": row.document_kind.upper(),
            "buttons": _buttons(desk, row),
            "steps": [
                {
                    "step": step,
                    "state": state_name(step.to_state),
                    "address": reverse("act", kwargs={"scheme": desk.scheme, "act_id": step.act_id}),
                }
                for step in row.steps.order_by("-id")
            ],
            "made": reverse("act", kwargs={"scheme": desk.scheme, "act_id": row.act_id}),
            "own_logins": own_logins(desk),
        },
    )


def _title(row: UnitApplication) -> str:
    return _("Application %(number)s for units") % {"number": row.id}


def _list_address(desk: Desk) -> str:
    return reverse("applications", kwargs={"scheme": desk.scheme})


def _account_number(row: UnitApplication) -> str:
    account = ledger.account_by_id(row.account_id)
    return "" if account is None else account.number


def _buttons(desk: Desk, row: UnitApplication) -> list[tuple[str, str]]:
    if row.state != WAITING:
        return []
    if not desk.is_administrator:
        return [
            (
                describe.operation(desk.rulebook, "withdraw_application"),
                address_of(desk, row.id, "withdraw_application"),
            )
        ]
    return [
        (_("Issue what was applied for"), address_of(desk, row.id, "issue-on-application")),
        (describe.operation(desk.rulebook, "refuse_application"), address_of(desk, row.id, "refuse_application")),
    ]


@seen_by(*_OF_ALLOWANCES)
def application_document(request: HttpRequest, application: int) -> HttpResponse:
    """The document, to be kept and opened outside the browser: what somebody sent is never shown as a page of ours."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = application_of(desk, application)
    name = f"{desk.scheme}-{row.id}.{row.document_kind}"
    return file_response(bytes(row.document.content), name, media_type=papers.media_type(row.document_kind))


class ApplyForUnits(accounts.AccountAct):
    """The holder's form. As it carries a file, it is performed as it is sent; a refusal comes back with the form."""

    who = (Who.ALLOWANCES,)
    operation = "apply_for_units"
    form_class = ApplyForUnitsForm
    confirms = False
    unit: UnitType

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        known = {unit.type: unit for unit in units_on_evidence(self.desk)}
        if kwargs["unit"] not in known:
            raise Http404
        self.unit = known[kwargs["unit"]]

    def form_options(self) -> dict[str, Any]:
        rulebook = self.desk.rulebook
        label = rulebook.texts.text
        return largest_document(self.desk) | {
            "evidence_kinds": [(kind, describe.evidence_kind(rulebook, kind)) for kind in self.unit.evidence_kinds],
            "record": {
                name: describe.capital(describe.here(label("evidence_record", name)))
                for name in self.unit.evidence_record
            },
        }

    def fixed_arguments(self) -> dict[str, Any]:
        return super().fixed_arguments() | {"unit": self.unit.type}

    def title(self) -> str:
        return _("Apply for %(unit)s") % {"unit": describe.here(self.unit.label)}

    def context(self) -> dict[str, Any]:
        return super().context() | {"button": _("Apply"), "has_nothing": False}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, request.FILES, **self.form_options())
        if not form.is_valid():
            return self._show_form(form, status=422)
        act = self._act(form.act_id, {**self.fixed_arguments(), **form.arguments()}, form.uploads())
        outcome = acts.preview(act)
        if not outcome.ok:
            return self._show_form(form, findings=outcome.findings, status=422)
        return perform(request, act)


class ApplicationAct(ActView):
    """An act about one application."""

    row: UnitApplication

    def find(self, **kwargs: Any) -> None:
        self.row = application_of(self.desk, kwargs["application"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"application": self.row.id}

    def lead(self) -> str:
        return f"{_title(self.row)} · {self.row.participant.known_as}"

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk,
            (_("Applications for units"), _list_address(self.desk)),
            (_title(self.row), self.back()),
            self.title(),
        )

    def back(self) -> str:
        return address_of(self.desk, self.row.id)

    def look(self) -> UnitApplication | None:
        return applications.application(self.desk.scheme, self.row.id)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        return [Change(_("State of the application"), state_name(before.state), state_name(after.state))]

    def context(self) -> dict[str, Any]:
        facts = [
            describe.Line(_("Unit"), describe.unit(self.desk.rulebook, self.row.unit)),
            describe.Line(_("Quantity"), words.tonnes(self.row.quantity_t)),
            describe.Line(_("Account"), f"{_account_number(self.row)} {self.row.participant.known_as}"),
            *particulars(self.desk, self.row),
        ]
        return {"button": _("Continue to the confirmation"), "facts": facts, "confirmed_facts": facts}


class IssueOnApplication(ApplicationAct):
    """Issue exactly what was applied for; two persons where the scheme asks for two."""

    who = (Who.ADMINISTRATOR,)
    operation = "issue"
    is_final = True

    def fixed_arguments(self) -> dict[str, Any]:
        return {"account": _account_number(self.row), "unit": self.row.unit, "application": self.row.id}

    def names(self, act: Act) -> dict[str, str]:
        return {_account_number(self.row): self.row.participant.known_as}

    def context(self) -> dict[str, Any]:
        """Account and unit stand among the arguments already."""
        quantity = describe.Line(_("Quantity"), words.tonnes(self.row.quantity_t))
        return super().context() | {"confirmed_facts": [quantity, *particulars(self.desk, self.row)]}


class RefuseApplication(ApplicationAct):
    who = (Who.ADMINISTRATOR,)
    operation = "refuse_application"
    form_class: ClassVar[type[ActForm]] = ReasonForm


class WithdrawApplication(ApplicationAct):
    who = (Who.ALLOWANCES,)
    operation = "withdraw_application"
