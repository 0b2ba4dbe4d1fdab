"""Factors as dated data: what a unit of fuel, heat or material holds and emits, by the table in force on a day.

A name is looked up as people write it: by slug, or by the statute's Japanese name, with or without what stands in its
brackets. A name that the table in force does not have is never guessed: the answer says what it may mean instead.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tanso.kernel.measures import MEASURES, Measure, read_measure
from tanso.kernel.texts import Text
from tanso.rulebook import factor_shapes as shapes
from tanso.rulebook.texts import Texts

Category = Literal["fuel", "process", "electricity", "heat", "supplied"]

_BRACKETS = {"(": ")", "[": "]", "{": "}", "〔": "〕", "【": "】"}
_DROPPED = re.compile(r"[\s_\-・·.,、]+")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class GasState:
    """A state of gas: temperature, and absolute pressure."""

    temperature_c: Decimal
    pressure_kpa: Decimal


@dataclass(frozen=True, slots=True)
class Statute:
    """Where a factor is written, from when to when it holds (half-open), and why where we had to choose."""

    document: Text
    clause: str
    start: date | None
    end: date | None
    assumed: Text | None
    checked_on: date | None

    def holds_on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Factor:
    """One row of a table: figures per `unit`; those that the rules leave to others are None."""

    slug: str
    category: Category
    name: Text
    also: tuple[str, ...]
    item: str
    unit: Measure
    gj_per_unit: Decimal | None
    tc_per_gj: Decimal | None
    tc_per_unit: Decimal | None
    t_per_unit: Decimal | None
    carbon_to_co2: tuple[int, int] | None
    biomass: bool
    gas_state: GasState | None
    statute: Statute
    keys: frozenset[str] = field(repr=False, compare=False)
    """Every way to name it, as `name_key` writes names."""
    whole_keys: frozenset[str] = field(repr=False, compare=False)
    """The statute's name with its brackets, and the slug."""


@dataclass(frozen=True, slots=True)
class SupplierFactor:
    """What a supplier's energy emits a unit, under one contract ("" is the supplier as a whole)."""

    of: str
    supplier: str
    contract: str
    unit: Measure
    basic_t_per_unit: Decimal | None
    adjusted_t_per_unit: Decimal | None
    statute: Statute


@dataclass(frozen=True, slots=True)
class Lookup:
    """The answer to a name: the factor, or why there is none and what may be meant (`candidates` are factors)."""

    factor: Factor | None
    problem: Literal["", "unknown", "split", "renamed", "ambiguous", "not_loaded", "other_years"] = ""
    candidates: tuple[Factor, ...] = ()
    known: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class _Instead:
    """A name that a table does not have, and the rows that it may mean."""

    key: str
    slugs: tuple[str, ...]
    statute: Statute


@dataclass(frozen=True, slots=True)
class FactorBook:
    """All tables of a scheme, ready to be asked."""

    factors: tuple[Factor, ...] = ()
    suppliers: tuple[SupplierFactor, ...] = ()
    _instead: tuple[_Instead, ...] = field(default=(), repr=False)

    def on(self, day: date) -> tuple[Factor, ...]:
        """The rows in force on a day, in the order of their tables."""
        return tuple(factor for factor in self.factors if factor.statute.holds_on(day))

    def find(self, name: str, day: date, *, suggest: bool = True) -> Lookup:
        """The factor of that name on that day; for a name that nothing has, what is like it if `suggest`.

        The whole name decides first, brackets included; then the name without them. Where a fuel and something else
        share a name, the fuel is meant.
        """
        whole, bare = name_key(name), name_key(without_brackets(name))
        in_force = self.on(day)
        by_whole_name = [factor for factor in in_force if whole in factor.whole_keys]
        by_any_name = [factor for factor in in_force if bare in factor.keys]
        for matches in (by_whole_name, by_any_name):
            fuels = [factor for factor in matches if factor.category == "fuel"]
            found = fuels if len(fuels) == 1 else matches
            if len(found) == 1:
                return Lookup(found[0])
            if found:
                return Lookup(None, "ambiguous", tuple(found))
        for instead in self._instead:
            if instead.statute.holds_on(day) and instead.key in (whole, bare):
                candidates = tuple(factor for factor in in_force if factor.slug in instead.slugs)
                return Lookup(None, "split" if len(candidates) > 1 else "renamed", candidates)
        return self._in_other_years(whole, bare, day, suggest=suggest)

    def _in_other_years(self, whole: str, bare: str, day: date, *, suggest: bool) -> Lookup:
        slugs = {slug for instead in self._instead if instead.key in (whole, bare) for slug in instead.slugs}
        known = tuple(factor for factor in self.factors if (bare and bare in factor.keys) or factor.slug in slugs)
        like = _like(bare, self.on(day)) if suggest else ()
        if not known:
            return Lookup(None, "unknown", like)
        firsts = [self.first_day(factor.category) for factor in known]
        too_early = all(first is not None and day < first for first in firsts)
        return Lookup(None, "not_loaded" if too_early else "other_years", like, known)

    def supplied(self, of: str, supplier: str, contract: str, day: date) -> Sequence[SupplierFactor]:
        """The supplier's factors for that energy on that day; under the contract, where one is named."""
        wanted = (name_key(supplier), name_key(contract))
        return [
            row
            for row in self.suppliers
            if row.of == of and row.statute.holds_on(day) and (name_key(row.supplier), name_key(row.contract)) == wanted
        ]

    def suppliers_on(self, of: str, day: date) -> Sequence[SupplierFactor]:
        """Every supplier that is loaded for that energy and day."""
        return [row for row in self.suppliers if row.of == of and row.statute.holds_on(day)]

    def first_day(self, category: Category) -> date | None:
        """The first day that any table of a category holds; None where there is no such day."""
        starts = [factor.statute.start for factor in self.factors if factor.category == category]
        return min((start for start in starts if start is not None), default=None)

    def joined(self, other: FactorBook) -> FactorBook:
        """Both books as one: what an installation has loaded beside the scheme's own."""
        return FactorBook(
            (*self.factors, *other.factors), (*self.suppliers, *other.suppliers), (*self._instead, *other._instead)
        )


def row_keys(slug: str, row: shapes.FactorRowShape) -> frozenset[str]:
    """Every way to name a row: its slug, its names and its other names, whole and without brackets."""
    names = (slug, row.name.ja, row.name.en, *row.also)
    return frozenset(key for name in names for key in (name_key(name), name_key(without_brackets(name))) if key)


def name_key(name: str) -> str:
    """A name as names are compared: NFKC, without case, spaces, hyphens and middle dots."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", name[:_LONGEST_NAME])).casefold()


def without_brackets(name: str) -> str:
    """The name without anything in brackets, nested ones included; a bracket without a partner stays."""
    text = unicodedata.normalize("NFKC", name[:_LONGEST_NAME])
    kept: list[str] = []
    opened: list[tuple[str, int]] = []
    for character in text:
        if character in _BRACKETS:
            opened.append((_BRACKETS[character], len(kept)))
        kept.append(character)
        if opened and character == opened[-1][0]:
            del kept[opened.pop()[1] :]
    return "".join(kept)


def _like(key: str, factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """The rows whose names hold the key or come close to it, at most six."""
    if not key:
        return ()
    names = {name: factor for factor in factors for name in factor.keys}
    inside = [factor for name, factor in names.items() if len(key) > 1 and (key in name or name in key)]
    close = [names[name] for name in difflib.get_close_matches(key, names, n=3, cutoff=3 / 5)]
    return tuple(dict.fromkeys([*close, *inside]))[:6]


# -- from shapes ------------------------------------------------------------------------------------------------------


def assemble(tables: Iterable[shapes.FactorTableShape], texts: Texts) -> FactorBook:
    """The book of the tables that were read; a document without a title of its own reads as its name."""
    factors: list[Factor] = []
    suppliers: list[SupplierFactor] = []
    instead: list[_Instead] = []
    for table in tables:
        statute = _statute(table, texts)
        factors += _rows(table, statute)
        suppliers += _suppliers(table, statute)
        instead += [_Instead(name_key(name), tuple(slugs), statute) for name, slugs in table.instead.items()]
    return FactorBook(tuple(factors), tuple(suppliers), tuple(instead))


def _statute(table: shapes.FactorTableShape, texts: Texts) -> Statute:
    document = table.reference.document
    title = texts.text("documents", document) if texts.has("ja", "documents", document) else Text(document, document)
    return Statute(
        document=title,
        clause=table.reference.clause,
        start=table.from_,
        end=None if table.to is None else table.to + timedelta(days=1),
        assumed=None if table.assumed is None else Text(table.assumed.ja, table.assumed.en),
        checked_on=table.checked_on,
    )


def _measure(text: str) -> Measure:
    return read_measure(text) or MEASURES["t"]  # a wrong unit has been refused before


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _rows(table: shapes.FactorTableShape, statute: Statute) -> Iterator[Factor]:
    ratio = table.carbon_to_co2
    for slug, row in table.rows.items():
        unit = _measure(row.unit)
        state = row.gas_state or table.gas_state
        yield Factor(
            slug=slug,
            category=table.category,
            name=Text(row.name.ja, row.name.en),
            also=tuple(row.also),
            item=row.item or "",
            unit=unit,
            gj_per_unit=_decimal(row.gj_per_unit),
            tc_per_gj=_decimal(row.tc_per_gj),
            tc_per_unit=_decimal(row.tc_per_unit),
            t_per_unit=_decimal(row.t_per_unit),
            carbon_to_co2=None if ratio is None else (ratio[0], ratio[1]),
            biomass=row.biomass,
            gas_state=None
            if state is None or unit.dimension != "cubic_metres"
            else GasState(Decimal(state.temperature_c), Decimal(state.pressure_kpa)),
            statute=statute,
            keys=row_keys(slug, row),
            whole_keys=frozenset((name_key(slug), name_key(row.name.ja))),
        )


def _suppliers(table: shapes.FactorTableShape, statute: Statute) -> Iterator[SupplierFactor]:
    for row in table.suppliers:
        yield SupplierFactor(
            of=row.of,
            supplier=row.supplier,
            contract=row.contract,
            unit=_measure(row.unit),
            basic_t_per_unit=_decimal(row.basic_t_per_unit),
            adjusted_t_per_unit=_decimal(row.adjusted_t_per_unit),
            statute=statute,
        )
