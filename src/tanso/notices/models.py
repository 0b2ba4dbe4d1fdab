"""Mails as they were written, in both languages, for each login that an event concerns; and what became of sending."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tanso.notices.letter_models import Letter, LetterNumber, LetterPrint, LetterStep
from tanso.notices.site_models import Answer, Document, Notice, Question
from tanso.parties.models import Participant

# Letters, and what is published and asked, have modules of their own; Django finds the room's tables here.
__all__ = [
    "Answer",
    "Document",
    "Letter",
    "LetterNumber",
    "LetterPrint",
    "LetterStep",
    "Mail",
    "Notice",
    "Question",
    "Sending",
]


class Mail(models.Model):
    """One message to one person. `address` is empty where there is none: the message is then only on its page.

    A login of a participant is named by `participant` and `letter`, one of the administrator by `login`, somebody
    without a login by `addressee` and the row (`reference`) that told us of them.
    """

    outbox_id = models.BigIntegerField()
    scheme = models.CharField(max_length=64)
    participant = models.ForeignKey(Participant, null=True, on_delete=models.PROTECT, related_name="mails")
    letter = models.CharField(max_length=1, default="")
    login = models.CharField(max_length=150, default="")
    addressee = models.CharField(max_length=32, db_default="")
    reference = models.CharField(max_length=64, db_default="")
    address = models.CharField(max_length=254, default="")
    event = models.CharField(max_length=64)
    subject = models.JSONField()
    body = models.JSONField()
    day = models.DateField()
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            # An event that is delivered twice writes no second mail.
            models.UniqueConstraint(fields=("outbox_id", "participant", "letter"), name="notices_mail_once"),
            models.UniqueConstraint(
                fields=("outbox_id", "login"), condition=~models.Q(login=""), name="notices_mail_once_to_administrator"
            ),
            models.UniqueConstraint(
                fields=("outbox_id", "addressee", "reference"),
                condition=~models.Q(addressee=""),
                name="notices_mail_once_to_outsider",
            ),
            models.CheckConstraint(
                condition=models.Q(participant=None, letter="", login__gt="", addressee="", reference="")
                | models.Q(participant__isnull=False, login="", addressee="", reference="")
                | models.Q(participant=None, letter="", login="", addressee__gt="", reference__gt=""),
                name="notices_mail_to_somebody",
            ),
        )
        indexes = (
            models.Index(fields=("participant", "letter", "-id"), name="notices_mail_by_login"),
            models.Index(fields=("scheme", "-id"), name="notices_mail_by_scheme"),
            models.Index(fields=("login", "-id"), condition=~models.Q(login=""), name="notices_mail_by_admin"),
            models.Index(
                fields=("scheme", "addressee", "reference", "-id"),
                condition=~models.Q(addressee=""),
                name="notices_mail_by_outsider",
            ),
        )


class Sending(models.Model):
    """What becomes of a mail that has an address, where the installation sends mail at all.

    A mail without a row here is on its page only. The address is that of the mail, or the one that its login had when
    somebody had a failed mail sent again.
    """

    WAITING, SENT, FAILED = "waiting", "sent", "failed"

    mail = models.OneToOneField(Mail, primary_key=True, on_delete=models.PROTECT, related_name="sending")
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=8, db_default=WAITING)
    attempts = models.IntegerField(db_default=0)
    # When it is tried next; set before each attempt, so that a worker that dies does not try for ever at once.
    next_attempt_at = models.DateTimeField(db_default=Now())
    attempted_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, db_default="")
    error = models.TextField(db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | models.Q(state__in=("waiting", "failed"), sent_at=None),
                name="notices_sending_state",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at", "mail"), condition=models.Q(state="waiting"), name="notices_sending_waiting"
            ),
            models.Index(fields=("-mail",), condition=models.Q(state="failed"), name="notices_sending_failed"),
        )


class Reading(models.Model):
    """That a message was opened on its page by the login that it is for. A message without a row here is unread."""

    mail = models.OneToOneField(Mail, primary_key=True, on_delete=models.PROTECT, related_name="reading")
    read_at = models.DateTimeField(db_default=Now())
