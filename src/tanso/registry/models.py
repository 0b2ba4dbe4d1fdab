"""What the registry knows beyond the ledger: obligations, allocations, surrenders, evidence, applications, compliance.

Quantities of surrenders stand in the ledger's journal alone; the rows here say which obligation a posting serves.
Invariants, held by constraints, triggers and grants (migration 0002): one allocation a holder and unit class, one use a
piece of evidence, and no change or deletion of any of these records; a compliance status, once stated, is kept.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tanso.emissions.models import File
from tanso.parties.models import Participant
from tanso.registry.cases import Objection, ObjectionPaper, ObjectionStep  # noqa: F401 -- where Django looks for tables

# The states of an application for units; every state but the first is its last.
WAITING, ISSUED, REFUSED, WITHDRAWN = "waiting", "issued", "refused", "withdrawn"
# Those of a transfer that waits to be carried out, besides the first and `refused`.
EXECUTED, ABORTED = "executed", "aborted"


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
    """The first allocation of a unit class to a holder: issued once, or once for each year where it is a year's."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="allocations")
    unit_class_id = models.BigIntegerField()
    fiscal_year = models.IntegerField(null=True)
    quantity_t = models.BigIntegerField()
    act_id = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "unit_class_id", "fiscal_year"),
                nulls_distinct=False,
                name="registry_allocation_once",
            ),
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="registry_allocation_positive"),
        )


class AllocationChange(models.Model):
    """What an allocation changed by where the figure behind it was corrected after approval, t.

    `moved_t` was posted at once (issued above zero, taken back below); `owed_t` could not be taken back any more, below
    zero where units due settled what was owed. What a frozen account could not be given is a change without a
    difference on the day of its release.
    """

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="changes")
    difference_t = models.BigIntegerField()
    moved_t = models.BigIntegerField()
    owed_t = models.BigIntegerField()
    act_id = models.UUIDField(unique=True)
    changed_on = models.DateField()


class AdditionalObligation(models.Model):
    """What a correction left missing after the deadline, with a term of its own: to be surrendered before `until`."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="additional")
    quantity_t = models.BigIntegerField()
    opened_on = models.DateField()
    until = models.DateField()
    act_id = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=("until",), name="registry_additional_by_term"),)


class Surrender(models.Model):
    """A posting to the surrender account, and the obligation that it serves."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="surrenders")
    journal_id = models.BigIntegerField(unique=True)
    act_id = models.UUIDField()


class Borrowing(models.Model):
    """A posting that issued units for an obligation against those of a later year, which repays them."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="borrowings")
    repaid_by_year = models.IntegerField()
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


class UnitApplication(models.Model):
    """An account holder's wish for units on a document of another registry, in exactly its quantity.

    Only `state` ever changes, and only to where the latest step leads (migration 0004). `reference` is the one spelling
    of `as_given`; two applications that wait, or were served, never have the same.
    """

    scheme = models.CharField(max_length=64)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="unit_applications")
    account_id = models.BigIntegerField()
    unit = models.CharField(max_length=64)
    quantity_t = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    reference = models.CharField(max_length=200)
    as_given = models.CharField(max_length=200)
    # The account of the other registry that the credits left, their numbers there, and when what is certified happened.
    evidence_account = models.CharField(max_length=200, default="")
    evidence_serials = models.TextField(default="")
    evidence_day = models.DateField(null=True)
    document = models.ForeignKey(File, on_delete=models.PROTECT)
    document_kind = models.CharField(max_length=8)
    applied_on = models.DateField()
    act_id = models.UUIDField()
    state = models.CharField(max_length=16, default=WAITING)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="registry_application_positive"),
            models.UniqueConstraint(
                fields=("scheme", "reference"),
                condition=models.Q(state__in=(WAITING, ISSUED)),
                name="registry_application_reference",
            ),
        )
        indexes = (
            models.Index(fields=("scheme", "state", "id"), name="registry_application_by_state"),
            models.Index(fields=("account_id", "id"), name="registry_application_account"),
        )


class UnitApplicationStep(models.Model):
    """What became of an application: by whom, when, and why where a reason was given."""

    application = models.ForeignKey(UnitApplication, on_delete=models.PROTECT, related_name="steps")
    operation = models.CharField(max_length=64)
    to_state = models.CharField(max_length=16)
    act_id = models.UUIDField()
    actor_login = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=16)
    day = models.DateField()
    note = models.TextField(default="")
    recorded_at = models.DateTimeField(db_default=Now())


class TransferPermit(models.Model):
    """Recorded beforehand: a transfer between two accounts is of this kind, up to a quantity and on a day at most.

    The latest row of two accounts and a unit counts; earlier ones count no more.
    """

    scheme = models.CharField(max_length=64)
    from_account_id = models.BigIntegerField()
    to_account_id = models.BigIntegerField()
    unit = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    quantity_t = models.BigIntegerField()
    last_day = models.DateField()
    reason = models.TextField()
    recorded_on = models.DateField()
    act_id = models.UUIDField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="registry_permit_positive"),)
        indexes = (
            models.Index(fields=("from_account_id", "to_account_id", "unit", "id"), name="registry_permit_by_accounts"),
        )


class TransferTerms(models.Model):
    """What was said of a transfer beside its posting: its kind, and the price of the whole in yen.

    A transfer without a row is of the scheme's default kind and tells no price.
    """

    journal_id = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=64)
    price_yen = models.BigIntegerField(null=True)
    permit = models.ForeignKey(TransferPermit, null=True, on_delete=models.PROTECT, related_name="transfers")
    act_id = models.UUIDField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(price_yen__gte=0), name="registry_terms_price_not_negative"),
        )


class TransferKind(models.Model):
    """Recorded afterwards: a transfer was of this kind. The latest row of a posting counts."""

    journal_id = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    reason = models.TextField()
    recorded_on = models.DateField()
    act_id = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=("journal_id", "id"), name="registry_kind_by_posting"),)


class PendingTransfer(models.Model):
    """A transfer that was allowed on one day and is carried out on a later one; until then its units are reserved.

    Nothing is posted before. `act_id` is the transfer as it was allowed, which says between which accounts and at what
    price; only `state` ever changes, and only to where the latest step leads (migration 0008).
    """

    scheme = models.CharField(max_length=64)
    from_account_id = models.BigIntegerField()
    to_account_id = models.BigIntegerField()
    unit_scheme = models.CharField(max_length=64)
    unit_type = models.CharField(max_length=64)
    unit_phase = models.IntegerField(null=True)
    quantity_t = models.BigIntegerField()
    proposed_on = models.DateField()
    executes_on = models.DateField()
    act_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=16, default=WAITING)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(quantity_t__gt=0), name="registry_pending_positive"),
            models.CheckConstraint(
                condition=models.Q(executes_on__gt=models.F("proposed_on")), name="registry_pending_is_later"
            ),
        )
        indexes = (
            models.Index(fields=("from_account_id", "proposed_on"), name="registry_pending_by_account"),
            models.Index(
                fields=("from_account_id",), condition=models.Q(state=WAITING), name="registry_pending_reserved"
            ),
            models.Index(
                fields=("scheme", "executes_on", "id"),
                condition=models.Q(state=WAITING),
                name="registry_pending_due",
            ),
        )


class PendingTransferStep(models.Model):
    """What became of a transfer that waited: by whom, when, and why where it was aborted or refused."""

    transfer = models.ForeignKey(PendingTransfer, on_delete=models.PROTECT, related_name="steps")
    to_state = models.CharField(max_length=16)
    act_id = models.UUIDField()
    actor_login = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=16)
    day = models.DateField()
    note = models.TextField(default="")
    recorded_at = models.DateTimeField(db_default=Now())


class TrustedAccount(models.Model):
    """An account that the holder of another one trusts, from a day on until it is taken off the list.

    Only the end is written later, and once (migration 0008).
    """

    account_id = models.BigIntegerField()
    trusted_account_id = models.BigIntegerField()
    added_on = models.DateField()
    trusted_from = models.DateField()
    act_id = models.UUIDField(unique=True)
    removed_on = models.DateField(null=True)
    removed_act_id = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account_id", "trusted_account_id"),
                condition=models.Q(removed_on=None),
                name="registry_trusted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_on=None, removed_act_id=None)
                | models.Q(removed_on__isnull=False, removed_act_id__isnull=False),
                name="registry_trusted_ends_by_an_act",
            ),
        )
        indexes = (models.Index(fields=("account_id", "id"), name="registry_trusted_by_account"),)


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
