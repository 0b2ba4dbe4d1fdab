"""The words that a scheme adds to scenario files: its units, phases, kinds, attributes, states, opinions, events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tanso.acts.act import Role
from tanso.rulebook import Rulebook

# The kind of participant of this name verifies; every other one participates (as `parties` has it).
VERIFIER: Role = "verifier"
PARTICIPANT: Role = "participant"


@dataclass(frozen=True, slots=True)
class PartyKind:
    """A kind of participant: whether it belongs to a phase, whether an account opens for it, and its logins."""

    name: str
    has_phase: bool
    has_account: bool
    letters: tuple[str, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field that the scheme asks of its participants. `type` is bool, text, choice, int, decimal or day."""

    name: str
    type: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of one scheme. `units` tells of each written unit whether its issue takes a quantity."""

    kinds: Mapping[str, PartyKind]
    phases: tuple[int, ...]
    units: Mapping[str, bool]
    attributes: Mapping[str, Attribute]
    figures: tuple[str, ...]
    derived: tuple[str, ...]
    opinions: tuple[str, ...]
    report_years: tuple[str, ...]
    verified_years: tuple[str, ...]
    report_states: tuple[str, ...]
    events: tuple[str, ...]
    account_kinds: tuple[str, ...]
    account_number: re.Pattern[str]

    @classmethod
    def of(cls, rulebook: Rulebook) -> Vocabulary:
        """The words of a rulebook."""
        before, _, after = rulebook.number_format.partition("{n}")
        return cls(
            kinds={
                name: PartyKind(
                    name=name,
                    has_phase=kind.has_phase,
                    has_account=kind.account_kind is not None,
                    letters=tuple(kind.logins),
                    role=VERIFIER if name == VERIFIER else PARTICIPANT,
                )
                for name, kind in rulebook.participant_kinds.items()
            },
            phases=tuple(rulebook.phases),
            units=_units(rulebook),
            attributes={
                name: Attribute(name=name, type=attribute.type, choices=tuple(attribute.choices))
                for name, attribute in rulebook.attributes.items()
            },
            figures=tuple(rulebook.figures),
            derived=tuple(rulebook.derived_rules),
            opinions=tuple(rulebook.opinions),
            report_years=tuple(rulebook.life.years),
            verified_years=tuple(name for name, year in rulebook.life.years.items() if year.verified),
            report_states=tuple(rulebook.life.states),
            events=tuple(rulebook.events),
            account_kinds=tuple(name for name, kind in rulebook.account_kinds.items() if kind.holding),
            account_number=re.compile(f"{re.escape(before)}[0-9]+{re.escape(after)}", re.IGNORECASE),
        )

    def joined(self, others: Iterable[Vocabulary]) -> Vocabulary:
        """These words and those of other schemes, for steps of parties that take part in one of those."""
        found = self
        for other in others:
            found = replace(
                found,
                # The scheme that issues a unit says whether its issue takes a quantity.
                units={**other.units, **found.units, **{name: False for name, of in other.units.items() if not of}},
                report_years=tuple(dict.fromkeys((*found.report_years, *other.report_years))),
                verified_years=tuple(dict.fromkeys((*found.verified_years, *other.verified_years))),
                report_states=tuple(dict.fromkeys((*found.report_states, *other.report_states))),
                account_kinds=tuple(dict.fromkeys((*found.account_kinds, *other.account_kinds))),
            )
        return found


def _units(rulebook: Rulebook) -> dict[str, bool]:
    """Every written unit of the scheme, with its phase where it has one."""
    units: dict[str, bool] = {}
    for unit_type, unit in rulebook.units.items():
        names = [f"{unit_type}/{phase}" for phase in unit.own_phases] if unit.has_phase else [unit_type]
        units.update(dict.fromkeys(names, unit.quantity_from is None))
    return units
