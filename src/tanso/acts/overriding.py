"""Overriding a parameter of a scheme in this installation, and withdrawing that: the door's own acts.

Overrides count from a day on, today at the earliest: one with effect in the past would change what decided acts were
decided by. Only while nothing at all has been decided in a scheme may a value hold from the beginning.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from tanso.acts import operations, rulebooks
from tanso.acts.act import Act, Actor
from tanso.acts.events import Event
from tanso.acts.models import ActRecord, ParameterOverride
from tanso.acts.operations import Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.rulebook import Rulebook, RulebookError, library
from tanso.rulebook.overrides import Override
from tanso.rulebook.parameters import DatedValue

OVERRIDE, WITHDRAW = "override_parameter", "withdraw_override"
_NEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterOverridden(Event):
    """A parameter has another value in this installation. Days are ISO text; `to_day` None: until withdrawn."""

    name: ClassVar[str] = "parameter.overridden"
    parameter: str
    value: Any
    from_day: str | None
    to_day: str | None
    reason: str
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideWithdrawn(Event):
    """From a day on, the scheme's own values of a parameter hold again."""

    name: ClassVar[str] = "override.withdrawn"
    parameter: str
    from_day: str
    reason: str
    login: str


def entry_of(act: Act) -> Override:
    """What an act would record. Days that cannot be read are a mistake of the caller: ValueError."""
    given = act.arguments
    withdraws = act.operation == WITHDRAW
    from_day = _day(given.get("from_day"))
    return Override(
        parameter=str(given["parameter"]),
        value=None if withdraws else given["value"],
        from_day=act.day if withdraws and from_day is None else from_day,
        to_day=_day(given.get("to_day")),
        reason=str(given["reason"]).strip(),
        day=act.day,
        by=act.actor.login,
        withdraws=withdraws,
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _administrator(actor: Actor, act: Act) -> bool:
    return actor.role == "administrator"


def _locks(act: Act) -> Iterable[str]:
    return (f"parameters:{act.scheme}",)


def _missing(act: Act) -> Finding | None:
    """Without rules for it, an override would be held by nothing: the scheme must have the operation."""
    if act.operation in library().get(act.scheme).operations:
        return None
    return refusal("operation.not_offered", operation=act.operation)


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    # Asked again inside the lock: the act before this one may have overridden the same parameter.
    rulebook = rulebooks.current(act.scheme)
    entry = entry_of(act)
    facts: Facts = {
        "reason": entry.reason,
        "override.parameter": entry.parameter,
        "override.known_parameters": _nearest(entry.parameter, rulebook),
        "override.at_set_up": not _has_decided(act.scheme),
        "override.has_from": entry.from_day is not None,
        "override.has_to": entry.to_day is not None,
    }
    if entry.from_day is not None:
        facts["override.from_day"] = entry.from_day
    if entry.to_day is not None:
        facts["override.to_day"] = entry.to_day
    parameter = rulebook.parameters.get(entry.parameter)
    if parameter is None:
        return facts
    fits = entry.withdraws or parameter.problem_of(entry.value) is None
    facts |= {
        "override.is_known": True,
        "override.type": parameter.type,
        "override.value_fits": fits,
        "override.is_overridden": any(
            value.overridden and (value.end is None or value.end > (entry.from_day or act.day))
            for value in parameter.values
        ),
    }
    if not fits or (entry.to_day is not None and (entry.from_day is None or entry.to_day < entry.from_day)):
        return facts
    after, window = _after(rulebook, entry)
    facts["override.broken_window"] = window
    if after is not None:
        values = after.parameters[entry.parameter].values
        facts["override.changes"] = _by_value(values) != _by_value(parameter.values)
    return facts


def _nearest(name: str, rulebook: Rulebook) -> list[str]:
    """What may have been meant, or all there is."""
    return difflib.get_close_matches(name, list(rulebook.parameters), n=_NEAR) or list(rulebook.parameters)


def _has_decided(scheme: str) -> bool:
    """Whether any act but these was carried out in the scheme."""
    decided = ActRecord.objects.filter(scheme=scheme, status__in=("done", "proposed"))
    return decided.exclude(operation__in=(OVERRIDE, WITHDRAW)).exists()


def _after(rulebook: Rulebook, entry: Override) -> tuple[Rulebook | None, str]:
    """The rulebook with the entry; without one, the window that would have no days."""
    try:
        return rulebook.with_overrides([entry]), ""
    except RulebookError as error:
        return None, error.problems[0].key.removeprefix("windows.")


def _by_value(values: Iterable[DatedValue]) -> list[tuple[date | None, Any]]:
    """From which day on which value holds, whoever set it."""
    found: list[tuple[date | None, Any]] = []
    for value in values:
        if not found or found[-1][1] != value.value:
            found.append((value.start, value.value))
    return found


def record(*, entry: Override, act: Act) -> None:
    """Keep the entry; the rulebook's version changes with it. The act's record follows in the same transaction."""
    ParameterOverride.objects.create(
        scheme=act.scheme,
        parameter=entry.parameter,
        value=entry.value,
        from_day=entry.from_day,
        to_day=entry.to_day,
        reason=entry.reason,
        day=act.day,
        withdraws=entry.withdraws,
        act_id=act.id,
    )


def _override(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    entry = entry_of(act)
    record(entry=entry, act=act)
    event = ParameterOverridden(
        parameter=entry.parameter,
        value=entry.value,
        from_day=act.arguments.get("from_day"),
        to_day=act.arguments.get("to_day"),
        reason=entry.reason,
        login=act.actor.login,
    )
    return Done(result={"parameter": entry.parameter}, events=(event,))


def _withdraw(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    entry = entry_of(act)
    record(entry=entry, act=act)
    event = OverrideWithdrawn(
        parameter=entry.parameter,
        from_day=(entry.from_day or act.day).isoformat(),
        reason=entry.reason,
        login=act.actor.login,
    )
    return Done(result={"parameter": entry.parameter}, events=(event,))


def register_operations() -> None:
    """Offer both operations to the door; called once at start."""
    operations.register(
        Operation(
            name=OVERRIDE,
            required=frozenset({"parameter", "value", "from_day", "reason"}),
            optional=frozenset({"to_day"}),
            permission=_administrator,
            missing=_missing,
            locks=_locks,
            facts=_facts,
            execute=_override,
        )
    )
    operations.register(
        Operation(
            name=WITHDRAW,
            required=frozenset({"parameter", "reason"}),
            optional=frozenset({"from_day"}),
            permission=_administrator,
            missing=_missing,
            locks=_locks,
            facts=_facts,
            execute=_withdraw,
        )
    )
