"""Contacts of participants: whom the authority writes and telephones to, what changed, and by which act.

These are data of persons. No act names them: an act says that the contact changed, and the change says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from tanso.parties.contact_data import FIELDS, ContactData, Known
from tanso.parties.models import Contact, ContactChange, Login, Participant

__all__ = ["ContactData", "Known", "changes_of", "contact_of", "keep", "known_of"]


def contact_of(participant: Participant) -> ContactData | None:
    """The participant's contact as it is now; None where none was ever recorded."""
    row = Contact.objects.filter(participant=participant).first()
    return None if row is None else ContactData(**{name: getattr(row, name) for name in FIELDS})


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
        before=before.as_json() if before.contact or any(before.mails.values()) else None,
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
