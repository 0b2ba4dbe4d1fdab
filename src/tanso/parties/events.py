"""What the parties room tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanso.acts.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRegistered(Event):
    """A participant is in the scheme from this day; its account, obligation and reports follow."""

    name: ClassVar[str] = "participant.registered"
    participant: str
    kind: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantChanged(Event):
    """A field of a participant has another value from this day on."""

    name: ClassVar[str] = "participant.changed"
    participant: str
    field: str
    reason: str
    day: str
