"""The operations that the rooms above offer to the door.

A room registers each of its operations once, at start. The door knows nothing else about what acts mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tanso.acts.act import Act, Actor
from tanso.acts.events import Event
from tanso.acts.locks import Asked
from tanso.kernel.outcomes import Finding
from tanso.rulebook import Rulebook

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What a capability's function hands back: the result for the caller, and the events it caused."""

    result: dict[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    # The same for the other scheme that took part in the act (`BatchWork.elsewhere`).
    elsewhere: Done | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another scheme has to say about an act: an act of its own, decided by its own rules.

    It is recorded beside the first one, under an id that follows from it, so that each scheme's record tells what
    happened in it and why.
    """

    act: Act
    rulebook: Rulebook
    facts: Facts


def _nobody(actor: Actor, act: Act) -> bool:
    return False


def _no_locks(act: Act) -> Iterable[str]:
    return ()


def _no_facts(act: Act, rulebook: Rulebook) -> Facts:
    return {}


def _nothing_missing(act: Act) -> Finding | None:
    return None


class BatchWork:
    """Many acts in their order: read together, decided one by one, written together.

    Making it reads what all its acts may need, in a fixed number of queries, into a state in memory. The door then
    takes the acts in order and calls `permits`, `missing`, `facts` and, where the act is to be carried out, `apply`,
    which changes the state as the act will change the tables, so that the next act is decided on it. At the end it
    calls `write` once, with those acts in their order. A single act is a work of one.

    What the acts of one work write must not change what `permits`, `missing` or `facts` answer except through `apply`;
    followers of its events (`acts.events`) write after `write`, so what they change must not be asked about either.
    """

    def permits(self, act: Act) -> bool:
        """Whether the actor may try at all; the operation's own `permission` unless the state can answer faster."""
        return _OPERATIONS[act.operation].permission(act.actor, act)

    def missing(self, act: Act) -> Finding | None:
        """The refusal before the rules where a subject does not exist, else None."""
        return None

    def facts(self, act: Act) -> Facts:
        """What the rulebook may ask about, as the state stands after the acts before this one."""
        raise NotImplementedError

    def elsewhere(self, act: Act, facts: Facts) -> Elsewhere | None:
        """What another scheme is to decide about the act, where one takes part in it."""
        return None

    def puts_off(self, act: Act, facts: Facts) -> bool:
        """Whether the allowed act only announces what is done on a later day."""
        return False

    def carries_out(self, act: Act, facts: Facts) -> tuple[BatchWork, Sequence[Act]] | None:
        """Further acts of the same scheme that the act consists of, and their work; None where it stands alone.

        Each is decided by its own rules, and its findings are the act's. They are written before it and recorded beside
        it, all of them or none.
        """
        return None

    def written_alone(self, act: Act) -> bool:
        """Whether a batch writes the act by itself: it changes tables of which the trail says whose act did it.

        What adds rows to such tables for many acts at once says whose each row is (`trail.rows_by`) instead. The
        database refuses what does neither.
        """
        return False

    def apply(self, act: Act, facts: Facts) -> None:
        """Change the state as the allowed act will change the tables. Writes nothing."""
        raise NotImplementedError

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        """Write all allowed acts, in bulk; what came of each, in the same order."""
        raise NotImplementedError


BatchFactory = Callable[[Sequence[Act], Rulebook], BatchWork]


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of the trade.

    `required` and `optional` name its arguments; `locks` names what must stand still while a single act is decided.
    The rest it says in one of two ways. With `batch`, the work of many acts, which is that of a single one too;
    operations that share it (the same function or class) are batched together. Or with `permission` (may the actor try
    at all?), `missing` (the refusal before the rules where a subject does not exist), `facts` (what the rulebook may
    ask about) and `execute`, which writes once the act is allowed; a batch performs such acts one by one inside its
    transaction. A work that does not answer `permits` itself needs `permission` too.
    """

    name: str
    required: frozenset[str]
    permission: Callable[[Actor, Act], bool] = _nobody
    execute: Callable[[Act, Rulebook, Mapping[str, Any]], Done] | None = None
    optional: frozenset[str] = frozenset()
    locks: Callable[[Act], Iterable[str] | Asked] = _no_locks
    facts: Callable[[Act, Rulebook], Facts] = _no_facts
    missing: Callable[[Act], Finding | None] = _nothing_missing
    batch: BatchFactory | None = None


_OPERATIONS: dict[str, Operation] = {}


def register(operation: Operation) -> None:
    """Offer an operation to the door; raises ValueError where the name is taken or it says nowhere what it does."""
    if operation.execute is None and operation.batch is None:
        raise ValueError(f"operation {operation.name} has neither execute nor batch")
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
