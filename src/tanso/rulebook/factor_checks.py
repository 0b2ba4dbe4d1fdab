"""Finds what is wrong with tables of factors before anybody calculates with them: file, line and key, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from tanso.kernel.measures import Measure, read_measure
from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import LANGUAGES, Text
from tanso.rulebook import factor_shapes as shapes
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.errors import RulebookError
from tanso.rulebook.factors import FactorBook, assemble, name_key
from tanso.rulebook.sources import Sources, read_factor_file
from tanso.rulebook.texts import Texts


def load_factor_files(paths: Iterable[Path], *, beside: Iterable[shapes.FactorTableShape] = ()) -> FactorBook:
    """The tables of files that an installation keeps for itself: suppliers' factors, other years' tables.

    `beside` are the tables that they join: no row may overlap theirs, or that of another file. A document of a file
    stands under its own name. Raises RulebookError with everything that is wrong with the first wrong file, OSError
    where one cannot be read.
    """
    tables = list(beside)
    added: list[shapes.FactorTableShape] = []
    for path in paths:
        sources = read_factor_file(path)
        mine = list(sources.factors)
        sources.factors += tables
        if not sources.problems:
            check_factors(sources, only=range(len(mine)))
        if sources.problems:
            raise RulebookError(sources.problems)
        tables += mine
        added += mine
    return assemble(added, Texts({language: {} for language in LANGUAGES}))


def check_factors(sources: Sources, *, only: range | None = None) -> None:
    """Units, figures, dates and names of every table (of those in `only`, each against all)."""
    checked = range(len(sources.factors)) if only is None else only
    units = {slug: read_measure(row.unit) for table in sources.factors for slug, row in table.rows.items()}
    for index in checked:
        table = sources.factors[index]
        _check_dates(sources, index, table)
        _check_kind(sources, index, table)
        for slug, row in table.rows.items():
            _check_row(sources, (index, "rows", slug), table, row)
        for position, supplier in enumerate(table.suppliers):
            _check_supplier(sources, (index, "suppliers", position), supplier, units)
        _check_instead(sources, index, table)
    _check_overlaps(sources, checked)
    _check_shared_names(sources, checked)


def _check_dates(sources: Sources, index: int, table: shapes.FactorTableShape) -> None:
    if table.from_ and table.to and table.to < table.from_:
        message = Text("末日が初日より前です。", "The last day is before the first.")
        sources.refuse("factors", (index, "to"), message)


def _check_kind(sources: Sources, index: int, table: shapes.FactorTableShape) -> None:
    wanted, other = ("suppliers", "rows") if table.category == "supplied" else ("rows", "suppliers")
    if not getattr(table, wanted):
        message = Text(f"{wanted} に一つ以上必要です。", f"At least one is needed in `{wanted}`.")
        sources.refuse("factors", (index, "category"), message)
    if getattr(table, other):
        message = Text(
            f"category が {table.category} の表に {other} は書けません。",
            f"A table of category `{table.category}` has no `{other}`.",
        )
        sources.refuse("factors", (index, other), message)


def _unit(sources: Sources, path: KeyPath, text: str) -> Measure | None:
    measure = read_measure(text)
    if measure is None:
        sources.refuse("factors", (*path, "unit"), Text(f"単位「{text}」はありません。", f"There is no unit `{text}`."))
    elif measure.normal:
        message = Text(
            "Nm3 ではなく m3 と書き、状態を gas_state に書いてください。",
            "Write m3, and the state in `gas_state`, instead of Nm3.",
        )
        sources.refuse("factors", (*path, "unit"), message)
    return measure


def _check_row(sources: Sources, path: KeyPath, table: shapes.FactorTableShape, row: shapes.FactorRowShape) -> None:
    measure = _unit(sources, path, row.unit)
    if measure is not None and measure.dimension == "cubic_metres" and not (row.gas_state or table.gas_state):
        message = Text("気体の表には gas_state が必要です。", "Cubic metres of gas need a `gas_state`.")
        sources.refuse("factors", (*path, "unit"), message)
    ways = [key for key in ("tc_per_gj", "tc_per_unit", "t_per_unit") if getattr(row, key) is not None]
    if len(ways) > 1:
        message = Text(
            "tc_per_gj・tc_per_unit・t_per_unit のうち一つだけを書いてください。",
            "Write only one of tc_per_gj, tc_per_unit and t_per_unit.",
        )
        sources.refuse("factors", (*path, ways[1]), message)
    if ways and ways[0] != "t_per_unit" and table.carbon_to_co2 is None:
        message = Text(
            "炭素の係数には carbon_to_co2 が必要です。", "Figures of carbon need the table's `carbon_to_co2`."
        )
        sources.refuse("factors", (*path, ways[0]), message)
    for key in ("gj_per_unit", "tc_per_gj", "tc_per_unit", "t_per_unit"):
        figure = getattr(row, key)
        if figure is not None and (Decimal(figure) < 0 or (Decimal(figure) == 0 and key != "t_per_unit")):
            message = Text("正の数を書いてください。", "Write a number above zero.")
            sources.refuse("factors", (*path, key), message)


def _check_supplier(
    sources: Sources, path: KeyPath, row: shapes.SupplierRowShape, units: Mapping[str, Measure | None]
) -> None:
    measure, wanted = _unit(sources, path, row.unit), units.get(row.of)
    if row.of not in units:
        ja, en = suggestion(row.of, units)
        message = Text(f"どの表にも「{row.of}」はありません。{ja}", f"No table has a row `{row.of}`.{en}")
        sources.refuse("factors", (*path, "of"), message)
    elif measure is not None and wanted is not None and not measure.counts_in(wanted):
        message = Text(
            f"「{row.of}」の単位は {wanted.name} に換算できるものでなければなりません。",
            f"The unit of `{row.of}` must be one that converts to {wanted.name}.",
        )
        sources.refuse("factors", (*path, "unit"), message)
    if row.basic_t_per_unit is None and row.adjusted_t_per_unit is None:
        message = Text(
            "basic_t_per_unit か adjusted_t_per_unit が必要です。",
            "Write basic_t_per_unit, adjusted_t_per_unit or both.",
        )
        sources.refuse("factors", path, message)
    for key in ("basic_t_per_unit", "adjusted_t_per_unit"):
        figure = getattr(row, key)
        if figure is not None and Decimal(figure) < 0:
            message = Text("0以上の数を書いてください。", "Write zero or a number above it.")
            sources.refuse("factors", (*path, key), message)


def _check_instead(sources: Sources, index: int, table: shapes.FactorTableShape) -> None:
    for name, slugs in table.instead.items():
        for position, slug in enumerate(slugs):
            if slug not in table.rows:
                ja, en = suggestion(slug, table.rows)
                message = Text(f"この表に「{slug}」はありません。{ja}", f"The table has no row `{slug}`.{en}")
                sources.refuse("factors", (index, "instead", name, position), message)


# -- the same thing twice ---------------------------------------------------------------------------------------------


def _overlap(one: shapes.FactorTableShape, other: shapes.FactorTableShape) -> bool:
    starts_in_time = one.to is None or other.from_ is None or other.from_ <= one.to
    ends_in_time = other.to is None or one.from_ is None or one.from_ <= other.to
    return starts_in_time and ends_in_time


def _subjects(table: shapes.FactorTableShape) -> Iterator[tuple[str, KeyPath]]:
    for slug in table.rows:
        yield slug, ("rows", slug)
    for position, row in enumerate(table.suppliers):
        yield f"{row.of}/{name_key(row.supplier)}/{name_key(row.contract)}", ("suppliers", position)


def _check_overlaps(sources: Sources, checked: range) -> None:
    """One thing has one figure a day."""
    seen: dict[str, list[tuple[int, KeyPath]]] = {}
    for index, table in enumerate(sources.factors):
        for subject, path in _subjects(table):
            for earlier, earlier_path in seen.get(subject, ()):
                if (index in checked or earlier in checked) and _overlap(sources.factors[earlier], table):
                    mine, other, where = (index, earlier, path) if index in checked else (earlier, index, earlier_path)
                    days = _days(sources.factors[other])
                    message = Text(
                        f"「{subject}」の係数が、同じ日に二つあります（{days}）。",
                        f"`{subject}` has two factors on one day ({days}).",
                    )
                    sources.refuse("factors", (mine, *where), message)
            seen.setdefault(subject, []).append((index, path))


def _days(table: shapes.FactorTableShape) -> str:
    return f"{_iso(table.from_)}..{_iso(table.to)}"


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _check_shared_names(sources: Sources, checked: range) -> None:
    """A name given in `also` may not lead to two rows of one day: `instead` is the place to say so."""
    owners: dict[str, set[tuple[int, str]]] = {}
    for index, table in enumerate(sources.factors):
        for slug, row in table.rows.items():
            for name in (slug, row.name.ja, *row.also):
                owners.setdefault(name_key(name), set()).add((index, slug))
    for index in checked:
        table = sources.factors[index]
        for slug, row in table.rows.items():
            for position, name in enumerate(row.also):
                for other, taken in sorted(owners[name_key(name)] - {(index, slug)}):
                    if taken != slug and _overlap(table, sources.factors[other]):
                        message = Text(
                            f"「{name}」は「{taken}」の名前でもあります。", f"`{name}` is also a name of `{taken}`."
                        )
                        sources.refuse("factors", (index, "rows", slug, "also", position), message)
