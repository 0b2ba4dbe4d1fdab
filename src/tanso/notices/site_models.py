"""What the administrator publishes, as a history of versions, and the questions that people ask.

A notice, an answer and a document each bear a number in their scheme; every change is a further version of it, and
the latest counts. Versions are never changed. A question holds personal data: its words and its address are erased
when the time that the scheme states is over, and no act has them.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tanso.emissions.models import File
from tanso.parties.models import Participant


class Publication(models.Model):
    """A version of something published. `phases` are those that it is about; none means all."""

    scheme = models.CharField(max_length=64)
    number = models.IntegerField()
    version = models.IntegerField()
    phases = models.JSONField(default=list)
    is_withdrawn = models.BooleanField(default=False)
    reason = models.TextField(default="")
    day = models.DateField()
    act_id = models.UUIDField(unique=True)
    actor_login = models.CharField(max_length=150)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(fields=("scheme", "number", "version"), name="%(app_label)s_%(class)s_version"),
        )


class Notice(Publication):
    """A notice. `audience`: empty for everybody, else kinds of participants; `last_day` None has no end."""

    title = models.JSONField()
    body = models.JSONField()
    audience = models.JSONField(default=list)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    is_pinned = models.BooleanField(default=False)


class Answer(Publication):
    """A question that is asked often, with its answer. `place` is its place among those of its subject."""

    subject = models.CharField(max_length=64)
    place = models.IntegerField(default=0)
    question = models.JSONField()
    answer = models.JSONField()


class Document(Publication):
    """A document to download. `edition` is as it calls itself; `language` is ja, en, or empty for both."""

    kind = models.CharField(max_length=64)
    title = models.JSONField()
    edition = models.CharField(max_length=50, default="")
    issued_on = models.DateField()
    language = models.CharField(max_length=2, default="")
    file = models.ForeignKey(File, on_delete=models.PROTECT)
    file_kind = models.CharField(max_length=8)
    size_bytes = models.BigIntegerField()


class Question(models.Model):
    """What somebody asked. `secret` is in the address of its page; `mail` may be empty for who is signed in."""

    scheme = models.CharField(max_length=64)
    number = models.IntegerField()
    secret = models.CharField(max_length=43, unique=True)
    subject = models.CharField(max_length=64)
    text = models.TextField()
    mail = models.CharField(max_length=254, default="")
    asker = models.CharField(max_length=150, default="")
    participant = models.ForeignKey(Participant, null=True, on_delete=models.PROTECT)
    asked_on = models.DateField()
    act_id = models.UUIDField(unique=True)
    answer = models.TextField(default="")
    answered_on = models.DateField(null=True)
    answer_act_id = models.UUIDField(null=True)
    erased_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scheme", "number"), name="notices_question_number"),
            models.CheckConstraint(
                condition=models.Q(erased_on=None) | models.Q(text="", mail="", answer="", asker=""),
                name="notices_question_erased",
            ),
        )
        indexes = (
            models.Index(
                fields=("scheme", "number"), condition=models.Q(answered_on=None), name="notices_question_waiting"
            ),
            models.Index(fields=("asker", "-id"), condition=~models.Q(asker=""), name="notices_question_by_asker"),
            models.Index(
                fields=("scheme", "asked_on"), condition=models.Q(erased_on=None), name="notices_question_kept"
            ),
        )
