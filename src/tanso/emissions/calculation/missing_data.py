"""Substitutes for what could not be measured. Rates and multiples are parameters of the scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tanso.emissions.calculation.numbers import EXACT, shown
from tanso.emissions.calculation.request import Gap, LongGap
from tanso.emissions.calculation.steps import Step
from tanso.kernel.texts import Text

DEVIATIONS = ("sample", "population")


@dataclass(frozen=True, slots=True)
class GapRules:
    """The scheme's rate, its multiple of the standard deviation, and what that deviation is taken of."""

    rate: Decimal
    deviations: Decimal
    deviation_of: str


class ImpossibleGapError(Exception):
    """A gap cannot be filled with what is known; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


def by_ratio(*, known_quantity: Decimal, known_activity: Decimal, gap_activity: Decimal, rate: Decimal) -> Decimal:
    """What was used per activity in the time around, × the activity during the gap × the rate. Activity above zero."""
    return EXACT.divide(EXACT.multiply(EXACT.multiply(known_quantity, gap_activity), rate), known_activity)


def by_spread(*, values: Sequence[Decimal], length: Decimal, deviations: Decimal, deviation_of: str) -> Decimal:
    """(Mean + multiple × standard deviation) of the hours or days around, × the length of the gap in the same unit.

    Raises ImpossibleGapError with fewer values than a deviation needs.
    """
    needed = 2 if deviation_of == "sample" else 1
    if len(values) < needed:
        raise ImpossibleGapError(
            Text(f"値が {len(values)} 個で、{needed} 個必要です", f"{len(values)} values, and {needed} are needed")
        )
    count = Decimal(len(values))
    mean = EXACT.divide(_total(values), count)
    squares = _total([EXACT.power(EXACT.subtract(value, mean), 2) for value in values])
    deviation = EXACT.sqrt(EXACT.divide(squares, count - 1 if deviation_of == "sample" else count))
    return EXACT.multiply(EXACT.add(mean, EXACT.multiply(deviations, deviation)), length)


def by_month(
    *, allocation_t: Decimal, measured_t: Decimal, measured_days: int, gap_days: int, rate: Decimal
) -> Decimal:
    """A year with a gap of a month or more: the larger of allocation × rate, and what was measured plus its daily mean
    × rate × the days of the gap. Days measured above zero."""
    daily = EXACT.divide(measured_t, Decimal(measured_days))
    filled = EXACT.add(measured_t, EXACT.multiply(EXACT.multiply(daily, rate), Decimal(gap_days)))
    return max(EXACT.multiply(allocation_t, rate), filled)


def by_year(*, allocation_t: Decimal, last_year_t: Decimal, rate: Decimal) -> Decimal:
    """A year without any measurement: the larger of allocation × rate and last year's emissions × rate."""
    return EXACT.multiply(max(allocation_t, last_year_t), rate)


def of_the_year(gap: LongGap, measured_t: Decimal, rules: GapRules) -> tuple[Decimal, Step]:
    """The emissions of a year that was measured for a part of it, or not at all, and how they came about."""
    what = Text("一月以上の欠測の推計", "substitute for a gap of a month or more")
    rate, by_allocation = rules.rate, EXACT.multiply(gap.allocation_t, rules.rate)
    if gap.rule == "year":
        total = by_year(allocation_t=gap.allocation_t, last_year_t=gap.last_year_t, rate=rate)
        other = f"{shown(gap.last_year_t)} × {shown(rate)} = {shown(EXACT.multiply(gap.last_year_t, rate))}"
    else:
        total = by_month(
            allocation_t=gap.allocation_t,
            measured_t=measured_t,
            measured_days=gap.measured_days,
            gap_days=gap.gap_days,
            rate=rate,
        )
        other = f"{shown(measured_t)} + {shown(measured_t)} / {gap.measured_days} × {shown(rate)} × {gap.gap_days}"
    formula = f"max({shown(gap.allocation_t)} × {shown(rate)} = {shown(by_allocation)}, {other}) = {shown(total)} t-CO2"
    return total, Step(what, Text(formula, formula))


def fill(gap: Gap, rules: GapRules, unit: Text) -> tuple[Decimal, Step]:
    """The substitute for one gap, and how it came about. Raises ImpossibleGapError."""
    what = Text("欠測の推計", "substitute for what is missing")
    if gap.rule == "ratio":
        if gap.known_quantity is None or gap.known_activity is None or gap.gap_activity is None:
            raise ImpossibleGapError(Text("計測値がありません", "nothing measured is given"))
        filled = by_ratio(
            known_quantity=gap.known_quantity,
            known_activity=gap.known_activity,
            gap_activity=gap.gap_activity,
            rate=rules.rate,
        )
        formula = (
            f"{shown(gap.known_quantity)} {{unit}} / {shown(gap.known_activity)} × {shown(gap.gap_activity)} "
            f"× {shown(rules.rate)} = {shown(filled)} {{unit}}"
        )
    else:
        length = gap.length or Decimal(0)
        filled = by_spread(
            values=gap.values, length=length, deviations=rules.deviations, deviation_of=rules.deviation_of
        )
        per_length = EXACT.divide(filled, length) if length else Decimal(0)
        formula = f"(x̄ + {shown(rules.deviations)}σ = {shown(per_length)}) × {shown(length)} = {shown(filled)} {{unit}}"
    return filled, Step(what, Text(formula.replace("{unit}", unit.ja), formula.replace("{unit}", unit.en)))


def _total(values: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total
