"""Events: what happened, told to higher rooms.

A lower room emits an event; `project.wiring` gives it to a higher room, either inside the same transaction (`follow`)
or after commit through the outbox (`acts.outbox`). No room imports a higher one to tell it something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from tanso.acts.act import Act
    from tanso.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events; subclasses set `name` and add facts that are JSON values."""

    name: ClassVar[str]

    def as_json(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


Follower = Callable[["Act", "Rulebook", Any], "tuple[Event, ...]"]

_FOLLOWERS: dict[str, list[Follower]] = {}


def follow(event: type[Event], follower: Follower) -> None:
    """Have `follower` called inside the transaction of the act that emits `event`; it may return further events."""
    _FOLLOWERS.setdefault(event.name, []).append(follower)


def spread(act: Act, rulebook: Rulebook, events: tuple[Event, ...]) -> list[Event]:
    """Call the followers of each event, and of the events that they cause; returns all events in their order."""
    happened: list[Event] = []
    waiting = list(events)
    while waiting:
        event = waiting.pop(0)
        happened.append(event)
        for follower in _FOLLOWERS.get(event.name, ()):
            waiting.extend(follower(act, rulebook, event))
    return happened
