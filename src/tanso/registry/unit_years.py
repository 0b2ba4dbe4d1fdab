"""The years that acts about units speak of: an issue names its year, other units are of the one year of their phase."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tanso.acts.act import Act
from tanso.acts.operations import Facts
from tanso.kernel.units import UnitName
from tanso.registry.desk import Place
from tanso.registry.yearly import YearStanding, YearStandings
from tanso.rulebook import Rulebook

# What the rules read about a year, all of it under one name.
_OF_YEAR = "obligation."


class YearsOfUnits:
    """Standings of the accounts that units enter by an issue or leave otherwise, for the years that the acts are about.

    Of operations whose rules ask nothing about a year, nothing is read.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        acts: Sequence[Act],
        place_of: Callable[[Act], Place | None],
        unit_of: Callable[[Act], UnitName | None],
    ) -> None:
        self._rulebook = rulebook
        self._asks: dict[str, bool] = {}
        asked = {
            (place.key, year)
            for act in acts
            if self._is_about_a_year(act)
            and (place := place_of(act)) is not None
            and place.key
            and (year := self.year(act, unit_of(act))) is not None
        }
        self._standings = YearStandings(rulebook, asked) if asked else None

    def _is_about_a_year(self, act: Act) -> bool:
        if act.operation not in self._asks:
            self._asks[act.operation] = self._rulebook.reads(act.operation, _OF_YEAR)
        return self._asks[act.operation] or year_of_issue(act) is not None

    def year(self, act: Act, unit: UnitName | None) -> int | None:
        """The year that an act is about; None where it is about none, or no rule asks."""
        return (year_of_issue(act) or self._year_of(unit)) if self._is_about_a_year(act) else None

    def _year_of(self, unit: UnitName | None) -> int | None:
        phase = None if unit is None or unit.phase is None else self._rulebook.phases.get(unit.phase)
        return phase.years[0] if phase is not None and len(phase.years) == 1 else None

    def facts(self, act: Act, place: Place | None, unit: UnitName) -> Facts:
        """Where the account's holder stands for that year."""
        standing = self._standing(act, place, unit)
        if standing is not None:
            return standing.facts
        year = self.year(act, unit)
        return {} if year is None else {"obligation.year": year}

    def issued(self, act: Act, place: Place, unit: UnitName, quantity_t: int) -> None:
        """An allocation of `quantity_t` was issued for the year that the act names."""
        standing = self._standing(act, place, unit)
        if standing is not None and self._standings is not None:
            self._standings.issue(standing, quantity_t)

    def _standing(self, act: Act, place: Place | None, unit: UnitName) -> YearStanding | None:
        year = self.year(act, unit)
        if place is None or year is None or self._standings is None:
            return None
        return self._standings.get(place.key, year)


def year_of_issue(act: Act) -> int | None:
    """The year that an issue names; None where it names none."""
    year = act.arguments.get("fiscal_year") if act.operation == "issue" else None
    return None if year is None else int(year)
