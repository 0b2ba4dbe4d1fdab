"""Contact data: a participant's own, what it asks them to be, and the administrator's queue of such wishes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import Act
from tanso.acts.models import ActRecord
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who, own_logins
from tanso.interfaces.web.forms.base import ActForm, ReasonForm
from tanso.interfaces.web.forms.contacts import AcceptContactForm, ContactForm
from tanso.interfaces.web.lists import columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, being
from tanso.interfaces.web.lists.listing import Listing
from tanso.interfaces.web.views.participants import field_lines
from tanso.kernel.outcomes import Outcome
from tanso.parties import contact_changes, contact_list, contacts, queries
from tanso.parties.contact_data import FIELDS, ContactData, Known, Wish
from tanso.parties.models import ACCEPTED, REFUSED, WAITING, WITHDRAWN, ContactRequest, Participant

ROWS_A_PAGE = 50
_FIRST_LOGINS = (Who.ALLOWANCES, Who.VERIFIER)
_EVERYONE = (*_FIRST_LOGINS, Who.ADMINISTRATOR)
_TONES = {WAITING: "waiting", ACCEPTED: "good", REFUSED: "bad", WITHDRAWN: ""}
STATES = (WAITING, ACCEPTED, REFUSED, WITHDRAWN)


def state_name(state: str) -> str:
    """A state of a wish for a change in words."""
    return {
        WAITING: _("Waiting"),
        ACCEPTED: _("Accepted"),
        REFUSED: _("Change refused"),
        WITHDRAWN: _("Change withdrawn"),
    }.get(state, state)


def takes_changes(desk: Desk) -> bool:
    """Whether the scheme lets contact data be changed in the system."""
    return "request_contact_change" in desk.rulebook.operations


def labels_of(desk: Desk) -> dict[str, str]:
    """The names of contact data as the scheme calls them."""
    names = (*FIELDS, "mail_A", "mail_B")
    texts = desk.rulebook.texts
    return {name: describe.capital(describe.here(texts.text("contact_fields", name))) for name in names}


def lines_of(desk: Desk, known: Known) -> list[describe.Line]:
    """A contact with its addresses, as pages list it; an empty datum has a dash."""
    labels, given = labels_of(desk), _given(known)
    return [describe.Line(labels[name], text or "—") for name, text in given.items()]


def _given(known: Known) -> dict[str, str]:
    contact = known.contact or ContactData()
    return contact.as_json() | {f"mail_{letter}": mail for letter, mail in known.mails.items()}


def comparison(desk: Desk, before: Known, after: Known) -> list[tuple[str, str, str, bool]]:
    """Every datum before and after, side by side, and whether it changes."""
    labels, old, new = labels_of(desk), _given(before), _given(after)
    return [(labels[name], old.get(name, ""), text, old.get(name, "") != text) for name, text in new.items()]


def participant_of(desk: Desk, key: str) -> Participant:
    """The participant whose contact the login may see: its own, or any for the administrator; raises Http404."""
    if not takes_changes(desk):
        raise Http404
    is_own = desk.is_administrator or (desk.participant is not None and desk.key == key)
    return own_or_404(queries.participant(desk.scheme, key), is_own=is_own)


def address(desk: Desk, name: str, **arguments: Any) -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, **arguments})


ABOUT_REQUESTS = frozenset(operation.name for operation in contact_changes.OPERATIONS)


def onward(desk: Desk, record: ActRecord) -> list[tuple[str, str]]:
    """Where an act about contact data leads."""
    if record.operation in ("join_contact_list", "leave_contact_list"):
        return [(_("To the contact list"), address(desk, "contact-list"))]
    number = record.arguments.get("change") or record.result.get("change")
    if record.operation not in ABOUT_REQUESTS or not number or record.status == "refused":
        return []
    return [(_("To the change"), address(desk, "contact-change", change=number))]


@seen_by(*_EVERYONE)
def contact_page(request: HttpRequest, participant: str) -> HttpResponse:
    """A participant's contact as it is, and what became of the wishes to change it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    found = participant_of(desk, participant)
    known = contacts.known_of(found)
    rows = list(contact_changes.listed(desk.scheme, found.key)[:ROWS_A_PAGE])
    shares = contact_list.has_list(desk.rulebook) and (desk.sees_allowances) and found.kind in _kinds_of_list(desk)
    return render(
        request,
        "web/contacts/contact.html",
        {
            "crumbs": crumbs(desk, *_way(desk), _("Contact data")),
            "participant": found,
            "lines": lines_of(desk, known),
            "has_contact": known.contact is not None,
            "rows": [_line(desk, row) for row in rows],
            "waits": next((_line(desk, row) for row in rows if row.state == WAITING), None),
            "change": "" if desk.is_administrator else address(desk, "request_contact_change", participant=found.key),
            "shares": shares,
            "agrees": contact_list.agrees(found),
            "names_address": _names_address(desk, found),
            "names": _names(desk, found),
            "fields": field_lines(desk, found),
            "list_address": address(desk, "contact-list") if shares else "",
        },
    )


def _names(desk: Desk, found: Participant) -> list[tuple[str, str, str, str]]:
    """Account and sites: what, name, reading, and where the administrator gives another name."""
    renames = desk.is_administrator
    names = []
    if found.account_name:
        where = address(desk, "rename_account", participant=found.key)
        may = renames and "rename_account" in desk.rulebook.operations
        names.append((_("Account"), found.account_name, "", where if may else ""))
    may = renames and "rename_site" in desk.rulebook.operations
    for site in found.sites.order_by("id"):
        where = address(desk, "rename_site", participant=found.key, site=site.id)
        names.append((_("Site"), site.name, site.name_kana, where if may else ""))
    return names


def _names_address(desk: Desk, found: Participant) -> str:
    """Where the corporation's name is changed: announced by the administrator on its behalf, too."""
    if "announce_organisation_change" not in desk.rulebook.operations:
        return ""
    if desk.is_administrator:
        return address(desk, "announce_organisation_change", participant=found.key)
    return address(desk, "company-changes")


def _kinds_of_list(desk: Desk) -> set[str]:
    return {kind.kind for kind in desk.rulebook.participant_kinds.values() if kind.account_kind is not None}


def _way(desk: Desk) -> list[tuple[str, str]]:
    return [(_("Contacts"), address(desk, "contact-list"))] if desk.is_administrator else []


def _line(desk: Desk, row: ContactRequest) -> dict[str, Any]:
    return {
        "row": row,
        "state": state_name(row.state),
        "tone": _TONES.get(row.state, ""),
        "address": address(desk, "contact-change", change=row.id),
    }


@seen_by(Who.ADMINISTRATOR)
def change_list(request: HttpRequest) -> HttpResponseBase:
    """Wishes for other contact data, those that wait unless asked otherwise."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if not takes_changes(desk):
        raise Http404
    states = [(name, state_name(name)) for name in STATES]
    listing = Listing(
        request=request,
        name="contact-changes",
        title=_("Changes of contacts"),
        rows=columns.with_names(contact_changes.listed(desk.scheme)),
        columns=[
            columns.numbered(
                _("Number"),
                _("Change"),
                lambda row: row.id,
                lambda row: address(desk, "contact-change", change=row.id),
            ),
            columns.participant(lambda row: row.participant),
            columns.day("asked", _("Asked for on"), lambda row: row.asked_on, "asked_on"),
            columns.state(state_name, _TONES),
        ],
        order="-number",
        filters=[
            Choice(name="state", label=_("State"), choices=states, narrow=being("state"), first=WAITING),
            columns.names(),
        ],
        empty=_("There are no such changes."),
        empty_filtered=_("There are no such changes."),
        is_dense=False,
    )
    context = {"crumbs": crumbs(desk, *_way(desk), _("Changes of contacts"))}
    return answer(request, "web/contacts/changes.html", context, listing)


def request_of(desk: Desk, number: int) -> ContactRequest:
    """A wish for other data that the login may see; raises Http404 otherwise."""
    found = contact_changes.request(desk.scheme, number)
    is_own = found is not None and (
        desk.is_administrator or (desk.participant is not None and found.participant.key == desk.key)
    )
    return own_or_404(found, is_own=is_own)


@seen_by(*_EVERYONE)
def change_page(request: HttpRequest, change: int) -> HttpResponse:
    """One wish: the data as they are and as they would be, side by side, and what became of it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = request_of(desk, change)
    return render(
        request,
        "web/contacts/change.html",
        {
            "crumbs": crumbs(desk, *_way_to(desk, row), _title(row)),
            "title": _title(row),
            **_line(desk, row),
            "comparison": comparison(desk, contact_changes.before(row), Known.from_json(row.asked)),
            "buttons": _buttons(desk, row),
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


def _title(row: ContactRequest) -> str:
    return _("Change of contact, no. %(number)s") % {"number": row.id}


def _way_to(desk: Desk, row: ContactRequest) -> list[tuple[str, str]]:
    if desk.is_administrator:
        return [*_way(desk), (_("Changes of contacts"), address(desk, "contact-changes"))]
    return [(_("Contact data"), address(desk, "contact", participant=row.participant.key))]


def _buttons(desk: Desk, row: ContactRequest) -> list[tuple[str, str]]:
    if row.state != WAITING:
        return []
    operations = (
        ("accept_contact_change", "refuse_contact_change") if desk.is_administrator else ("withdraw_contact_change",)
    )
    return [(describe.operation(desk.rulebook, name), address(desk, name, change=row.id)) for name in operations]


class RequestContactChange(ActView):
    """Login A's form: all data as they are now, to be written over."""

    who = _FIRST_LOGINS
    operation = "request_contact_change"
    form_class: ClassVar[type[ActForm]] = ContactForm
    participant: Participant
    wish: Wish | None = None

    def find(self, **kwargs: Any) -> None:
        self.participant = participant_of(self.desk, kwargs["participant"])

    def form_options(self) -> dict[str, Any]:
        return {
            "known": contacts.known_of(self.participant),
            "labels": labels_of(self.desk),
            "required": self.desk.rulebook.value("contact_fields_required", self.desk.today),
        }

    def fixed_arguments(self) -> dict[str, Any]:
        return {"participant": self.participant.key}

    def lead(self) -> str:
        return _("The administrator looks at the change before it counts.")

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Contact data"), self.back()), self.title())

    def back(self) -> str:
        return address(self.desk, "contact", participant=self.participant.key)

    def names(self, act: Act) -> dict[str, str]:
        return {self.participant.key: self.participant.name}

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}

    def _show_decision(self, form: ActForm, act: Act) -> HttpResponse:
        self.wish = contact_changes.wish_in(act)
        return super()._show_decision(form, act)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        if self.wish is None:
            return []
        asked = Known(self.wish.contact, self.wish.mails)
        compared = comparison(self.desk, contacts.known_of(self.participant), asked)
        return [Change(label, old or "—", new or "—") for label, old, new, differs in compared if differs]


class RequestAct(ActView):
    """An act about one wish for other data."""

    row: ContactRequest

    def find(self, **kwargs: Any) -> None:
        self.row = request_of(self.desk, kwargs["change"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"change": self.row.id}

    def lead(self) -> str:
        return f"{_title(self.row)} · {self.row.participant.known_as}"

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, *_way_to(self.desk, self.row), (_title(self.row), self.back()), self.title())

    def back(self) -> str:
        return address(self.desk, "contact-change", change=self.row.id)

    def _compared(self) -> list[tuple[str, str, str, bool]]:
        return comparison(self.desk, contact_changes.before(self.row), Known.from_json(self.row.asked))

    def context(self) -> dict[str, Any]:
        facts = [
            describe.Line(label, f"{old or '—'} → {new or '—'}")
            for label, old, new, differs in self._compared()
            if differs
        ]
        return {"button": _("Continue to the confirmation"), "facts": facts}


class AcceptContactChange(RequestAct):
    who = (Who.ADMINISTRATOR,)
    operation = "accept_contact_change"
    form_class: ClassVar[type[ActForm]] = AcceptContactForm

    def form_options(self) -> dict[str, Any]:
        return {"asks": dict(contacts.known_of(self.row.participant).mails) != self.row.asked["mails"]}

    def fixed_arguments(self) -> dict[str, Any]:
        return super().fixed_arguments() | {"content": self.row.sha256}

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        return [Change(label, old or "—", new or "—") for label, old, new, differs in self._compared() if differs]


class RefuseContactChange(RequestAct):
    who = (Who.ADMINISTRATOR,)
    operation = "refuse_contact_change"
    form_class: ClassVar[type[ActForm]] = ReasonForm


class WithdrawContactChange(RequestAct):
    who = _FIRST_LOGINS
    operation = "withdraw_contact_change"
