"""How a thing on its way (a report, an application, an objection) goes on: a step is recorded, then it stands there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from tanso.acts.act import Act


class OnItsWay(Protocol):
    """A row with a state, and the rows of the steps that led there, of which each names its act."""

    state: Any
    steps: Any

    def save(self, *, update_fields: Collection[str] | None = None) -> None: ...


def take_step(act: Act, found: OnItsWay, state: str, *, changed: Collection[str] = (), **more: Any) -> None:
    """Record that an act leads there, and move there. The step is written first: a trigger looks for it.

    `changed` are further columns of the row that the caller set; `more` are those of the step.
    """
    found.steps.create(
        operation=act.operation,
        to_state=state,
        act_id=act.id,
        actor_login=act.actor.login,
        actor_role=act.actor.role,
        day=act.day,
        **more,
    )
    found.state = state
    found.save(update_fields=["state", *changed])
