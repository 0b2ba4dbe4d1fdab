"""Emissions reports: one a participant and year, its versions, its verification, and every step of its life.

Invariants, held by triggers and grants (migration 0002): versions, verifications, steps and files are never changed or
deleted; a report's state changes only to where its latest recorded step leads.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tanso.parties.models import Participant


class File(models.Model):
    """The bytes of an upload, once for each distinct content."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now())


class Report(models.Model):
    """The emissions report of one participant for one year of its phase (base, target, adjustment …)."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="reports")
    year = models.CharField(max_length=16)
    fiscal_year = models.IntegerField()
    state = models.CharField(max_length=32)
    verifier = models.ForeignKey(Participant, null=True, on_delete=models.PROTECT, related_name="assigned_reports")
    # The latest registered figure and the latest verified one.
    emissions_t = models.BigIntegerField(null=True)
    verified_t = models.BigIntegerField(null=True)
    opinion = models.CharField(max_length=16, default="")
    # The figure that counts (approved or received), and since when; it stays in force while a correction is on its way.
    settled_t = models.BigIntegerField(null=True)
    settled_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("participant", "year"), name="emissions_report_one_a_year"),
            models.CheckConstraint(
                condition=models.Q(emissions_t=None) | models.Q(emissions_t__gte=0),
                name="emissions_report_not_negative",
            ),
        )
        indexes = (models.Index(fields=("state",), name="emissions_report_by_state"),)


class ReportVersion(models.Model):
    """One registration of a report. The latest counts; all are kept."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    emissions_t = models.BigIntegerField()
    workbook = models.ForeignKey(File, null=True, on_delete=models.PROTECT)
    act_id = models.UUIDField()
    registered_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("report", "number"), name="emissions_version_number"),)


class Verification(models.Model):
    """One verification report: the verifier's figure and opinion on a version.

    `form` is the rest of the report (`emissions.verification`), null where none was handed in with the figure.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="verifications")
    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT)
    verifier = models.ForeignKey(Participant, on_delete=models.PROTECT)
    emissions_t = models.BigIntegerField()
    opinion = models.CharField(max_length=16)
    form = models.JSONField(null=True)
    document = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")
    act_id = models.UUIDField()
    filed_on = models.DateField()


class ReviewPaper(models.Model):
    """One paper of the review (査読書類): a question of the authority or an answer of the verifier; the holder reads.

    `by_authority` says whose it is. Papers are never changed (migration 0004).
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="papers")
    by_authority = models.BooleanField()
    text = models.TextField()
    document = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")
    act_id = models.UUIDField(unique=True)
    actor_login = models.CharField(max_length=150)
    written_on = models.DateField()


class ReportAttachment(models.Model):
    """A file that the holder adds to a report (a map of the site, a calculation apart). Kept as it came; never changed.

    `kind` is what it is by its content.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attachments")
    text = models.TextField()
    document = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    size_bytes = models.BigIntegerField()
    act_id = models.UUIDField(unique=True)
    actor_login = models.CharField(max_length=150)
    attached_on = models.DateField()


class Assignment(models.Model):
    """A verifier that the authority gave to a report, with the reason. The latest counts; rows are never changed."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="assignments")
    verifier = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    act_id = models.UUIDField(unique=True)
    assigned_on = models.DateField()


class ReportStep(models.Model):
    """One step of a report's life: by whom, when, from where to where. `note` holds a reason where one was given."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="steps")
    operation = models.CharField(max_length=64)
    from_state = models.CharField(max_length=32)
    to_state = models.CharField(max_length=32)
    act_id = models.UUIDField()
    actor_login = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=16)
    day = models.DateField()
    note = models.TextField(default="")
    recorded_at = models.DateTimeField(db_default=Now())


class YearlyFigure(models.Model):
    """The verified emissions of a participant in a year, as recorded by an act. The latest of a year counts."""

    # No constraint in the database: participants are never deleted, and a year's figures come in by the ten thousand.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="yearly_figures", db_constraint=False, db_index=False
    )
    fiscal_year = models.IntegerField()
    emissions_t = models.BigIntegerField()
    act_id = models.UUIDField()
    recorded_on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(emissions_t__gte=0), name="emissions_yearly_not_negative"),
        )
        indexes = (models.Index(fields=("participant", "fiscal_year", "-id"), name="emissions_yearly_latest"),)


class NamedFigure(models.Model):
    """A figure of a participant and year that the scheme names, as recorded by an act. The latest of a name counts."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="named_figures", db_constraint=False, db_index=False
    )
    fiscal_year = models.IntegerField()
    name = models.CharField(max_length=64)
    value = models.JSONField()
    reason = models.TextField()
    act_id = models.UUIDField()
    recorded_on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("participant", "fiscal_year", "name", "-id"), name="emissions_named_latest"),)
