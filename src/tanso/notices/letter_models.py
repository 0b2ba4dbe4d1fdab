"""Letters: numbered without gaps, kept as they were made, and what became of each.

A letter holds all that it says, so that the same row gives the same paper whenever it is set. First passwords are not
in it: they are derived when the paper is set. Invariants, held by constraints, triggers and grants (migration of this
table): a letter, a step and a print are never changed; a number is given once in a scheme and fiscal year.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tanso.parties.models import Participant

# What may become of a letter.
POSTED, WITHDRAWN = "posted", "withdrawn"


class LetterNumber(models.Model):
    """The last number given in a scheme and fiscal year. Its row is held until the letters are committed: no gaps."""

    scheme = models.CharField(max_length=64)
    year = models.IntegerField()
    last = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("scheme", "year"), name="notices_letter_number_one"),)


class Letter(models.Model):
    """One letter to one participant, made of an event. `code` proves to anyone who has the paper that it is ours.

    `subject` says what it is about where later letters about the same take its place; it is empty where none do.
    """

    scheme = models.CharField(max_length=64)
    year = models.IntegerField()
    number = models.BigIntegerField()
    # The number as it is printed.
    reference = models.CharField(max_length=100)
    kind = models.CharField(max_length=64)
    audience = models.CharField(max_length=16)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="letters")
    subject = models.CharField(max_length=200, default="")
    content = models.JSONField()
    # The version of the layout that sets it.
    layout = models.IntegerField()
    code = models.CharField(max_length=32, unique=True)
    day = models.DateField()
    act_id = models.UUIDField()
    outbox_id = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scheme", "year", "number"), name="notices_letter_number_once"),
            models.UniqueConstraint(fields=("scheme", "reference"), name="notices_letter_reference_once"),
            # An event that is delivered twice makes no second letter.
            models.UniqueConstraint(fields=("outbox_id", "kind"), name="notices_letter_once"),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="notices_letter_number_positive"),
        )
        indexes = (
            models.Index(fields=("participant", "subject", "-id"), name="notices_letter_by_subject"),
            models.Index(fields=("participant", "-id"), name="notices_letter_by_participant"),
            models.Index(fields=("scheme", "kind", "-id"), name="notices_letter_by_kind"),
            models.Index(fields=("scheme", "-id"), name="notices_letter_by_scheme"),
        )

    def __str__(self) -> str:
        return self.reference


class LetterStep(models.Model):
    """What became of a letter: it was posted, or withdrawn with a reason."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    day = models.DateField()
    note = models.TextField(default="")
    act_id = models.UUIDField()
    actor_login = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=16)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("letter", "step"), name="notices_letter_step_once"),)


class LetterPrint(models.Model):
    """The SHA-256 of a file that was made of a letter: the first of a language is the original.

    A second one of the same language says that the same letter was set differently, by another version of what sets it.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="prints")
    language = models.CharField(max_length=8)
    # Whether the first passwords stand in it.
    with_credentials = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.IntegerField()
    set_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("letter", "language", "with_credentials", "sha256"), name="notices_letter_print_once"
            ),
        )
        indexes = (models.Index(fields=("sha256",), name="notices_letter_print_by_hash"),)
