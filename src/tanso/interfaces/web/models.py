"""What the pages themselves keep: who looked at whose data, and how often somebody tried something.

Invariants, held by triggers and grants (migration 0001): a look is never changed, and not deleted within a year.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class Look(models.Model):
    """One request of somebody about another party's data: `page` is its name in docs/reference/permissions.md.

    `participants` are the keys of those whose data it was; empty where a list showed many. `path` has the object.
    """

    at = models.DateTimeField(db_default=Now())
    day = models.DateField()
    scheme = models.CharField(max_length=64)
    login = models.CharField(max_length=150)
    role = models.CharField(max_length=16)
    page = models.CharField(max_length=64)
    path = models.CharField(max_length=500)
    participants = ArrayField(models.CharField(max_length=100))
    status = models.SmallIntegerField()
    address = models.CharField(max_length=45)

    class Meta:
        indexes = (
            models.Index(fields=("scheme", "-id"), name="web_look_by_scheme"),
            models.Index(fields=("scheme", "login", "-id"), name="web_look_by_login"),
            models.Index(fields=("at",), name="web_look_by_instant"),
            GinIndex(fields=("participants",), name="web_look_by_participant"),
        )


class Attempt(models.Model):
    """How often somebody did something within a stretch of time. `who` is a hash: the table names nobody."""

    who = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=("until",), name="web_attempt_by_end"),)
