"""Who acts in a scenario and on what, as the makers of deeds see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from tanso.acts import Actor
from tanso.interfaces.cli.scenarios.model import Signer, Step


@dataclass(frozen=True, slots=True)
class Deed:
    """One operation for the door, not yet an act: no id and no day."""

    operation: str
    actor: Actor
    arguments: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    # The proposal that it approves.
    proposal: UUID | None = None


class Cast(Protocol):
    """Who is on the stage, as the player knows it; `scheme` is that of the step."""

    scheme: str

    def administrator(self) -> Actor: ...

    def actor(self, signer: Signer) -> Actor: ...

    def account_number(self, party_or_number: str) -> str: ...

    def holder_of(self, party_or_number: str) -> Signer: ...

    def report_verifier(self, party: str, year: str) -> Actor: ...

    def own_verifier(self, party: str, year: str) -> tuple[str, Actor]: ...

    def registration_of(self, party: str) -> Mapping[str, Any]: ...

    def posting_of(self, step: int) -> int: ...

    def application_of(self, step: int) -> int: ...

    def approval_of(self, step: int, actor: Actor) -> Deed | None: ...

    def made_by(self, step: int, name: str) -> int: ...

    def act_of(self, step: int) -> str: ...

    def content_of(self, step: int) -> str: ...

    def letters_of(self, party: str) -> tuple[str, ...]: ...


def signed(step: Step, cast: Cast, default: Callable[[], Actor]) -> Actor:
    return default() if step.by is None else cast.actor(step.by)


def by_party(step: Step, cast: Cast) -> Actor:
    return signed(step, cast, lambda: cast.actor(Signer(party=step.arguments["party"])))


def by_administrator(step: Step, cast: Cast) -> Actor:
    return signed(step, cast, cast.administrator)
