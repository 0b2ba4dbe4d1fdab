"""What is to be calculated, as read from JSON: `{"scheme", "phase", "fiscal_year", "sources": [...]}` and more.

docs/reference/calculation.md lists every key; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from tanso.emissions.calculation.fields import LIST, OBJECT, Fields, Findings
from tanso.emissions.calculation.findings import CalculationFinding, printable

FIRST_YEAR, LAST_YEAR = 1950, 2200
MOST_SOURCES = 100_000
_DAYS_OF_A_YEAR = 366
_MOST_VALUES = 10_000
_LARGEST_FACTOR = Decimal(1_000_000)

TOP_KEYS = ("scheme", "phase", "fiscal_year", "sources", "site", "gap", "base_years", "boundary_changes")
GAP_KEYS = ("rule", "allocation_t", "measured_days", "gap_days", "last_year_t")
SOURCE_KEYS = (
    "point", "activity", "quantity", "unit", "meter", "factor", "calorific_value", "carbon_content", "use",
    "small_source", "biomass", "missing", "earlier", "uncertainty",
)  # fmt: skip
SITE_KEYS = ("floor_area_m2",)
METER_KEYS = ("temperature_c", "gauge_kpa", "atmospheric_kpa")
# Tonnes of CO2 for one unit of the table -> the unit; `t_per_unit` fits whatever the table's unit is.
FACTOR_FIGURES = {
    "t_per_unit": "", "t_per_kwh": "kWh", "t_per_gj": "GJ", "t_per_t": "t", "t_per_kl": "kL",
    "t_per_thousand_m3": "thousand_m3",
}  # fmt: skip
FACTOR_KEYS = (*FACTOR_FIGURES, "source", "supplier", "contract", "kind")
KINDS_OF_FACTOR = ("basic", "adjusted")
CALORIFIC_KEYS = ("gj_per_unit", "mj_per_unit", "source")
CARBON_KEYS = ("tc_per_gj", "source")
BIOMASS_KEYS = ("share", "source")
EARLIER_KEYS = ("fiscal_year", "quantity")
UNCERTAINTY_KEYS = ("quantity_percent", "factor_percent")
USES = ("own", "sold", "transferred")
MISSING_KEYS = ("rule", "known_quantity", "known_activity", "gap_activity", "values", "length")
BASE_YEAR_KEYS = ("fiscal_year", "total_t", "sources")
BOUNDARY_KEYS = ("fiscal_year", "change_t", "reason")


@dataclass(frozen=True, slots=True)
class Meter:
    """What a gas meter stood at: degrees Celsius, and kilopascals above the air's pressure."""

    temperature_c: Decimal
    gauge_kpa: Decimal
    atmospheric_kpa: Decimal | None


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A figure that the applicant brings, and where it is from. `key` is how it was written."""

    key: str
    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class SupplierChoice:
    """A supplier's factor to be looked up in what was loaded."""

    supplier: str
    contract: str
    kind: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without measurement, and what is known to fill it by."""

    rule: Literal["ratio", "spread"]
    known_quantity: Decimal | None = None
    known_activity: Decimal | None = None
    gap_activity: Decimal | None = None
    values: tuple[Decimal, ...] = ()
    length: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LongGap:
    """A month or more of the year, or all of it, without measurement: the whole report's total is substituted.

    `part`: some days of the year were measured; `year`: none, and last year's emissions are known.
    """

    rule: Literal["part", "year"]
    allocation_t: Decimal
    measured_days: int = 0
    gap_days: int = 0
    last_year_t: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Source:
    """One source of emissions; `given` are the keys that it has.

    Where `usable` is false, something needed was missing or wrong, and it cannot be calculated.
    """

    index: int
    point: str
    activity: str
    quantity: Decimal | None
    unit: str
    meter: Meter | None = None
    factor: OwnFigure | None = None
    supplier: SupplierChoice | None = None
    calorific_value: OwnFigure | None = None
    carbon_content: OwnFigure | None = None
    use: str = "own"
    small_source: bool = False
    biomass: OwnFigure | None = None
    gap: Gap | None = None
    earlier: tuple[Decimal, ...] = ()
    quantity_percent: Decimal | None = None
    factor_percent: Decimal | None = None
    given: frozenset[str] = frozenset()
    usable: bool = True


@dataclass(frozen=True, slots=True)
class BaseYear:
    """A year of the base: its total where it is known, else its sources."""

    fiscal_year: int
    total_t: Decimal | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class BoundaryChange:
    """From that year on the site is another: what came in (plus) or went out (minus) emitted that much a year."""

    fiscal_year: int
    change_t: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that was read. `fiscal_year` is None where none could be read."""

    scheme: str
    phase: int | None
    fiscal_year: int | None
    sources: tuple[Source, ...] = ()
    floor_area_m2: Decimal | None = None
    gap: LongGap | None = None
    base_years: tuple[BaseYear, ...] = ()
    boundary_changes: tuple[BoundaryChange, ...] = ()
    findings: list[CalculationFinding] = field(default_factory=list)


def read_request(value: Any) -> Request:
    """Read the input; everything that is wrong is in `findings`, in the order of the input."""
    findings = Findings()
    if not isinstance(value, dict):
        wrong = CalculationFinding("input.wrong_type", "", facts={"key": "input", "wanted": OBJECT})
        return Request("", None, None, findings=[wrong])
    top = Fields(value, "", findings)
    top.check_keys(TOP_KEYS)
    scheme = top.text("scheme", needed=True)
    phase = top.whole("phase")
    fiscal_year = _fiscal_year(top, needed=True)
    sources = _sources(top, "sources")
    gap = _long_gap(top)
    if isinstance(value.get("sources"), list) and not value["sources"] and (gap is None or gap.rule != "year"):
        top.refuse("sources.empty", "sources")
    elif "sources" not in value or value["sources"] is None:
        top.refuse("input.missing", "sources", key="sources")
    site = top.object("site")
    area = None
    if site is not None:
        site.check_keys(SITE_KEYS)
        area = site.number("floor_area_m2", zero=False)
    return Request(
        scheme=scheme,
        phase=phase,
        fiscal_year=fiscal_year,
        sources=sources,
        floor_area_m2=area,
        gap=gap,
        base_years=tuple(_base_years(top)),
        boundary_changes=tuple(_boundary_changes(top)),
        findings=findings,
    )


def _fiscal_year(fields: Fields, *, needed: bool) -> int | None:
    year = fields.whole("fiscal_year")
    if year is None:
        if needed and fields.value.get("fiscal_year") is None:
            fields.refuse("input.missing", "fiscal_year", key="fiscal_year")
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        shown = year if abs(year) < 10**9 else "9" * 9
        fields.refuse("fiscal_year.impossible", "fiscal_year", fiscal_year=shown, first=FIRST_YEAR, last=LAST_YEAR)
        return None
    return year


def _sources(parent: Fields, key: str) -> tuple[Source, ...]:
    given = parent.value.get(key)
    if given is not None and not isinstance(given, list):
        parent.wrong_type(key, LIST)
        return ()
    items = given or []
    if len(items) > MOST_SOURCES:
        parent.refuse("input.too_many", key, key=key, count=len(items), largest=MOST_SOURCES)
        return ()
    return tuple(_source(parent, f"{parent.at(key)}[{index}]", index, item) for index, item in enumerate(items))


def _source(parent: Fields, place: str, index: int, item: Any) -> Source:
    if not isinstance(item, dict):
        facts = {"key": place, "wanted": OBJECT}
        parent.findings.append(CalculationFinding("input.wrong_type", place, index, "", facts))
        return Source(index, "", "", None, "", usable=False)
    before = len(parent.findings)
    point = item.get("point")
    fields = Fields(item, place, parent.findings, index, printable(point.strip()) if isinstance(point, str) else "")
    fields.check_keys(SOURCE_KEYS)
    factor, supplier = _factor(fields)
    source = Source(
        index=index,
        point=fields.text("point", needed=True),
        activity=fields.text("activity", needed=True),
        quantity=fields.number("quantity", needed=True),
        unit=fields.text("unit", needed=True),
        meter=_meter(fields),
        factor=factor,
        supplier=supplier,
        calorific_value=_own(fields, "calorific_value", CALORIFIC_KEYS),
        carbon_content=_own(fields, "carbon_content", CARBON_KEYS),
        use=fields.word("use", USES, "own"),
        small_source=fields.truth("small_source"),
        biomass=_biomass(fields),
        gap=_gap(fields),
        earlier=tuple(_earlier(fields)),
        given=frozenset(key for key in SOURCE_KEYS if item.get(key) is not None),
        **_uncertainty(fields),
    )
    refused = any(finding.level == "refused" for finding in parent.findings[before:])
    return replace(source, usable=False) if refused else source


def _meter(fields: Fields) -> Meter | None:
    meter = fields.object("meter")
    if meter is None:
        return None
    meter.check_keys(METER_KEYS)
    temperature = meter.number("temperature_c", needed=True, signed=True)
    gauge = meter.number("gauge_kpa", needed=True, signed=True)
    air = meter.number("atmospheric_kpa")
    possible = True
    for key, number, lowest, highest in (
        ("temperature_c", temperature, -100, 500),
        ("gauge_kpa", gauge, -100, 100_000),
        ("atmospheric_kpa", air, 50, 120),
    ):
        if number is not None and not lowest <= number <= highest:
            meter.refuse("meter.impossible", key, key=key, found=f"{number:f}", lowest=lowest, highest=highest)
            possible = False
    if temperature is None or gauge is None or not possible:
        return None
    return Meter(temperature, gauge, air)


def _factor(fields: Fields) -> tuple[OwnFigure | None, SupplierChoice | None]:
    given = fields.object("factor")
    if given is None:
        return None, None
    given.check_keys(FACTOR_KEYS)
    figures = [key for key in FACTOR_FIGURES if given.value.get(key) is not None]
    if figures:
        if len(figures) > 1:
            given.refuse("input.unknown_key", figures[1], key=figures[1])
        return _figure(given, figures[0], "factor"), None
    supplier = given.text("supplier")
    if not supplier:
        given.refuse("input.missing", "", key="factor.t_per_unit")
        return None, None
    kind = given.word("kind", KINDS_OF_FACTOR, "basic")
    return None, SupplierChoice(supplier, given.text("contract"), kind)


def _figure(fields: Fields, key: str, name: str) -> OwnFigure | None:
    value = fields.number(key, needed=True, largest=_LARGEST_FACTOR)
    source = fields.text("source")
    if not source:
        fields.refuse("factor.source_missing", "source", key=name)
    return None if value is None else OwnFigure(key, value, source)


def _own(fields: Fields, name: str, keys: tuple[str, ...]) -> OwnFigure | None:
    given = fields.object(name)
    if given is None:
        return None
    given.check_keys(keys)
    figures = [key for key in keys if key != "source" and given.value.get(key) is not None]
    figure = _figure(given, figures[0] if figures else keys[0], name)
    if figure is not None and figure.value == 0:
        given.refuse("number.zero", figure.key, key=figure.key)
    return figure


def _biomass(fields: Fields) -> OwnFigure | None:
    given = fields.object("biomass")
    if given is None:
        return None
    given.check_keys(BIOMASS_KEYS)
    share = given.number("share", needed=True, largest=Decimal(1))
    source = given.text("source")
    if not source:
        given.refuse("factor.source_missing", "source", key="biomass")
    return None if share is None else OwnFigure("share", share, source)


def _long_gap(top: Fields) -> LongGap | None:
    given = top.object("gap")
    if given is None:
        return None
    given.check_keys(GAP_KEYS)
    rule = given.word("rule", ("part", "year"), "")
    allocation_t = given.number("allocation_t", needed=True)
    if rule == "part":
        days = [_days(given, key) for key in ("measured_days", "gap_days")]
        if allocation_t is None or None in days:
            return None
        return LongGap("part", allocation_t, measured_days=days[0] or 0, gap_days=days[1] or 0)
    if rule == "year":
        last_year_t = given.number("last_year_t", needed=True)
        return (
            None
            if allocation_t is None or last_year_t is None
            else LongGap("year", allocation_t, last_year_t=last_year_t)
        )
    if not given.value.get("rule"):
        given.refuse("input.missing", "rule", key="rule")
    return None


def _days(fields: Fields, key: str) -> int | None:
    """A number of days of a year, at least one."""
    days = fields.whole(key)
    if days is None:
        if fields.value.get(key) is None:
            fields.refuse("input.missing", key, key=key)
        return None
    if not 1 <= days <= _DAYS_OF_A_YEAR:
        fields.refuse("gap.days", key, key=key, days=days if abs(days) < 10**9 else "9" * 9, largest=_DAYS_OF_A_YEAR)
        return None
    return days


def _gap(fields: Fields) -> Gap | None:
    given = fields.object("missing")
    if given is None:
        return None
    given.check_keys(MISSING_KEYS)
    rule = given.word("rule", ("ratio", "spread"), "")
    if rule == "ratio":
        return Gap(
            "ratio",
            known_quantity=given.number("known_quantity", needed=True),
            known_activity=given.number("known_activity", needed=True, zero=False),
            gap_activity=given.number("gap_activity", needed=True),
        )
    if rule == "spread":
        values = _values(given)
        return Gap("spread", values=values, length=given.number("length", needed=True))
    if not given.value.get("rule"):
        given.refuse("input.missing", "rule", key="rule")
    return None


def _values(fields: Fields) -> tuple[Decimal, ...]:
    """The numbers of the list `values`, each with its own place."""
    items = dict(fields.items("values"))
    if len(items) > _MOST_VALUES:
        fields.refuse("input.too_many", "values", key="values", count=len(items), largest=_MOST_VALUES)
        return ()
    named = {f"values[{index}]": item for index, item in items.items()}
    each = Fields(named, fields.place, fields.findings, fields.source, fields.point)
    return tuple(number for key in named if (number := each.number(key, needed=True)) is not None)


def _earlier(fields: Fields) -> list[Decimal]:
    quantities = []
    for item in fields.objects("earlier"):
        item.check_keys(EARLIER_KEYS)
        _fiscal_year(item, needed=False)
        quantity = item.number("quantity", needed=True)
        quantities += [] if quantity is None else [quantity]
    return quantities


def _uncertainty(fields: Fields) -> dict[str, Any]:
    given = fields.object("uncertainty")
    if given is None:
        return {}
    given.check_keys(UNCERTAINTY_KEYS)
    return {key: given.number(key, largest=Decimal(1000)) for key in UNCERTAINTY_KEYS}


def _base_years(top: Fields) -> list[BaseYear]:
    years = []
    for item in top.objects("base_years"):
        item.check_keys(BASE_YEAR_KEYS)
        year = _fiscal_year(item, needed=True)
        total = item.number("total_t")
        sources = _sources(item, "sources")
        if total is None and not sources and item.value.get("total_t") is None:
            item.refuse("input.missing", "total_t", key="total_t")
        if year is not None:
            years.append(BaseYear(year, total, sources))
    return years


def _boundary_changes(top: Fields) -> list[BoundaryChange]:
    changes = []
    for item in top.objects("boundary_changes"):
        item.check_keys(BOUNDARY_KEYS)
        year = _fiscal_year(item, needed=True)
        change = item.number("change_t", needed=True, signed=True)
        reason = item.text("reason", needed=True)
        if year is not None and change is not None:
            changes.append(BoundaryChange(year, change, reason))
    return changes
