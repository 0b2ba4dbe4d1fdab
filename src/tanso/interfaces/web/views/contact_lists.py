"""The list of contacts: read by those who are on it and by the administrator; who is on it says so itself."""

from __future__ import annotations

import io
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.html import format_html
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
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Words, told, where
from tanso.interfaces.web.lists.listing import Column, Listing
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


def _searched(line: Listed) -> str:
    contact = line.contact
    said = (line.account_name, line.number, line.organisation, line.organisation_kana, contact.company, contact.person)
    return " ".join((*said, contact.person_kana))


@seen_by(*_READERS)
def list_page(request: HttpRequest) -> HttpResponseBase:
    """The list; for a participant that is not on it, what it would be on it for."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    lines = _lines(desk)
    context = {
        "crumbs": crumbs(desk, *_way(desk), _("Contact list")),
        "is_shown": lines is not None,
        "saying": _saying(desk),
        "waiting": contact_changes.listed(desk.scheme, state=WAITING).count() if desk.is_administrator else 0,
        "has_names": "announce_organisation_change" in desk.rulebook.operations,
        "is_closed": desk.participant is not None and contact_list.agrees(desk.participant) and lines is None,
    }
    listings = [] if lines is None else [_listing(request, desk, lines)]
    return answer(request, "web/contacts/list.html", context, *listings)


def _listing(request: HttpRequest, desk: Desk, lines: list[Listed]) -> Listing:
    kinds = sorted({line.kind for line in lines})
    return Listing(
        request=request,
        name="contacts",
        title=_("Contact list"),
        rows=lines,
        columns=_columns(desk),
        order="account",
        filters=[
            Words(name="q", label=_("Name or number"), narrow=told(_searched)),
            Choice(
                name="kind",
                label=_("Kind"),
                choices=[(kind, _kind_name(desk, kind)) for kind in kinds],
                narrow=where(lambda line, kind: line.kind == kind),
            ),
        ],
        empty=_("Nobody on the list fits."),
        empty_filtered=_("Nobody on the list fits."),
        # All of it is in the files of the page, with each datum in a column of its own.
        has_files=False,
        is_dense=False,
    )


def _columns(desk: Desk) -> list[Column]:
    orders = contact_list.ORDERS

    def account(line: Listed) -> cells.Cell:
        leads_to = contacts.address(desk, "contact", participant=line.key) if desk.is_administrator else ""
        number = cells.Shown(format_html('<span class="number">{}</span>', line.number), line.number)
        return cells.several([number, cells.link(line.account_name, leads_to)], between="\n")

    def kind(line: Listed) -> str:
        name = _kind_name(desk, line.kind)
        return name if line.phase is None else f"{name} ({describe.phase(desk.rulebook, line.phase)})"

    def person(line: Listed) -> cells.Cell:
        said = line.contact
        if not said.person:
            return "—"
        place = " ".join(filter(None, (said.company, said.department, said.title)))
        return cells.several([f"{said.person} {said.person_kana}".strip(), place], between="\n")

    found = [
        Column(key="account", label=_("Account"), cell=account, sort=orders["number"]),
        Column(key="kind", label=_("Kind"), cell=kind, sort=orders["kind"]),
        Column(
            key="organisation",
            label=_("Corporation"),
            cell=lambda line: cells.beside(line.organisation, line.organisation_kana),
            sort=orders["organisation"],
        ),
        Column(key="person", label=_("Contact person"), cell=person, sort=orders["person_kana"]),
        Column(key="reach", label=_("How to reach"), cell=_reached),
    ]
    if desk.is_administrator:
        found.append(Column(key="agrees", label=_("On the list"), cell=_agrees, sort=lambda line: not line.agrees))
    return found


def _reached(line: Listed) -> cells.Cell:
    said = line.contact
    mail: cells.Cell = None
    if line.mail:
        mail = cells.Shown(format_html('<a href="mailto:{}">{}</a>', line.mail, line.mail), line.mail)
    fax = f"{_('Fax')} {said.fax}" if said.fax else ""
    return cells.several([said.telephone, fax, mail, f"{said.postcode} {said.address}".strip()], between="\n")


def _agrees(line: Listed) -> cells.Cell:
    return cells.tag(_("Agrees"), "good") if line.agrees else cells.tag(_("Does not agree"))


def _kind_name(desk: Desk, kind: str) -> str:
    return describe.capital(describe.here(desk.rulebook.participant_kinds[kind].label))


def _way(desk: Desk) -> list[tuple[str, str]]:
    return (
        []
        if desk.participant is None
        else [(_("Contact data"), contacts.address(desk, "contact", participant=desk.key))]
    )


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
    known = _lines(desk)
    if known is None:
        raise Http404
    lines = list(_listing(request, desk, known).found)
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
