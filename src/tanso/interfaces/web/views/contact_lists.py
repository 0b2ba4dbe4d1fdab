"""The list of contacts: read by those who are on it and by the administrator; who is on it says so itself."""

from __future__ import annotations

import io
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports.contacts import contact_paper
from tanso.interfaces.exports.csv_file import csv_chunks
from tanso.interfaces.exports.excel import write_excel
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import ActView, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.downloads import EXCEL, file_response, named
from tanso.interfaces.web.views import contacts
from tanso.parties import contact_changes, contact_list
from tanso.parties.contact_list import Listed
from tanso.parties.models import WAITING

_READERS = (Who.ALLOWANCES, Who.ADMINISTRATOR)


def _lines(desk: Desk) -> list[Listed] | None:
    """The list as this login reads it; None where it may not read it now."""
    if not contact_list.has_list(desk.rulebook):
        raise Http404
    return contact_list.everybody(desk.scheme) if desk.is_administrator else contact_list.shared(desk.scheme, desk.key)


def _asked(desk: Desk, request: HttpRequest) -> tuple[list[Listed] | None, str, str]:
    """The lines that a request asks for, with its words to look for and its order."""
    lines, look_for, order = _lines(desk), request.GET.get("q", "").strip()[:100], request.GET.get("order", "")
    if lines is None:
        return None, look_for, order
    if look_for:
        lines = [line for line in lines if look_for.casefold() in _searched(line)]
    return contact_list.in_order(lines, order), look_for, order


def _searched(line: Listed) -> str:
    contact = line.contact
    said = (line.account_name, line.number, line.organisation, line.organisation_kana, contact.company, contact.person)
    return " ".join((*said, contact.person_kana)).casefold()


@seen_by(*_READERS)
def list_page(request: HttpRequest) -> HttpResponse:
    """The list; for a participant that is not on it, what it would be on it for."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    lines, look_for, order = _asked(desk, request)
    return render(
        request,
        "web/contacts/list.html",
        {
            "crumbs": crumbs(desk, *_way(desk), _("Contact list")),
            "lines": None if lines is None else [_line(desk, line) for line in lines],
            "look_for": look_for,
            "order": order,
            "orders": [
                ("number", _("Account number")),
                ("account_name", _("Account name")),
                ("organisation", _("Corporation")),
                ("kind", _("Kind")),
                ("person_kana", _("Contact person")),
            ],
            "saying": _saying(desk),
            "waiting": contact_changes.listed(desk.scheme, state=WAITING).count() if desk.is_administrator else 0,
            "has_names": "announce_organisation_change" in desk.rulebook.operations,
            "is_closed": desk.participant is not None and contact_list.agrees(desk.participant) and lines is None,
        },
    )


def _way(desk: Desk) -> list[tuple[str, str]]:
    return (
        []
        if desk.participant is None
        else [(_("Contact data"), contacts.address(desk, "contact", participant=desk.key))]
    )


def _line(desk: Desk, line: Listed) -> dict[str, Any]:
    kind = describe.capital(describe.here(desk.rulebook.participant_kinds[line.kind].label))
    return {
        "line": line,
        "kind": kind if line.phase is None else f"{kind} ({describe.phase(desk.rulebook, line.phase)})",
        "address": contacts.address(desk, "contact", participant=line.key) if desk.is_administrator else "",
    }


def _saying(desk: Desk) -> tuple[str, str] | None:
    """What a participant may say about itself: the button's words and address."""
    if desk.participant is None:
        return None
    name = "leave_contact_list" if contact_list.agrees(desk.participant) else "join_contact_list"
    return describe.operation(desk.rulebook, name), reverse(name, kwargs={"scheme": desk.scheme})


@seen_by(*_READERS)
def list_file(request: HttpRequest) -> HttpResponseBase:
    """The list as a file: exactly the lines of the page."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    lines, _look_for, _order = _asked(desk, request)
    if lines is None:
        raise Http404
    language = get_language() or "en"
    paper = contact_paper(desk.rulebook, lines, desk.today, with_consent=desk.is_administrator)
    if request.GET.get("form") == "excel":
        file = io.BytesIO()
        write_excel(paper, language, file)
        return file_response(file.getvalue(), paper.file_name("xlsx"), media_type=EXCEL)
    response = StreamingHttpResponse(csv_chunks(paper.flat, language), content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return named(response, paper.file_name("csv"))


class SayConsent(ActView):
    """Login A says yes or no to the list."""

    who: ClassVar[tuple[Who, ...]] = (Who.ALLOWANCES,)

    def find(self, **kwargs: Any) -> None:
        if not contact_list.has_list(self.desk.rulebook):
            raise Http404

    def fixed_arguments(self) -> dict[str, Any]:
        return {"participant": self.desk.key}

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, *_way(self.desk), (_("Contact list"), self.back()), self.title())

    def back(self) -> str:
        return reverse("contact-list", kwargs={"scheme": self.desk.scheme})

    def names(self, act: Any) -> dict[str, str]:
        return {self.desk.key: "" if self.desk.participant is None else self.desk.participant.known_as}


class JoinContactList(SayConsent):
    operation = "join_contact_list"

    def context(self) -> dict[str, Any]:
        said = _("Participants who agreed too, and the administrator. You see theirs in turn.")
        return {"confirmed_facts": [describe.Line(_("Who sees your contact"), said)]}


class LeaveContactList(SayConsent):
    operation = "leave_contact_list"

    def context(self) -> dict[str, Any]:
        said = _("The administrator alone, from now on. You no longer see the list.")
        return {"confirmed_facts": [describe.Line(_("Who sees your contact"), said)]}
