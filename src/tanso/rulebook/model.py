"""What a rulebook says about the nouns of a scheme: phases, units, accounts, participants, reports, events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tanso.kernel.texts import Text

_OFFSET = re.compile(r"(adopted|target)([+-][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase: adopted in one fiscal year, with its target in another; `years` are those its holders answer for."""

    number: int
    adopted_fy: int
    target_fy: int
    years: tuple[int, ...]
    label: Text
    clause: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class UnitType:
    """A type of unit. `quantity_from` names the derived quantity that says how much is issued (None: the applicant).

    `scheme` is the one whose unit it is: its classes belong to it, whoever recognises them; `own_phases` are the phases
    of that scheme that a unit may be of. `surrender_from` and `surrender_to` are phases of holders, both included;
    "own" is the phase of the unit, None the last one.
    """

    type: str
    scheme: str
    own_phases: tuple[int, ...]
    label: Text
    has_phase: bool
    origin: str
    quantity_from: str | None
    evidence_kinds: tuple[str, ...]
    # What an application says of its evidence besides: the account of the other registry, serial numbers, the day.
    evidence_record: tuple[str, ...]
    surrender_from: int | str
    surrender_to: int | str | None
    phases: tuple[int, ...]
    clause: str
    assumed: Text | None

    def exists_with(self, phase: int | None) -> bool:
        """Whether there are units of this type with this phase, or without one."""
        return phase in self.own_phases if self.has_phase else phase is None

    def phases_of_surrender(self, own_phase: int = 0) -> tuple[int, ...]:
        """The phases whose holders may surrender it: one row of the scheme's matrix."""
        first = own_phase if self.surrender_from == "own" else int(self.surrender_from)
        last = own_phase if self.surrender_to == "own" else self.surrender_to
        return tuple(phase for phase in self.phases if phase >= first and (last is None or phase <= int(last)))


@dataclass(frozen=True, slots=True)
class AccountKind:
    """A kind of account. `holding`: participants hold units in it. `after_banking`: what banking turns it into."""

    kind: str
    label: Text
    holding: bool
    after_banking: str | None
    clause: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class ReservedAccount:
    """An account of the authority with a fixed number, by its role (issuance, surrender, …)."""

    role: str
    number: str
    kind: str
    clause: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class ParticipantKind:
    """A kind of participant: the account that opens for it, and its logins with what each may see."""

    kind: str
    label: Text
    account_kind: str | None
    has_phase: bool
    logins: Mapping[str, tuple[str, ...]]
    clause: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field that the scheme asks of its participants; conditions read it as `….holder.attribute.<id>`.

    `required_of` are the kinds of participant that must have it; `unit` is that of a number, or empty.
    """

    id: str
    type: str
    unit: str
    choices: Mapping[str, Text]
    required_of: tuple[str, ...]
    label: Text
    clause: str
    assumed: Text | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a participant and a year; conditions read it as `obligation.figure.<id>`."""

    id: str
    type: str
    unit: str
    label: Text
    clause: str
    assumed: Text | None
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class OperationRule:
    """An operation that the scheme has. Where its postings may be reversed, the clause (or the assumption) says so.

    `four_eyes`: an act of it may need a second person, and by `second_person` who that may be: whoever may do the
    operation ("same") or an "administrator". When, the rulebook says (`Rulebook.needs_second_person`).
    """

    name: str
    label: Text
    four_eyes: bool
    second_person: str = "same"
    four_eyes_clause: str | None = None
    four_eyes_assumed: Text | None = None
    reversal_clause: str | None = None
    reversal_assumed: Text | None = None


@dataclass(frozen=True, slots=True)
class ReportYear:
    """A year that reports are about; `fiscal_year` is an offset of the phase ("adopted", "target+1")."""

    year: str
    label: Text
    fiscal_year: str
    verified: bool
    settles: str | None
    takes_back_to: str | None
    # A window and its "first" or "last" day, by which the figure is needed.
    needed_by: tuple[str, str] | None
    clause: str

    def fiscal_year_in(self, phase: Phase) -> int:
        """The fiscal year that it is for holders of a phase."""
        match = _OFFSET.fullmatch(self.fiscal_year)
        if match is None:
            raise ValueError(f"not a fiscal year: {self.fiscal_year}")
        return (phase.adopted_fy if match[1] == "adopted" else phase.target_fy) + int(match[2] or 0)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a report's life; `to` None leaves the state."""

    operation: str
    years: tuple[str, ...]
    from_states: tuple[str, ...]
    to: str | None


@dataclass(frozen=True, slots=True)
class Life:
    """The life of a report: its states, and which operation leads from which to which."""

    initial: str
    states: Mapping[str, Text]
    final_states: tuple[str, ...]
    years: Mapping[str, ReportYear]
    steps: tuple[Step, ...]

    def step(self, operation: str, year: str, state: str) -> Step | None:
        """The step that the operation takes from that state, or None where it is out of order."""
        for step in self.steps:
            if step.operation == operation and year in step.years and state in step.from_states:
                return step
        return None

    def next_state(self, operation: str, year: str, state: str) -> str | None:
        """The state after the operation (the same one where the step leaves it), None where it is out of order."""
        step = self.step(operation, year, state)
        return None if step is None else step.to or state

    def operations_from(self, year: str, state: str) -> tuple[str, ...]:
        """The operations that a report in that state may take, in the order of the file."""
        found = (step.operation for step in self.steps if year in step.years and state in step.from_states)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verifier's opinion, and whether it suffices for an approval."""

    opinion: str
    label: Text
    suffices: bool
    clause: str


@dataclass(frozen=True, slots=True)
class WindowRule:
    """Where a window is written; its days are the calendar's."""

    window: str
    label: Text
    clause: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class DueRule:
    """What is done by itself on the day after a window."""

    id: str
    label: Text
    operation: str
    when_closes: str
    clause: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class EventRule:
    """A mail that an event sends: its audience decides which logins get it, its sentences name only `facts`."""

    name: str
    label: Text
    audience: str
    to: tuple[str, ...]
    facts: tuple[str, ...]
    subject: Text
    body: Text
    clause: str
    assumed: Text | None
