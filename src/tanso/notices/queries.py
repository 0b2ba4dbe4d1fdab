"""Reads of mails."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from tanso.notices.models import Mail


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
