"""The words of one scheme: what each fact may be, and what an expression may come to, as far as it can be listed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from tanso.rulebook.book import Rulebook
from tanso.rulebook.context import OPERATIONS, facts
from tanso.rulebook.expressions import Call, Item, Name, Node, Operation, Value, read
from tanso.rulebook.possibilities import Plain

_DEEPEST = 8


@dataclass
class Vocabulary:
    """What the words of one rulebook may be. `variables` are those of macros, with the lists that they run over.

    `shared` is on for rules of an included folder, which may speak of operations that this scheme has not.
    """

    book: Rulebook
    shared: bool = False
    variables: dict[str, Node] = field(default_factory=dict)

    @cached_property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """The lists that facts take their values from, by the name that the table of facts gives them."""
        book = self.book
        evidence = {kind for unit in book.units.values() for kind in unit.evidence_kinds}
        return {
            "operations": tuple(book.operations),
            "accounts": tuple(book.account_kinds),
            "participants": tuple(book.participant_kinds),
            "units": tuple(book.units),
            "evidence": tuple(sorted(evidence)),
            "purposes": tuple(book.purposes),
            "years": tuple(book.life.years),
            "states": tuple(book.life.states),
            "opinions": tuple(book.opinions),
            "figures": tuple(book.figures),
            "transfer_kinds": tuple(book.transfers.kinds),
        }

    @cached_property
    def _facts(self) -> dict[str, str]:
        return {fact.name: fact.values for fact in facts() if fact.values} | {"unit.evidence_kinds": "evidence"}

    def list_of(self, name: str) -> str:
        """The name of the list that a fact takes its values from; "" where it takes them from none."""
        return self._facts.get(name, "")

    def of(self, node: Node) -> tuple[Plain, ...] | None:
        """The words that a text or a phase (or an item of a list) may be; None where anything may be."""
        if isinstance(node, Item):
            return self.of(node.of)
        if not isinstance(node, Name):
            return None
        if node.name in self.variables:
            return self.of(self.variables[node.name])
        if node.name.startswith("derived."):
            found = self.outcomes(node)
            return None if found is None else tuple(sorted(found, key=str))
        return self._of_fact(node.name)

    def _of_fact(self, name: str) -> tuple[Plain, ...] | None:
        if self.shared and self.list_of(name) == "operations":
            return tuple(OPERATIONS)
        if self.list_of(name):
            # A list that this release does not know binds nobody.
            return self.lists.get(self.list_of(name))
        if name == "unit.name":
            return self._unit_names()
        if name == "unit.phase":
            # Units of another scheme are of phases of that scheme.
            return (0, *sorted({phase for unit in self.book.units.values() for phase in unit.own_phases}))
        if name.endswith((".phase", "_phases")):
            return (0, *self.book.phases)
        attribute = self.book.attributes.get(name.rpartition(".attribute.")[2])
        return tuple(attribute.choices) if attribute is not None and attribute.type == "choice" else None

    def _unit_names(self) -> tuple[str, ...]:
        book = self.book
        names: list[str] = []
        for unit in book.units.values():
            names += [book.unit_name(unit.type, phase) for phase in unit.own_phases] if unit.has_phase else [unit.type]
        return tuple(names)

    def outcomes(self, node: Node, depth: int = 0) -> frozenset[Plain] | None:
        """The values that an expression may come to, where they can be listed."""
        if isinstance(node, Value):
            return frozenset({node.value})
        if depth >= _DEEPEST:
            return None
        if isinstance(node, Operation) and node.sign == "?":
            branches = [self.outcomes(part, depth + 1) for part in node.parts[1:]]
            known = [branch for branch in branches if branch is not None]
            return frozenset().union(*known) if len(known) == len(branches) else None
        if isinstance(node, Call) and node.function == "phase_exists":
            number = node.arguments[0]
            return frozenset({number.value in self.book.phases}) if isinstance(number, Value) else None
        if isinstance(node, Name) and node.name.startswith("derived."):
            return self._outcomes_of_derived(node.name, depth + 1)
        return None

    def _outcomes_of_derived(self, name: str, depth: int) -> frozenset[Plain] | None:
        rule = self.book.derived_rules.get(name.removeprefix("derived."))
        tree = read(rule.condition.text) if rule is not None and rule.condition is not None else None
        found = None if tree is None else self.outcomes(tree, depth)
        if rule is None or found is None or rule.exists_when is None:
            return found
        return found | {self.book.neutral(name)}
