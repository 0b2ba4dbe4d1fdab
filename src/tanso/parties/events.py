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


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEvent(Event):
    """Something about a participant's contact. It names no person: `change` is the number of the request."""

    name: ClassVar[str] = ""
    participant: str
    change: int
    reason: str = ""


class ContactChangeRequested(ContactEvent):
    """A participant asks for another contact or other mail addresses."""

    name: ClassVar[str] = "contact.change_requested"


class ContactChanged(ContactEvent):
    """What was asked for counts from now on."""

    name: ClassVar[str] = "contact.changed"


class ContactChangeRefused(ContactEvent):
    """What was asked for does not come to be."""

    name: ClassVar[str] = "contact.change_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddressChanged(Event):
    """A login's mail address is another one from now on.

    Both hear of it, so that nobody loses an address unnoticed. The event names neither: `change` is the number of the
    recorded change (`ContactChange`), and `side` says which of its two addresses this is for: before or after.
    """

    name: ClassVar[str] = "contact.mail_changed"
    participant: str
    letter: str
    change: int
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLetterWritten(Event):
    """A login has a letter with a new password; `number` is that of the letter, which says no password."""

    name: ClassVar[str] = "login.letter_written"
    participant: str
    letter: str
    login: str
    number: int
    kind: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """A login has another password, chosen by whoever keeps it."""

    name: ClassVar[str] = "login.password_changed"
    participant: str
    letter: str
    login: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRenamed(Event):
    """A participant's account or one of its sites has another name from now on."""

    name: ClassVar[str] = "participant.renamed"
    participant: str
    before_name: str
    new_name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChangeMoved(Event):
    """A change of a corporation's name is announced, its paper has arrived, or it was accepted or refused."""

    name: ClassVar[str] = "organisation.change_moved"
    participant: str
    company_change: int
    reason: str = ""


class OrganisationChangeAnnounced(OrganisationChangeMoved):
    """The paper is awaited."""

    name: ClassVar[str] = "organisation.change_announced"


class OrganisationChanged(OrganisationChangeMoved):
    """The corporation has its new name."""

    name: ClassVar[str] = "organisation.changed"


class OrganisationChangeRefused(OrganisationChangeMoved):
    """The corporation keeps its name."""

    name: ClassVar[str] = "organisation.change_refused"
