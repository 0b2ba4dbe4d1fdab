"""Reads of mails: those of a login, those of a scheme, and what became of sending them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tanso.notices.models import Mail, Sending
from tanso.parties.models import Login

# How many unread messages are counted at most: beyond, it is said that there are more.
MANY = 100
# A mail that is on its page only, beside the states of a sending.
KEPT = "kept"


def mails(scheme: str, participant_key: str, letter: str | None = None, since: date | None = None) -> QuerySet[Mail]:
    """The mails of a participant, latest first; of one login and since a day, where asked."""
    rows = Mail.objects.select_related("participant").filter(scheme=scheme, participant__key=participant_key)
    if letter is not None:
        rows = rows.filter(letter=letter)
    if since is not None:
        rows = rows.filter(day__gte=since)
    return rows.order_by("-id")


def mails_to_administrator(login: str) -> QuerySet[Mail]:
    """The mails to one login of the administrator, latest first."""
    return Mail.objects.filter(login=login).order_by("-id")


def mails_to_outsider(scheme: str, addressee: str, reference: str) -> QuerySet[Mail]:
    """The mails to somebody without a login, by the row that told us of them; latest first."""
    return Mail.objects.filter(scheme=scheme, addressee=addressee, reference=reference).order_by("-id")


def messages_of(login: Login, scheme: str) -> QuerySet[Mail]:
    """The messages to a login, in one scheme, latest first: its own and nobody else's."""
    if login.participant_id is None:
        return mails_to_administrator(login.login).filter(scheme=scheme)
    return Mail.objects.filter(participant_id=login.participant_id, letter=login.letter, scheme=scheme).order_by("-id")


def unread_of(login: Login, scheme: str) -> int:
    """How many messages a login has not opened; counted up to `MANY`."""
    return len(messages_of(login, scheme).filter(reading=None).values_list("id", flat=True)[:MANY])


def mails_of_scheme(scheme: str, state: str = "") -> QuerySet[Mail]:
    """All mails of a scheme, latest first, with what became of them; in one state of sending where asked."""
    rows = Mail.objects.filter(scheme=scheme).select_related("participant", "sending").order_by("-id")
    if state == KEPT:
        return rows.filter(sending=None)
    return rows.filter(sending__state=state) if state else rows


def mail(scheme: str, number: int) -> Mail | None:
    """One mail with what became of it, or None."""
    return mails_of_scheme(scheme).filter(id=number).first()


def language_of(row: Mail) -> str:
    """In which language a mail goes out, as its login has it today; "" for both."""
    of = {"login": row.login} if row.login else {"participant_id": row.participant_id, "letter": row.letter}
    if row.addressee:
        return ""
    return Login.objects.filter(**of).values_list("mail_language", flat=True).first() or ""


def failed_sendings(scheme: str) -> int:
    """How many mails of a scheme could not be sent."""
    return Sending.objects.filter(Q(state=Sending.FAILED), mail__scheme=scheme).count()
