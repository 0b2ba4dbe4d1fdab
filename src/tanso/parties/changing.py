"""Changing a field of a participant: by the authority, with a reason, from the day of the act on.

What the participant has is in its row; what it had, why it changed and by which act is in the changes, kept for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tanso.acts.act import Act
from tanso.acts.operations import Done
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.parties import fields, queries
from tanso.parties.events import ParticipantChanged
from tanso.parties.models import AttributeChange, Participant
from tanso.rulebook import Rulebook


def locks(act: Act) -> Iterable[str]:
    return (f"participant:{act.scheme}/{act.arguments['participant']}",)


def missing(act: Act) -> Finding | None:
    """The refusal where there is no such participant."""
    if queries.participant(act.scheme, str(act.arguments["participant"])) is not None:
        return None
    return refusal("participant.unknown", participant=act.arguments["participant"])


def facts(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    """The participant with the new value, and the values before."""
    participant, field = _participant(act), str(act.arguments["attribute"])
    before = participant.attributes
    found = fields.facts_of(rulebook, participant.kind, _after(before, field, act.arguments["value"]))
    found |= {f"participant.before.{name}": value for name, value in before.items() if name in rulebook.attributes}
    return found | {
        "participant.kind": participant.kind,
        "participant.has_phase": participant.phase is not None,
        "participant.phase": participant.phase or 0,
        "change.field": field,
        "change.is_the_same": before.get(field) == act.arguments["value"],
        "reason": str(act.arguments["reason"]).strip(),
    }


def execute(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """Write the new value and the change. Called inside the door's transaction."""
    participant, field, value = _participant(act), str(act.arguments["attribute"]), act.arguments["value"]
    AttributeChange.objects.create(
        participant=participant,
        attribute=field,
        before=participant.attributes.get(field),
        value=value,
        reason=facts["reason"],
        changed_on=act.day,
        act_id=act.id,
    )
    participant.attributes = _after(participant.attributes, field, value)
    participant.save(update_fields=["attributes"])
    event = ParticipantChanged(
        participant=participant.key, field=field, reason=facts["reason"], day=act.day.isoformat()
    )
    return Done(result={"field": field, "value": value}, events=(event,))


def _after(before: Mapping[str, Any], field: str, value: Any) -> dict[str, Any]:
    """The values with this one in its place; a null takes the field away."""
    rest = {name: each for name, each in before.items() if name != field}
    return rest if value is None else rest | {field: value}


def _participant(act: Act) -> Participant:
    participant = queries.participant(act.scheme, str(act.arguments["participant"]))
    if participant is None:
        raise AssertionError("an unknown participant is refused before it comes here")
    return participant
