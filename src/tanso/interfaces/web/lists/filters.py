"""What a list can be narrowed by: words, a choice, a tick, days. Each reads its own part of the address.

What is no value of a filter narrows nothing: an old link, or somebody trying things, gets the whole list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import Q

from tanso.interfaces.web.describe import here
from tanso.interfaces.web.words import short_day

Rows = Any
LONGEST_WORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter: the key in the address, the label, and how rows are narrowed by what was asked."""

    kind: ClassVar[str]
    name: str
    label: str
    narrow: Callable[[Rows, Any], Rows]

    def parameters(self) -> tuple[str, ...]:
        """Its keys in the address."""
        return (self.name,)

    def off(self) -> dict[str, str | None]:
        """What its keys say where it narrows nothing; None leaves them out."""
        return dict.fromkeys(self.parameters())

    def read(self, asked: Mapping[str, str]) -> Any:
        """What was asked; None for nothing, and for what is nothing of ours."""
        raise NotImplementedError

    def said(self, value: Any) -> str:
        """What was asked, in words."""
        return f"{self.label}: {value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(Filter):
    """Words that a row must have somewhere."""

    kind = "words"

    def read(self, asked: Mapping[str, str]) -> str | None:
        return asked.get(self.name, "").replace("\0", "").strip()[:LONGEST_WORDS] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Filter):
    """One of some values; `first` is chosen where the address says nothing."""

    kind = "choice"
    choices: Sequence[tuple[str, str]]
    first: str = ""

    def off(self) -> dict[str, str | None]:
        return {self.name: "" if self.first else None}

    def read(self, asked: Mapping[str, str]) -> str | None:
        found = asked.get(self.name, self.first)
        return found if found and found in dict(self.choices) else None

    def said(self, value: Any) -> str:
        return f"{self.label}: {dict(self.choices)[value]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Filter):
    """Yes, or all; `value` is what the address says for yes."""

    kind = "tick"
    value: str = "yes"

    def read(self, asked: Mapping[str, str]) -> str | None:
        return self.value if asked.get(self.name) == self.value else None

    def said(self, value: Any) -> str:
        return self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Days(Filter):
    """From a day to a day, both included; either may be left out."""

    kind = "days"

    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def read(self, asked: Mapping[str, str]) -> tuple[date | None, date | None] | None:
        first, last = (_day(asked.get(name, "")) for name in self.parameters())
        return None if first is None and last is None else (first, last)

    def said(self, value: Any) -> str:
        first, last = ("" if day is None else here(short_day(day)) for day in value)
        return f"{self.label}: {first}–{last}"


def _day(written: str) -> date | None:
    """A day as a browser's own field writes it, in digits of either width; None for anything else."""
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", written).strip())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Filter):
    """Keys that links of the page set together, and no field of the form; `words` says what they ask for."""

    kind = "kept"
    keys: tuple[str, ...]
    words: Callable[[tuple[str, ...]], str]

    def parameters(self) -> tuple[str, ...]:
        return self.keys

    def read(self, asked: Mapping[str, str]) -> tuple[str, ...] | None:
        found = tuple(asked.get(key, "") for key in self.keys)
        return found if self.words(found) else None

    def said(self, value: Any) -> str:
        return self.words(value)


# --- how rows of the database are narrowed --------------------------------------------------------------------------


def having(*fields: str) -> Callable[[Rows, str], Rows]:
    """Rows that have the words in one of these fields, as they were written or with letters of the usual width."""

    def narrow(rows: Rows, value: str) -> Rows:
        found = Q()
        for spelling in {value, unicodedata.normalize("NFKC", value)}:
            for field in fields:
                found |= Q(**{f"{field}__icontains": spelling})
        return rows.filter(found)

    return narrow


def being(field: str) -> Callable[[Rows, str], Rows]:
    """Rows whose field is the value."""
    return lambda rows, value: rows.filter(**{field: value})


def on_days(field: str) -> Callable[[Rows, tuple[date | None, date | None]], Rows]:
    """Rows whose day lies between the two, both included."""

    def narrow(rows: Rows, value: tuple[date | None, date | None]) -> Rows:
        first, last = value
        if first is not None:
            rows = rows.filter(**{f"{field}__gte": first})
        return rows if last is None else rows.filter(**{f"{field}__lte": last})

    return narrow


# --- how short lists in memory are narrowed -------------------------------------------------------------------------


def where(fits: Callable[[Any, Any], bool]) -> Callable[[Rows, Any], Rows]:
    """Rows of a list in memory that fit the value."""
    return lambda rows, value: [row for row in rows if fits(row, value)]


def plain(text: str) -> str:
    """Words as they are compared: width and capitals make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def told(*texts: Callable[[Any], Any]) -> Callable[[Rows, str], Rows]:
    """Rows of a list in memory that have the words in one of these texts."""

    def narrow(rows: Rows, value: str) -> Rows:
        wanted = plain(value)
        return [row for row in rows if any(wanted in plain(str(text(row) or "")) for text in texts)]

    return narrow


def between(day: Callable[[Any], date | None]) -> Callable[[Rows, tuple[date | None, date | None]], Rows]:
    """Rows of a list in memory whose day lies between the two, both included."""

    def fits(row: Any, value: tuple[date | None, date | None]) -> bool:
        found, (first, last) = day(row), value
        return found is not None and (first is None or first <= found) and (last is None or found <= last)

    return where(fits)
