"""What an application says: read from whatever was sent, put into one spelling, and looked at line by line. Pure.

Content is JSON: `fields` that come once, and rows of joint businesses (`joint`) and of holders (`site`), counted from
one. A place is where something stands: `contact_person`, `site.2.site_name`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tanso.kernel.canonical import sha256
from tanso.kernel.quantities import read_quantity
from tanso.parties.names import name_key, organisation_key
from tanso.rulebook.registration import REPEATED, FormField, RegistrationForm

# Far more than any form has; what is longer is cut where it is read.
MOST_ROWS = {"joint": 10, "site": 30}
LENGTH_MAX = {"text": 200, "reading": 200, "lines": 2000, "postcode": 20, "telephone": 30, "mail": 254}
_LENGTH_MAX_ELSE = 40
# Names of persons and their titles are shorter than those of companies.
_SHORT = frozenset({"contact_person", "contact_title", "representative_person"})
_SHORT_LENGTH_MAX = 100
YES, NO = "yes", "no"

_READING = re.compile(r"[ぁ-ゖーゝゞ・ 0-9]+")
_TELEPHONE = re.compile(r"0[0-9]{9,10}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ－", "-"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an application: where it stands, which field it is, and what is written there."""

    place: str
    field: FormField
    value: str


@dataclass(frozen=True, slots=True)
class Content:
    """What an application says, in one spelling."""

    form: RegistrationForm
    fields: Mapping[str, str]
    rows: Mapping[str, Sequence[Mapping[str, str]]]

    @classmethod
    def read(cls, form: RegistrationForm, given: Any) -> Content:
        """The content in whatever was stored or sent: unknown keys are left out, everything else is a text."""
        given = given if isinstance(given, Mapping) else {}
        single = [field for field in form.fields if field.section not in REPEATED]
        rows = {}
        for section in REPEATED:
            fields = form.of(section)
            most = MOST_ROWS[section] if section == "joint" or form.several else 1
            found = given.get(section)
            listed = [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
            rows[section] = [_row(fields, row) for row in listed[:most]] if fields else []
        if form.of("site") and not rows["site"]:
            rows["site"] = [_row(form.of("site"), {})]
        once = given.get("fields")
        return cls(form=form, fields=_row(single, once if isinstance(once, Mapping) else {}), rows=rows)

    def as_json(self) -> dict[str, Any]:
        return {"fields": dict(self.fields), **{name: [dict(row) for row in rows] for name, rows in self.rows.items()}}

    @property
    def hash(self) -> str:
        return sha256(self.as_json())

    def without_empty_rows(self) -> Content:
        """The same without rows of joint businesses in which nothing is written."""
        joint = [row for row in self.rows["joint"] if any(row.values())]
        return Content(self.form, self.fields, {**self.rows, "joint": joint})

    def lines(self) -> Iterator[Line]:
        """Every line, in the order of the form."""
        for section in self.form.sections:
            yield from self.lines_of(section)

    def lines_of(self, section: str) -> Iterator[Line]:
        """The lines of a section, row by row where it has rows."""
        for number, row in self.rows_of(section):
            for field in self.form.of(section):
                place = f"{section}.{number}.{field.id}" if number else field.id
                yield Line(place, field, row.get(field.id, ""))

    def rows_of(self, section: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        """The rows of a section, counted from one; a section that comes once is row 0."""
        if section in REPEATED:
            yield from enumerate(self.rows[section], start=1)
        else:
            yield 0, self.fields

    # -- what it says ---------------------------------------------------------------------------------------------

    @property
    def representative(self) -> str:
        return self.fields.get("representative_name", "")

    @property
    def businesses(self) -> list[str]:
        """The representative business and the joint ones."""
        return [name for name in (self.representative, *(row["joint_name"] for row in self.rows["joint"])) if name]

    @property
    def holders(self) -> list[Mapping[str, str]]:
        """What it says of each holder; a form without such lines has one holder."""
        return list(self.rows["site"]) or [{}]


def sites_of(holder: Mapping[str, str]) -> list[str]:
    """The sites of a holder: the first, and the others of a group."""
    others = holder.get("other_sites", "").splitlines()
    return [site for site in (holder.get("site_name", ""), *others) if site]


def _row(fields: Sequence[FormField], given: Mapping[str, Any]) -> dict[str, str]:
    return {field.id: normalised(field.type, given.get(field.id), length_max(field)) for field in fields}


def length_max(field: FormField) -> int:
    """How many characters a field takes; what is longer is cut."""
    return _SHORT_LENGTH_MAX if field.id in _SHORT else LENGTH_MAX.get(field.type, _LENGTH_MAX_ELSE)


# -- one spelling -----------------------------------------------------------------------------------------------------


def normalised(kind: str, given: Any, longest: int) -> str:
    """A value as it is kept: without control characters and needless spaces, full-width digits and signs as usual."""
    text = given[:longest] if isinstance(given, str) else ""
    if kind == "lines":
        lines = (_plain(line) for line in text.splitlines())
        return "\n".join(line for line in lines if line)
    if kind in ("text", "choice", "bool"):
        return _plain(text)
    text = _plain(unicodedata.normalize("NFKC", text))[:longest]
    if kind == "postcode":
        digits = re.sub(r"[〒\s-]", "", text.translate(_DASHES))
        return f"{digits[:3]}-{digits[3:]}" if re.fullmatch(r"[0-9]{7}", digits) else text
    if kind == "telephone":
        return re.sub(r"-?[()\s]+-?", "-", text.translate(_DASHES)).strip("-")
    return text


def _plain(text: str) -> str:
    shown = "".join(" " if letter.isspace() else letter for letter in text)
    kept = "".join(letter for letter in shown if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return re.sub(" {2,}", " ", kept).strip()


# -- whether it can be what it is to be -------------------------------------------------------------------------------


def is_reading(text: str) -> bool:
    """Hiragana, with the signs that readings have."""
    return _READING.fullmatch(text) is not None


def is_postcode(text: str) -> bool:
    return re.fullmatch(r"[0-9]{3}-[0-9]{4}", text) is not None


def is_telephone(text: str) -> bool:
    """A number of Japan, with its area code."""
    return _TELEPHONE.fullmatch(text.replace("-", "")) is not None and re.fullmatch(r"[0-9-]+", text) is not None


def is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isascii()


def quantity_of(text: str) -> int | None:
    """The whole number of tonnes that is written, not below zero; None for anything else."""
    try:
        read = read_quantity(text)
    except ValueError:
        return None
    return read.t if read.is_whole and read.t >= 0 else None


def contact_belongs(content: Content) -> bool:
    """Whether the contact's corporation is one of those that apply; a form that does not ask for it has one."""
    written = content.fields.get("contact_organisation", "")
    return not written or organisation_key(written) in {organisation_key(name) for name in content.businesses}


def twice(content: Content, name: str) -> list[str]:
    """The places of a holder's field in which something stands that an earlier holder has already."""
    seen: set[str] = set()
    found = []
    for number, holder in content.rows_of("site"):
        key = name_key(holder.get(name, ""))
        if key and key in seen:
            found.append(f"site.{number}.{name}")
        seen.add(key)
    return found
