"""The scheme's own choices for a calculation, taken from its parameters on the first day of the fiscal year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tanso.emissions.calculation.missing_data import DEVIATIONS, GapRules
from tanso.emissions.calculation.numbers import ROUNDINGS
from tanso.emissions.calculation.plausibility import Bounds
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook
from tanso.rulebook.errors import refused
from tanso.rulebook.overrides import said

PARAMETERS = (
    "reported_rounding",
    "base_year_count",
    "boundary_change_limit_percent",
    "small_source_limit_percent",
    "missing_data_rate",
    "missing_data_deviations",
    "missing_data_deviation_of",
    "plausible_ratio",
    "plausible_gj_per_m2",
    "plausible_t_per_kwh",
)


@dataclass(frozen=True, slots=True)
class Conventions:
    """How to round, what may be left out, how gaps are filled, what is pointed out."""

    rounding: str
    base_year_count: int
    boundary_change_limit_percent: Decimal
    small_source_limit_percent: Decimal
    gaps: GapRules
    bounds: Bounds
    assumed: dict[str, Text]
    """Parameters that no source gives, with the reason for the value that was chosen."""
    overridden: dict[str, Text]
    """Parameters that the installation has overridden, with since when and why."""


def conventions(rulebook: Rulebook, day: date) -> Conventions | None:
    """The scheme's conventions on a day; None where it has none.

    Raises RulebookError where one of them is a word that means nothing.
    """
    if any(name not in rulebook.parameters for name in PARAMETERS):
        return None

    def decimal(name: str) -> Decimal:
        return Decimal(rulebook.value(name, day))

    for name, words in (("reported_rounding", tuple(ROUNDINGS)), ("missing_data_deviation_of", DEVIATIONS)):
        if rulebook.value(name, day) not in words:
            known = ", ".join(words)
            raise refused(name, Text(f"使える値は {known} です。", f"It must be one of {known}."))
    dated = {name: rulebook.parameters[name].dated(day) for name in PARAMETERS}
    return Conventions(
        rounding=rulebook.value("reported_rounding", day),
        base_year_count=rulebook.value("base_year_count", day),
        boundary_change_limit_percent=decimal("boundary_change_limit_percent"),
        small_source_limit_percent=decimal("small_source_limit_percent"),
        gaps=GapRules(
            rate=decimal("missing_data_rate"),
            deviations=decimal("missing_data_deviations"),
            deviation_of=rulebook.value("missing_data_deviation_of", day),
        ),
        bounds=Bounds(
            ratio=decimal("plausible_ratio"),
            gj_per_m2=decimal("plausible_gj_per_m2"),
            t_per_kwh=decimal("plausible_t_per_kwh"),
        ),
        assumed={name: value.assumed for name, value in dated.items() if value.assumed is not None},
        overridden={
            name: said(value.override, rulebook.parameters[name].label)
            for name, value in dated.items()
            if value.override is not None
        },
    )
