"""One source of emissions: which factor holds, in which unit, and the formula of the statute with its numbers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation import gas, missing_data, plausibility, steps
from tanso.emissions.calculation.conventions import Conventions
from tanso.emissions.calculation.findings import CalculationFinding, Candidate, printable
from tanso.emissions.calculation.numbers import EXACT, shown
from tanso.emissions.calculation.request import FACTOR_FIGURES, OwnFigure, Source
from tanso.emissions.calculation.steps import Applied, Step
from tanso.kernel.measures import DIMENSION_LABELS, MEASURES, Measure, label, read_measure
from tanso.kernel.texts import Text
from tanso.rulebook.factors import Factor, FactorBook, Lookup, SupplierFactor

_MOST_CANDIDATES = 8
_MOST_SUGGESTIONS = 500


@dataclass(slots=True)
class SourceResult:
    """What came of one source. Without a number, `emissions_t` is None and `findings` say why."""

    source: Source
    applied: Applied | None = None
    quantity: Decimal | None = None
    heat_gj: Decimal | None = None
    emissions_t: Decimal | None = None
    biomass_t: Decimal | None = None
    steps: list[Step] = field(default_factory=list)
    findings: list[CalculationFinding] = field(default_factory=list)

    @property
    def sign(self) -> int:
        """What was sold or passed on is deducted."""
        return 1 if self.source.use == "own" else -1


@dataclass(frozen=True, slots=True)
class Setting:
    """What all sources of a year share."""

    book: FactorBook
    day: date
    fiscal_year: int
    conventions: Conventions
    floor_area_m2: Decimal | None = None
    lookups: dict[str, Lookup] = field(default_factory=dict)

    def find(self, name: str) -> Lookup:
        """The factor of a name on the first day of the year; each name is looked up once."""
        if name not in self.lookups:
            # Looking for what is like a name takes a while; a file with so many unknown names has other troubles.
            suggest = len(self.lookups) < _MOST_SUGGESTIONS
            self.lookups[name] = self.book.find(name, self.day, suggest=suggest)
        return self.lookups[name]


class _Refused(Exception):  # noqa: N818 -- it ends the work on one source, and is no error
    """A source cannot be calculated; the finding has been noted."""


def calculate_source(source: Source, setting: Setting, place: str) -> SourceResult:
    """Calculate one source; findings name places under `place`."""
    result = SourceResult(source)
    work = _Work(source, setting, place, result)
    factor = work.factor()
    if factor is None:
        return result
    measure = work.measure(factor)
    if measure is None or not source.usable or source.quantity is None:
        work.say_what_else_is_wrong(factor)
        return result
    try:
        work.calculate(factor, measure, source.quantity)
    except _Refused:
        result.heat_gj = result.emissions_t = result.biomass_t = None
        result.steps.clear()
    return result


@dataclass(slots=True)
class _Work:
    source: Source
    setting: Setting
    place: str
    result: SourceResult

    def note(self, code: str, key: str, /, **facts: Any) -> None:
        place = f"{self.place}.{key}" if key else self.place
        finding = CalculationFinding(code, place, self.source.index, printable(self.source.point), facts)
        self.result.findings.append(finding)

    def refuse(self, code: str, key: str, /, **facts: Any) -> _Refused:
        self.note(code, key, **facts)
        return _Refused()

    # -- which factor ---------------------------------------------------------------------------------------------

    def factor(self) -> Factor | None:
        """The row of the table; None where the name gives none, which is noted with what may be meant."""
        if not self.source.activity:
            return None
        found = self.setting.find(self.source.activity)
        if found.factor is not None:
            return found.factor
        facts: dict[str, Any] = {
            "activity": printable(self.source.activity),
            "fiscal_year": self.setting.fiscal_year,
            "candidates": [_named(factor) for factor in found.candidates[:_MOST_CANDIDATES]],
        }
        if found.problem == "not_loaded":
            firsts = [self.setting.book.first_day(factor.category) for factor in found.known]
            first = min((day for day in firsts if day is not None), default=None)
            facts["first_day"] = "" if first is None else first.isoformat()
            self.note("factor.year_not_loaded", "activity", **facts)
        elif found.problem == "other_years":
            facts["known"] = [_named_with_dates(factor) for factor in found.known[:_MOST_CANDIDATES]]
            self.note("activity.not_in_year", "activity", **facts)
        else:
            self.note(f"activity.{found.problem}", "activity", **facts)
        return None

    # -- in which unit --------------------------------------------------------------------------------------------

    def measure(self, factor: Factor) -> Measure | None:
        """The unit that the quantity is written in, where it fits the table's; else noted."""
        written = self.source.unit
        if not written:
            return None
        wanted = _units_for(factor.unit)
        measure = read_measure(written)
        if measure is None:
            ambiguous = written.strip().casefold().replace("³", "3") == "km3"
            code = "unit.ambiguous" if ambiguous else "unit.unknown"
            self.note(code, "unit", unit=printable(written), wanted=wanted)
            return None
        if not measure.counts_in(factor.unit):
            self.note(
                "unit.dimension",
                "unit",
                activity=factor.name,
                unit=printable(written),
                found=DIMENSION_LABELS[measure.dimension],
                needed=DIMENSION_LABELS[factor.unit.dimension],
                wanted=wanted,
            )
            return None
        return measure

    def meter_fits(self, factor: Factor) -> bool:
        """Whether the conditions of a meter have a place here; noted where they have none."""
        fits = self.source.meter is None or factor.gas_state is not None
        if not fits:
            self.note("meter.not_gas", "meter", activity=factor.name)
        return fits

    def say_what_else_is_wrong(self, factor: Factor) -> None:
        """For a source that has no number anyway: everything is said at once, not one thing after the other."""
        self.meter_fits(factor)
        if not self.source.given & {"factor", "calorific_value", "carbon_content"}:
            with suppress(_Refused):
                self._figures(factor)

    # -- how much -------------------------------------------------------------------------------------------------

    def calculate(self, factor: Factor, measure: Measure, quantity: Decimal) -> None:
        bounds = self.setting.conventions.bounds
        quantity_place = f"{self.place}.quantity"
        self.result.findings += plausibility.of_quantity(self.source, measure, quantity_place, bounds)
        quantity = self._in_table_unit(factor, measure, self._with_gap(measure, quantity))
        self.result.quantity = quantity
        applied = self._figures(factor)
        self.result.applied = applied
        self._apply(factor, applied, quantity)
        if self.source.use != "own":
            self.result.steps.append(_DEDUCTED[self.source.use])
        area = self.setting.floor_area_m2
        self.result.findings += plausibility.of_site(self.source, self.result.heat_gj, area, quantity_place, bounds)
        if factor.unit.name == "kWh" and applied.t_per_unit is not None:
            self.result.findings += plausibility.of_electricity_factor(
                self.source, applied.t_per_unit, quantity_place, bounds
            )

    def _with_gap(self, measure: Measure, quantity: Decimal) -> Decimal:
        if self.source.gap is None:
            return quantity
        try:
            filled, step = missing_data.fill(self.source.gap, self.setting.conventions.gaps, label(measure))
        except missing_data.ImpossibleGapError as error:
            raise self.refuse("missing_data.impossible", "missing", reason=error.reason) from None
        self.result.steps.append(step)
        return EXACT.add(quantity, filled)

    def _in_table_unit(self, factor: Factor, measure: Measure, quantity: Decimal) -> Decimal:
        """The quantity in the table's unit, and for gas in the table's state."""
        if not self.meter_fits(factor):
            raise _Refused
        counted = EXACT.multiply(quantity, measure.times_in(factor.unit))
        if measure.name != factor.unit.name and not measure.normal:
            unit, wanted = label(measure), label(factor.unit)
            self.result.steps.append(
                Step(
                    Text("単位の換算", "in the table's unit"),
                    Text(
                        f"{shown(quantity)} {unit.ja} = {shown(counted)} {wanted.ja}",
                        f"{shown(quantity)} {unit.en} = {shown(counted)} {wanted.en}",
                    ),
                )
            )
        if factor.gas_state is None:
            return counted
        if measure.normal and self.source.meter is not None:
            raise self.refuse("meter.already_normal", "meter")
        given = gas.NORMAL if measure.normal else None
        if self.source.meter is not None:
            given = gas.metered_state(self.source.meter)
        if given is None or given == factor.gas_state:
            return counted
        result = gas.converted(counted, given, factor.gas_state)
        self.result.steps.append(gas.conversion_step(counted, given, factor.gas_state, result, self.source.meter))
        return result

    # -- the figures ----------------------------------------------------------------------------------------------

    def _figures(self, factor: Factor) -> Applied:
        """The figures of the table, and in their place those that the applicant brings with a source."""
        unit = label(factor.unit)
        if self.source.supplier is not None:
            return self._of_supplier(factor, unit)
        if self.source.factor is not None:
            figure = self.source.factor
            if FACTOR_FIGURES[figure.key] not in ("", factor.unit.name):
                fitting = [key for key, name in FACTOR_FIGURES.items() if name in ("", factor.unit.name)]
                raise self.refuse("factor.unfit", "factor", activity=factor.name, key=figure.key, choices=fitting)
            gj = self._calorific(factor)
            return Applied(
                factor.name,
                factor.slug,
                unit,
                gj_per_unit=gj[0],
                t_per_unit=figure.value,
                own=(*_sources(figure), *gj[1]),
            )
        return self._of_table(factor, unit)

    def _calorific(self, factor: Factor) -> tuple[Decimal | None, tuple[str, ...]]:
        own = self.source.calorific_value
        if own is None:
            return factor.gj_per_unit, ()
        value = EXACT.divide(own.value, Decimal(1000)) if own.key == "mj_per_unit" else own.value
        return value, _sources(own)

    def _of_table(self, factor: Factor, unit: Text) -> Applied:
        gj, gj_source = self._calorific(factor)
        carbon = self.source.carbon_content
        tc = factor.tc_per_gj if carbon is None else carbon.value
        if (carbon or self.source.calorific_value) and (factor.t_per_unit is not None or not _is_fuel(factor)):
            key = "carbon_content" if carbon else "calorific_value"
            raise self.refuse("factor.unfit", key, activity=factor.name, key=key, choices=["factor"])
        applied = Applied(
            factor.name,
            factor.slug,
            unit,
            gj_per_unit=gj,
            tc_per_gj=tc,
            tc_per_unit=factor.tc_per_unit,
            t_per_unit=factor.t_per_unit,
            carbon_to_co2=factor.carbon_to_co2 or self._carbon_to_co2(factor),
            item=factor.item,
            statute=factor.statute,
            own=(*gj_source, *(_sources(carbon) if carbon else ())),
        )
        complete = applied.t_per_unit is not None or applied.tc_per_unit is not None or (gj and tc)
        if not complete and not (factor.biomass and gj):
            raise self.refuse(
                "factor.needed",
                "factor",
                activity=factor.name,
                fiscal_year=self.setting.fiscal_year,
                keys=_keys_needed(factor, gj, tc),
            )
        return applied

    def _carbon_to_co2(self, factor: Factor) -> tuple[int, int] | None:
        """The ratio of the tables of that day, for a row that has no carbon of its own."""
        rows = (row for row in self.setting.book.on(self.setting.day) if row.category == factor.category)
        return next((row.carbon_to_co2 for row in rows if row.carbon_to_co2 is not None), None)

    def _of_supplier(self, factor: Factor, unit: Text) -> Applied:
        choice = self.source.supplier
        assert choice is not None  # noqa: S101 -- the caller has looked
        book, day = self.setting.book, self.setting.day
        rows = book.supplied(factor.slug, choice.supplier, choice.contract, day)
        facts: dict[str, Any] = {
            "supplier": printable(choice.supplier),
            "contract": printable(choice.contract) or "-",
            "fiscal_year": self.setting.fiscal_year,
        }
        if not rows:
            loaded = [_supplier_name(row) for row in book.suppliers_on(factor.slug, day)[:_MOST_CANDIDATES]]
            raise self.refuse("factor.not_loaded", "factor", **facts, loaded=loaded)
        row = rows[0]
        value = row.basic_t_per_unit if choice.kind == "basic" else row.adjusted_t_per_unit
        kind = _KIND_LABELS[choice.kind]
        if value is None:
            raise self.refuse("factor.kind_missing", "factor", **facts, kind=kind)
        value = EXACT.multiply(value, factor.unit.times_in(row.unit))
        name = Text(
            f"{factor.name.ja}（{_supplier_name(row)}、{kind.ja}）",
            f"{factor.name.en} ({_supplier_name(row)}, {kind.en})",
        )
        return Applied(name, factor.slug, unit, t_per_unit=value, statute=row.statute)

    # -- the formula ----------------------------------------------------------------------------------------------

    def _apply(self, factor: Factor, applied: Applied, quantity: Decimal) -> None:
        result = self.result
        if applied.gj_per_unit is not None:
            result.heat_gj = EXACT.multiply(quantity, applied.gj_per_unit)
            result.steps.append(steps.heat_step(quantity, applied, result.heat_gj))
        elif factor.unit.dimension == "heat":
            result.heat_gj = quantity
        emitted = self._emitted(applied, quantity)
        if factor.biomass:
            result.biomass_t, result.emissions_t = emitted, Decimal(0)
            result.steps.append(_BIOMASS_STEP)
            return
        if emitted is None:
            return
        result.emissions_t = emitted
        if self.source.biomass is not None:
            share = self.source.biomass.value
            result.biomass_t = EXACT.multiply(emitted, share)
            result.emissions_t = EXACT.subtract(emitted, result.biomass_t)
            formula = f"{shown(emitted)} × (1 - {shown(share)}) = {shown(result.emissions_t)} t-CO2"
            result.steps.append(
                steps.plain_step(
                    Text(
                        f"バイオマスを除く（{printable(self.source.biomass.source)}）",
                        f"without biomass ({printable(self.source.biomass.source)})",
                    ),
                    formula,
                )
            )

    def _emitted(self, applied: Applied, quantity: Decimal) -> Decimal | None:
        if applied.t_per_unit is not None:
            emitted = EXACT.multiply(quantity, applied.t_per_unit)
            self.result.steps.append(steps.tonnes_step(quantity, applied, emitted))
            return emitted
        over, under = applied.carbon_to_co2 or (1, 1)
        heat = self.result.heat_gj
        if applied.tc_per_unit is not None:
            carbon = EXACT.multiply(quantity, applied.tc_per_unit)
        elif heat is not None and applied.tc_per_gj is not None:
            carbon = EXACT.multiply(heat, applied.tc_per_gj)
        else:
            return None
        # Multiplied first and divided last: only the division can leave dust.
        emitted = EXACT.divide(EXACT.multiply(carbon, Decimal(over)), Decimal(under))
        self.result.steps.append(steps.carbon_step(quantity, heat, applied, emitted))
        return emitted


_KIND_LABELS = {
    "basic": Text("基礎排出係数", "basic factor"),
    "adjusted": Text("調整後排出係数", "adjusted factor"),
}
_DEDUCTED = {
    "sold": Step(Text("他人への供給", "sold to others"), Text("合計から控除します。", "deducted from the total")),
    "transferred": Step(
        Text("他人への移転", "passed on to others"), Text("合計から控除します。", "deducted from the total")
    ),
}
_BIOMASS_STEP = Step(
    Text("バイオマス", "biomass"),
    Text("排出量に含めず、別に記載します。", "not part of the emissions; reported beside them"),
)


def _sources(figure: OwnFigure) -> tuple[str, ...]:
    return (printable(figure.source, longest=200),)


def _is_fuel(factor: Factor) -> bool:
    return factor.category == "fuel"


def _named(factor: Factor) -> Candidate:
    return Candidate(factor.slug, factor.name)


def _named_with_dates(factor: Factor) -> Candidate:
    first = "" if factor.statute.start is None else factor.statute.start.isoformat()
    return Candidate(factor.slug, Text(f"{factor.name.ja}（{first} から）", f"{factor.name.en} (from {first})"))


def _supplier_name(row: SupplierFactor) -> str:
    return f"{row.supplier} / {row.contract}" if row.contract else row.supplier


def _units_for(unit: Measure) -> list[Text]:
    """The units to offer for a table's unit: its own first."""
    same = [measure for measure in MEASURES.values() if measure.dimension == unit.dimension and not measure.normal]
    ordered = sorted(same, key=lambda measure: (measure.name != unit.name, -measure.size))
    return [label(measure) for measure in ordered[:3]]


def _keys_needed(factor: Factor, gj: Decimal | None, tc: Decimal | None) -> list[str]:
    own = next((key for key, name in FACTOR_FIGURES.items() if name == factor.unit.name), "t_per_unit")
    keys = [f"factor: {{{own}, source}}"]
    if _is_fuel(factor) and not factor.biomass:
        missing = [
            "calorific_value: {gj_per_unit, source}" if gj is None else "",
            "carbon_content: {tc_per_gj, source}" if tc is None else "",
        ]
        keys.append(" + ".join(part for part in missing if part))
    return keys
