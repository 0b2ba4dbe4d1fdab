"""Records of the door: rulebook texts, decisions, acts, the outbox, overrides, and how far time has passed.

Invariants, held by triggers and grants (migration 0002): a rulebook text, a decision, an act and an override are never
changed or deleted; a proposal is carried out at most once.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class RulebookText(models.Model):
    """The full text of a rulebook by which decisions were made, so that each can be judged again against it."""

    version = models.CharField(primary_key=True, max_length=64)
    scheme = models.CharField(max_length=64)
    content = models.JSONField()
    recorded_at = models.DateTimeField(db_default=Now())


class DecisionRecord(models.Model):
    """One decision for one distinct context: what was asked, what was known, what was found."""

    rulebook = models.ForeignKey(RulebookText, on_delete=models.PROTECT)
    scheme = models.CharField(max_length=64)
    operation = models.CharField(max_length=64)
    context_hash = models.CharField(max_length=64)
    context = models.JSONField()
    allowed = models.BooleanField()
    findings = models.JSONField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("rulebook", "operation", "context_hash"), name="acts_decision_one_per_context"
            ),
        )


class ActRecord(models.Model):
    """One act that came through the door, refused ones included."""

    id = models.UUIDField(primary_key=True)
    scheme = models.CharField(max_length=64)
    operation = models.CharField(max_length=64)
    arguments = models.JSONField()
    content_hash = models.CharField(max_length=64)
    actor_role = models.CharField(max_length=16)
    actor_login = models.CharField(max_length=150)
    actor_participant = models.CharField(max_length=100, default="")
    day = models.DateField()
    status = models.CharField(max_length=16)
    decision = models.ForeignKey(DecisionRecord, null=True, on_delete=models.PROTECT)
    findings = models.JSONField()
    result = models.JSONField()
    proposal = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="approvals")
    recorded_at = models.DateTimeField(db_default=Now())
    # Order of arrival, for lists; `ActPosition` has the gap-free place in the log. A further column, `written_by`, is
    # the writing transaction, by which the sequencer finds what is new (migration 0003).
    sequence = models.BigIntegerField(unique=True, db_default=models.expressions.RawSQL("nextval('acts_sequence')", ()))

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=("done", "proposed", "refused")), name="acts_act_status_known"
            ),
            models.UniqueConstraint(
                fields=("proposal",), condition=models.Q(status="done"), name="acts_proposal_settled_once"
            ),
        )
        indexes = (
            models.Index(fields=("scheme", "sequence"), name="acts_act_by_scheme"),
            models.Index(fields=("scheme", "status", "operation", "sequence"), name="acts_act_by_status"),
            models.Index(fields=("scheme", "actor_participant", "sequence"), name="acts_act_by_participant"),
            models.Index(fields=("scheme", "day"), name="acts_act_by_day"),
        )


class ActPosition(models.Model):
    """The place of a committed act in the log, from 1 without gaps, and the instant at which it was given.

    Only the database's own function writes here (`acts.log`); rows are never changed.
    """

    position = models.BigIntegerField(primary_key=True)
    act_id = models.UUIDField(unique=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "acts_position"
        indexes = (models.Index(fields=("at", "position"), name="acts_position_by_instant"),)


class OutboxMessage(models.Model):
    """An event that waits to be told to the rooms that act after commit, at least once; receivers ignore repeats."""

    act = models.ForeignKey(ActRecord, on_delete=models.PROTECT)
    scheme = models.CharField(max_length=64)
    event = models.CharField(max_length=64)
    payload = models.JSONField()
    day = models.DateField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("id",), condition=models.Q(delivered_at=None), name="acts_outbox_waiting"),)


class ParameterOverride(models.Model):
    """A value that this installation sets in place of the rulebook's, or the withdrawal of such values.

    It holds from `from_day` (null: from the beginning) to `to_day`, included (null: until withdrawn). The latest entry
    that covers a day counts on it. `day` is that of the act, which says who did it.
    """

    scheme = models.CharField(max_length=64)
    parameter = models.CharField(max_length=100)
    value = models.JSONField(null=True)
    from_day = models.DateField(null=True)
    to_day = models.DateField(null=True)
    withdraws = models.BooleanField(db_default=False)
    reason = models.TextField()
    day = models.DateField(null=True)
    act = models.ForeignKey(ActRecord, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(to_day__isnull=True) | models.Q(to_day__gte=models.F("from_day")),
                name="acts_override_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(withdraws=False, value__isnull=False)
                | models.Q(withdraws=True, value__isnull=True, from_day__isnull=False, to_day__isnull=True),
                name="acts_override_or_withdrawal",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="acts_override_has_reason"),
        )
        indexes = (models.Index(fields=("scheme", "id"), name="acts_override_by_scheme"),)


class TimePassed(models.Model):
    """The last day of a scheme whose due acts have been performed."""

    scheme = models.CharField(primary_key=True, max_length=64)
    through = models.DateField()


class DemonstrationDay(models.Model):
    """ "Today" of a demonstration installation: one row, moved forward by the administrator, never back.

    An installation without the row is a real one: there, today is the real day.
    """

    only = models.BooleanField(primary_key=True, default=True)
    today = models.DateField()
    notice = models.JSONField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="acts_one_demonstration_day"),)


class ChangeRecord(models.Model):
    """A row of a changing table that was made, changed or deleted: written by triggers, whoever did it and how.

    `before` and `after` have the columns that differ, secrets and personal data as "***". `login` and `act` are those
    of the session where there is one; `database_role` is PostgreSQL's own.
    """

    at = models.DateTimeField(db_default=Now())
    relation = models.CharField(max_length=64)
    row = models.CharField(max_length=200)
    kind = models.CharField(max_length=6)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    login = models.CharField(max_length=150)
    act_id = models.UUIDField(null=True)
    database_role = models.CharField(max_length=64)

    class Meta:
        db_table = "acts_change"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("INSERT", "UPDATE", "DELETE")), name="acts_change_kind"
            ),
        )
        indexes = (
            models.Index(fields=("relation", "row", "-id"), name="acts_change_by_row"),
            models.Index(fields=("login", "-id"), name="acts_change_by_login"),
            models.Index(fields=("act_id",), name="acts_change_by_act"),
        )
