"""The steps of an application: which is possible, and how one is taken."""

from __future__ import annotations

from collections.abc import Sequence

from tanso.acts.act import Act
from tanso.acts.operations import Facts
from tanso.parties.applications import queries
from tanso.parties.applications.models import Application, ApplicationStep


def state_facts(operation: str, found: Application | None) -> Facts:
    """What rules may ask about the state of an application, or of one that is not submitted yet."""
    state = "" if found is None else found.state
    facts: Facts = {
        "registration.state": state,
        "registration.step_allowed": queries.is_possible(operation, state),
    }
    if found is not None:
        facts |= {
            "registration.kind": found.kind,
            "registration.has_phase": found.phase is not None,
            "registration.phase": found.phase or 0,
        }
    return facts


def take_step(act: Act, found: Application, state: str, *, note: str = "", changed: Sequence[str] = ()) -> None:
    """Record a step and move the application there. The step is written first: a trigger looks for it."""
    ApplicationStep.objects.create(
        application=found,
        operation=act.operation,
        to_state=state,
        act_id=act.id,
        actor_login=act.actor.login,
        actor_role=act.actor.role,
        day=act.day,
        note=note,
    )
    found.state = state
    found.save(update_fields=["state", *changed])
