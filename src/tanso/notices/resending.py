"""A mail that could not be sent is sent again, to the address that its reader has now. The mail stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from tanso.acts import operations
from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.notices import delivery, outsiders, queries
from tanso.notices.models import Mail, Reading, Sending
from tanso.parties import permissions as may
from tanso.parties.models import Login
from tanso.rulebook import Rulebook


def register_operations() -> None:
    """Offer this room's operation on mails to the door; called once at start."""
    operations.register(
        Operation(
            name="send_again",
            required=frozenset({"mail"}),
            permission=lambda actor, act: may.is_administrator(actor),
            locks=_locks,
            missing=_missing,
            execute=_send_again,
        )
    )


def mark_read(mail: Mail) -> None:
    """Note that the reader of a message has opened it; doing it twice changes nothing."""
    Reading.objects.bulk_create([Reading(mail=mail)], ignore_conflicts=True)


def mark_all_read(mails: models.QuerySet[Mail]) -> None:
    """Note that the reader has read these messages."""
    unread = mails.filter(reading=None).values_list("id", flat=True)
    Reading.objects.bulk_create((Reading(mail_id=number) for number in unread), ignore_conflicts=True, batch_size=1_000)


def address_now(mail: Mail) -> str:
    """Where its reader is written to today; "" where no address is known."""
    if mail.addressee:
        offered = outsiders.offered(mail.addressee)
        found = {} if offered is None else offered.read(mail.scheme, _names_of(mail.reference))
        return next((person.mail for person in found.values()), "")
    of = {"login": mail.login} if mail.login else {"participant_id": mail.participant_id, "letter": mail.letter}
    return Login.objects.filter(**of).values_list("mail", flat=True).first() or ""


def _names_of(reference: str) -> list[Any]:
    # A row is named by a number or by a text; the mail keeps either as a text.
    return [int(reference)] if reference.isdecimal() else [reference]


def _locks(act: Act) -> Iterable[str]:
    return (f"mail:{act.arguments['mail']}",)


def _missing(act: Act) -> Finding | None:
    number = act.arguments["mail"]
    mail = queries.mail(act.scheme, number)
    if mail is None:
        return refusal("mail.unknown", mail=number)
    if not Sending.objects.filter(mail=mail, state=Sending.FAILED).exists():
        return refusal("mail.not_failed", mail=number)
    if not address_now(mail):
        return refusal("mail.no_address", mail=number)
    return None


def _send_again(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    sending = Sending.objects.select_related("mail").filter(mail_id=act.arguments["mail"])
    # Its time came when it was tried last, so it is due at once.
    sending.update(
        address=address_now(sending.get().mail),
        state=Sending.WAITING,
        attempts=0,
        next_attempt_at=models.F("attempted_at"),
    )
    if delivery.is_on():
        delivery.call_for_delivery()
    return Done(result={"mail": act.arguments["mail"]})
