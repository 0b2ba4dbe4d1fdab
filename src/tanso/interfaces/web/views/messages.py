"""Messages: each login's own, and for the administrator every mail of the scheme as it goes out.

A message is for one login. Another login of the same participant has a row of its own, or none: login B never meets a
message about allowances here, because none is ever written to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.interfaces.web import describe
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.lists import cells, columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Tick, Words, having
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.kernel.outcomes import Outcome
from tanso.kernel.texts import Text
from tanso.notices import delivery, envelope, queries, resending
from tanso.notices.models import Mail, Sending

_EVERYONE = (Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)
_UNREAD = "unread"
_TONES = {Sending.WAITING: "waiting", Sending.SENT: "good", Sending.FAILED: "bad", queries.KEPT: ""}
# Beyond what a number of a row has.
_LONGEST_NUMBER = 19


def state_name(state: str) -> str:
    """What became of sending a mail, in words."""
    return {
        Sending.WAITING: _("Waiting to be sent"),
        Sending.SENT: _("Sent"),
        Sending.FAILED: _("Could not be sent"),
        queries.KEPT: _("On its page only"),
    }[state]


def _said(text: dict[str, str]) -> str:
    return describe.here(Text.from_json(text))


def _filter_of_words() -> Words:
    """Words in the subject or the text of a mail, in either language."""
    fields = ("subject__ja", "subject__en", "body__ja", "body__en")
    return Words(name="q", label=_("Words in the message"), narrow=having(*fields))


def _latest_unread(desk: Desk) -> int:
    """The latest message that the login has not opened; 0 for none."""
    unread = queries.messages_of(desk.login, desk.scheme).filter(reading=None)
    return unread.values_list("id", flat=True).first() or 0


def _subject_column(desk: Desk, name: str) -> Column:
    return Column(
        key="message",
        label=_("Message"),
        cell=lambda row: cells.link(_said(row.subject), _address(desk, row, name)),
        width=60,
    )


@seen_by(*_EVERYONE)
def message_list(request: HttpRequest) -> HttpResponseBase:
    """A login's own messages, latest first; those alone that it has not opened, or that say something, where asked."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return answer(
        request,
        "web/messages/list.html",
        {
            "crumbs": crumbs(desk, _("Messages")),
            "unread_upto": _latest_unread(desk),
            "mails": reverse("mails", kwargs={"scheme": desk.scheme}) if desk.is_administrator else "",
            "has_address": bool(desk.login.mail),
            "sends_mail": delivery.is_on(),
        },
        _messages(request, desk),
    )


def _messages(request: HttpRequest, desk: Desk) -> Listing:
    def state(row: Mail) -> cells.Cell:
        return cells.tag(_("Read")) if hasattr(row, "reading") else cells.tag(_("Unread"), "attention")

    return Listing(
        request=request,
        name="messages",
        title=_("Messages"),
        rows=queries.messages_of(desk.login, desk.scheme).select_related("reading"),
        columns=[
            _subject_column(desk, "message"),
            columns.day("day", _("Day"), lambda row: row.day, "pk"),
            Column(key="state", label=_("State"), cell=state),
        ],
        order="-day",
        filters=[
            _filter_of_words(),
            Tick(
                name="show",
                label=_("Only unread ones"),
                value=_UNREAD,
                narrow=lambda rows, _value: rows.filter(reading=None),
            ),
            columns.days("day", _("Day"), "day"),
        ],
        tie="",
        empty=_("Nothing has been written to you yet. When something happens that concerns you, it is told here."),
        empty_filtered=_("No message fits. Show all, or choose something else."),
        is_dense=False,
    )


@seen_by(*_EVERYONE)
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that the login has read its messages: those that were there when it saw the list."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    upto = request.POST.get("upto", "")
    if request.method == "POST" and upto.isascii() and upto.isdecimal() and len(upto) < _LONGEST_NUMBER:
        resending.mark_all_read(queries.messages_of(desk.login, desk.scheme).filter(id__lte=int(upto)))
    return HttpResponseRedirect(_list_address(desk, "messages"))


@seen_by(*_EVERYONE)
def message_page(request: HttpRequest, message: int) -> HttpResponse:
    """One message to the login itself, which has then read it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    found = queries.mail(desk.scheme, message)
    is_own = found is not None and queries.messages_of(desk.login, desk.scheme).filter(id=message).exists()
    row: Mail = own_or_404(found, is_own=is_own)
    resending.mark_read(row)
    subject = _said(row.subject)
    return render(
        request,
        "web/messages/message.html",
        {
            "crumbs": crumbs(desk, (_("Messages"), _list_address(desk, "messages")), subject),
            "row": row,
            "subject": subject,
            "body": _said(row.body),
            "back": _list_address(desk, "messages"),
        },
    )


@seen_by(Who.ADMINISTRATOR)
def mail_list(request: HttpRequest) -> HttpResponseBase:
    """Every mail of the scheme and what became of it; those that could not be sent alone where asked."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return answer(
        request,
        "web/messages/mails.html",
        {
            "crumbs": crumbs(desk, (_("Messages"), _list_address(desk, "messages")), _("All mails")),
            "failed": queries.failed_sendings(desk.scheme),
            "failed_state": Sending.FAILED,
            "sends_mail": delivery.is_on(),
        },
        _mails(request, desk),
    )


def _mails(request: HttpRequest, desk: Desk) -> Listing:
    def recipient(row: Mail) -> cells.Cell:
        return cells.beside(_reader(desk, row), row.sending.address if hasattr(row, "sending") else row.address)

    def state(row: Mail) -> cells.Cell:
        return cells.tag(state_name(_state(row)), _TONES[_state(row)])

    def in_state(_rows: QuerySet[Mail], state: str) -> QuerySet[Mail]:
        return queries.mails_of_scheme(desk.scheme, state)

    states = [(name, state_name(name)) for name in _TONES]
    return Listing(
        request=request,
        name="mails",
        title=_("All mails"),
        rows=queries.mails_of_scheme(desk.scheme),
        columns=[
            _subject_column(desk, "mail"),
            Column(key="to", label=_("Recipient"), cell=recipient, width=40),
            columns.day("day", _("Day"), lambda row: row.day, "pk"),
            Column(key="state", label=_("State"), cell=state),
        ],
        order="-day",
        filters=[
            # First, as it begins anew.
            Choice(name="state", label=_("State"), choices=states, narrow=in_state),
            _filter_of_words(),
        ],
        tie="",
        empty=_("Nothing has been written to anybody yet."),
        empty_filtered=_("No message fits. Show all, or choose something else."),
        is_dense=False,
    )


def _state(row: Mail) -> str:
    return row.sending.state if hasattr(row, "sending") else queries.KEPT


def _line(desk: Desk, row: Mail) -> dict[str, Any]:
    state = _state(row)
    return {
        "row": row,
        "subject": _said(row.subject),
        "to": _reader(desk, row),
        "mail_address": row.sending.address if hasattr(row, "sending") else row.address,
        "state": state_name(state),
        "tone": _TONES[state],
        "address": _address(desk, row, "mail"),
    }


def _reader(desk: Desk, row: Mail) -> str:
    """Who a mail is for, in words: a participant's login, one of the administrator, or the row of somebody outside."""
    if row.participant is not None:
        return _("%(participant)s, login %(letter)s") % {"participant": row.participant.name, "letter": row.letter}
    if row.login:
        return row.login
    who = {"applicant": _("Applicant"), "questioner": _("Asker of a question")}.get(row.addressee, row.addressee)
    return f"{who} {row.reference}"


@seen_by(Who.ADMINISTRATOR)
def mail_page(request: HttpRequest, mail: int) -> HttpResponse:
    """One mail as it goes out, and what became of it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row: Mail = own_or_404(queries.mail(desk.scheme, mail), is_own=True)
    line = _line(desk, row)
    sending = row.sending if hasattr(row, "sending") else None
    language = queries.language_of(row)
    outgoing = envelope.Outgoing(row.pk, line["mail_address"], row.subject, row.body, {}, language)
    may_send_again = (
        sending is not None and sending.state == Sending.FAILED and "send_again" in desk.rulebook.operations
    )
    return render(
        request,
        "web/messages/mail.html",
        {
            "crumbs": crumbs(
                desk,
                (_("Messages"), _list_address(desk, "messages")),
                (_("All mails"), _list_address(desk, "mails")),
                line["subject"],
            ),
            **line,
            "sending": sending,
            "from": settings.DEFAULT_FROM_EMAIL,
            "whole_subject": envelope.subject(outgoing),
            "whole_body": envelope.body(outgoing),
            "send_again": _address(desk, row, "send_again") if may_send_again else "",
        },
    )


def _address(desk: Desk, row: Mail, name: str) -> str:
    number = {"message": row.pk} if name == "message" else {"mail": row.pk}
    return reverse(name, kwargs={"scheme": desk.scheme, **number})


def _list_address(desk: Desk, name: str) -> str:
    return reverse(name, kwargs={"scheme": desk.scheme})


class SendAgain(ActView):
    """A mail that could not be sent goes out again, to the address that its reader has now."""

    who: ClassVar[tuple[Who, ...]] = (Who.ADMINISTRATOR,)
    operation = "send_again"
    row: Mail

    def find(self, **kwargs: Any) -> None:
        self.row = own_or_404(queries.mail(self.desk.scheme, kwargs["mail"]), is_own=True)

    def fixed_arguments(self) -> dict[str, Any]:
        return {"mail": self.row.pk}

    def look(self) -> tuple[str, str]:
        """Where the mail goes, and what became of it."""
        found = queries.mail(self.desk.scheme, self.row.pk)
        if found is None or not hasattr(found, "sending"):
            return "", queries.KEPT
        return found.sending.address, found.sending.state

    def changes(self, before: Any, after: Any, outcome: Outcome) -> Sequence[Change]:
        (old_address, old_state), (address, state) = before, after
        return [
            Change(_("Mail address"), old_address, address),
            Change(_("State"), state_name(old_state), state_name(state)),
        ]

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk,
            (_("Messages"), _list_address(self.desk, "messages")),
            (_("All mails"), _list_address(self.desk, "mails")),
            (_said(self.row.subject), self.back()),
            self.title(),
        )

    def back(self) -> str:
        return _address(self.desk, self.row, "mail")
