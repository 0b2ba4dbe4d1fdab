"""What a participant asks its contact to be: the bytes that travel beside the act, and whether they can be read.

The bytes are canonical JSON with a random salt; the act names their SHA-256 and so binds itself to them without telling
anything about a person.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tanso.kernel.canonical import canonical

# Kanji have a reading and are none; kana, Latin letters and the like read as they are written.
_KANJI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_POSTCODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]*")
_TELEPHONE = re.compile(r"[0-9()+ -]*[0-9][0-9()+ -]*")

_SHAPES = {"postcode": _POSTCODE, "telephone": _TELEPHONE, "fax": _TELEPHONE}
# Controls and what turns the direction of writing: nothing that a person writes into a line.
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}


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

    def as_json(self) -> dict[str, str]:
        return asdict(self)


FIELDS = tuple(field.name for field in fields(ContactData))
# As the columns have it (`models.Contact`).
LONGEST = {
    "company": 200,
    "department": 200,
    "title": 100,
    "person": 100,
    "person_kana": 200,
    "postcode": 8,
    "address": 300,
    "telephone": 30,
    "fax": 30,
}
_LONGEST_MAIL = 254


@dataclass(frozen=True, slots=True)
class Known:
    """A participant's contact and the mail addresses of its logins, by letter."""

    contact: ContactData | None
    mails: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        contact = None if self.contact is None else self.contact.as_json()
        return {"contact": contact, "mails": dict(self.mails)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Known:
        contact = content["contact"]
        return cls(None if contact is None else ContactData(**contact), dict(content["mails"]))


@dataclass(frozen=True, slots=True)
class Wish:
    """Another contact, other addresses: what comes beside the act, salted."""

    contact: ContactData
    mails: Mapping[str, str]
    salt: str

    def as_bytes(self) -> bytes:
        """What travels, and what is hashed."""
        content = {"contact": self.contact.as_json(), "mails": dict(self.mails), "salt": self.salt}
        return canonical(content).encode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.as_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, content: bytes) -> Wish:
        """Read what came with an act; raises ValueError or TypeError for what no form of ours sends."""
        read = json.loads(content)
        wish = cls(ContactData(**read["contact"]), dict(read["mails"]), str(read["salt"]))
        if wish.as_bytes() != content:
            raise ValueError("a contact comes in its canonical form")
        return wish

    def given(self) -> dict[str, str]:
        """Every field by its name; addresses as `mail_A` and so on."""
        return self.contact.as_json() | {f"mail_{letter}": mail for letter, mail in self.mails.items()}

    def wrong(self) -> list[str]:
        """The names of the fields that cannot be what they are for."""
        return [name for name, text in self.given().items() if not _fits(name, text)]


def _fits(name: str, text: str) -> bool:
    """Whether a text can stand in a field. An empty one can: whether it may is for the rules."""
    if not isinstance(text, str) or len(text) > LONGEST.get(name, _LONGEST_MAIL):
        return False
    if text == "":
        return True
    if text != text.strip() or any(unicodedata.category(letter) in _INVISIBLE for letter in text):
        return False
    if name.startswith("mail_"):
        return _is_mail(text)
    if name in _SHAPES:
        return _SHAPES[name].fullmatch(text) is not None
    return name != "person_kana" or _KANJI.search(text) is None


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
