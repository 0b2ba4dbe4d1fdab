"""How one operation is decided: which checks guard it, what each of them reads, and what they answered before.

Rules are pure: a check that reads the same values answers the same. So a plan asks a condition once for the same
values and remembers the answer; a batch of ten thousand surrenders on one day asks "is it before the deadline?" once.
From the same lists of names follows the *context* of a decision: the facts that were read, by which alone it can be
judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from tanso.kernel.outcomes import Decision, Finding
from tanso.rulebook.conditions import Condition
from tanso.rulebook.context import COLLECTIONS, OPERATIONS
from tanso.rulebook.rules import CheckRule, DerivedRule, SelectionRule
from tanso.rulebook.scope import FILLED_FROM, OF_HOLDING, Scope

if TYPE_CHECKING:
    from tanso.rulebook.book import Rulebook

# Answers that one condition remembers; then it forgets all and begins anew, so that memory stays flat.
_REMEMBERED = 4096
_ABSENT = object()
# Whether a fact was given at all, for conditions that ask only that.
GIVEN = "given "
# A decision is about a day, and the operation stands beside the context.
_ALWAYS, _NEVER = "day", "operation"


class Reads:
    """Which facts the conditions of a rulebook read, through derived quantities, parameters and what is filled in."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    def of(self, conditions: Iterable[Condition | None], subject: str, *, inside: str = "") -> set[str]:
        """The facts that these conditions read about the account `subject`; `inside` a sum, about that list."""
        found: set[str] = set()
        for condition in conditions:
            for name in () if condition is None else condition.names:
                found |= self._of_name(name, subject, inside)
        return found

    def of_check(self, check: CheckRule, subject: str, *, inside: str = "") -> set[str]:
        return self.of((check.when, check.require), subject, inside=inside)

    def of_derived(self, name: str, subject: str, *, inside: str = "") -> set[str]:
        """What a derived quantity is worked out from."""
        rule = self._book.derived_rules[name]
        found = self.of((rule.exists_when, rule.condition), subject, inside=inside)
        if rule.sum is not None:
            found |= {rule.sum.of} | self._of_selection(rule.sum, subject, inside=rule.sum.of)
        if rule.test is not None:
            found |= self._of_selection(rule.test, subject, inside=inside)
        return found

    def _of_selection(self, selection: SelectionRule, subject: str, *, inside: str) -> set[str]:
        found = self.of((selection.where,), subject, inside=inside)
        for check in (*selection.passes, *selection.fails):
            found |= self.of_check(check, subject, inside=inside)
        return found

    def _of_name(self, name: str, subject: str, inside: str) -> set[str]:
        room, _, rest = name.partition(".")
        if room == "derived":
            rule: DerivedRule = self._book.derived_rules[rest.removeprefix("has_")]
            if rest.startswith("has_"):
                return self.of((rule.exists_when,), subject, inside=inside)
            return self.of_derived(rest, subject, inside=inside)
        if room == "param":
            return {"day"}
        if inside and name.startswith(OF_HOLDING):
            return {inside, "selected_unit"} if name == "holding.selected" else {inside}
        if room == "account" and subject != "account":
            name = f"{subject}.{rest}"
        if name == "quantity.is_known":
            return {GIVEN + "quantity.t"}
        found = {name}
        for source in FILLED_FROM.get(name, ()):
            found |= self._of_name(source, subject, inside)
        return found


class _Answers:
    """What one condition answered, by the values that it read."""

    __slots__ = ("_condition", "_key", "_known")

    def __init__(self, condition: Condition, places: tuple[int, ...]) -> None:
        self._condition = condition
        self._key: Callable[[Any], Any] = itemgetter(*places) if places else _nothing
        self._known: dict[Any, bool] = {}

    def ask(self, values: tuple[Any, ...], scope: Callable[[], Scope]) -> bool:
        key = self._key(values)
        answer = self._known.get(key)
        if answer is None:
            answer = self._condition.value(scope()) is True
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = answer
        return answer


def _nothing(_values: tuple[Any, ...]) -> None:
    """The key of a condition that reads no fact."""


class _Question:
    """One check, asked about one account."""

    __slots__ = ("check", "require", "subject", "when")

    def __init__(self, check: CheckRule, subject: str, when: _Answers | None, require: _Answers) -> None:
        self.check = check
        self.subject = subject
        self.when = when
        self.require = require


class Plan:
    """How a rulebook decides about one operation."""

    def __init__(self, book: Rulebook, operation: str, guards: Iterable[CheckRule]) -> None:
        self._book = book
        self._operation = operation
        asked = [(check, subject) for check in guards for subject in check.subjects(operation)]
        reads = Reads(book)
        read: set[str] = {_ALWAYS}
        told: set[str] = set()
        for check, subject in asked:
            read |= reads.of_check(check, subject)
            told |= reads.of((rule.condition for rule in check.facts.values()), subject)
        self._names = tuple(sorted(read))
        places = {name: place for place, name in enumerate(self._names)}
        self._lists = tuple(place for name, place in places.items() if _is_list(book, name))

        def answers(condition: Condition, subject: str) -> _Answers:
            return _Answers(condition, tuple(places[name] for name in sorted(reads.of((condition,), subject))))

        self._questions = tuple(
            _Question(
                check,
                subject,
                None if check.when is None else answers(check.when, subject),
                answers(check.require, subject),
            )
            for check, subject in asked
        )
        second_person = book.second_person_conditions.get(operation)
        if second_person is not None:
            read |= reads.of((second_person,), "account")
        for name in _derived_in(book, operation):
            read |= reads.of_derived(name, "account")
        self._of_allowed = _stored(read)
        self._of_refused = _stored(read | told)

    def reads(self, beginning: str) -> bool:
        """Whether a fact whose name begins like that is read."""
        return any(name.startswith(beginning) for name in self._of_refused)

    def decide(self, facts: Mapping[str, Any]) -> Decision:
        """Ask every check; all findings, in the order of the rule files."""
        scopes: dict[str, Scope] = {}

        def scope_of(subject: str) -> Scope:
            scope = scopes.get(subject)
            if scope is None:
                scope = scopes[subject] = Scope(self._book, facts, subject)
                scope["operation"] = self._operation
            return scope

        values = self._values(facts)
        findings: list[Finding] = []
        for question in self._questions:
            subject = question.subject

            def scope(subject: str = subject) -> Scope:
                return scope_of(subject)

            if question.when is not None and not question.when.ask(values, scope):
                continue
            if not question.require.ask(values, scope):
                findings.append(question.check.finding(scope()))
        return Decision(
            scheme=self._book.scheme,
            rulebook_version=self._book.version,
            operation=self._operation,
            findings=tuple(findings),
        )

    def context(self, facts: Mapping[str, Any], *, allowed: bool) -> dict[str, Any]:
        """The facts that the decision was made by; a refusal's include those that its findings tell."""
        names = self._of_allowed if allowed else self._of_refused
        return {name: facts[name] for name in names if name in facts}

    def _values(self, facts: Mapping[str, Any]) -> tuple[Any, ...]:
        """What the checks read, in the order of the names, in a form that can be looked up."""
        get = facts.get
        values = [get(name, _ABSENT) for name in self._names]
        for place in self._lists:
            name = self._names[place]
            values[place] = name.removeprefix(GIVEN) in facts if name.startswith(GIVEN) else firm(values[place])
        return tuple(values)


def _is_list(book: Rulebook, name: str) -> bool:
    """Whether a value has to be changed before it can be looked up."""
    return name.startswith(GIVEN) or name in COLLECTIONS or book.variables.get(name) in {"ints", "texts"}


def firm(value: Any) -> Any:
    """A value in a form that can be looked up: a list, and the objects in it, as tuples."""
    if isinstance(value, (list, tuple)):
        return tuple(firm(item) for item in value)
    return tuple(value.items()) if isinstance(value, dict) else value


def _stored(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name.removeprefix(GIVEN) for name in names} - {_NEVER}))


def _derived_in(book: Rulebook, operation: str) -> Iterable[str]:
    """The derived quantities that carrying out the operation works out: their grounds belong to its context."""
    derived = set(OPERATIONS[operation].derives)
    if operation in book.operations and OPERATIONS[operation].derives_quantity:
        derived |= {unit.quantity_from for unit in book.units.values() if unit.quantity_from is not None}
    return sorted(derived & book.derived_rules.keys())
