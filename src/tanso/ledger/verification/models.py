"""What checks remember: where the last one ended, what it found, and when. No evidence: the ledger stands without them.

The application writes these tables freely (but deletes nothing): the nightly check relies on none of them, and a wrong
checkpoint can only make the quick check after a batch look twice, or leave a difference to the night.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Checkpoint(models.Model):
    """What an account held of a class after one of its postings, as a quantity and a fingerprint of the serials."""

    pk = models.CompositePrimaryKey("account_id", "unit_class_id")
    account_id = models.BigIntegerField()
    unit_class_id = models.BigIntegerField()
    posting_id = models.BigIntegerField()
    quantity = models.BigIntegerField()
    fingerprint = models.DecimalField(max_digits=60, decimal_places=0)

    class Meta:
        app_label = "ledger"
        db_table = "ledger_checkpoint"


class Check(models.Model):
    """One check: of everything, or of what was touched since the check before.

    `posting_id` is the last posting that it saw, `next_transaction` the first transaction that had not begun by then.
    Up to `settled_posting_id`, no posting was still under way in a transaction that this check could not see.
    """

    at = models.DateTimeField(db_default=Now())
    is_whole = models.BooleanField()
    posting_id = models.BigIntegerField()
    next_transaction = models.BigIntegerField()
    settled_posting_id = models.BigIntegerField()
    differences = models.IntegerField()

    class Meta:
        app_label = "ledger"
        db_table = "ledger_check"


class Finding(models.Model):
    """A difference that was found and told. `key` is what makes it the same when it is found again.

    `gone_at` is set by the first whole check that no longer finds it; found once more, it is a new one.
    """

    key = models.CharField(max_length=64)
    account = models.CharField(max_length=64, default="")
    content = models.JSONField()
    found_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "ledger"
        db_table = "ledger_finding"
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=models.Q(gone_at=None), name="ledger_finding_once"),
        )
