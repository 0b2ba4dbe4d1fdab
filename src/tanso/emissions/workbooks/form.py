"""A form laid out for one report: where each cell stands, which of them are inputs, what the locked ones say.

Layout is a function of the scheme's form, of what the form is made for (`Made`) and of its counts of lines alone:
whoever reads a workbook lays the same form out again from what its hidden sheet says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from tanso.emissions.workbooks.tables import SystemTables, system_tables
from tanso.kernel.canonical import sha256
from tanso.rulebook import Rulebook
from tanso.rulebook.report_form import ReportForm, cells_of
from tanso.rulebook.workbook_shapes import BlockShape, ColumnShape, FieldShape, SheetShape

# The sheet that says what a workbook is; hidden from people, checked by the reader.
MARKS_SHEET = "_form"
_TITLE_ROW, _FORM_ROW, _FIRST_BLOCK = 0, 1, 3


class Slot(NamedTuple):
    """One cell by what it is: block, field or column, line of a table, and which of those that repeat."""

    block: str
    cell: str
    line: int = 0
    item: int = 0


class Place(NamedTuple):
    """One cell by where it is; rows and columns count from zero."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        return f"{letters(self.column)}{self.row + 1}"


@dataclass(frozen=True, slots=True)
class Made:
    """What a form is made for. Blank where it is not known: whoever registers it then says it."""

    scheme: str
    phase: int | None
    year: str
    fiscal_year: int
    holder: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def marks(self, form: ReportForm) -> dict[str, str]:
        """What the hidden sheet says, sealed, so that a slip of the hand does not go unseen."""
        marks = {
            "form": form.form_id,
            "version": str(form.form_version),
            "scheme": self.scheme,
            "phase": "" if self.phase is None else str(self.phase),
            "year": self.year,
            "fiscal_year": str(self.fiscal_year),
            "holder": self.holder,
            **{f"lines.{name}": str(count) for name, count in sorted(self.lines.items())},
        }
        return marks | {"seal": seal(marks)}


def seal(marks: Mapping[str, str]) -> str:
    """A short checksum. It guards against accidents, not against forgery: nothing is taken from a sheet unchecked."""
    return sha256({name: value for name, value in marks.items() if name != "seal"})[:16]


def letters(column: int) -> str:
    """The letters of a column: 0 is A."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """The column of its letters: A is 0."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass(frozen=True, slots=True)
class Block:
    """A block at its rows. `count` is its lines (of a table), and `first_row` the row of the first line or field."""

    name: str
    sheet: str
    tab: str
    shape: BlockShape
    title_row: int | None
    note_row: int | None
    header_row: int | None
    first_row: int
    count: int

    @property
    def last_row(self) -> int:
        if self.shape.picture_rows:
            return self.first_row + self.shape.picture_rows - 1
        if self.shape.fields:
            return self.first_row + len(self.shape.fields) - 1
        return self.first_row + max(self.count, 1) - 1

    def row(self, slot: Slot) -> int:
        if self.shape.fields:
            return self.first_row + list(self.shape.fields).index(slot.cell)
        return self.first_row + slot.line

    def column(self, slot: Slot) -> int:
        if self.shape.fields:
            return column_number(self.shape.at.value[0])
        return column_number(self.shape.columns[slot.cell].column) + slot.item


@dataclass(frozen=True)
class Form:
    """The form of one report, laid out."""

    rulebook: Rulebook
    prescribed: ReportForm
    made: Made
    tables: SystemTables

    @cached_property
    def sheets(self) -> dict[str, SheetShape]:
        return self.prescribed.sheets_of(self.made.phase, self.made.year)

    @cached_property
    def blocks(self) -> dict[str, Block]:
        """All blocks by name, in order."""
        blocks: dict[str, Block] = {}
        for sheet_name, sheet in self.sheets.items():
            row = _FIRST_BLOCK
            for name, shape in sheet.blocks.items():
                block = self._place(name, sheet_name, sheet, shape, row)
                blocks[name] = block
                row = (block.note_row if _is_note(shape) and block.note_row is not None else block.last_row) + 2
        return blocks

    def _place(self, name: str, sheet_name: str, sheet: SheetShape, shape: BlockShape, row: int) -> Block:
        title_row = note_row = header_row = None
        if shape.title is not None:
            title_row, row = row, row + 1
        if shape.note is not None:
            note_row, row = row, row + 1
        if shape.columns:
            header_row, row = row, row + 1
        count = self.made.lines[shape.lines] if shape.lines is not None else 0
        return Block(name, sheet_name, sheet.name, shape, title_row, note_row, header_row, row, count)

    # -- cells ----------------------------------------------------------------------------------------------------

    def place(self, slot: Slot) -> Place:
        """Where a cell stands."""
        block = self.blocks[slot.block]
        return Place(block.tab, block.row(slot), block.column(slot))

    def shape(self, slot: Slot) -> FieldShape | ColumnShape:
        block = self.blocks[slot.block].shape
        return block.fields[slot.cell] if block.fields else block.columns[slot.cell]

    def slots(self, block: Block, *, inputs: bool | None = None) -> Iterator[tuple[Slot, FieldShape | ColumnShape]]:
        """The cells of a block, line by line; of one kind where asked."""
        chosen = [
            (name, shape) for name, shape, _ in cells_of(block.shape) if inputs is None or is_input(shape) == inputs
        ]
        for line in range(block.count if block.shape.columns else 1):
            for name, shape in chosen:
                for item in range(repeats(shape)):
                    yield Slot(block.name, name, line, item), shape

    @cached_property
    def cells(self) -> dict[str, dict[tuple[int, int], Slot]]:
        """The cells of each sheet that are written, shown or looked up, by row and column."""
        found: dict[str, dict[tuple[int, int], Slot]] = {sheet.name: {} for sheet in self.sheets.values()}
        for block in self.blocks.values():
            here, said = found[block.tab], self.said_on[block.tab]
            rows = {name: block.row(Slot(block.name, name)) for name in block.shape.fields}
            columns = {name: block.column(Slot(block.name, name)) for name, _, _ in cells_of(block.shape)}
            for slot, _ in self.slots(block):
                row = rows[slot.cell] if rows else block.first_row + slot.line
                at = (row, columns[slot.cell] + slot.item)
                if at not in said:
                    here[at] = slot
        return found

    @cached_property
    def input_cells(self) -> dict[str, dict[tuple[int, int], Slot]]:
        """The cells of each sheet that people write into."""
        return {
            tab: {at: slot for at, slot in cells.items() if self.is_input(slot)} for tab, cells in self.cells.items()
        }

    @cached_property
    def said_on(self) -> dict[str, dict[tuple[int, int], str]]:
        """What the locked cells of each sheet say."""
        found: dict[str, dict[tuple[int, int], str]] = {sheet.name: {} for sheet in self.sheets.values()}
        for place, text in self.said.items():
            found[place.sheet][place.row, place.column] = text
        return found

    def is_input(self, slot: Slot) -> bool:
        return is_input(self.shape(slot))

    def is_free(self, tab: str, row: int, column: int) -> bool:
        """Whether a cell that is none of the form's may hold something: hints, and places for pictures."""
        for block in self.blocks.values():
            if block.tab != tab or not block.first_row <= row <= block.last_row:
                continue
            hints = block.shape.at.hint
            if block.shape.picture_rows or (
                block.shape.fields and column_number(hints[0]) <= column <= column_number(hints[1])
            ):
                return True
        return False

    @cached_property
    def said(self) -> dict[Place, str]:
        """What the locked cells with a fixed text say: titles, labels, headers, numbers of lines."""
        said: dict[Place, str] = {}
        title = self.prescribed.title
        for sheet in self.sheets.values():
            said[Place(sheet.name, _TITLE_ROW, 0)] = f"{sheet.title.ja}　{sheet.title.en}"
            said[Place(sheet.name, _FORM_ROW, 0)] = f"{title.ja} / {title.en} ({self.form_mark})"
        for block in self.blocks.values():
            said |= self._said_in(block)
        return said

    @property
    def form_mark(self) -> str:
        return f"{self.prescribed.form_id} {self.prescribed.form_version}"

    def _said_in(self, block: Block) -> dict[Place, str]:
        shape, tab, said = block.shape, block.tab, {}
        if shape.title is not None and block.title_row is not None:
            said[Place(tab, block.title_row, 0)] = f"{shape.title.ja}　{shape.title.en}"
        if shape.note is not None and block.note_row is not None:
            said[Place(tab, block.note_row, 0)] = f"{shape.note.ja}\n{shape.note.en}"
        for name, field_shape in shape.fields.items():
            row = block.row(Slot(block.name, name))
            said[Place(tab, row, column_number(shape.at.label[0]))] = both(field_shape.label)
        for column in shape.columns.values():
            first = column_number(column.column)
            for item, label in enumerate(column.repeat or [column.label]):
                said[Place(tab, block.header_row or 0, first + item)] = both(label)
            if shape.mark and column.locked:
                for line in range(block.count):
                    said[Place(tab, block.first_row + line, first)] = f"{shape.mark}{line + 1}"
        return said

    # -- what the system says -------------------------------------------------------------------------------------

    def fact(self, name: str, holder_name: str = "") -> str | int:
        """What a form shows of what it was made for."""
        made, rulebook = self.made, self.rulebook
        if name == "scheme_title":
            return f"{rulebook.title.ja} / {rulebook.title.en}"
        if name == "phase":
            if made.phase is None:
                return ""
            label = rulebook.phases[made.phase].label
            return f"{label.ja} / {label.en}"
        if name == "year":
            if made.year not in rulebook.life.years:
                return ""
            label = rulebook.texts.text("year_names", made.year)
            return f"{label.ja} / {label.en}"
        return made.fiscal_year if name == "fiscal_year" else holder_name

    @cached_property
    def source_groups(self) -> dict[str, list[Block]]:
        """The blocks of each group of lines that are sources of emissions, in the order of the form."""
        groups: dict[str, list[Block]] = {}
        for block in self.blocks.values():
            if block.shape.into == "sources" and block.shape.lines is not None:
                groups.setdefault(block.shape.lines, []).append(block)
        return groups


def _is_note(shape: BlockShape) -> bool:
    return not (shape.fields or shape.columns or shape.picture_rows)


def is_input(shape: FieldShape | ColumnShape) -> bool:
    """Whether people write into the cell."""
    return shape.formula is None and shape.copies is None and not shape.locked


def repeats(shape: FieldShape | ColumnShape) -> int:
    return len(shape.repeat) or 1 if isinstance(shape, ColumnShape) else 1


def both(label: Any) -> str:
    """A label in Japanese with English below."""
    return str(label.ja) if label.ja == label.en else f"{label.ja}\n{label.en}"


def word_text(shape: FieldShape | ColumnShape, word: str) -> str:
    """A word of the form's own lists as it stands in a cell."""
    label = shape.words[word]
    return label.ja if label.ja == label.en else f"{label.ja} / {label.en}"


def form_for(rulebook: Rulebook, made: Made, *, least: Mapping[str, int] | None = None) -> Form:
    """The form of a report, with at least so many lines where given. Raises ValueError where a table has too many."""
    prescribed = rulebook.report_form
    if prescribed is None:
        raise ValueError(f"{rulebook.scheme} prescribes no form")
    tables = system_tables(rulebook, made.fiscal_year)
    lines = {}
    for name, shape in prescribed.shape.lines.items():
        wanted = max(shape.usual, (least or {}).get(name, 0), tables.counts.get(name, 0))
        if wanted > shape.most:
            raise ValueError(name)
        lines[name] = made.lines.get(name) or wanted
    full = Made(made.scheme, made.phase, made.year, made.fiscal_year, made.holder, lines)
    return _laid_out(rulebook, full, tuple(sorted(lines.items())), prescribed, tables)


_CACHE: dict[Any, Form] = {}


def _laid_out(
    rulebook: Rulebook, made: Made, lines: tuple[tuple[str, int], ...], prescribed: ReportForm, tables: SystemTables
) -> Form:
    """Forms without a holder's own lines are alike: they are laid out once."""
    key = (rulebook.version, made.phase, made.year, made.fiscal_year, lines)
    known = _CACHE.get(key)
    if known is None:
        known = Form(rulebook, prescribed, made, tables)
        if len(_CACHE) > 30:
            _CACHE.clear()
        if sum(count for _, count in lines) < 1000:
            _CACHE[key] = known
    if known.made == made:
        return known
    copy = Form(rulebook, prescribed, made, tables)
    for name in ("sheets", "blocks", "said", "said_on", "cells", "input_cells", "source_groups"):
        copy.__dict__[name] = getattr(known, name)
    return copy
