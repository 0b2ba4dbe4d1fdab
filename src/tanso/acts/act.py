"""An act as its caller states it: who wants to do what, when, and under which id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from tanso.kernel.canonical import sha256

# "public" is somebody who is not signed in: an applicant for registration.
Role = Literal["administrator", "participant", "verifier", "system", "public"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system) that acts: a login, its role, and the participant that it belongs to.

    `letter` tells the logins of one participant apart (A may do everything, B only what concerns emissions).
    """

    role: Role
    login: str
    participant: str | None = None
    letter: str = ""

    @classmethod
    def system(cls) -> Actor:
        """Nobody in person: time itself, for what falls due."""
        return cls(role="system", login="system")

    @classmethod
    def public(cls) -> Actor:
        """Somebody who is not signed in."""
        return cls(role="public", login="public")


@dataclass(frozen=True, slots=True)
class Act:
    """One wish, before the door has decided about it.

    `id` is the caller's: the same id with the same content is the same act, however often it is sent. `arguments` are
    JSON values of the operation; quantities are whole numbers, or text where they are not. `files` are the contents of
    uploads by name; the arguments carry their SHA-256, so that the content is bound to the act.
    `proposal` names the first person's act where an operation needs two.
    """

    id: UUID
    scheme: str
    operation: str
    arguments: Mapping[str, Any]
    day: date
    actor: Actor
    proposal: UUID | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """What makes the act this act: everything but the id, the day and the bytes of files.

        The day is left out because a form that is sent again after midnight is still the same wish.
        """
        return {
            "scheme": self.scheme,
            "operation": self.operation,
            "arguments": dict(self.arguments),
            "actor": self.actor.login,
            "proposal": None if self.proposal is None else str(self.proposal),
        }

    @property
    def content_hash(self) -> str:
        return sha256(self.content)
