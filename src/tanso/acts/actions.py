"""The door's own operations: a parameter set for this installation, and the demonstration's calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act, Actor
from tanso.acts.models import DemonstrationDay, ParameterOverride
from tanso.acts.operations import Done, Operation
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook


def override_parameter(*, act: Act, parameter: str, value: Any, reason: str) -> None:
    """Set a parameter for this installation from now on; the rulebook's version changes with it.

    `act` is the act that is being performed: its record follows in the same transaction.
    """
    ParameterOverride.objects.create(scheme=act.scheme, parameter=parameter, value=value, reason=reason)


def begin_demonstration(*, today: date, notice: Text) -> None:
    """Make this installation a demonstration whose calendar can be moved, with a notice for every page."""
    DemonstrationDay.objects.update_or_create(only=True, defaults={"today": today, "notice": notice.as_json()})


def move_demonstration_day(*, today: date) -> None:
    """Move the demonstration's today forward; raises ValueError for an earlier day or in a real installation."""
    if not DemonstrationDay.objects.filter(today__lte=today).update(today=today):
        raise ValueError(f"{today} is before today, or this is no demonstration")


def _administrator(actor: Actor, act: Act) -> bool:
    return actor.role == "administrator"


def _override(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    arguments = act.arguments
    rulebook.with_settings({arguments["parameter"]: arguments["value"]})  # refuses unknown names and wrong types
    override_parameter(act=act, parameter=arguments["parameter"], value=arguments["value"], reason=arguments["reason"])
    return Done(result={"parameter": arguments["parameter"]})


def register_operations() -> None:
    """Offer the door's own operations; called once at start."""
    operations.register(
        Operation(
            name="override_parameter",
            required=frozenset({"parameter", "value", "reason"}),
            permission=_administrator,
            execute=_override,
        )
    )
