"""The base year: the mean of some years in a row, each brought to the boundary that the site has now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tanso.emissions.calculation.numbers import EXACT
from tanso.emissions.calculation.request import BoundaryChange


@dataclass(frozen=True, slots=True)
class BaseYearResult:
    """The mean, each year after the changes of boundary, and the changes that were too small to count."""

    mean_t: Decimal
    years_t: dict[int, Decimal]
    changes_t: Decimal
    too_small: tuple[BoundaryChange, ...]


def mean_of_years(
    years_t: Mapping[int, Decimal], changes: Sequence[BoundaryChange] = (), *, limit_percent: Decimal = Decimal(0)
) -> BaseYearResult:
    """The mean of the years, after changes of boundary: a year before a change gets what came in, and loses what went.

    A change smaller than `limit_percent` of the unchanged mean does not count. Unrounded; at least one year is needed.
    """
    unchanged = _mean(years_t.values())
    limit = EXACT.divide(EXACT.multiply(unchanged, limit_percent), Decimal(100))
    counted = [change for change in changes if abs(change.change_t) >= limit]
    adjusted = {
        year: _sum([total, *(change.change_t for change in counted if year < change.fiscal_year)])
        for year, total in sorted(years_t.items())
    }
    return BaseYearResult(
        mean_t=_mean(adjusted.values()),
        years_t=adjusted,
        changes_t=_sum([change.change_t for change in counted]),
        too_small=tuple(change for change in changes if change not in counted),
    )


def follow_one_another(years: Sequence[int]) -> bool:
    """Whether these are different years in a row, in any order."""
    return sorted(years) == list(range(min(years), min(years) + len(years)))


def _sum(values: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total


def _mean(values: Iterable[Decimal]) -> Decimal:
    amounts = list(values)
    return EXACT.divide(_sum(amounts), Decimal(len(amounts)))
