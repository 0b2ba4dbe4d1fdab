"""All sources of a year: the total, what is beside it, the base year, and every finding at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation import base_year, missing_data, uncertainty
from tanso.emissions.calculation.conventions import Conventions, conventions
from tanso.emissions.calculation.findings import CalculationFinding, printable
from tanso.emissions.calculation.numbers import EXACT, shown, whole_tonnes, written
from tanso.emissions.calculation.one_source import Setting, SourceResult, calculate_source
from tanso.emissions.calculation.request import BaseYear, BoundaryChange, Request
from tanso.emissions.calculation.steps import Step, plain_step, rounding_step
from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook
from tanso.rulebook.factors import FactorBook


@dataclass(frozen=True, slots=True)
class BaseYearTotal:
    """The base year: each year within today's boundary, and their mean, whole where it is reported."""

    years_t: dict[int, Decimal]
    mean_t: Decimal
    reported_t: int
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class Calculation:
    """The answer: `total_t` is None where anything was refused, because a total without a source would be wrong."""

    request: Request
    sources: list[SourceResult] = field(default_factory=list)
    findings: list[CalculationFinding] = field(default_factory=list)
    total_t: Decimal | None = None
    total_reported_t: int | None = None
    biomass_t: Decimal | None = None
    left_out_t: Decimal | None = None
    uncertainty_percent: Decimal | None = None
    steps: list[Step] = field(default_factory=list)
    base_year: BaseYearTotal | None = None
    rulebook_version: str = ""
    assumed: dict[str, Text] = field(default_factory=dict)
    overridden: dict[str, Text] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return any(finding.level == "refused" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The answer for programs: amounts as decimal texts, unrounded; reported tonnes as a whole number."""
        request = self.request
        return {
            "scheme": printable(request.scheme),
            "phase": request.phase,
            "fiscal_year": request.fiscal_year,
            "rulebook_version": self.rulebook_version,
            "sources": [_source_json(result) for result in self.sources],
            "total_t": _text(self.total_t),
            "total_reported_t": self.total_reported_t,
            "biomass_t": _text(self.biomass_t),
            "left_out_t": _text(self.left_out_t),
            "uncertainty_percent": _text(self.uncertainty_percent),
            "steps": [step.as_json() for step in self.steps],
            "base_year": _base_json(self.base_year),
            "assumed": {name: why.as_json() for name, why in self.assumed.items()},
            "overridden": {name: why.as_json() for name, why in self.overridden.items()},
            "findings": [finding.as_json() for finding in self.findings],
        }


def calculate(request: Request, rulebook: Rulebook, *, book: FactorBook | None = None) -> Calculation:
    """Calculate everything that can be calculated, and say everything that stands in the way of the rest.

    `book` are the factors to use instead of the scheme's own alone (`Rulebook.factors_with`).
    """
    answer = Calculation(request, findings=list(request.findings), rulebook_version=rulebook.version)
    _check_phase(request, rulebook, answer.findings)
    factors = book or rulebook.factors
    if request.fiscal_year is None:
        return answer
    day = date(request.fiscal_year, FISCAL_YEAR_FIRST_MONTH, 1)
    chosen = conventions(rulebook, day)
    if chosen is None or not factors.factors:
        facts = {"scheme": rulebook.scheme}
        answer.findings.append(CalculationFinding("scheme.no_factors", "scheme", facts=facts))
        return answer
    answer.assumed, answer.overridden = chosen.assumed, chosen.overridden
    setting = Setting(factors, day, request.fiscal_year, chosen, request.floor_area_m2)
    answer.sources = [calculate_source(source, setting, f"sources[{source.index}]") for source in request.sources]
    for result in answer.sources:
        answer.findings += result.findings
    _add_up(answer, chosen)
    if request.base_years:
        _base_year(answer, rulebook, factors, chosen)
    answer.findings = _in_order(answer.findings)
    if answer.refused:
        answer.total_t = answer.total_reported_t = None
    return answer


def _check_phase(request: Request, rulebook: Rulebook, findings: list[CalculationFinding]) -> None:
    if request.phase is not None and request.phase not in rulebook.phases:
        phases = ", ".join(str(number) for number in sorted(rulebook.phases))
        shown_phase = printable(request.phase if abs(request.phase) < 10**9 else "…")
        facts = {"phase": shown_phase, "phases": phases}
        findings.append(CalculationFinding("phase.unknown", "phase", facts=facts))


def _in_order(findings: list[CalculationFinding]) -> list[CalculationFinding]:
    """In the order of the input: what is about the whole first, then source by source, then the base years."""

    def key(finding: CalculationFinding) -> tuple[str, int]:
        part = finding.place.partition(".")[0] if finding.place.startswith("base_years[") else ""
        return part, -1 if finding.source is None else finding.source

    return sorted(findings, key=key)


# -- adding up --------------------------------------------------------------------------------------------------------


def _add_up(answer: Calculation, chosen: Conventions) -> None:
    counted = [result for result in answer.sources if not result.source.small_source]
    small = [result for result in answer.sources if result.source.small_source]
    total = _sum(_signed(result) for result in counted)
    answer.left_out_t = _sum(_signed(result) for result in small) if small else None
    biomass = [result for result in answer.sources if result.biomass_t is not None]
    if biomass:
        answer.biomass_t = _sum(EXACT.multiply(result.biomass_t or Decimal(0), result.sign) for result in biomass)
    if answer.refused or any(result.emissions_t is None for result in answer.sources):
        return
    if answer.left_out_t is not None:
        _check_small_sources(answer, total, chosen)
    if total < 0 and written(total) != "0":
        facts = {"total_t": shown(total)}
        answer.findings.append(CalculationFinding("total.negative", "sources", facts=facts))
        return
    steps = [_sum_step(_TOTAL, [_signed(result) for result in counted], total)]
    if answer.request.gap is not None:
        total, substituted = missing_data.of_the_year(answer.request.gap, total, chosen.gaps)
        steps.append(substituted)
    answer.total_t = total
    answer.total_reported_t = whole_tonnes(total, chosen.rounding)
    answer.steps = [*steps, rounding_step(total, answer.total_reported_t, chosen.rounding)]
    answer.uncertainty_percent = _uncertainty(counted)


def _check_small_sources(answer: Calculation, total: Decimal, chosen: Conventions) -> None:
    left_out = answer.left_out_t or Decimal(0)
    everything = EXACT.add(total, left_out)
    limit = EXACT.divide(EXACT.multiply(everything, chosen.small_source_limit_percent), Decimal(100))
    if left_out > limit:
        facts = {
            "left_out_t": shown(left_out),
            "limit_t": shown(limit),
            "percent": shown(chosen.small_source_limit_percent),
        }
        answer.findings.append(CalculationFinding("small_sources.over_limit", "sources", facts=facts))


_TOTAL = Text("合計", "total")
_MOST_SHOWN = 20


def _sum_step(what: Text, amounts: Sequence[Decimal], total: Decimal) -> Step:
    """The sum with its parts, where they are few enough to read."""
    if len(amounts) > _MOST_SHOWN:
        count = len(amounts)
        return Step(
            what,
            Text(f"{count:,} 件の合計 = {shown(total)} t-CO2", f"sum of {count:,} sources = {shown(total)} t-CO2"),
        )
    parts = " + ".join(f"({shown(amount)})" if amount < 0 else shown(amount) for amount in amounts) or "0"
    return plain_step(what, f"{parts} = {shown(total)} t-CO2")


def _signed(result: SourceResult) -> Decimal:
    return EXACT.multiply(result.emissions_t or Decimal(0), Decimal(result.sign))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def _uncertainty(results: Sequence[SourceResult]) -> Decimal | None:
    """Of the total, where any source states one; a source that states none counts as exact."""
    parts = []
    stated = False
    for result in results:
        percents = [
            percent for percent in (result.source.quantity_percent, result.source.factor_percent) if percent is not None
        ]
        stated = stated or bool(percents)
        parts.append((_signed(result), uncertainty.of_product(percents)))
    return uncertainty.of_sum(parts) if stated else None


# -- the base year ----------------------------------------------------------------------------------------------------


def _base_year(answer: Calculation, rulebook: Rulebook, factors: FactorBook, chosen: Conventions) -> None:
    years = answer.request.base_years
    numbers = [year.fiscal_year for year in years]
    if len(years) != chosen.base_year_count:
        facts: dict[str, Any] = {"wanted": chosen.base_year_count, "found": len(years)}
        answer.findings.append(CalculationFinding("base_year.count", "base_years", facts=facts))
        return
    if not base_year.follow_one_another(numbers):
        facts = {"years": [str(number) for number in sorted(numbers)], "wanted": chosen.base_year_count}
        answer.findings.append(CalculationFinding("base_year.gap", "base_years", facts=facts))
        return
    totals = {}
    for index, year in enumerate(years):
        total = _total_of(year, f"base_years[{index}]", answer, rulebook, factors)
        if total is not None:
            totals[year.fiscal_year] = total
    if len(totals) < len(years) or answer.refused:
        return
    result = base_year.mean_of_years(
        totals, answer.request.boundary_changes, limit_percent=chosen.boundary_change_limit_percent
    )
    reported = whole_tonnes(result.mean_t, chosen.rounding)
    answer.base_year = BaseYearTotal(
        result.years_t,
        result.mean_t,
        reported,
        (
            *_boundary_steps(answer.request.boundary_changes, result, totals),
            _mean_step(result),
            rounding_step(result.mean_t, reported, chosen.rounding),
        ),
    )


def _boundary_steps(
    changes: Sequence[BoundaryChange], result: base_year.BaseYearResult, totals: dict[int, Decimal]
) -> list[Step]:
    steps = []
    for change in changes:
        what = Text(
            f"境界の変更（{change.fiscal_year}年度、{printable(change.reason)}）",
            f"change of boundary in {change.fiscal_year} ({printable(change.reason)})",
        )
        if change in result.too_small:
            steps.append(Step(what, Text("下限未満のため反映しません。", "too small to count")))
            continue
        years = [year for year in sorted(totals) if year < change.fiscal_year]
        named = ", ".join(str(year) for year in years) or "-"
        steps.append(plain_step(what, f"{named}: {shown(change.change_t)} t-CO2"))
    return steps


def _mean_step(result: base_year.BaseYearResult) -> Step:
    parts = " + ".join(shown(total) for total in result.years_t.values())
    formula = f"({parts}) / {len(result.years_t)} = {shown(result.mean_t)} t-CO2"
    return plain_step(Text("基準年度の平均", "mean of the base years"), formula)


def _total_of(
    year: BaseYear, place: str, answer: Calculation, rulebook: Rulebook, factors: FactorBook
) -> Decimal | None:
    """The total of one year of the base, by the factors of that year."""
    if year.total_t is not None:
        return year.total_t
    day = date(year.fiscal_year, FISCAL_YEAR_FIRST_MONTH, 1)
    chosen = conventions(rulebook, day)
    assert chosen is not None  # noqa: S101 -- the scheme has its conventions, on every day
    setting = Setting(factors, day, year.fiscal_year, chosen, answer.request.floor_area_m2)
    results = [calculate_source(source, setting, f"{place}.sources[{source.index}]") for source in year.sources]
    for result in results:
        answer.findings += result.findings
    if any(result.emissions_t is None for result in results):
        return None
    return _sum(_signed(result) for result in results if not result.source.small_source)


# -- as JSON ----------------------------------------------------------------------------------------------------------


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else written(amount)


def _source_json(result: SourceResult) -> dict[str, Any]:
    source = result.source
    return {
        "point": printable(source.point, longest=200),
        "activity": printable(source.activity, longest=200),
        "quantity": _text(source.quantity),
        "unit": printable(source.unit),
        "use": source.use,
        "small_source": source.small_source,
        "heat_gj": _text(result.heat_gj),
        "emissions_t": _text(result.emissions_t),
        "biomass_t": _text(result.biomass_t),
        "factor": None if result.applied is None else result.applied.as_json(),
        "steps": [step.as_json() for step in result.steps],
        "findings": [finding.code for finding in result.findings],
    }


def _base_json(base: BaseYearTotal | None) -> dict[str, Any] | None:
    if base is None:
        return None
    return {
        "years": {str(year): written(total) for year, total in base.years_t.items()},
        "mean_t": written(base.mean_t),
        "reported_t": base.reported_t,
        "steps": [step.as_json() for step in base.steps],
    }
