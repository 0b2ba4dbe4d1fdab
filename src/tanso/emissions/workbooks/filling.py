"""From the JSON of a calculation to the inputs of a form: where each value goes, and what has no place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation import Calculation, calculate, read_request
from tanso.emissions.calculation.numbers import EXACT, Unreadable, read_number
from tanso.emissions.calculation.request import FACTOR_FIGURES
from tanso.emissions.workbooks.findings import WorkbookFinding, finding
from tanso.emissions.workbooks.form import Block, Form, Made, Slot, form_for, is_input, word_text
from tanso.emissions.workbooks.gathering import ANNUAL, EARLIER, MONTHS, PER, Raw, gather
from tanso.emissions.workbooks.shown import Shown, shown_values
from tanso.kernel.measures import label, read_measure
from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH
from tanso.rulebook import Rulebook
from tanso.rulebook.factors import Factor
from tanso.rulebook.workbook_shapes import ColumnShape, FieldShape

# Keys that are no values of a cell, or are told in another way.
_ELSEWHERE = frozenset(
    {"scheme", "phase", "fiscal_year", "sources", "quantity", "note", "comment", "remarks", "year", "holder"}
)
_OF_SUPPLIER = ("factor.supplier", "factor.contract", "factor.kind")


class TooManyLinesError(Exception):
    """The form does not take so many lines; `finding` says of what."""

    def __init__(self, name: str, count: int, largest: int) -> None:
        self.finding = finding("fill.too_many", name=name, count=count, largest=largest)
        super().__init__(self.finding.message.en)


@dataclass(slots=True)
class Content:
    """A form with everything that is to be written into it."""

    form: Form
    inputs: dict[Slot, Raw] = field(default_factory=dict)
    shown: dict[Slot, Shown] = field(default_factory=dict)
    findings: list[WorkbookFinding] = field(default_factory=list)
    calculation: Calculation | None = None


def content_of(
    rulebook: Rulebook,
    value: Mapping[str, Any],
    *,
    made: Made,
    holder_name: str = "",
    least: Mapping[str, int] | None = None,
) -> Content:
    """What to write into the form for a calculation's JSON; with `{}`, a new form.

    `least` are counts of lines to have at least. Raises TooManyLinesError.
    """
    filler = _Filler(rulebook, value, made, least or {})
    filler.fill(holder_name)
    content = filler.content
    gathered = gather(content.form, content.inputs)
    answer = calculate(read_request(gathered.value), rulebook)
    content.calculation = answer
    content.shown = shown_values(content.form, gathered, answer, content.inputs)
    return content


@dataclass(slots=True)
class _Line:
    source: Mapping[str, Any]
    index: int
    factor: Factor | None
    used: set[str] = field(default_factory=set)


class _Filler:
    def __init__(self, rulebook: Rulebook, value: Mapping[str, Any], made: Made, least: Mapping[str, int]) -> None:
        self.rulebook = rulebook
        self.value = value
        self.day = date(made.fiscal_year, FISCAL_YEAR_FIRST_MONTH, 1)
        plain = form_for(rulebook, made)
        self.groups = self._grouped(plain)
        self.lists = {
            block.shape.into: block.shape.lines or ""
            for block in plain.blocks.values()
            if block.shape.into not in (None, "sources", "missing")
        }
        self.gaps = [
            line for lines in self.groups.values() for line in lines if isinstance(line.source.get("missing"), dict)
        ]
        wanted = dict(least)
        for name, lines in self.groups.items():
            wanted[name] = max(wanted.get(name, 0), len(lines))
        for into, name in self.lists.items():
            wanted[name] = max(wanted.get(name, 0), len(_list(value, into)))
        for block in plain.blocks.values():
            if block.shape.into == "missing" and block.shape.lines is not None:
                wanted[block.shape.lines] = max(wanted.get(block.shape.lines, 0), len(self.gaps))
        for name, count in wanted.items():
            shape = plain.prescribed.shape.lines.get(name)
            if shape is not None and count > shape.most:
                raise TooManyLinesError(name, count, shape.most)
        self.content = Content(form_for(rulebook, made, least=wanted))

    # -- which table a source goes to -----------------------------------------------------------------------------

    def _grouped(self, form: Form) -> dict[str, list[_Line]]:
        groups: dict[str, list[_Line]] = {name: [] for name in form.source_groups}
        takers = {name: _activity_column(blocks) for name, blocks in form.source_groups.items()}
        found: dict[str, Factor | None] = {}
        for index, source in enumerate(_list(self.value, "sources")):
            if not isinstance(source, Mapping):
                continue
            name = str(source.get("activity", ""))
            if name not in found:
                found[name] = self.rulebook.factors.find(name, self.day, suggest=False).factor
            factor = found[name]
            group = next((key for key, column in takers.items() if _takes(column, factor)), next(iter(groups)))
            groups[group].append(_Line(source, index, factor))
        return groups

    # -- filling --------------------------------------------------------------------------------------------------

    def fill(self, holder_name: str) -> None:
        for name, lines in self.groups.items():
            for block in self.content.form.source_groups[name]:
                for cell, column in block.shape.columns.items():
                    if (is_input(column) and column.key is not None) or (column.words and is_input(column)):
                        for at, line in enumerate(lines):
                            self._fill_source(Slot(block.name, cell, at), column, line)
        used: set[str] = set()
        for block in self.content.form.blocks.values():
            for cell, shape in block.shape.fields.items():
                if is_input(shape) and shape.key is not None:
                    given = _get(self.value, shape.key)
                    used.add(shape.key)
                    fallback = holder_name if shape.system == "holder_name" else None
                    self._put(Slot(block.name, cell), shape, fallback if given is None else given)
            if block.shape.into in self.lists:
                used.add(block.shape.into or "")
                self._fill_list(block)
            elif block.shape.into == "missing":
                self._fill_gaps(block)
        self._tell_what_has_no_place(used)

    def _fill_source(self, slot: Slot, column: ColumnShape, line: _Line) -> None:
        key, source = column.key or "", line.source
        line.used.add(key)
        months = _get(source, MONTHS)
        if key == MONTHS:
            for item, month in enumerate(months if isinstance(months, list) else []):
                if item < len(column.repeat):
                    self._put(slot._replace(item=item), column, month)
        elif key == ANNUAL:
            self._put(slot, column, source.get("quantity") if months is None else _get(source, ANNUAL))
        elif key == EARLIER:
            self._fill_earlier(slot, column, line)
        elif key == "activity" and line.factor is not None:
            words = column.words
            slug = line.factor.slug
            self._put(slot, column, slug if slug in words else line.factor.name.ja)
        elif key == "unit":
            self._put(slot, column, self._unit(column, source.get("unit")))
        elif key == PER or (column.words and not key) or key == "factor.t_per_kwh":
            self._fill_factor(slot, column, line)
        elif key in _OF_SUPPLIER:
            name = key.partition(".")[2]
            given = _get(source, key)
            self._put(slot, column, _get(source, f"workbook.{name}") if given is None else given)
            line.used.add(f"workbook.{name}")
        elif key == "calorific_value.gj_per_unit" and _get(source, "calorific_value.mj_per_unit") is not None:
            mega = read_number(_get(source, "calorific_value.mj_per_unit"))
            self._put(slot, column, EXACT.divide(mega, Decimal(1000)) if isinstance(mega, Decimal) else None)
            line.used.add("calorific_value.mj_per_unit")
        else:
            self._put(slot, column, _get(source, key))

    def _fill_factor(self, slot: Slot, column: ColumnShape, line: _Line) -> None:
        """One's own factor: its figure, and what it is per."""
        given = line.source.get("factor")
        figure = next((key for key in FACTOR_FIGURES if isinstance(given, Mapping) and key in given), None)
        if figure is None or not isinstance(given, Mapping):
            return
        if column.key == "factor.t_per_kwh":
            if figure in ("t_per_kwh", "t_per_unit"):
                self._put(slot, column, given[figure])
                line.used.add(f"factor.{figure}")
            return
        line.used.add(f"factor.{figure}")
        self._put(slot, column, given[figure] if column.key == PER else figure)

    def _fill_earlier(self, slot: Slot, column: ColumnShape, line: _Line) -> None:
        for entry in _list(line.source, "earlier"):
            year = entry.get("fiscal_year") if isinstance(entry, Mapping) else None
            item = self.content.form.made.fiscal_year - 1 - int(year) if isinstance(year, int | Decimal) else -1
            if 0 <= item < len(column.repeat):
                self._put(slot._replace(item=item), column, entry.get("quantity"))
            else:
                self.content.findings.append(finding("fill.no_place", name=f"sources[{line.index}].earlier {year}"))

    def _fill_list(self, block: Block) -> None:
        for at, item in enumerate(_list(self.value, block.shape.into or "")):
            if not isinstance(item, Mapping):
                continue
            given = self._total_of_year(item) if block.shape.into == "base_years" and "sources" in item else item
            for cell, column in block.shape.columns.items():
                if column.key is not None:
                    self._put(Slot(block.name, cell, at), column, _get(given, column.key))

    def _total_of_year(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """A base year given by its sources: the form takes its total."""
        answer = calculate(read_request({"scheme": self.rulebook.scheme, **item}), self.rulebook)
        return {**item, "total_t": answer.total_t}

    def _fill_gaps(self, block: Block) -> None:
        numbers = {
            id(line): f"{self.content.form.source_groups[name][0].shape.mark}{at + 1}"
            for name, lines in self.groups.items()
            for at, line in enumerate(lines)
        }
        for at, line in enumerate(self.gaps):
            line.used.add("missing")
            gap = line.source["missing"]
            for cell, column in block.shape.columns.items():
                slot = Slot(block.name, cell, at)
                if column.key == "line":
                    self._put(slot, column, numbers[id(line)])
                elif column.repeat:
                    values = _list(gap, column.key or "")
                    for item, value in enumerate(values[: len(column.repeat)]):
                        self._put(slot._replace(item=item), column, value)
                    if len(values) > len(column.repeat):
                        name = f"sources[{line.index}].missing.values[{len(column.repeat)}]"
                        self.content.findings.append(finding("fill.no_place", name=name))
                elif column.key is not None:
                    self._put(slot, column, gap.get(column.key))

    def _tell_what_has_no_place(self, used: set[str]) -> None:
        for line in (line for lines in self.groups.values() for line in lines):
            for path in _paths(line.source):
                if not _is_in(path, line.used | _ELSEWHERE):
                    name = f"sources[{line.index}].{path}"
                    self.content.findings.append(finding("fill.no_place", name=name))
        own = {key: value for key, value in self.value.items() if key not in _ELSEWHERE}
        for path in _paths(own):
            if not _is_in(path, used | {"workbook.year", "workbook.holder", "workbook.lines"}):
                self.content.findings.append(finding("fill.no_place", name=path))

    # -- one cell -------------------------------------------------------------------------------------------------

    def _unit(self, column: ColumnShape, unit: Any) -> Any:
        measure = read_measure(str(unit)) if unit is not None else None
        if measure is None:
            return unit
        name = label(measure).ja
        return name if name in self.content.form.tables.choices.get(column.choices or "", ()) else unit

    def _put(self, slot: Slot, shape: FieldShape | ColumnShape, value: Any) -> None:
        if value is None or value == "":
            return
        if shape.words:
            word = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
            self.content.inputs[slot] = word_text(shape, word) if word in shape.words else str(value)
        elif isinstance(value, Unreadable):
            self.content.inputs[slot] = value.text
        elif shape.type in ("number", "whole"):
            number = read_number(value, signed=True)
            self.content.inputs[slot] = number if isinstance(number, Decimal) else str(value)
        else:
            self.content.inputs[slot] = str(value)


def _activity_column(blocks: list[Block]) -> ColumnShape:
    return next(column for block in blocks for column in block.shape.columns.values() if column.key == "activity")


def _takes(column: ColumnShape, factor: Factor | None) -> bool:
    """Whether a table is for a factor: by its word, for fuels, or for all others."""
    if factor is None:
        return column.choices == "fuels"
    if column.words:
        return factor.slug in column.words
    return factor.category != "electricity" and (factor.category == "fuel") == (column.choices == "fuels")


def _list(value: Any, path: str) -> list[Any]:
    found = _get(value, path)
    return found if isinstance(found, list) else []


def _get(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _paths(value: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, item in value.items():
        path = f"{before}{key}"
        if isinstance(item, Mapping) and item:
            yield from _paths(item, f"{path}.")
        elif item is not None:
            yield path


def _is_in(path: str, used: set[str]) -> bool:
    return any(path == key or path.startswith(f"{key}.") for key in used if key)
