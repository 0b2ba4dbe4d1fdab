"""The operations of yearly obligations as the door sees them: arguments, permission, locks, facts, function.

Each is written for many acts at once (`BatchWork`); a single act is the same work with one act in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tanso.acts import operations
from tanso.acts.act import Act
from tanso.acts.operations import BatchWork, Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.emissions import yearly as emissions
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import read_quantity
from tanso.kernel.units import UnitName
from tanso.ledger import actions as ledger
from tanso.ledger.records import Order
from tanso.registry import contexts, events, permissions, yearly
from tanso.registry.desk import Desk, Place
from tanso.registry.facts import quantity_facts, unit_facts
from tanso.registry.unit_names import known_unit
from tanso.registry.yearly import YearStanding, YearStandings
from tanso.rulebook import Rulebook

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
        self.standings = YearStandings(rulebook.scheme, rulebook.calendar, asked)

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


class _Surrender(BatchWork):
    """Units of an account, surrendered for a year of its holder."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._desk = Desk(str(act.arguments["account"]) for act in acts)
        self._units: dict[str, UnitName | None] = {}
        self._standings = YearStandings(
            rulebook.scheme,
            rulebook.calendar,
            {(place.key, int(act.arguments["fiscal_year"])) for act in acts if (place := self._place(act)) is not None},
        )

    def permits(self, act: Act) -> bool:
        place = self._place(act)
        return permissions.acts_for_holder(act.actor, act.scheme, None if place is None else place.account)

    def missing(self, act: Act) -> Finding | None:
        written = str(act.arguments["unit"])
        if written not in self._units:
            self._units[written] = known_unit(self._rulebook, written)
        return None if self._units[written] is not None else refusal("unit.unknown", unit=written[:40])

    def facts(self, act: Act) -> Facts:
        place, unit = self._place(act), self._unit(act)
        facts: Facts = {
            "account.number": str(act.arguments["account"]),
            "obligation.year": act.arguments["fiscal_year"],
        }
        held_t = 0
        if place is not None:
            held_t = place.held_t(unit, self._rulebook.units[unit.type].scheme)
            facts |= place.named("account")
            standing = self._standings.get(place.key, int(act.arguments["fiscal_year"]))
            facts |= {} if standing is None else standing.facts
        return facts | unit_facts(unit, held_t) | quantity_facts(read_quantity(act.arguments["quantity_t"]))

    def apply(self, act: Act, facts: Facts) -> None:
        place, standing = self._subject(act)
        unit = self._unit(act)
        place.move((self._rulebook.units[unit.type].scheme, unit.type, unit.phase, ""), -facts["quantity.t"])
        self._standings.surrender(standing, facts["quantity.t"])

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        number = self._rulebook.reserved["surrender"].number
        target = Desk([number]).place(number)
        if target is None:
            raise AssertionError("the scheme's surrender account is not open")
        classes = {
            unit: ledger.unit_class(
                scheme=self._rulebook.units[unit.type].scheme, unit_type=unit.type, phase=unit.phase
            ).id
            for unit in {self._unit(act): None for act, _ in allowed}
        }
        subjects = [self._subject(act) for act, _ in allowed]
        posted = ledger.post_batch(
            [
                Order(
                    act.id, place.account.id, target.account.id, classes[self._unit(act)], facts["quantity.t"], act.day
                )
                for (act, facts), (place, _) in zip(allowed, subjects, strict=True)
            ]
        )
        for refused in posted.refusals.values():
            raise refused
        yearly.record_surrenders(
            (standing.obligation_id, posting, act.id)
            for (act, _), (_, standing), posting in zip(allowed, subjects, posted.posting_ids, strict=True)
            if standing.obligation_id is not None and posting is not None
        )
        return [
            Done(result={"surrendered_t": facts["quantity.t"], "posting": posting})
            for posting, (_, facts) in zip(posted.posting_ids, allowed, strict=True)
        ]

    def _place(self, act: Act) -> Place | None:
        return self._desk.place(str(act.arguments["account"]))

    def _unit(self, act: Act) -> UnitName:
        unit = self._units[str(act.arguments["unit"])]
        if unit is None:
            raise AssertionError("an unknown unit is refused before it comes here")
        return unit

    def _subject(self, act: Act) -> tuple[Place, YearStanding]:
        place = self._place(act)
        standing = None if place is None else self._standings.get(place.key, int(act.arguments["fiscal_year"]))
        if place is None or standing is None or standing.obligation_id is None:
            raise AssertionError("a surrender was allowed without an account that answers for the year")
        return place, standing


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
        name="surrender_for_year",
        required=frozenset({"account", "fiscal_year", "unit", "quantity_t"}),
        locks=_account_locks,
        batch=_Surrender,
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
