"""The operations that the rooms above offer to the door.

A room registers each of its operations once, at start. The door knows nothing else about what acts mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tanso.acts.act import Act, Actor
from tanso.acts.events import Event
from tanso.kernel.outcomes import Finding
from tanso.rulebook import Rulebook

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What a capability's function hands back: the result for the caller, and the events it caused."""

    result: dict[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


def _no_locks(act: Act) -> Iterable[str]:
    return ()


def _no_facts(act: Act, rulebook: Rulebook) -> Facts:
    return {}


def _nothing_missing(act: Act) -> Finding | None:
    return None


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of the trade.

    `required` and `optional` name its arguments. `permission` says whether the actor may try at all. `locks` names what
    must stand still while the act is decided. `missing` refuses before the rules where a subject does not exist.
    `facts` gathers what the rulebook may ask about. `execute` writes, once the act is allowed.
    """

    name: str
    required: frozenset[str]
    permission: Callable[[Actor, Act], bool]
    execute: Callable[[Act, Rulebook, Mapping[str, Any]], Done]
    optional: frozenset[str] = frozenset()
    locks: Callable[[Act], Iterable[str]] = _no_locks
    facts: Callable[[Act, Rulebook], Facts] = _no_facts
    missing: Callable[[Act], Finding | None] = _nothing_missing


_OPERATIONS: dict[str, Operation] = {}


def register(operation: Operation) -> None:
    """Offer an operation to the door; raises ValueError where the name is taken."""
    if operation.name in _OPERATIONS:
        raise ValueError(f"operation {operation.name} is registered twice")
    _OPERATIONS[operation.name] = operation


def find(act: Act) -> Operation:
    """The operation that an act names; raises TypeError for an unknown one and for wrong argument names.

    Both are mistakes of a programmer: interfaces check the shape of what people send before they build an act.
    """
    operation = _OPERATIONS.get(act.operation)
    if operation is None:
        raise TypeError(f"unknown operation {act.operation}; known: {', '.join(sorted(_OPERATIONS))}")
    given = set(act.arguments)
    missing, unknown = operation.required - given, given - operation.required - operation.optional
    if missing or unknown:
        raise TypeError(f"{act.operation}: missing arguments {sorted(missing)}, unknown arguments {sorted(unknown)}")
    return operation


def names() -> list[str]:
    return sorted(_OPERATIONS)
