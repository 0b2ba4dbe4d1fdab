"""From the inputs of a form to the JSON of a calculation, keeping which cell each value is from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation.findings import CalculationFinding
from tanso.emissions.calculation.numbers import DECIMALS, EXACT, LARGEST, Wrong, read_number
from tanso.emissions.calculation.request import FACTOR_FIGURES
from tanso.emissions.workbooks.findings import WorkbookFinding, finding, from_calculation
from tanso.emissions.workbooks.form import Block, Form, Slot, repeats
from tanso.kernel.texts import Text
from tanso.rulebook.workbook_shapes import ColumnShape, FieldShape

Raw = str | Decimal
MONTHS, ANNUAL, EARLIER, PER = "workbook.months", "workbook.annual", "earlier", "factor.{per}"
LONGEST_TEXT = 2_000
_ITEM = re.compile(r"(sources|base_years|boundary_changes)\[([0-9]+)\]\.?(.*)")
_OF_SUPPLIER = ("supplier", "contract", "kind")


@dataclass(slots=True)
class Gathered:
    """The JSON, and where its parts come from: `lines` is group and line of each source."""

    form: Form
    value: dict[str, Any] = field(default_factory=dict)
    lines: list[tuple[str, int]] = field(default_factory=list)
    listed: dict[str, list[Slot]] = field(default_factory=dict)
    gaps: dict[int, Slot] = field(default_factory=dict)
    findings: list[WorkbookFinding] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    """Sources of which a quantity could not be read."""

    def refuse(self, code: str, slot: Slot, **facts: Any) -> None:
        place = self.form.place(slot)
        self.findings.append(finding(code, sheet=place.sheet, cell=place.cell, **facts))

    def slot_of(self, place: str) -> Slot | None:
        """The cell that a place of the JSON stands for."""
        match = _ITEM.match(place)
        if match is None:
            key = {"site.floor_area_m2": "site.floor_area_m2"}.get(place, place)
            return self._field_of(key)
        kind, index, rest = match.group(1), int(match.group(2)), match.group(3)
        if kind != "sources":
            lines = self.listed.get(kind, [])
            return (
                self._column_of([self.form.blocks[lines[index].block]], lines[index].line, rest)
                if (index < len(lines))
                else None
            )
        if index >= len(self.lines):
            return None
        group, line = self.lines[index]
        if rest.startswith("missing") and index in self.gaps:
            gap = self.gaps[index]
            return self._column_of([self.form.blocks[gap.block]], gap.line, rest.partition(".")[2]) or gap
        return self._column_of(self.form.source_groups[group], line, rest)

    def _field_of(self, key: str) -> Slot | None:
        for block in self.form.blocks.values():
            for name, shape in block.shape.fields.items():
                if shape.key == key:
                    return Slot(block.name, name)
        return None

    def _column_of(self, blocks: list[Block], line: int, key: str) -> Slot | None:
        key = re.sub(r"\[([0-9]+)\].*", "", key)
        key = {"quantity": ANNUAL}.get(key, key)
        near = None
        for block in blocks:
            for name, column in block.shape.columns.items():
                own = "" if column.key is None else column.key
                if own == key or (own == PER and key.startswith("factor.t_per")):
                    return Slot(block.name, name, line)
                if near is None and own and key and own.startswith(f"{key}."):
                    near = Slot(block.name, name, line)
        return near


def gather(form: Form, inputs: Mapping[Slot, Raw]) -> Gathered:
    """The JSON of what was filled in. Whatever cannot be read is a finding at its cell."""
    gathered = Gathered(form)
    made = form.made
    value: dict[str, Any] = {"scheme": made.scheme}
    if made.phase is not None:
        value["phase"] = made.phase
    value |= {"fiscal_year": made.fiscal_year, "sources": []}
    gathered.value = value
    by_line: dict[tuple[str, int], list[tuple[Slot, Raw]]] = {}
    for slot, raw in inputs.items():
        by_line.setdefault((slot.block, slot.line), []).append((slot, raw))
    about = {key: text for key, text in (("year", made.year), ("holder", made.holder)) if text}
    if about:
        value["workbook"] = dict(about)
    for block in form.blocks.values():
        if block.shape.fields:
            for slot, raw in by_line.get((block.name, 0), []):
                shape = block.shape.fields[slot.cell]
                if shape.key is not None:
                    _set(value, shape.key, _plain(gathered, slot, shape, raw))
    _sources(gathered, by_line)
    _lists(gathered, by_line)
    return gathered


# -- sources ----------------------------------------------------------------------------------------------------------


def _sources(gathered: Gathered, by_line: Mapping[tuple[str, int], list[tuple[Slot, Raw]]]) -> None:
    for group, blocks in gathered.form.source_groups.items():
        for line in range(blocks[0].count):
            cells = [cell for block in blocks for cell in by_line.get((block.name, line), ())]
            if cells:
                gathered.lines.append((group, line))
                gathered.value["sources"].append(_source(gathered, cells))


def _source(gathered: Gathered, cells: list[tuple[Slot, Raw]]) -> dict[str, Any]:
    source: dict[str, Any] = {}
    own: dict[str, Any] = {}
    parts: list[tuple[Slot, Raw]] = []
    for slot, raw in cells:
        shape = gathered.form.shape(slot)
        key = shape.key or ""
        if key in (MONTHS, ANNUAL):
            parts.append((slot, raw))
        elif key == EARLIER:
            year = gathered.form.made.fiscal_year - 1 - slot.item
            source.setdefault("earlier", []).append({"fiscal_year": year, "quantity": raw})
        elif key == PER or (shape.words and key == ""):
            own["figure" if key == PER else "per"] = raw if key == PER else _word(gathered, slot, shape, raw)
        elif key:
            _set(source, key, _plain(gathered, slot, shape, raw))
    if "figure" in own:
        _set(source, f"factor.{own.get('per') or next(iter(FACTOR_FIGURES))}", own["figure"])
    _add_up(gathered, source, parts)
    _keep_what_the_supplier_is_called(source)
    return source


def _add_up(gathered: Gathered, source: dict[str, Any], parts: list[tuple[Slot, Raw]]) -> None:
    """The year's quantity: the sum of the months, and what is written for the year as a whole."""
    total = Decimal(0)
    months: list[Any] = []
    for slot, raw in parts:
        number = read_number(raw)
        if not isinstance(number, Decimal):
            _note_number(gathered, slot, raw, number)
            gathered.broken.add(len(gathered.lines) - 1)
            continue
        total = EXACT.add(total, number)
        shape = gathered.form.shape(slot)
        if shape.key == MONTHS:
            months += [None] * (repeats(shape) - len(months))
            months[slot.item] = number
        else:
            _set(source, ANNUAL, number)
    if months:
        _set(source, MONTHS, months)
    elif "workbook" in source:
        source["workbook"].pop("annual", None)  # the quantity says it
        if not source["workbook"]:
            del source["workbook"]
    if parts:
        source["quantity"] = total


_LABELS: dict[str, Any] = {"largest": f"{LARGEST:,}", "decimals": DECIMALS}


def _note_number(gathered: Gathered, slot: Slot, raw: Raw, wrong: Wrong) -> None:
    place = gathered.form.place(slot)
    shape = gathered.form.shape(slot)
    label = shape.repeat[slot.item] if isinstance(shape, ColumnShape) and shape.repeat else shape.label
    code = "number.not_a_number" if wrong == "missing" else f"number.{wrong}"
    facts = {"key": Text(label.ja, label.en), "found": str(raw)[:60], **_LABELS}
    told = CalculationFinding(code, "", facts=facts)
    gathered.findings.append(from_calculation(told, sheet=place.sheet, cell=place.cell, found=str(raw)[:60]))


def _keep_what_the_supplier_is_called(source: dict[str, Any]) -> None:
    """With a figure of one's own, supplier, contract and kind are for people; without, they choose a loaded factor."""
    factor = source.get("factor")
    if factor is None or not any(key in factor for key in FACTOR_FIGURES):
        return
    for name in _OF_SUPPLIER:
        if name in factor:
            _set(source, f"workbook.{name}", factor.pop(name))


# -- other lists ------------------------------------------------------------------------------------------------------


def _lists(gathered: Gathered, by_line: Mapping[tuple[str, int], list[tuple[Slot, Raw]]]) -> None:
    for block in gathered.form.blocks.values():
        into = block.shape.into
        if into is None or into == "sources":
            continue
        for line in range(block.count):
            cells = by_line.get((block.name, line))
            if not cells:
                continue
            item = _item(gathered, cells)
            if into == "missing":
                _attach_gap(gathered, block, line, item)
            else:
                _append(gathered.value, into, item)
                gathered.listed.setdefault(into, []).append(Slot(block.name, "", line))


def _item(gathered: Gathered, cells: list[tuple[Slot, Raw]]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for slot, raw in cells:
        shape = gathered.form.shape(slot)
        if shape.key is None:
            continue
        if isinstance(shape, ColumnShape) and shape.repeat:
            item.setdefault(shape.key, []).append(raw)
        else:
            _set(item, shape.key, _plain(gathered, slot, shape, raw))
    return item


def _attach_gap(gathered: Gathered, block: Block, line: int, item: dict[str, Any]) -> None:
    """A gap belongs to the source whose number it names."""
    slot = Slot(block.name, "line", line)
    named = unicodedata.normalize("NFKC", str(item.pop("line", ""))).strip().upper()
    marks = {
        f"{gathered.form.source_groups[group][0].shape.mark}{at + 1}": index
        for index, (group, at) in enumerate(gathered.lines)
    }
    if named not in marks:
        gathered.refuse("gap.no_point", slot, found=named, expected=next(iter(marks), "F1"))
        return
    source = gathered.value["sources"][marks[named]]
    if "missing" in source:
        gathered.refuse("gap.twice", slot, found=named)
        return
    source["missing"] = item
    gathered.gaps[marks[named]] = slot


# -- one value --------------------------------------------------------------------------------------------------------


def _plain(gathered: Gathered, slot: Slot, shape: FieldShape | ColumnShape, raw: Raw) -> Any:
    """The value as the JSON has it."""
    if shape.words:
        return _word(gathered, slot, shape, raw)
    if shape.type == "whole":
        number = read_number(raw)
        return int(number) if isinstance(number, Decimal) and number == number.to_integral_value() else raw
    if shape.type == "number":
        return raw
    text = f"{raw:f}" if isinstance(raw, Decimal) else raw.strip()
    if len(text) > LONGEST_TEXT:
        gathered.refuse("cell.too_long", slot, count=len(text), largest=LONGEST_TEXT)
    return text[:LONGEST_TEXT]


def _word(gathered: Gathered, slot: Slot, shape: FieldShape | ColumnShape, raw: Raw) -> Any:
    """The word of the form's list that a text means, however it is written; None is noted."""
    wanted = _key(str(raw))
    for word, label in shape.words.items():
        if wanted in (_key(word), _key(label.ja), _key(label.en), _key(f"{label.ja} / {label.en}")):
            return {"true": True, "false": False}.get(word, word)
    labels = [label.ja for label in shape.words.values()], [label.en for label in shape.words.values()]
    choices = Text("、".join(labels[0]), ", ".join(labels[1]))
    gathered.refuse("cell.not_a_word", slot, found=str(raw), expected=choices)
    return None


def _key(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def _set(into: dict[str, Any], path: str, value: Any) -> None:
    if value is None:
        return
    *way, last = path.split(".")
    for part in way:
        into = into.setdefault(part, {})
    into[last] = value


def _append(into: dict[str, Any], path: str, item: dict[str, Any]) -> None:
    *way, last = path.split(".")
    for part in way:
        into = into.setdefault(part, {})
    into.setdefault(last, []).append(item)
