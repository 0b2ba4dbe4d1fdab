"""Drafts, applications with their versions, steps and papers, and the lists of those adopted for a phase."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

SUBMITTED, RETURNED, REFUSED, ACCEPTED = "submitted", "returned", "refused", "accepted"
STATES = (SUBMITTED, RETURNED, REFUSED, ACCEPTED)


class Application(models.Model):
    """An application for registration. `content_hash` is that of its latest version; its state follows its steps."""

    scheme = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    phase = models.IntegerField(null=True)
    version = models.IntegerField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=16, default=SUBMITTED)
    first_submitted_on = models.DateField()
    submitted_on = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=("scheme", "state", "-id"), name="parties_application_by_state"),
            models.Index(fields=("scheme", "-id"), name="parties_application_latest"),
        )


class ApplicationVersion(models.Model):
    """What was submitted, each time as it was then. Rows are never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    submitted_on = models.DateField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "number"), name="parties_application_version"),)


class ApplicationStep(models.Model):
    """What became of an application: by whom, when, and why where a reason was given. Rows are never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    operation = models.CharField(max_length=64)
    to_state = models.CharField(max_length=16)
    act_id = models.UUIDField()
    actor_login = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=16)
    day = models.DateField()
    note = models.TextField(default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=("application", "-id"), name="parties_application_step"),)


class ApplicationPaper(models.Model):
    """A paper of a version that arrived, with the day of its arrival. Rows are never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="papers")
    paper = models.CharField(max_length=32)
    version = models.IntegerField()
    arrived_on = models.DateField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "paper", "version"), name="parties_application_paper"),
        )


class ApplicationHolder(models.Model):
    """A participant that was registered on an application: which of its holders, counted from one."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="holders")
    place = models.IntegerField()
    participant = models.OneToOneField("parties.Participant", on_delete=models.PROTECT, related_name="application")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "place"), name="parties_application_holder"),)


class ApplicationDraft(models.Model):
    """What somebody is writing, found by a secret link alone; once submitted, the applicant's own copy.

    The secret itself is nowhere: the row has its hash. A draft that was never submitted is deleted when it expires.
    """

    scheme = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    phase = models.IntegerField(null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    content = models.JSONField(default=dict)
    expires_on = models.DateField()
    application = models.OneToOneField(Application, null=True, on_delete=models.PROTECT, related_name="draft")

    class Meta:
        indexes = (
            models.Index(fields=("expires_on",), condition=models.Q(application=None), name="parties_draft_by_expiry"),
        )


class AdoptionList(models.Model):
    """A list of those adopted for a phase; the latest of a phase counts. Rows are never changed."""

    scheme = models.CharField(max_length=64)
    phase = models.IntegerField()
    loaded_on = models.DateField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=("scheme", "phase", "-id"), name="parties_adoption_by_phase"),)


class AdoptionEntry(models.Model):
    """An adopted site with its representative business and reduction target. Rows are never changed."""

    adoption_list = models.ForeignKey(AdoptionList, on_delete=models.PROTECT, related_name="entries")
    organisation = models.CharField(max_length=200)
    organisation_key = models.CharField(max_length=400)
    site = models.CharField(max_length=200)
    site_key = models.CharField(max_length=400)
    reduction_target_t = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("adoption_list", "site_key", "organisation_key"), name="parties_adoption_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reduction_target_t__gte=0), name="parties_adoption_target_not_negative"
            ),
        )
