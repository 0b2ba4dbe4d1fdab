"""Events: what happened, told to higher rooms.

A lower room emits an event; `project.wiring` gives it to a higher room, either inside the same transaction (`follow`)
or after commit through the outbox (`acts.outbox`). No room imports a higher one to tell it something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        return {name: getattr(self, name) for name in _names(type(self))}


_NAMES: dict[type[Any], tuple[str, ...]] = {}


def _names(event: type[Any]) -> tuple[str, ...]:
    """The facts of a kind of event, worked out once."""
    if event not in _NAMES:
        _NAMES[event] = tuple(field.name for field in fields(event))
    return _NAMES[event]


# Events of one kind with the acts that caused them; for each of them, what it causes in turn.
Follower = Callable[["Sequence[tuple[Act, Any]]", "Rulebook"], "Sequence[tuple[Event, ...]]"]

_FOLLOWERS: dict[str, list[Follower]] = {}


def follow(event: type[Event], follower: Follower) -> None:
    """Have `follower` called inside the transaction of the acts that emit `event`, with all of them at once.

    It answers with the further events that each of them causes, in the same order.
    """
    _FOLLOWERS.setdefault(event.name, []).append(follower)


def spread(caused: Sequence[tuple[Act, tuple[Event, ...]]], rulebook: Rulebook) -> list[list[Event]]:
    """Call the followers of the events of each act, and of the events that they cause; all events of each, in order.

    Followers are called once for all acts: first for the events that the acts emitted, then for what these caused.
    """
    happened: list[list[Event]] = [list(events) for _, events in caused]
    wave = [(place, event) for place, (_, events) in enumerate(caused) for event in events]
    while wave:
        further: dict[int, list[Event]] = {}
        for name in dict.fromkeys(event.name for _, event in wave):
            numbers = [number for number, (_, event) in enumerate(wave) if event.name == name]
            told = [(caused[wave[number][0]][0], wave[number][1]) for number in numbers]
            for follower in _FOLLOWERS.get(name, ()):
                for number, events in zip(numbers, follower(told, rulebook), strict=True):
                    further.setdefault(number, []).extend(events)
        wave = [(wave[number][0], event) for number in sorted(further) for event in further[number]]
        for place, event in wave:
            happened[place].append(event)
    return happened
