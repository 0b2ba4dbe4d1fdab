"""What looks wrong without being wrong: pointed out beside the number, never instead of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation.findings import CalculationFinding, printable
from tanso.emissions.calculation.numbers import EXACT, shown
from tanso.emissions.calculation.request import Source
from tanso.kernel.measures import MEASURES, Measure, label

# The pairs of units that are a thousand apart and are taken for one another.
_CONFUSED = {
    "L": "kL", "kL": "L", "kg": "t", "t": "kg", "m3": "thousand_m3", "thousand_m3": "m3", "Nm3": "thousand_Nm3",
    "thousand_Nm3": "Nm3", "kWh": "MWh", "MWh": "kWh", "MJ": "GJ", "GJ": "MJ",
}  # fmt: skip
_THOUSANDFOLD = (Decimal(200), Decimal(5000))


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is usual, as the scheme's parameters say."""

    ratio: Decimal
    gj_per_m2: Decimal
    t_per_kwh: Decimal


def of_quantity(source: Source, unit: Measure, place: str, bounds: Bounds) -> list[CalculationFinding]:
    """A quantity against the mean of earlier years: a unit taken for another one, or simply a great change."""
    if source.quantity is None or source.quantity == 0 or not source.earlier:
        return []
    total = sum(source.earlier, Decimal(0))
    if total == 0:
        return []
    ratio = EXACT.divide(EXACT.multiply(source.quantity, Decimal(len(source.earlier))), total)
    upside = ratio if ratio >= 1 else EXACT.divide(Decimal(1), ratio)
    if upside <= bounds.ratio:
        return []
    likely = _CONFUSED.get(unit.name)
    facts: dict[str, Any] = {"point": printable(source.point), "ratio": shown(ratio, decimals=4)}
    if likely is not None and _THOUSANDFOLD[0] <= upside <= _THOUSANDFOLD[1]:
        facts |= {"unit": label(unit), "likely": label(MEASURES[likely])}
        return [_finding("plausibility.thousandfold", source, place, facts)]
    facts["limit"] = shown(bounds.ratio)
    return [_finding("plausibility.changed", source, place, facts)]


def of_site(
    source: Source, heat_gj: Decimal | None, floor_area_m2: Decimal | None, place: str, bounds: Bounds
) -> list[CalculationFinding]:
    """The heat of one source against the size of the site."""
    if heat_gj is None or floor_area_m2 is None:
        return []
    intensity = EXACT.divide(heat_gj, floor_area_m2)
    if intensity <= bounds.gj_per_m2:
        return []
    facts = {
        "point": printable(source.point),
        "gj_per_m2": shown(intensity, decimals=1),
        "limit": shown(bounds.gj_per_m2),
    }
    return [_finding("plausibility.site_size", source, place, facts)]


def of_electricity_factor(source: Source, t_per_kwh: Decimal, place: str, bounds: Bounds) -> list[CalculationFinding]:
    """A factor that is a thousand times too large was written in kg."""
    if t_per_kwh <= bounds.t_per_kwh:
        return []
    facts = {"factor": shown(t_per_kwh, decimals=12), "limit": shown(bounds.t_per_kwh)}
    place = place.removesuffix(".quantity") + ".factor"
    return [_finding("plausibility.factor_in_kg", source, place, facts)]


def _finding(code: str, source: Source, place: str, facts: dict[str, Any]) -> CalculationFinding:
    return CalculationFinding(code, place, source.index, printable(source.point), facts)
