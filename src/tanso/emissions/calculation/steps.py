"""How a result explains itself: each step of a formula with its numbers, and the factor with its statute and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation.numbers import shown, written
from tanso.kernel.texts import Text
from tanso.rulebook.factors import Statute


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it works out, and the formula with its numbers and result."""

    what: Text
    formula: Text

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what.as_json(), "formula": self.formula.as_json()}

    def sentence(self) -> Text:
        return Text(f"{self.what.ja}：{self.formula.ja}", f"{self.what.en}: {self.formula.en}")


@dataclass(frozen=True, slots=True)
class Applied:
    """The figures that a result was worked out with, and where each is from.

    `statute` is None where all figures are the applicant's own; `own` names the sources of those.
    """

    name: Text
    slug: str
    unit: Text
    gj_per_unit: Decimal | None = None
    tc_per_gj: Decimal | None = None
    tc_per_unit: Decimal | None = None
    t_per_unit: Decimal | None = None
    carbon_to_co2: tuple[int, int] | None = None
    item: str = ""
    statute: Statute | None = None
    own: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        figures = ("gj_per_unit", "tc_per_gj", "tc_per_unit", "t_per_unit")
        used = {key: written(value) for key in figures if (value := getattr(self, key)) is not None}
        told: dict[str, Any] = {"name": self.name.as_json(), "slug": self.slug, "unit": self.unit.as_json(), **used}
        if self.statute is not None:
            told |= statute_json(self.statute) | {"item": self.item}
        told["source"] = self.source().as_json()
        return told

    def source(self) -> Text:
        """Where the figures are from, in one line."""
        parts = [] if self.statute is None else [statute_sentence(self.statute, self.item)]
        parts += [Text(source, source) for source in self.own]
        return Text("；".join(part.ja for part in parts), "; ".join(part.en for part in parts))


def statute_json(statute: Statute) -> dict[str, Any]:
    last = None if statute.end is None else statute.end - timedelta(days=1)
    return {
        "document": statute.document.as_json(),
        "clause": statute.clause,
        "in_force_from": None if statute.start is None else statute.start.isoformat(),
        "in_force_to": None if last is None else last.isoformat(),
        "assumed": None if statute.assumed is None else statute.assumed.as_json(),
    }


def statute_sentence(statute: Statute, item: str = "") -> Text:
    """Document, clause, item and dates, as a reader cites them."""
    place_ja = f"{statute.document.ja} {statute.clause}" + (f" {_item(item).ja}" if item else "")
    place_en = f"{statute.document.en}, {statute.clause}" + (f", {_item(item).en}" if item else "")
    if statute.start is None:
        return Text(place_ja, place_en)
    first = statute.start.isoformat()
    if statute.end is None:
        return Text(f"{place_ja}（{first} から）", f"{place_en} (in force from {first})")
    last = (statute.end - timedelta(days=1)).isoformat()
    return Text(f"{place_ja}（{first} から {last} まで）", f"{place_en} (in force from {first} to {last})")


def _item(item: str) -> Text:
    return Text(f"{item}の項", f"item {item}") if item.isdigit() else Text(item, item)


def heat_step(quantity: Decimal, factor: Applied, heat_gj: Decimal) -> Step:
    assert factor.gj_per_unit is not None  # noqa: S101 -- the caller has looked
    return Step(
        Text("熱量", "heat"),
        _both(
            f"{shown(quantity)} {{unit}} × {shown(factor.gj_per_unit)} GJ/{{unit}} = {shown(heat_gj)} GJ", factor.unit
        ),
    )


def carbon_step(quantity: Decimal, heat_gj: Decimal | None, factor: Applied, emissions_t: Decimal) -> Step:
    """The formula of the statute: heat (or quantity) × carbon × 44/12."""
    over, under = factor.carbon_to_co2 or (1, 1)
    if factor.tc_per_unit is not None:
        middle = f"{shown(quantity)} {{unit}} × {shown(factor.tc_per_unit)} tC/{{unit}}"
    else:
        assert heat_gj is not None  # noqa: S101 -- carbon per GJ is used with heat
        assert factor.tc_per_gj is not None  # noqa: S101
        middle = f"{shown(heat_gj)} GJ × {shown(factor.tc_per_gj)} tC/GJ"
    return Step(
        Text("排出量", "emissions"), _both(f"{middle} × {over}/{under} = {shown(emissions_t)} t-CO2", factor.unit)
    )


def tonnes_step(quantity: Decimal, factor: Applied, emissions_t: Decimal) -> Step:
    assert factor.t_per_unit is not None  # noqa: S101 -- the caller has looked
    figure = shown(factor.t_per_unit, decimals=12)
    return Step(
        Text("排出量", "emissions"),
        _both(f"{shown(quantity)} {{unit}} × {figure} t-CO2/{{unit}} = {shown(emissions_t)} t-CO2", factor.unit),
    )


def plain_step(what: Text, formula: str) -> Step:
    return Step(what, Text(formula, formula))


_ROUNDINGS = {
    "down": Text("切捨て", "down"),
    "half_up": Text("四捨五入", "half up"),
    "up": Text("切上げ", "up"),
}


def rounding_step(amount: Decimal, reported_t: int, rounding: str) -> Step:
    """The one rounding, and which way it went."""
    way = _ROUNDINGS[rounding]
    formula = f"{shown(amount)} → {reported_t:,} t-CO2"
    return plain_step(Text(f"1 t 単位に{way.ja}", f"rounded {way.en} to whole tonnes"), formula)


def _both(formula: str, unit: Text) -> Text:
    return Text(formula.replace("{unit}", unit.ja), formula.replace("{unit}", unit.en))
