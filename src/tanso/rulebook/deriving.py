"""Several derived quantities of one account at once, and what was worked out before.

A page about a thousand holders asks for ten quantities of each. They stand on one another, so they are worked out in
one scope; and as rules are pure, an account of which nothing changed that they read is not worked out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tanso.rulebook.deciding import GIVEN, Reads, firm
from tanso.rulebook.scope import Scope

if TYPE_CHECKING:
    from tanso.rulebook.book import Rulebook

# Accounts whose quantities are remembered; then all are forgotten, so that memory stays flat.
_REMEMBERED = 20_000
_ABSENT = object()


class Derivation:
    """How a rulebook works out these quantities; those that it has not are left out."""

    __slots__ = ("_book", "_known", "_names", "_read")

    def __init__(self, book: Rulebook, names: tuple[str, ...]) -> None:
        self._book = book
        self._names = tuple(name for name in names if name in book.derived_rules)
        reads = Reads(book)
        # Whether a fact is there at all shows in the key too: an absent one has a value of its own.
        read = {name.removeprefix(GIVEN) for wanted in self._names for name in reads.of_derived(wanted, "account")}
        self._read = tuple(sorted({"day", *read}))
        self._known: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def values(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """The quantities under the facts, by name; None where one does not exist."""
        key = tuple([firm(facts.get(name, _ABSENT)) for name in self._read])
        found = self._known.get(key)
        if found is None:
            found = self._worked_out(facts)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _worked_out(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        scope = Scope(self._book, facts)
        found: dict[str, Any] = {}
        for name in self._names:
            found[name] = self._book.derived_rules[name].value(scope)
            if found[name] is not None:
                # The next one may stand on it.
                scope[f"derived.{name}"] = found[name]
        return found
