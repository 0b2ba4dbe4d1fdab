"""Which parameters lie behind a rule: those that its conditions read, and those that its windows follow from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from tanso.rulebook.conditions import Condition
from tanso.rulebook.overrides import Override
from tanso.rulebook.rules import CheckRule, DerivedRule, SelectionRule

if TYPE_CHECKING:
    from tanso.rulebook.book import Rulebook


class _Grounds:
    """A walk through conditions, derived quantities and the checks that sums ask, each once."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._seen: set[str] = set()
        self.parameters: dict[str, None] = {}
        self.windows: dict[str, None] = {}

    def read(self, conditions: Iterable[Condition | None]) -> None:
        for condition in conditions:
            if condition is None:
                continue
            for name in condition.names:
                self._read_name(name)
            for window in self._book.calendar.windows:
                if f"'{window}'" in condition.text or f'"{window}"' in condition.text:
                    self.windows[window] = None

    def _read_name(self, name: str) -> None:
        room, _, rest = name.partition(".")
        if room == "param":
            self.parameters[rest] = None
        elif room == "derived":
            rule = self._book.derived_rules.get(rest.removeprefix("has_"))
            if rule is not None and rule.name not in self._seen:
                self._seen.add(rule.name)
                self.read(_conditions_of(rule))


def _conditions_of(rule: CheckRule | DerivedRule) -> Iterator[Condition | None]:
    if isinstance(rule, CheckRule):
        yield from (rule.when, rule.require, *(fact.condition for fact in rule.facts.values()))
        return
    yield from (rule.exists_when, rule.condition)
    for selection in (rule.sum, rule.test):
        if selection is not None:
            yield from _conditions_of_selection(selection)


def _conditions_of_selection(selection: SelectionRule) -> Iterator[Condition | None]:
    yield selection.where
    for check in (*selection.passes, *selection.fails):
        yield from (check.when, check.require)


def grounds_of(book: Rulebook, code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters and the windows that a check or derived quantity leans on, those behind its windows included."""
    rule = book.checks.get(code) or book.derived_rules.get(code)
    if rule is None:
        return (), ()
    grounds = _Grounds(book)
    grounds.read(_conditions_of(rule))
    behind = (name for window in grounds.windows for name in book.calendar.parameters_of(window))
    return tuple(dict.fromkeys((*grounds.parameters, *behind))), tuple(grounds.windows)


def overrides_behind(book: Rulebook, code: str, day: date) -> tuple[Override, ...]:
    """The overrides of the values that a check or derived quantity reads on a day, directly or through a window."""
    rule = book.checks.get(code) or book.derived_rules.get(code)
    if rule is None or book.unchanged is None:
        return ()
    grounds = _Grounds(book)
    grounds.read(_conditions_of(rule))
    found: list[Override] = []
    for name in grounds.parameters:
        dated = next((value for value in book.parameters[name].values if value.holds_on(day)), None)
        if dated is not None and dated.override is not None:
            found.append(dated.override)
    for window in grounds.windows:
        for number in book.calendar.numbers(window):
            found += book.calendar.overrides(window, number)
    return tuple(entry for at, entry in enumerate(found) if entry not in found[:at])
