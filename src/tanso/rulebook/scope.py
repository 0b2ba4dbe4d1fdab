"""The facts of one question, as conditions see them: worked out on first use, and once.

A scope is about one account (`account.*` is bound to that of its subject) and, inside a sum, about one holding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanso.rulebook.book import Rulebook

OF_HOLDING = ("unit.", "quantity.", "holding.")


class Scope(dict[str, Any]):
    """Name -> value as CEL takes it. Reading a name that no fact, parameter or derived quantity has is a KeyError."""

    def __init__(self, book: Rulebook, facts: Mapping[str, Any], subject: str = "account") -> None:
        super().__init__()
        self.book = book
        self.facts = facts
        self.subject = subject
        self.parent: Scope | None = None
        self.passed: dict[str, bool] = {}

    def __missing__(self, name: str) -> Any:
        value = self._find(name)
        if type(value) is str and self.book.variables.get(name) == "day":
            value = date.fromisoformat(value)  # a field of a participant, as it is stored
        if type(value) is date:
            value = self.book.environment.midnight(value)
        self[name] = value
        return value

    @property
    def day(self) -> date:
        day: date = self.facts["day"]
        return day

    def _find(self, name: str) -> Any:
        room, _, rest = name.partition(".")
        if room == "derived":
            if rest.startswith("has_"):
                return self.book.derived_rules[rest.removeprefix("has_")].exists(self)
            value = self.book.derived_rules[rest].value(self)
            return self.book.neutral(name) if value is None else value
        if room == "param":
            return self.book.value(rest, self.day)
        if room == "account" and self.subject != "account":
            name = f"{self.subject}.{rest}"
        if name in self.facts:
            return self.facts[name]
        filler = FILLERS.get(name)
        return self.book.neutral(name) if filler is None else filler(self)


class HoldingScope(Scope):
    """The same question about one holding of the account: `unit.*`, `quantity.*` and `holding.*` speak of it."""

    def __init__(self, parent: Scope, holding: Mapping[str, Any]) -> None:
        quantity_t = holding["quantity_t"]
        unit = {name: value for name, value in holding.items() if name.startswith("unit.")}
        facts = {
            **unit,
            "unit.held_t": quantity_t,
            "holding.quantity_t": quantity_t,
            "quantity.t": quantity_t,
            "quantity.is_whole": True,
        }
        super().__init__(parent.book, facts, parent.subject)
        self.parent: Scope = parent

    def _find(self, name: str) -> Any:
        if name == "holding.selected":
            selected = self.parent.facts.get("selected_unit", "")
            return selected in ("", self["unit.name"])
        if name.startswith("derived."):
            rule = self.book.derived_rules[name.removeprefix("derived.").removeprefix("has_")]
            return super()._find(name) if rule.speaks_of_units else self.parent[name]
        if name.startswith(OF_HOLDING):
            return super()._find(name)
        return self.parent[name]


def _unit_name(scope: Scope) -> str:
    return scope.book.unit_name(scope["unit.type"], scope["unit.phase"] if scope["unit.has_phase"] else None)


def _unit_scheme(scope: Scope) -> str:
    unit = scope.book.units.get(scope["unit.type"])
    return "" if unit is None else unit.scheme


def _surrender_phases(scope: Scope) -> list[int]:
    unit = scope.book.units.get(scope["unit.type"])
    return list(unit.phases_of_surrender(scope["unit.phase"])) if unit else []


def _evidence_kinds(scope: Scope) -> list[str]:
    unit = scope.book.units.get(scope["unit.type"])
    return list(unit.evidence_kinds) if unit else []


def _quantity_is_derived(scope: Scope) -> bool:
    unit = scope.book.units.get(scope["unit.type"])
    return unit is not None and unit.quantity_from is not None


def _step_allowed(scope: Scope) -> bool:
    step = scope.book.life.step(scope["operation"], scope["report.year"], scope["report.state"])
    return step is not None


def _opinion_suffices(scope: Scope) -> bool:
    opinion = scope.book.opinions.get(scope["report.opinion"])
    return opinion is not None and opinion.suffices


def _transfer_kind(name: str) -> Callable[[Scope], bool]:
    """What the scheme says of the kind of the transfer; false for a kind that it does not have."""

    def said(scope: Scope) -> bool:
        kind = scope.book.transfers.find(scope["transfer.kind"])
        return kind is not None and (name == "" or getattr(kind, name) is True)

    return said


def _needs_phase(scope: Scope) -> bool:
    kind = scope.book.participant_kinds.get(scope["participant.kind"])
    return kind is not None and kind.has_phase


# What each of them is worked out from, beside the scheme itself.
FILLED_FROM: dict[str, tuple[str, ...]] = {
    "unit.name": ("unit.type", "unit.has_phase", "unit.phase"),
    "unit.scheme": ("unit.type",),
    "unit.is_own": ("unit.type",),
    "unit.surrender_phases": ("unit.type", "unit.phase"),
    "unit.evidence_kinds": ("unit.type",),
    "unit.quantity_is_derived": ("unit.type",),
    "report.step_allowed": ("operation", "report.year", "report.state"),
    "report.opinion_suffices": ("report.opinion",),
    "participant.needs_phase": ("participant.kind",),
    "transfer.kind_is_known": ("transfer.kind",),
    "transfer.kind_is_open": ("transfer.kind",),
    "transfer.kind_is_trade": ("transfer.kind",),
    "transfer.kind_takes_price": ("transfer.kind",),
}
FILLERS = {
    "unit.name": _unit_name,
    "unit.scheme": _unit_scheme,
    "unit.is_own": lambda scope: _unit_scheme(scope) == scope.book.scheme,
    "unit.surrender_phases": _surrender_phases,
    "unit.evidence_kinds": _evidence_kinds,
    "unit.quantity_is_derived": _quantity_is_derived,
    "quantity.is_known": lambda scope: "quantity.t" in scope.facts,
    "report.step_allowed": _step_allowed,
    "report.state": lambda scope: scope.book.life.initial,
    "report.opinion_suffices": _opinion_suffices,
    "participant.needs_phase": _needs_phase,
    # Nobody said of which kind it is: then it is what the scheme takes it for.
    "transfer.kind": lambda scope: scope.book.transfers.default,
    "transfer.kind_is_known": _transfer_kind(""),
    "transfer.kind_is_open": _transfer_kind("is_open"),
    "transfer.kind_is_trade": _transfer_kind("is_trade"),
    "transfer.kind_takes_price": _transfer_kind("takes_price"),
}
