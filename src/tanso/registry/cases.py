"""What objections and disputes are kept in: a case, the papers to and fro, and the steps that it took.

Invariants, held by triggers and grants (migration 0010): papers and steps are never changed or deleted; of a case only
the state changes, and only to where its latest step leads.
"""

from __future__ import annotations

from django.db import models

from tanso.emissions.models import File
from tanso.parties.models import Participant, Step

FILED, ACKNOWLEDGED, UPHELD, REJECTED, WITHDRAWN = "filed", "acknowledged", "upheld", "rejected", "withdrawn"
OPEN = (FILED, ACKNOWLEDGED)


class Objection(models.Model):
    """A participant's objection to a decision of the authority, or its dispute with another one about a transfer.

    `decision` is the act that it is about. `against` is the other participant of a dispute, and null for an objection.
    """

    scheme = models.CharField(max_length=64)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="objections")
    against = models.ForeignKey(Participant, null=True, on_delete=models.PROTECT, related_name="disputes")
    decision = models.UUIDField()
    operation = models.CharField(max_length=64)
    decided_on = models.DateField()
    about_emissions = models.BooleanField()
    text = models.TextField()
    salt = models.CharField(max_length=64)
    document = models.ForeignKey(File, null=True, on_delete=models.PROTECT)
    document_kind = models.CharField(max_length=8, default="")
    filed_on = models.DateField()
    # The last day for the authority to decide.
    decide_by = models.DateField()
    act_id = models.UUIDField()
    state = models.CharField(max_length=16, default=FILED)

    class Meta:
        app_label = "registry"
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "decision"),
                condition=~models.Q(state=WITHDRAWN),
                name="registry_objection_once",
            ),
        )
        indexes = (
            models.Index(fields=("scheme", "state", "id"), name="registry_objection_by_state"),
            models.Index(fields=("participant", "id"), name="registry_objection_by_party"),
            models.Index(fields=("against", "id"), name="registry_objection_against"),
        )

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class ObjectionPaper(models.Model):
    """A question or an answer, dated. `participant` wrote it; null: the authority did."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="papers")
    participant = models.ForeignKey(Participant, null=True, on_delete=models.PROTECT, related_name="objection_papers")
    text = models.TextField()
    salt = models.CharField(max_length=64)
    document = models.ForeignKey(File, null=True, on_delete=models.PROTECT)
    document_kind = models.CharField(max_length=8, default="")
    day = models.DateField()
    act_id = models.UUIDField()

    class Meta:
        app_label = "registry"


class ObjectionStep(Step):
    """What became of a case; `corrects_by` is the act by which a decision was put right, where one is named."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="steps")
    corrects_by = models.UUIDField(null=True)

    class Meta:
        app_label = "registry"
