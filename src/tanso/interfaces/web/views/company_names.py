"""Changes of a corporation's name: the paper form to download, and how far each change has come."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts import Act
from tanso.acts.models import ActRecord
from tanso.interfaces.exports.change_form import change_form_pdf
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who, own_logins
from tanso.interfaces.web.downloads import file_response
from tanso.interfaces.web.forms.base import ActForm, ReasonForm
from tanso.interfaces.web.forms.cases import CompanyNameForm, PaperArrivedForm
from tanso.interfaces.web.lists import columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Words, being, having
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views import contacts
from tanso.interfaces.web.views.contacts import address
from tanso.kernel.outcomes import Outcome
from tanso.parties import organisation_changes
from tanso.parties.models import ACCEPTED, ANNOUNCED, ARRIVED, REFUSED, WITHDRAWN, OrganisationChange, Participant
from tanso.rulebook.site import papers_go_to

_FIRST_LOGINS = (Who.ALLOWANCES, Who.VERIFIER)
_EVERYONE = (*_FIRST_LOGINS, Who.ADMINISTRATOR)
_TONES = {ANNOUNCED: "waiting", ARRIVED: "attention", ACCEPTED: "good", REFUSED: "bad", WITHDRAWN: ""}
ABOUT_NAMES = frozenset(operation.name for operation in organisation_changes.OPERATIONS)


def state_name(state: str) -> str:
    """A state of a change of name in words."""
    return {
        ANNOUNCED: _("Waiting for the paper"),
        ARRIVED: _("Paper arrived"),
        ACCEPTED: _("Name changed"),
        REFUSED: _("Change refused"),
        WITHDRAWN: _("Change withdrawn"),
    }.get(state, state)


def takes_changes(desk: Desk) -> bool:
    """Whether the scheme has changes of names."""
    return "announce_organisation_change" in desk.rulebook.operations


def onward(desk: Desk, record: ActRecord) -> list[tuple[str, str]]:
    """Where an act about a name leads."""
    number = record.arguments.get("company_change") or record.result.get("company_change")
    if record.operation not in ABOUT_NAMES or not number or record.status == "refused":
        return []
    return [(_("To the change"), address(desk, "company-change", change=number))]


def _line(desk: Desk, row: OrganisationChange) -> dict[str, Any]:
    return {
        "row": row,
        "state": state_name(row.state),
        "tone": _TONES.get(row.state, ""),
        "address": address(desk, "company-change", change=row.id),
    }


@seen_by(*_EVERYONE)
def change_list(request: HttpRequest) -> HttpResponseBase:
    """Changes of names: a participant's own, for the administrator all."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if not takes_changes(desk):
        raise Http404
    key = None if desk.is_administrator else desk.key
    context = {
        "crumbs": crumbs(desk, *_way(desk), _("Changes of company names")),
        "announce": "" if key is None else address(desk, "announce_organisation_change", participant=key),
        "form": "" if key is None else address(desk, "company-form", participant=key),
    }
    return answer(request, "web/companies/list.html", context, _listing(request, desk, key))


def _listing(request: HttpRequest, desk: Desk, key: str | None) -> Listing:
    states = [(state, state_name(state)) for state in _TONES]
    return Listing(
        request=request,
        name="company-changes",
        title=_("Changes of company names"),
        rows=columns.with_names(organisation_changes.listed(desk.scheme, key)),
        columns=[
            columns.numbered(
                _("Number"),
                _("Change"),
                lambda row: row.id,
                lambda row: address(desk, "company-change", change=row.id),
            ),
            columns.participant(lambda row: row.participant),
            Column(key="name", label=_("New company name"), cell=lambda row: row.name, sort="name", width=36),
            columns.day("day", _("Day of the change"), lambda row: row.from_day, "from_day"),
            columns.state(state_name, _TONES),
        ],
        order="-number",
        filters=[
            Choice(name="state", label=_("State"), choices=states, narrow=being("state")),
            Words(
                name="name",
                label=_("Name"),
                narrow=having("name", "participant__account_name", "participant__name"),
            ),
        ],
        empty=_("No change of a company name was announced yet."),
        is_dense=False,
    )


def _way(desk: Desk) -> list[tuple[str, str]]:
    if desk.is_administrator:
        return [(_("Contacts"), address(desk, "contact-list"))]
    return [(_("Contact data"), address(desk, "contact", participant=desk.key))]


def change_of(desk: Desk, number: int) -> OrganisationChange:
    """A change of name that the login may see; raises Http404 otherwise."""
    found = organisation_changes.change(desk.scheme, number)
    is_own = found is not None and (
        desk.is_administrator or (desk.participant is not None and found.participant.key == desk.key)
    )
    return own_or_404(found, is_own=is_own)


@seen_by(*_EVERYONE)
def change_page(request: HttpRequest, change: int) -> HttpResponse:
    """One change of a name: what it is to be, since when, and how far it has come."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = change_of(desk, change)
    return render(
        request,
        "web/companies/change.html",
        {
            "crumbs": crumbs(desk, *_way_to(desk), _title(row)),
            "title": _title(row),
            **_line(desk, row),
            "organisation": row.participant.organisation,
            "buttons": _buttons(desk, row),
            "form": address(desk, "company-form", participant=row.participant.key),
            "is_open": row.state in organisation_changes.OPEN,
            "papers_go_to": papers_go_to(desk.rulebook.site),
            "steps": [
                {
                    "step": step,
                    "state": state_name(step.to_state),
                    "address": address(desk, "act", act_id=step.act_id),
                }
                for step in row.steps.order_by("-id")
            ],
            "made": address(desk, "act", act_id=row.act_id),
            "own_logins": own_logins(desk),
        },
    )


def _title(row: OrganisationChange) -> str:
    return _("Change of company name, no. %(number)s") % {"number": row.id}


def _way_to(desk: Desk) -> list[tuple[str, str]]:
    return [*_way(desk), (_("Changes of company names"), address(desk, "company-changes"))]


def _buttons(desk: Desk, row: OrganisationChange) -> list[tuple[str, str]]:
    if row.state not in organisation_changes.OPEN:
        return []
    operations: tuple[str, ...] = ("withdraw_organisation_change",)
    if desk.is_administrator:
        first = "record_change_paper" if row.state == ANNOUNCED else "accept_organisation_change"
        operations = (first, "refuse_organisation_change")
    return [(describe.operation(desk.rulebook, name), address(desk, name, change=row.id)) for name in operations]


@seen_by(*_EVERYONE)
def company_form(request: HttpRequest, participant: str) -> HttpResponse:
    """The paper form as PDF, filled in as far as we know, with a place for the company seal."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    found = contacts.participant_of(desk, participant)
    waits = organisation_changes.listed(desk.scheme, found.key).filter(state__in=organisation_changes.OPEN).first()
    content = change_form_pdf(desk.rulebook, found, waits, desk.today, get_language() or "en")
    return file_response(content, f"{desk.scheme}-{found.key}-change-form.pdf", media_type="application/pdf")


class AnnounceOrganisationChange(ActView):
    who = _EVERYONE
    operation = "announce_organisation_change"
    form_class: ClassVar[type[ActForm]] = CompanyNameForm
    participant: Participant

    def find(self, **kwargs: Any) -> None:
        if not takes_changes(self.desk):
            raise Http404
        self.participant = contacts.participant_of(self.desk, kwargs["participant"])

    def form_options(self) -> dict[str, Any]:
        return {"organisation": self.participant.organisation}

    def fixed_arguments(self) -> dict[str, Any]:
        return {"participant": self.participant.key}

    def lead(self) -> str:
        return _("The name changes once the paper with the company seal has arrived and the administrator accepts it.")

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, *_way_to(self.desk), self.title())

    def back(self) -> str:
        return address(self.desk, "company-changes")

    def names(self, act: Act) -> dict[str, str]:
        return {self.participant.key: self.participant.name}

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


class CompanyAct(ActView):
    """An act about one change of a name."""

    row: OrganisationChange

    def find(self, **kwargs: Any) -> None:
        self.row = change_of(self.desk, kwargs["change"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"company_change": self.row.id}

    def lead(self) -> str:
        return f"{_title(self.row)} · {self.row.participant.known_as}"

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, *_way_to(self.desk), (_title(self.row), self.back()), self.title())

    def back(self) -> str:
        return address(self.desk, "company-change", change=self.row.id)

    def look(self) -> OrganisationChange | None:
        return organisation_changes.change(self.desk.scheme, self.row.id)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        found = [Change(_("State of the change"), state_name(before.state), state_name(after.state))]
        old, new = before.participant.organisation, after.participant.organisation
        if old.name != new.name:
            found.append(Change(_("Company name"), old.name, new.name))
        return found

    def context(self) -> dict[str, Any]:
        facts = [
            describe.Line(_("New company name"), f"{self.row.name}（{self.row.name_kana}）"),
            describe.Line(_("Day of the change"), describe.here(words.long_day(self.row.from_day))),
        ]
        return {"button": _("Continue to the confirmation"), "facts": facts, "confirmed_facts": facts}


class RecordChangePaper(CompanyAct):
    who = (Who.ADMINISTRATOR,)
    operation = "record_change_paper"
    form_class: ClassVar[type[ActForm]] = PaperArrivedForm

    def form_options(self) -> dict[str, Any]:
        return {"today": self.desk.today}


class AcceptOrganisationChange(CompanyAct):
    who = (Who.ADMINISTRATOR,)
    operation = "accept_organisation_change"


class RefuseOrganisationChange(CompanyAct):
    who = (Who.ADMINISTRATOR,)
    operation = "refuse_organisation_change"
    form_class: ClassVar[type[ActForm]] = ReasonForm


class WithdrawOrganisationChange(CompanyAct):
    who = _FIRST_LOGINS
    operation = "withdraw_organisation_change"
