"""Checks and derived quantities: the two kinds of rule that are written in CEL."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tanso.kernel.outcomes import Finding
from tanso.kernel.texts import Text
from tanso.rulebook.conditions import Condition
from tanso.rulebook.context import OPERATIONS
from tanso.rulebook.overrides import Override, said
from tanso.rulebook.scope import HoldingScope, Scope
from tanso.rulebook.texts import MONTH_DAY, YEAR, fill, show, show_month_day

if TYPE_CHECKING:
    from tanso.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True)
class FactRule:
    """One fact of a refusal: its value, and the list whose label is shown instead of the value, if any."""

    condition: Condition
    label: str = ""


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One check: for its operations, where `when` holds, `require` must hold, or the act is refused with `code`.

    `at_once` is both in one expression, for sums that ask it about many holdings; None where `require` speaks of
    derived quantities, which must not be worked out where the check does not apply. `speaks_of_units`: its answer may
    differ from holding to holding of one account.
    """

    code: str
    operations: tuple[str, ...]
    each: tuple[str, ...]
    clause: str
    when: Condition | None
    require: Condition
    at_once: Condition | None
    speaks_of_units: bool
    facts: Mapping[str, FactRule]
    title: Text
    message: Text
    next_step: Text
    assumed: Text | None

    def subjects(self, operation: str) -> tuple[str, ...]:
        """The prefixes of the accounts that it is asked about: those of `each` that the operation brings."""
        brought = OPERATIONS[operation].subjects
        return tuple(subject for subject in self.each if subject in brought) or ("account",)

    @property
    def speaks_of_operation(self) -> bool:
        return "operation" in self.require.names or (self.when is not None and "operation" in self.when.names)

    def applies(self, scope: Scope) -> bool:
        return self.when is None or self.when.value(scope) is True

    def passes(self, scope: Scope) -> bool:
        """Whether the check, asked about the account of the scope alone, lets it pass (or does not apply)."""
        if not self.speaks_of_units and scope.parent is not None:
            return self.passes(scope.parent)
        known = scope.passed.get(self.code)
        if known is None:
            known = scope.passed[self.code] = self._passes(scope)
        return known

    def _passes(self, scope: Scope) -> bool:
        if self.speaks_of_operation:
            # A predicate is asked outside an act; a check that speaks of `operation` means its own.
            scope = copy(scope)
            scope["operation"] = self.operations[0]
        if self.at_once is not None:
            return self.at_once.value(scope) is True
        return not self.applies(scope) or self.require.value(scope) is True

    def finding(self, scope: Scope) -> Finding:
        """The refusal with its facts, as they are stored and as they read."""
        facts: dict[str, Any] = {}
        labels: dict[str, Text] = {}
        if scope.subject != "account":
            facts["subject"] = scope.subject
        for name, rule in self.facts.items():
            value = rule.condition.value(scope)
            if rule.label:
                labels[name] = label(scope.book, rule.label, value)
            elif isinstance(value, (date, list)):
                labels[name] = Text(ja=show(value, "ja"), en=show(value, "en"))
            facts[name] = _stored(value)
        message = fill(self.message, facts, labels)
        for override in self._overrides(scope, facts):
            facts.setdefault("overridden", []).append(override.parameter)
            mark = said(override, scope.book.parameters[override.parameter].label)
            message = Text(message.ja + mark.ja, f"{message.en} {mark.en}")
        return Finding(
            code=self.code,
            clause=self.clause,
            title=self.title,
            message=message,
            next_step=fill(self.next_step, facts, labels),
            facts=facts,
        )

    def _overrides(self, scope: Scope, facts: Mapping[str, Any]) -> tuple[Override, ...]:
        """The overrides without which the refusal would not be, or would say something else."""
        unchanged = scope.book.unchanged
        if unchanged is None or self.code not in unchanged.checks:
            return ()
        before, check = Scope(unchanged, scope.facts, scope.subject), unchanged.checks[self.code]
        before["operation"] = scope["operation"]
        if check.applies(before) and check.require.value(before) is not True:
            told = {name: _stored(rule.condition.value(before)) for name, rule in check.facts.items()}
            if told == {name: facts[name] for name in told}:
                return ()
        return scope.book.overrides_behind(self.code, scope.day)


def _stored(value: Any) -> Any:
    """A fact as it is kept with a decision."""
    return value.isoformat() if isinstance(value, date) else value


def label(book: Rulebook, section: str, value: Any) -> Text:
    """What people call a word of the scheme (`accounts`, `trading` -> 取引口座)."""
    if section == MONTH_DAY:
        return show_month_day(value)
    if section == YEAR:
        return Text(str(value), str(value))
    if isinstance(value, list):
        parts = [label(book, section, item) for item in value]
        return Text(ja="、".join(part.ja for part in parts), en=", ".join(part.en for part in parts))
    if not book.texts.has("ja", section, value):
        return Text(ja=value or "—", en=value or "—")
    return book.texts.text(section, value)


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """Which units are meant: `where` holds, every check of `passes` passes, and one of `fails` at least fails.

    `of` names the list that a sum runs over (`context.COLLECTIONS`).
    """

    of: str
    where: Condition | None
    passes: tuple[CheckRule, ...]
    fails: tuple[CheckRule, ...]

    def holds(self, scope: Scope) -> bool:
        if self.where is not None and not self.where.value(scope):
            return False
        if not all(check.passes(scope) for check in self.passes):
            return False
        return not self.fails or any(not check.passes(scope) for check in self.fails)


@dataclass(frozen=True, slots=True)
class DerivedRule:
    """A named quantity: a value in CEL, a sum over holdings, or a test of the unit in question."""

    name: str
    kind: str
    unit: str
    label: Text
    clause: str
    exists_when: Condition | None
    condition: Condition | None
    sum: SelectionRule | None
    test: SelectionRule | None
    speaks_of_units: bool
    assumed: Text | None

    def exists(self, scope: Scope) -> bool:
        return self.exists_when is None or self.exists_when.value(scope) is True

    def value(self, scope: Scope) -> Any:
        """The quantity; None where it does not exist."""
        if not self.exists(scope):
            return None
        if self.sum is not None:
            return self._total(scope, self.sum)
        if self.test is not None:
            return self.test.holds(scope)
        assert self.condition is not None  # noqa: S101 -- validation lets only these three kinds through
        return self.condition.value(scope)

    @staticmethod
    def _total(scope: Scope, selection: SelectionRule) -> int:
        scopes = (HoldingScope(scope, holding) for holding in scope.facts.get(selection.of, ()))
        return sum(inside["holding.quantity_t"] for inside in scopes if selection.holds(inside))
