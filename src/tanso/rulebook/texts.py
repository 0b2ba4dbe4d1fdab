"""The sentences of a scheme in both languages, and how facts are filled into them."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from tanso.kernel.texts import LANGUAGES, Text

_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# Labels that no list has: a day of the year, and a year, which is written without a thousands separator.
MONTH_DAY = "month_day"
YEAR = "year"


class Texts:
    """Looks sentences up by their path in text.ja.yaml and text.en.yaml."""

    def __init__(self, trees: Mapping[str, Mapping[str, Any]]) -> None:
        self._trees = trees

    def has(self, language: str, *path: str) -> bool:
        return self._find(language, path) is not None

    def text(self, *path: str) -> Text:
        """The sentence at a path. A path without a sentence reads as the path itself, so that a page still shows."""
        shown = ".".join(path)
        return Text(ja=self._find("ja", path) or shown, en=self._find("en", path) or shown)

    def _find(self, language: str, path: Iterable[str]) -> str | None:
        value: Any = self._trees[language]
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value if isinstance(value, str) else None


def placeholders(sentence: str) -> set[str]:
    """The names in braces. Raises ValueError where the braces do not pair, or hold more than a name."""
    names = set()
    for _, name, spec, conversion in string.Formatter().parse(sentence):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(name or "{}")
        names.add(name)
    return names


@lru_cache(maxsize=4096)
def _places(sentence: str) -> frozenset[str]:
    return frozenset(placeholders(sentence))


def fill(sentence: Text, facts: Mapping[str, Any], labels: Mapping[str, Text] | None = None) -> Text:
    """The sentence with its places filled: numbers grouped (but for years), days as each language writes them.

    `labels` gives, for some facts, what to show instead of the value.
    """
    filled = {}
    for language in LANGUAGES:
        # Only what the sentence speaks of: an event has more facts than any sentence.
        shown = {
            name: labels[name].in_language(language)
            if labels and name in labels
            else _shown(name, facts[name], language)
            for name in _places(sentence.in_language(language))
        }
        filled[language] = sentence.in_language(language).format(**shown)
    return Text(ja=filled["ja"], en=filled["en"])


def _shown(name: str, fact: Any, language: str) -> str:
    is_year = name.endswith("year") and isinstance(fact, int)
    return str(fact) if is_year else show(fact, language)


def show(fact: Any, language: str) -> str:
    """A fact as a reader of that language writes it."""
    japanese = language.startswith("ja")
    if isinstance(fact, bool):
        return ("はい" if fact else "いいえ") if japanese else ("yes" if fact else "no")
    if isinstance(fact, int):
        return f"{fact:,}"
    if isinstance(fact, date):
        if japanese:
            return f"{fact.year}年{fact.month}月{fact.day}日"
        return f"{fact.day} {_MONTHS_EN[fact.month - 1]} {fact.year}"
    if isinstance(fact, (list, tuple)):
        return ("、" if japanese else ", ").join(show(item, language) for item in fact)
    return str(fact)


def show_month_day(value: str) -> Text:
    """A day of the year ("12-01") as each language writes it."""
    month, day = (int(part) for part in value.split("-"))
    return Text(ja=f"{month}月{day}日", en=f"{day} {_MONTHS_EN[month - 1]}")
