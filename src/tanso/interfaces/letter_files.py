"""The file of a letter: set from its row, with its hash remembered whenever it is handed out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from tanso.interfaces.exports.letter import ForPost, letter_pdf
from tanso.interfaces.exports.typesetting import set_by
from tanso.notices.letter_acts import record_print
from tanso.notices.letter_models import Letter
from tanso.notices.letter_queries import prints_of
from tanso.parties.contact_data import ContactData
from tanso.parties.contacts import contact_of
from tanso.parties.credentials import first_password
from tanso.parties.models import LoginLetter


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file as it is set today. `differs_from` says what set the original, where that has other bytes."""

    content: bytes
    sha256: str
    differs_from: str = ""
    first_made_at: datetime | None = None


def for_post(letter: Letter, language: str) -> ForPost | None:
    """What the posted paper of a letter about a login has besides; None once its password was used, and of others."""
    number = letter.content.get("login_letter")
    brought = None if number is None else LoginLetter.objects.select_related("login").filter(pk=number).first()
    password = None if brought is None else first_password(brought)
    if brought is None or password is None:
        return None
    contact = contact_of(letter.participant)
    return ForPost(
        secrets=((brought.login.login, password),),
        addressee=() if contact is None else _addressee(contact, language),
    )


def _addressee(contact: ContactData, language: str) -> tuple[str, ...]:
    """Where and to whom a letter is posted, as the envelope has it."""
    office = " ".join(part for part in (contact.department, contact.title) if part)
    person = f"{contact.person}　様" if language.startswith("ja") else contact.person
    lines = (f"〒{contact.postcode}" if contact.postcode else "", contact.address, contact.company, office, person)
    return tuple(line for line in lines if line)


def file_of(letter: Letter, language: str, post: ForPost | None = None) -> LetterFile:
    """The file as it is set today, compared with the original. Raises TansoError where it cannot be set."""
    content = letter_pdf(letter, language, post or ForPost())
    sha256 = hashlib.sha256(content).hexdigest()
    made = prints_of(letter, language, with_credentials=post is not None)
    if not made or made[0].sha256 == sha256:
        return LetterFile(content, sha256)
    return LetterFile(content, sha256, differs_from=made[0].set_by, first_made_at=made[0].made_at)


def hand_out(letter: Letter, language: str, post: ForPost | None = None) -> LetterFile:
    """The file, with its hash kept for those who will ask whether it is ours."""
    file = file_of(letter, language, post)
    record_print(
        letter,
        language=language,
        sha256=file.sha256,
        size_bytes=len(file.content),
        set_by=set_by(),
        with_credentials=post is not None,
    )
    return file
