"""What the formulas of a form come to: written into a new workbook, and compared with what a workbook shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation import Calculation, missing_data
from tanso.emissions.calculation.conventions import conventions
from tanso.emissions.calculation.numbers import EXACT
from tanso.emissions.calculation.one_source import SourceResult
from tanso.emissions.workbooks.form import Form, Slot, repeats
from tanso.emissions.workbooks.gathering import Gathered, Raw
from tanso.kernel.measures import MEASURES, read_measure
from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH
from tanso.kernel.texts import Text

Shown = Raw | int
# What a formula shows that is only a step on the way; the figures after it are compared.
ON_THE_WAY = frozenset({"size", "state", "row", "ratio"})
_WITHOUT_LINE: Mapping[str, Shown] = {"ratio": ""}


def shown_values(form: Form, gathered: Gathered, answer: Calculation, inputs: Mapping[Slot, Raw]) -> dict[Slot, Shown]:
    """What each formula shows, as far as it can be known."""
    known: dict[Slot, Shown] = dict(expected_values(form, gathered, answer, compared_only=False))
    for block in form.blocks.values():
        for slot, shape in form.slots(block, inputs=False):
            if slot in known or (shape.formula is None and shape.copies is None):
                continue
            if shape.copies is not None:
                name, cell = shape.copies.split(".")
                known[slot] = inputs.get(Slot(name, cell, slot.line), "")
            else:
                known[slot] = _WITHOUT_LINE.get(shape.shows or "", 0)
    return known


def expected_values(
    form: Form, gathered: Gathered, answer: Calculation, *, compared_only: bool = True
) -> Iterator[tuple[Slot, Decimal]]:
    """The recomputed figure of each formula that shows one. Lines without inputs, and figures that are not known, are
    left out."""
    lines: dict[str, dict[int, dict[str, Decimal | None]]] = {}
    for index, (group, line) in enumerate(gathered.lines):
        if index < len(answer.sources) and index not in gathered.broken:
            lines.setdefault(group, {})[line] = _of_source(form, answer, answer.sources[index])
    totals = {} if gathered.broken else _totals(answer)
    for block in form.blocks.values():
        showing = [
            (name, shape.shows)
            for name, shape in (*block.shape.fields.items(), *block.shape.columns.items())
            if shape.shows is not None and not (compared_only and shape.shows in ON_THE_WAY)
        ]
        for name, figure in showing:
            if block.shape.fields:
                value = totals.get(figure)
                if value is not None:
                    yield Slot(block.name, name), value
                continue
            for line, figures in lines.get(block.shape.lines or "", {}).items():
                value = figures.get(figure)
                if value is not None:
                    yield Slot(block.name, name, line), value
    yield from _gaps(form, gathered, answer)


def _totals(answer: Calculation) -> dict[str, Decimal | None]:
    if answer.total_t is None or answer.total_reported_t is None:
        return {}
    return {
        "total_t": answer.total_t,
        "total_reported_t": Decimal(answer.total_reported_t),
        "left_out_t": answer.left_out_t or Decimal(0),
        "biomass_t": answer.biomass_t or Decimal(0),
    }


def _of_source(form: Form, answer: Calculation, result: SourceResult) -> dict[str, Decimal | None]:
    source = result.source
    figures: dict[str, Decimal | None] = {"measured": source.quantity}
    if source.quantity is None or result.emissions_t is None or result.quantity is None:
        return figures
    sign = Decimal(result.sign)
    biomass = result.biomass_t or Decimal(0)
    counted = EXACT.multiply(result.emissions_t, sign)
    zero = Decimal(0)
    filled = _filled(form, source)
    with_gap = EXACT.add(source.quantity, filled)
    figures |= {
        "with_gap": with_gap,
        "quantity": result.quantity,
        "heat_gj": result.heat_gj,
        "emitted": EXACT.add(result.emissions_t, biomass),
        "counted_t": zero if source.small_source else counted,
        "left_out_t": counted if source.small_source else zero,
        "biomass_t": EXACT.multiply(biomass, sign),
    }
    if source.earlier and source.earlier[0]:
        figures["ratio"] = EXACT.divide(source.quantity, source.earlier[0])
    if result.applied is not None:
        figures |= {"gj_per_unit": result.applied.gj_per_unit, "tc_per_gj": result.applied.tc_per_gj}
        figures |= _conversion(form, result, with_gap)
    return figures


def _conversion(form: Form, result: SourceResult, with_gap: Decimal) -> dict[str, Decimal | None]:
    assert result.applied is not None  # noqa: S101 -- the caller has looked
    rows = form.tables.rows["factors"]
    row = next((at for at, row in enumerate(rows) if row["slug"] == result.applied.slug), None)
    measure = read_measure(result.source.unit)
    if row is None or measure is None:
        return {}
    unit = next(
        one
        for one in MEASURES.values()
        if one.size == rows[row]["unit_size"] and one.dimension == rows[row]["dimension"]
    )
    size = measure.times_in(unit)
    counted = EXACT.multiply(with_gap, size)
    state = EXACT.divide(result.quantity or Decimal(0), counted) if counted else Decimal(1)
    return {"row": Decimal(row + 1), "size": size, "state": state}


def _filled(form: Form, source: Any) -> Decimal:
    if source.gap is None:
        return Decimal(0)
    chosen = conventions(form.rulebook, date(form.made.fiscal_year, FISCAL_YEAR_FIRST_MONTH, 1))
    if chosen is None:
        return Decimal(0)
    try:
        return missing_data.fill(source.gap, chosen.gaps, Text("", ""))[0]
    except missing_data.ImpossibleGapError:
        return Decimal(0)


def _gaps(form: Form, gathered: Gathered, answer: Calculation) -> Iterator[tuple[Slot, Decimal]]:
    for index, slot in gathered.gaps.items():
        block = form.blocks[slot.block]
        cell = next((name for name, shape in block.shape.columns.items() if shape.shows == "gap"), None)
        if cell is not None and index < len(answer.sources) and answer.sources[index].source.gap is not None:
            yield Slot(slot.block, cell, slot.line), _filled(form, answer.sources[index].source)


def labels_of(form: Form, slot: Slot) -> Text:
    """What a cell is called: its column or field, and the line's number."""
    shape = form.shape(slot)
    block = form.blocks[slot.block].shape
    label = shape.repeat[slot.item] if repeats(shape) > 1 else shape.label  # type: ignore[union-attr]
    if block.fields:
        return Text(label.ja, label.en)
    return Text(f"{label.ja} {block.mark}{slot.line + 1}", f"{label.en} {block.mark}{slot.line + 1}")
