"""What the formulas of a form look up: the year's statutory factors, the units, the suppliers that are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tanso.emissions.calculation.steps import statute_sentence
from tanso.kernel.measures import MEASURES, label
from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH
from tanso.rulebook import Rulebook
from tanso.rulebook.factors import Factor

Row = Mapping[str, str | int | Decimal | None]
# Without a contract or a kind a cell would be blank, and nothing can be looked up by a blank cell.
NO_CONTRACT = "-"
_ORDER = {"fuel": 0, "electricity": 1, "heat": 2, "process": 3, "supplied": 4}
# Millilitres and grams of fuel are nobody's meter.
_UNITS = ("t", "kg", "kL", "L", "thousand_m3", "m3", "thousand_Nm3", "Nm3", "GJ", "MJ", "TJ", "kWh", "MWh", "kt", "GWh")
_ELECTRICITY_UNITS = ("kWh", "MWh", "GWh")


@dataclass(frozen=True, slots=True)
class SystemTables:
    """Rows of the tables that the system fills in, and the lists that cells may choose from."""

    rows: Mapping[str, tuple[Row, ...]]
    fuels: int
    """How many of the factors are fuels; they come first."""
    electricity: int
    """How many are electricity; they come next."""
    choices: Mapping[str, tuple[str, ...]]

    @property
    def counts(self) -> dict[str, int]:
        """Lines of each table, at least one."""
        return {name: max(1, len(rows)) for name, rows in self.rows.items()}


_CACHE: dict[tuple[str, int], SystemTables] = {}


def system_tables(rulebook: Rulebook, fiscal_year: int) -> SystemTables:
    """The tables of a fiscal year: factors in force on its first day."""
    key = (rulebook.version, fiscal_year)
    if key not in _CACHE:
        if len(_CACHE) > 50:
            _CACHE.clear()
        _CACHE[key] = _tables(rulebook, fiscal_year)
    return _CACHE[key]


def _tables(rulebook: Rulebook, fiscal_year: int) -> SystemTables:
    day = date(fiscal_year, FISCAL_YEAR_FIRST_MONTH, 1)
    factors = sorted(rulebook.factors.on(day), key=lambda factor: _ORDER[factor.category])
    ratios = {factor.category: factor.carbon_to_co2 for factor in factors if factor.carbon_to_co2 is not None}
    rows = {
        "factors": tuple(
            _factor_row(factor, factor.carbon_to_co2 or ratios.get(factor.category)) for factor in factors
        ),
        "units": tuple(_unit_row(name) for name in _UNITS),
        "suppliers": tuple(_supplier_rows(rulebook, day)),
    }
    fuels = sum(factor.category == "fuel" for factor in factors)
    electricity = sum(factor.category == "electricity" for factor in factors)
    return SystemTables(
        rows,
        fuels,
        electricity,
        {
            "fuels": tuple(factor.name.ja for factor in factors[:fuels]),
            "activities": tuple(factor.name.ja for factor in factors[fuels + electricity :]),
            "units": tuple(label(MEASURES[name]).ja for name in _UNITS if name not in ("kt", "GWh")),
            "electricity_units": _ELECTRICITY_UNITS,
        },
    )


def _factor_row(factor: Factor, ratio: tuple[int, int] | None) -> Row:
    state = factor.gas_state
    return {
        "name": factor.name.ja,
        "english": factor.name.en,
        "slug": factor.slug,
        "unit": label(factor.unit).ja,
        "gj": factor.gj_per_unit,
        "tc": factor.tc_per_gj,
        "tc_unit": factor.tc_per_unit,
        "t": factor.t_per_unit,
        "over": ratio[0] if ratio else 1,
        "under": ratio[1] if ratio else 1,
        "temperature_c": None if state is None else state.temperature_c,
        "pressure_kpa": None if state is None else state.pressure_kpa,
        "unit_size": factor.unit.size,
        "dimension": factor.unit.dimension,
        "biomass": int(factor.biomass),
        "statute": statute_sentence(factor.statute, factor.item).ja,
    }


def _unit_row(name: str) -> Row:
    measure = MEASURES[name]
    text = label(measure)
    return {
        "name": text.ja,
        "english": text.en,
        "normal": "Nm3" if measure.normal else "",
        "size": measure.size,
        "dimension": measure.dimension,
    }


def _supplier_rows(rulebook: Rulebook, day: date) -> list[Row]:
    rows: list[Row] = []
    slugs = {factor.slug: factor.unit for factor in rulebook.factors.on(day)}
    for slug, unit in slugs.items():
        for supplier in rulebook.factors.suppliers_on(slug, day):
            for kind, value in (("basic", supplier.basic_t_per_unit), ("adjusted", supplier.adjusted_t_per_unit)):
                if value is not None:
                    rows.append(
                        {
                            "supplier": supplier.supplier,
                            "contract": supplier.contract or NO_CONTRACT,
                            "of": slug,
                            "kind": kind,
                            "factor": value * unit.times_in(supplier.unit),
                        }
                    )
    return rows
