"""What is told of applications for registration. Events name the application, never a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanso.acts.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationEvent(Event):
    """Something happened to an application; `registration` is its number."""

    registration: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationReceived(RegistrationEvent):
    """It was submitted; its papers are awaited until `papers_day`."""

    name: ClassVar[str] = "registration.received"
    papers_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperArrived(RegistrationEvent):
    """A paper arrived."""

    name: ClassVar[str] = "registration.paper_arrived"
    paper: str
    arrived_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersMissing(RegistrationEvent):
    """Papers of the version of `submitted_day` have been awaited for long."""

    name: ClassVar[str] = "registration.papers_missing"
    submitted_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationReturned(RegistrationEvent):
    """It was given back to the applicant, to be corrected."""

    name: ClassVar[str] = "registration.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefused(RegistrationEvent):
    """It was refused."""

    name: ClassVar[str] = "registration.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationAccepted(RegistrationEvent):
    """Its participants were registered; their logins follow by letter."""

    name: ClassVar[str] = "registration.accepted"
    participants: list[str]
