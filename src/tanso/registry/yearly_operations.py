"""The operations of yearly obligations as the door sees them: arguments, permission, locks, facts, function.

Each is written for many acts at once (`BatchWork`); a single act is the same work with one act in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act
from tanso.acts.operations import BatchWork, Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.emissions import yearly as emissions
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import read_quantity
from tanso.registry import contexts, events, permissions, year_details, yearly, yearly_units
from tanso.registry.facts import quantity_facts
from tanso.registry.yearly import YearStanding, YearStandings
from tanso.rulebook import Rulebook
from tanso.rulebook.model import Figure
from tanso.rulebook.parameters import type_problem

_TEXT_LENGTH_MAX = 2000
_SUBJECT = frozenset({"participant", "fiscal_year"})


class _OpenYear(BatchWork):
    """Who answers for a year: a list of participants, by one act."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def missing(self, act: Act) -> Finding | None:
        unfit = yearly.without_account(act.scheme, act.arguments["participants"])
        return refusal("participant.no_account", participant=unfit[0]) if unfit else None

    def facts(self, act: Act) -> Facts:
        return {"obligation.year": act.arguments["fiscal_year"]}

    def apply(self, act: Act, facts: Facts) -> None:
        """No later act of the list asks who was on an earlier one."""

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        return [Done(result={"opened": self._open(act)}) for act, _ in allowed]

    def _open(self, act: Act) -> int:
        year = int(act.arguments["fiscal_year"])
        return yearly.open_year(
            scheme=act.scheme,
            year=year,
            phase=self._rulebook.calendar.phase_of_year(year),
            keys=act.arguments["participants"],
        )


class _OfParticipant(BatchWork):
    """Acts about a participant and a year of it, decided on the standings that the acts before leave."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        asked = {(str(act.arguments["participant"]), int(act.arguments["fiscal_year"])) for act in acts}
        self.standings = YearStandings(rulebook, asked)

    def missing(self, act: Act) -> Finding | None:
        return None if self._found(act) else refusal("participant.unknown", participant=act.arguments["participant"])

    def facts(self, act: Act) -> Facts:
        return self.standing(act).facts

    def standing(self, act: Act) -> YearStanding:
        found = self._found(act)
        if found is None:
            raise AssertionError("unknown participants are refused before")
        return found

    def obligation_id(self, act: Act) -> int:
        found = self.standing(act).obligation_id
        if found is None:
            raise AssertionError(f"{act.operation} was allowed without an obligation")
        return found

    def _found(self, act: Act) -> YearStanding | None:
        return self.standings.get(str(act.arguments["participant"]), int(act.arguments["fiscal_year"]))


class _RecordEmissions(_OfParticipant):
    """The verified emissions of a year; a second figure corrects the first."""

    def facts(self, act: Act) -> Facts:
        return super().facts(act) | quantity_facts(read_quantity(act.arguments["emissions_t"]))

    def apply(self, act: Act, facts: Facts) -> None:
        self.standings.record(self.standing(act), facts["quantity.t"])

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        emissions.record_figures(
            emissions.Figure(
                act_id=act.id,
                participant_id=self.standing(act).participant_id,
                fiscal_year=facts["obligation.year"],
                emissions_t=facts["quantity.t"],
                day=act.day,
            )
            for act, facts in allowed
        )
        return [Done(result={"emissions_t": facts["quantity.t"]}) for _, facts in allowed]


class _ExcludeYear(_OfParticipant):
    """A decision of the authority that a holder does not answer for a year after all."""

    def apply(self, act: Act, facts: Facts) -> None:
        self.standing(act).is_excluded = True

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        yearly.exclude_years((self.obligation_id(act), act.arguments["reason"], act.id) for act, _ in allowed)
        return [Done()] * len(allowed)


class _StateCompliance(_OfParticipant):
    """The status of a year on the day after its deadline, and the figure that it follows from."""

    def apply(self, act: Act, facts: Facts) -> None:
        """A status changes nothing that another act of the same day asks about."""

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        statements = [self._statement(act, facts) for act, facts in allowed]
        yearly.state(statements)
        return [
            Done(
                result={"status": statement.status},
                events=(
                    events.YearComplianceStated(
                        participant=act.arguments["participant"],
                        fiscal_year=act.arguments["fiscal_year"],
                        status=statement.status,
                    ),
                ),
            )
            for (act, _), statement in zip(allowed, statements, strict=True)
        ]

    def _statement(self, act: Act, facts: Facts) -> yearly.Statement:
        standing = self.standing(act)
        figure_t = None
        if "compliance_figure_t" in self.rulebook.derived_rules:
            figure_t = self.rulebook.derive("compliance_figure_t", facts)
        return yearly.Statement(
            obligation_id=self.obligation_id(act),
            status=str(self.rulebook.derive("compliance", facts)),
            stated_on=act.day,
            emissions_t=standing.emissions_t,
            surrendered_t=standing.phase_surrendered_t,
            figure_t=figure_t,
            act_id=act.id,
        )


class _RecordFigure(_OfParticipant):
    """A figure of a year that the scheme names; a second one of the name corrects the first."""

    def facts(self, act: Act) -> Facts:
        name, value = str(act.arguments["figure"]), act.arguments["value"]
        figure = self.rulebook.figures.get(name)
        facts = super().facts(act) | {
            "figure.id": name,
            "figure.is_known": figure is not None,
            "figure.fits": figure is not None and _fits(figure, value),
            "reason": str(act.arguments.get("reason", "")).strip(),
        }
        if figure is not None and facts["figure.fits"]:
            now = facts[f"new_figure.{name}"] = year_details.as_fact(figure.type, value)
            facts["figure.is_the_same"] = facts.get(f"obligation.figure.{name}") == now
        return facts

    def apply(self, act: Act, facts: Facts) -> None:
        name = facts["figure.id"]
        self.standings.note(self.standing(act), name, facts[f"new_figure.{name}"])

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        emissions.record_named_figures(
            emissions.NamedFigure(
                act_id=act.id,
                participant_id=self.standing(act).participant_id,
                fiscal_year=facts["obligation.year"],
                name=facts["figure.id"],
                value=act.arguments["value"],
                reason=facts["reason"],
                day=act.day,
            )
            for act, facts in allowed
        )
        return [Done()] * len(allowed)


def _fits(figure: Figure, value: Any) -> bool:
    """Whether a value is of the type of a figure, and not below its least. Days are ISO texts, decimals are texts."""
    if figure.type == "text":
        return isinstance(value, str) and len(value) <= _TEXT_LENGTH_MAX
    if type_problem(figure.type, value) is not None or (figure.type == "day" and not isinstance(value, str)):
        return False
    return figure.at_least is None or Decimal(value) >= figure.at_least


def _account_locks(act: Act) -> Iterable[str]:
    return contexts.locks_of(contexts.account_named(act.arguments["account"]))


def _participant_lock(act: Act) -> Iterable[str]:
    return (f"participant:{act.scheme}/{act.arguments['participant']}",)


def _participants_locks(act: Act) -> Iterable[str]:
    return (f"participant:{act.scheme}/{key}" for key in act.arguments["participants"])


_OPERATIONS = (
    Operation(
        name="open_year",
        required=frozenset({"fiscal_year", "participants"}),
        permission=permissions.administrator,
        locks=_participants_locks,
        batch=_OpenYear,
    ),
    Operation(
        name="exclude_year",
        required=_SUBJECT | {"reason"},
        permission=permissions.administrator,
        locks=_participant_lock,
        batch=_ExcludeYear,
    ),
    Operation(
        name="record_emissions",
        required=_SUBJECT | {"emissions_t"},
        permission=permissions.administrator,
        locks=_participant_lock,
        batch=_RecordEmissions,
    ),
    Operation(
        name="record_figure",
        required=_SUBJECT | {"figure", "value"},
        optional=frozenset({"reason"}),
        permission=permissions.administrator,
        locks=_participant_lock,
        batch=_RecordFigure,
    ),
    Operation(
        name="borrow",
        required=frozenset({"account", "fiscal_year", "quantity_t"}),
        locks=_account_locks,
        batch=yearly_units.Borrow,
    ),
    Operation(
        name="surrender_for_year",
        required=frozenset({"account", "fiscal_year", "unit", "quantity_t"}),
        locks=_account_locks,
        batch=yearly_units.Surrender,
    ),
    Operation(
        name="state_year_compliance",
        required=_SUBJECT,
        permission=permissions.system,
        locks=_participant_lock,
        batch=_StateCompliance,
    ),
)


def register_operations() -> None:
    """Offer the operations of yearly obligations to the door; called once at start."""
    for operation in _OPERATIONS:
        operations.register(operation)
