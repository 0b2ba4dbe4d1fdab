"""What the registry knows beyond the ledger: obligations, first allocations, surrenders, evidence, banking, compliance.

Quantities of surrenders stand in the ledger's journal alone; the rows here say which obligation a posting serves.
Invariants, held by constraints, triggers and grants (migration 0002): one allocation a holder and unit class, one use a
piece of evidence, and no change or deletion of any of these records; a compliance status, once stated, is kept.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tanso.parties.models import Participant


class Obligation(models.Model):
    """A target holder's duty to surrender for the emissions of one fiscal year of its phase."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="obligations")
    phase = models.IntegerField()
    fiscal_year = models.IntegerField()
    account_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("participant", "fiscal_year"), name="registry_obligation_one_a_year"),
        )


class Allocation(models.Model):
    """The first allocation of a unit class to a holder: issued once."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="allocations")
    unit_class_id = models.BigIntegerField()
    quantity_t = models.BigIntegerField()
    act_id = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("participant", "unit_class_id"), name="registry_allocation_once"),
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="registry_allocation_positive"),
        )


class Surrender(models.Model):
    """A posting to the surrender account, and the obligation that it serves."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="surrenders")
    journal_id = models.BigIntegerField(unique=True)
    act_id = models.UUIDField()


class EvidenceUse(models.Model):
    """A certificate or transfer record on which units were issued. One reference serves once in a scheme."""

    scheme = models.CharField(max_length=64)
    reference = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
    as_given = models.CharField(max_length=200)
    act_id = models.UUIDField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("scheme", "reference"), name="registry_evidence_once"),)


class BankingApplication(models.Model):
    """An account holder's wish to carry its units over, in one banking round; approved or waiting."""

    scheme = models.CharField(max_length=64)
    account_id = models.BigIntegerField()
    applied_on = models.DateField()
    applied_act_id = models.UUIDField()
    approved_on = models.DateField(null=True)
    approved_act_id = models.UUIDField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("account_id", "applied_on"), name="registry_banking_by_account"),
            models.Index(
                fields=("scheme", "id"), condition=models.Q(approved_on=None), name="registry_banking_waiting"
            ),
        )


class ComplianceStatement(models.Model):
    """The status of an obligation as it was decided on a day. Later events add statements and change none."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="statements")
    status = models.CharField(max_length=32)
    stated_on = models.DateField()
    emissions_t = models.BigIntegerField(null=True)
    surrendered_t = models.BigIntegerField()
    # The figure that the status follows from, where the scheme derives one (`compliance_figure_t`).
    figure_t = models.BigIntegerField(null=True)
    act_id = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=Now())


class YearExclusion(models.Model):
    """A decision of the authority that a holder does not answer for a year after all."""

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="exclusion")
    reason = models.TextField()
    act_id = models.UUIDField()
