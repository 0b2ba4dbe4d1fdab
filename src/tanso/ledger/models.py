"""Tables of the ledger. Nothing is saved through these models: `actions` calls the functions that may write.

Invariants, held by constraints, triggers and grants (migrations/sql, docs/reference/guarantees.md):
a journal row and an account event are never changed or deleted; a holding equals what the journal says; a holding's
quantity is the number of serials in its queue and never negative.

Journal and holdings carry no foreign keys: measured, they cost more than all other guards together, and the posting
function and the journal's trigger check the same.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from tanso.ledger.verification.models import Check, Checkpoint, Finding

__all__ = [
    "ROLE_HOLDING",
    "ROLE_ISSUANCE",
    "STATUSES",
    "STATUS_CLOSED",
    "STATUS_FROZEN",
    "STATUS_OPEN",
    "Account",
    "AccountEvent",
    "Check",
    "Checkpoint",
    "Finding",
    "Holder",
    "Holding",
    "Journal",
    "NumberSeries",
    "Segment",
    "UnitClass",
]

ROLE_HOLDING = "holding"
ROLE_ISSUANCE = "issuance"

STATUS_OPEN = "open"
STATUS_FROZEN = "frozen"
STATUS_CLOSED = "closed"
STATUSES = (STATUS_OPEN, STATUS_FROZEN, STATUS_CLOSED)


class Holder(models.Model):
    """Someone who holds accounts, known by a key that the room above gives (the ledger knows no parties)."""

    external_key = models.CharField(max_length=200, unique=True)


class NumberSeries(models.Model):
    """The next number to allot for one format of account numbers, such as "X-{n}"."""

    number_format = models.CharField(max_length=64, primary_key=True)
    next_number = models.BigIntegerField()

    class Meta:
        db_table = "ledger_number_series"


class Account(models.Model):
    """An account with its kind and status of now; `AccountEvent` has their history.

    `restricted` are the operations that the account is frozen for while it is open; `reason` and `until` (the first day
    on which it is over) belong to the last change of status or restrictions.
    """

    number = models.CharField(max_length=64, unique=True)
    scheme = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    role = models.CharField(max_length=32, default=ROLE_HOLDING)
    holder = models.ForeignKey(Holder, null=True, on_delete=models.PROTECT, related_name="accounts")
    opened_on = models.DateField()
    status = models.CharField(max_length=16)
    restricted = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    reason = models.TextField(default="", db_default="")
    until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="ledger_account_status_known"),
        )
        indexes = (
            models.Index(fields=("scheme", "role"), name="ledger_account_by_role"),
            models.Index(
                fields=("scheme", "until"), condition=models.Q(until__isnull=False), name="ledger_account_until"
            ),
        )


class AccountEvent(models.Model):
    """Kind, status and restrictions of an account from `day` on, and the act that set them. Rows are only added."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="events", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=64)
    status = models.CharField(max_length=16)
    restricted = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    reason = models.TextField(default="", db_default="")
    until = models.DateField(null=True)
    act_id = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "ledger_account_event"
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=STATUSES), name="ledger_account_event_status_known"),
        )
        indexes = (models.Index(fields=("account", "id"), name="ledger_account_event_history"),)


class UnitClass(models.Model):
    """Units that are the same in trade: type, phase or vintage, and origin. Serial numbers count within the class."""

    scheme = models.CharField(max_length=64)
    unit_type = models.CharField(max_length=64)
    phase = models.IntegerField(null=True)
    origin = models.CharField(max_length=200, default="", blank=True)
    next_serial = models.BigIntegerField(db_default=1)

    class Meta:
        db_table = "ledger_unit_class"
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "unit_type", "phase", "origin"),
                nulls_distinct=False,
                name="ledger_unit_class_defined_once",
            ),
            models.CheckConstraint(condition=models.Q(next_serial__gte=1), name="ledger_unit_class_serials_from_one"),
        )


class Journal(models.Model):
    """One posting: `quantity` tonnes with these serials left one account and entered the other.

    `serials` is flat: start1, end1, start2, end2 …, half-open, in order of acquisition (as everywhere in these tables).
    `reverses_id` names the posting that this one takes back.
    """

    act_id = models.UUIDField()
    from_account_id = models.BigIntegerField()
    to_account_id = models.BigIntegerField()
    unit_class_id = models.BigIntegerField()
    quantity = models.BigIntegerField()
    serials = ArrayField(models.BigIntegerField())
    valid_day = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    reverses_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_journal"
        constraints = (
            models.UniqueConstraint(
                fields=("reverses_id",),
                condition=models.Q(reverses_id__isnull=False),
                name="ledger_journal_reversed_once",
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="ledger_journal_quantity_positive"),
            models.CheckConstraint(
                condition=~models.Q(from_account_id=models.F("to_account_id")), name="ledger_journal_two_accounts"
            ),
        )
        indexes = (
            models.Index(fields=("from_account_id", "valid_day"), name="ledger_journal_from"),
            models.Index(fields=("to_account_id", "valid_day"), name="ledger_journal_to"),
        )


class Holding(models.Model):
    """What an account holds of a unit class: the quantity, and its serials in the order in which it acquired them.

    The queue is `head`, then the segments from `first_segment` up to `next_segment`, then `tail`. A short one is all
    head; postings touch head and tail only.
    """

    pk = models.CompositePrimaryKey("account_id", "unit_class_id")
    account_id = models.BigIntegerField()
    unit_class_id = models.BigIntegerField()
    quantity = models.BigIntegerField()
    head = ArrayField(models.BigIntegerField())
    tail = ArrayField(models.BigIntegerField())
    first_segment = models.BigIntegerField()
    next_segment = models.BigIntegerField()

    class Meta:
        db_table = "ledger_holding"
        constraints = (models.CheckConstraint(condition=models.Q(quantity__gte=0), name="ledger_holding_not_negative"),)


class Segment(models.Model):
    """A piece out of the middle of a long queue: at most 64 ranges."""

    pk = models.CompositePrimaryKey("account_id", "unit_class_id", "number")
    account_id = models.BigIntegerField()
    unit_class_id = models.BigIntegerField()
    number = models.BigIntegerField()
    serials = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "ledger_segment"
