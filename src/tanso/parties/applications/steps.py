"""The steps of an application: which is possible."""

from __future__ import annotations

from tanso.acts.operations import Facts
from tanso.parties.applications import queries
from tanso.parties.applications.models import Application


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
