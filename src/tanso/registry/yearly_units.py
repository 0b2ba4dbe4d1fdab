"""Units that move for a year of their holder: surrendered for it, or borrowed from the next one."""

from __future__ import annotations

from collections.abc import Sequence

from tanso.acts.act import Act
from tanso.acts.operations import BatchWork, Done, Facts
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import read_quantity
from tanso.kernel.serials import printed
from tanso.kernel.units import UnitName
from tanso.ledger import actions as ledger
from tanso.ledger.records import Order
from tanso.registry import events, permissions, yearly
from tanso.registry.desk import Desk, Place
from tanso.registry.facts import quantity_facts, unit_facts
from tanso.registry.unit_names import known_unit
from tanso.registry.yearly import YearStanding, YearStandings
from tanso.rulebook import Rulebook


class _OfAccount(BatchWork):
    """Acts about an account and a year of its holder, decided on what the acts before leave."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.desk = Desk(str(act.arguments["account"]) for act in acts)
        self.standings = YearStandings(
            rulebook,
            {
                (place.key, year)
                for act in acts
                if (place := self.place(act)) is not None
                for year in self.years(int(act.arguments["fiscal_year"]))
            },
        )

    def years(self, year: int) -> tuple[int, ...]:
        """The years whose standings an act about this one may change."""
        return (year,)

    def permits(self, act: Act) -> bool:
        place = self.place(act)
        return permissions.acts_for_holder(act.actor, act.scheme, None if place is None else place.account)

    def facts(self, act: Act) -> Facts:
        place, unit = self.place(act), self.unit(act)
        facts: Facts = {
            "account.number": str(act.arguments["account"]),
            "obligation.year": act.arguments["fiscal_year"],
        }
        held_t = reserved_t = 0
        if place is not None:
            unit_scheme = self.rulebook.units[unit.type].scheme
            held_t, reserved_t = place.free_t(unit, unit_scheme), place.reserved_t(unit, unit_scheme)
            facts |= place.named("account")
            facts["holdings"] = place.holdings_facts
            standing = self.standings.get(place.key, int(act.arguments["fiscal_year"]))
            facts |= {} if standing is None else standing.facts
        return facts | unit_facts(unit, held_t, reserved_t) | quantity_facts(read_quantity(act.arguments["quantity_t"]))

    def place(self, act: Act) -> Place | None:
        """The account that the act names, or None."""
        return self.desk.place(str(act.arguments["account"]))

    def unit(self, act: Act) -> UnitName:
        """The unit that the act moves."""
        raise NotImplementedError

    def subject(self, act: Act) -> tuple[Place, YearStanding]:
        """The account and the standing of an act that was allowed."""
        place = self.place(act)
        standing = None if place is None else self.standings.get(place.key, int(act.arguments["fiscal_year"]))
        if place is None or standing is None or standing.obligation_id is None:
            raise AssertionError(f"{act.operation} was allowed without an account that answers for the year")
        return place, standing

    def reserved(self, role: str) -> Place:
        """The scheme's own account of that role."""
        number = self.rulebook.reserved[role].number
        place = Desk([number]).place(number)
        if place is None:
            raise AssertionError(f"the scheme's {role} account is not open")
        return place

    def classes(self, units: Sequence[UnitName]) -> dict[UnitName, int]:
        """The ledger's unit classes of these units."""
        return {
            unit: ledger.unit_class(
                scheme=self.rulebook.units[unit.type].scheme, unit_type=unit.type, phase=unit.phase
            ).id
            for unit in dict.fromkeys(units)
        }

    def key(self, unit: UnitName) -> tuple[str, str, int | None]:
        """Scheme, type and phase of a unit."""
        return self.rulebook.units[unit.type].scheme, unit.type, unit.phase


class Surrender(_OfAccount):
    """Units of an account, surrendered for a year of its holder."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self._units: dict[str, UnitName | None] = {}
        super().__init__(acts, rulebook)

    def missing(self, act: Act) -> Finding | None:
        written = str(act.arguments["unit"])
        if written not in self._units:
            self._units[written] = known_unit(self.rulebook, written)
        return None if self._units[written] is not None else refusal("unit.unknown", unit=written[:40])

    def unit(self, act: Act) -> UnitName:
        unit = self._units[str(act.arguments["unit"])]
        if unit is None:
            raise AssertionError("an unknown unit is refused before it comes here")
        return unit

    def apply(self, act: Act, facts: Facts) -> None:
        place, standing = self.subject(act)
        units = self.key(self.unit(act))
        place.move((*units, ""), -facts["quantity.t"])
        self.standings.surrender(standing, units, facts["quantity.t"])

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        target = self.reserved("surrender")
        classes = self.classes([self.unit(act) for act, _ in allowed])
        subjects = [self.subject(act) for act, _ in allowed]
        posted = ledger.post_batch(
            [
                Order(
                    act.id, place.account.id, target.account.id, classes[self.unit(act)], facts["quantity.t"], act.day
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


class Borrow(_OfAccount):
    """Units of a year, issued against those that the holder will have in the next one."""

    def years(self, year: int) -> tuple[int, ...]:
        return year, year + 1

    def missing(self, act: Act) -> Finding | None:
        year = int(act.arguments["fiscal_year"])
        if self.rulebook.calendar.phase_of_year(year):
            return None
        return refusal("year.unknown", year=year)

    def unit(self, act: Act) -> UnitName:
        phase = self.rulebook.calendar.phase_of_year(int(act.arguments["fiscal_year"]))
        return UnitName(self.rulebook.borrowed_unit, phase)

    def apply(self, act: Act, facts: Facts) -> None:
        place, standing = self.subject(act)
        place.move((*self.key(self.unit(act)), ""), facts["quantity.t"])
        self.standings.borrow(standing, facts["quantity.t"])

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        source = self.reserved("issuance")
        classes = self.classes([self.unit(act) for act, _ in allowed])
        subjects = [self.subject(act) for act, _ in allowed]
        posted = ledger.post_batch(
            [
                Order(
                    act.id, source.account.id, place.account.id, classes[self.unit(act)], facts["quantity.t"], act.day
                )
                for (act, facts), (place, _) in zip(allowed, subjects, strict=True)
            ],
            with_serials=True,
        )
        for refused in posted.refusals.values():
            raise refused
        yearly.record_borrowings(
            (standing.obligation_id, standing.year + 1, posting, act.id)
            for (act, _), (_, standing), posting in zip(allowed, subjects, posted.posting_ids, strict=True)
            if standing.obligation_id is not None and posting is not None
        )
        return [
            self._done(act, place, facts["quantity.t"], printed(serials or ()))
            for (act, facts), (place, _), serials in zip(allowed, subjects, posted.serials or (), strict=True)
        ]

    def _done(self, act: Act, place: Place, quantity_t: int, serials: str) -> Done:
        year = int(act.arguments["fiscal_year"])
        event = events.UnitsBorrowed(
            participant=place.key,
            account=place.account.number,
            unit=str(self.unit(act)),
            quantity_t=quantity_t,
            serials=serials,
            fiscal_year=year,
            repaid_by_year=year + 1,
        )
        result = {"borrowed_t": quantity_t, "serials": serials, "repaid_by_year": year + 1}
        return Done(result=result, events=(event,))
