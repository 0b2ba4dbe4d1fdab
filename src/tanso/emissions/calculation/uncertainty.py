"""Uncertainty by propagation: relative for products, absolute for sums, all sources independent of one another."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tanso.emissions.calculation.numbers import EXACT


def of_product(percents: Iterable[Decimal]) -> Decimal:
    """The relative uncertainty of a product: the root of the sum of squares, in per cent."""
    return EXACT.sqrt(_squares(percents))


def of_sum(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The relative uncertainty of a sum in per cent, from each part's amount and its own relative uncertainty.

    None where the amounts add up to nothing.
    """
    total = Decimal(0)
    deviations = []
    for amount, percent in parts:
        total = EXACT.add(total, amount)
        deviations.append(EXACT.multiply(amount, percent))
    return None if total == 0 else abs(EXACT.divide(EXACT.sqrt(_squares(deviations)), total))


def _squares(values: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, EXACT.multiply(value, value))
    return total
