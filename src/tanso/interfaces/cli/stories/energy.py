"""What published energy and emissions imply: tonnes a gigajoule, site by site, between two fuels. Pure and exact.

Published figures are rounded to whole numbers, each of the columns by itself; so a site implies a range, and what lies
outside the two fuels is only what cannot be explained by rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tanso.interfaces.cli.stories.errors import Problem, UnreadableStoryError
from tanso.interfaces.cli.stories.model import Figures
from tanso.interfaces.cli.stories.published import Published, read_figures
from tanso.interfaces.cli.stories.reader import Story
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Fuel:
    """A fuel of the statute's table with its emissions a gigajoule, t."""

    name: Text
    t_per_gj: Fraction


@dataclass(frozen=True, slots=True)
class Implied:
    """What one site's figures of a year imply, t a GJ, with the range that rounding leaves open."""

    site: str
    year: str
    heat_gj: int
    emissions_t: int
    lowest: Fraction
    highest: Fraction
    fits: bool

    @property
    def t_per_gj(self) -> Fraction:
        return Fraction(self.emissions_t, self.heat_gj)


@dataclass(frozen=True, slots=True)
class Plausibility:
    """All sites between the two fuels, by year of their reports and then as published."""

    low: Fuel
    high: Fuel
    sites: tuple[Implied, ...]

    @property
    def outside(self) -> tuple[Implied, ...]:
        return tuple(implied for implied in self.sites if not implied.fits)


def plausibility(story: Story, rulebook: Rulebook) -> Plausibility:
    """Read the published energy of a story and compare it with the fuels that the story names.

    Raises UnreadableStoryError where the story names none, or a file or fuel is not there.
    """
    shape = story.shape.plausibility
    if shape is None:
        raise UnreadableStoryError(
            [_problem("plausibility", "この例にエネルギーの記載はありません。", "There is none.")]
        )
    site = story.shape.figures.site
    heat = read_figures(story.folder, Figures(site=site, add=shape.heat_gj, files=shape.heat_files))
    emitted = read_figures(story.folder, Figures(site=site, add=shape.emissions_t, files=story.shape.figures.files))
    phase = rulebook.phases[story.shape.phase]
    fuels = {
        year: [
            _fuel(rulebook, name, date(rulebook.life.years[year].fiscal_year_in(phase), 4, 1)) for name in shape.between
        ]
        for year in shape.heat_files
    }
    first = next(iter(fuels.values()))
    return Plausibility(
        low=first[0],
        high=first[1],
        sites=tuple(
            implied
            for year, (low, high) in fuels.items()
            for implied in _of_year(year, heat, emitted, low, high, columns=len(shape.heat_gj))
        ),
    )


def _of_year(year: str, heat: Published, emitted: Published, low: Fuel, high: Fuel, *, columns: int) -> list[Implied]:
    """Half a unit of rounding for each of the columns that were added up."""
    slack = Fraction(columns, 2)
    found = []
    for site, years in heat.items():
        heat_gj, emissions_t = years[year], emitted[site][year]
        if heat_gj <= slack:
            continue
        lowest, highest = (emissions_t - slack) / (heat_gj + slack), (emissions_t + slack) / (heat_gj - slack)
        fits = lowest <= high.t_per_gj and highest >= low.t_per_gj
        found.append(Implied(site, year, heat_gj, emissions_t, lowest, highest, fits))
    return found


def _fuel(rulebook: Rulebook, name: str, day: date) -> Fuel:
    factor = rulebook.factors.find(name, day).factor
    if factor is None or factor.tc_per_gj is None or factor.carbon_to_co2 is None:
        raise UnreadableStoryError(
            [_problem(name, f"「{name}」の係数がありません。", f"There is no factor for `{name}`.")]
        )
    over, under = factor.carbon_to_co2
    return Fuel(factor.name, Fraction(factor.tc_per_gj) * over / under)


def _problem(place: str, ja: str, en: str) -> Problem:
    return Problem(file="story.yaml", line=1, place=place, message=Text(ja, en))
