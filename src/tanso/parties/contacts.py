"""Contacts of participants: whom the authority writes and telephones to, what changed, and by which act.

These are data of persons. No act names them: an act says that the contact changed, and the change says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from tanso.parties.models import Contact, ContactChange, Login, Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """What a participant says of its contact; an empty text where it says nothing."""

    company: str = ""
    department: str = ""
    title: str = ""
    person: str = ""
    person_kana: str = ""
    postcode: str = ""
    address: str = ""
    telephone: str = ""
    fax: str = ""

    @classmethod
    def of(cls, row: Contact) -> ContactData:
        """The contact that a row has."""
        return cls(**{name: getattr(row, name) for name in FIELDS})

    def as_json(self) -> dict[str, str]:
        return asdict(self)


FIELDS = tuple(field.name for field in fields(ContactData))


@dataclass(frozen=True, slots=True)
class Known:
    """A participant's contact and the mail addresses of its logins, by letter."""

    contact: ContactData | None
    mails: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        contact = None if self.contact is None else self.contact.as_json()
        return {"contact": contact, "mails": dict(self.mails)}


def contact_of(participant: Participant) -> ContactData | None:
    """The participant's contact as it is now; None where none was ever recorded."""
    row = Contact.objects.filter(participant=participant).first()
    return None if row is None else ContactData.of(row)


def known_of(participant: Participant) -> Known:
    """The participant's contact and mail addresses as they are now."""
    logins = Login.objects.filter(participant=participant).order_by("letter")
    return Known(contact_of(participant), {login.letter: login.mail for login in logins})


def changes_of(participant: Participant) -> list[ContactChange]:
    """What was changed, oldest first."""
    return list(ContactChange.objects.filter(participant=participant).order_by("id"))


def keep(
    *, participant: Participant, contact: ContactData, mails: Mapping[str, str], day: date, act_id: UUID
) -> ContactChange:
    """Make this the participant's contact and these the addresses of its logins, and record the change.

    Called inside the door's transaction. Letters that `mails` leaves out keep their address; a letter without a login
    is a mistake of a programmer.
    """
    before = known_of(participant)
    if unknown := set(mails) - set(before.mails):
        raise ValueError(f"participant {participant.key} has no login {', '.join(sorted(unknown))}")
    after = Known(contact, {**before.mails, **mails})
    # The change first: a trigger looks for it.
    change = ContactChange.objects.create(
        participant=participant,
        before=None if before.contact is None else before.as_json(),
        after=after.as_json(),
        changed_on=day,
        act_id=act_id,
    )
    Contact.objects.update_or_create(
        participant=participant, defaults={**contact.as_json(), "since": day, "act_id": act_id}
    )
    for letter, mail in after.mails.items():
        if mail != before.mails[letter]:
            Login.objects.filter(participant=participant, letter=letter).update(mail=mail)
    return change
