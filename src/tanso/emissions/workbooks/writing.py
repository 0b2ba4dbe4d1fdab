"""Writes a form as an Excel workbook: only inputs unlocked, lists to choose from, hints, ready for A4."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any

import xlsxwriter

from tanso.emissions.workbooks import styles
from tanso.emissions.workbooks.form import (
    MARKS_SHEET,
    Block,
    Form,
    Place,
    Slot,
    both,
    column_number,
    is_input,
    letters,
    repeats,
    word_text,
)
from tanso.emissions.workbooks.formulas import Formulas, column_range
from tanso.rulebook.workbook_shapes import ColumnShape, FieldShape, SheetShape

Value = str | int | Decimal
# A file made twice from the same is the same, byte by byte: the day in it is none.
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# What a number of a spreadsheet holds exactly; longer ones are written as texts, which keep every digit.
_EXACT_DIGITS = 15
_AS_KEPT = Context(prec=17)
# Margins of the paper, in inches.
_SIDE, _EDGE = Decimal("0.5"), Decimal("0.7")
_LONGEST_PROMPT, _LONGEST_TITLE, _LONGEST_LIST = 255, 32, 255


def write(form: Form, inputs: Mapping[Slot, Value], shown: Mapping[Slot, Value]) -> bytes:
    """The workbook: `inputs` are what is filled in, `shown` what the formulas come to (spreadsheets recompute them)."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    title = form.prescribed.title
    book.set_properties({"title": title.ja, "subject": form.form_mark, "created": _NO_DAY})
    pen = _Pen(book, form, inputs, shown)
    sheets = {name: book.add_worksheet(sheet.name) for name, sheet in form.sheets.items()}
    for name, sheet in form.sheets.items():
        pen.draw(sheets[name], name, sheet)
    _write_marks(book, form)
    book.close()
    return stream.getvalue()


def _write_marks(book: Any, form: Form) -> None:
    sheet = book.add_worksheet(MARKS_SHEET)
    for row, (name, value) in enumerate(form.made.marks(form.prescribed).items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.protect()
    sheet.very_hidden()


class _Pen:
    """Draws the sheets of one form."""

    def __init__(self, book: Any, form: Form, inputs: Mapping[Slot, Value], shown: Mapping[Slot, Value]) -> None:
        self.form = form
        self.inputs = inputs
        self.shown = shown
        self.formulas = Formulas(form)
        self.styles = styles.Styles(book)

    def draw(self, sheet: Any, name: str, shape: SheetShape) -> None:
        last = column_number(shape.last)
        sheet.hide_gridlines(2)
        for column, width in shape.widths.items():
            sheet.set_column(f"{column}:{column}", width, self.styles.plain)
        sheet.write_string(0, 0, self.form.said[Place(shape.name, 0, 0)], self.styles.title)
        sheet.write_string(1, 0, self.form.said[Place(shape.name, 1, 0)], self.styles.soft)
        sheet.set_row(0, 24)
        bottom = 1
        for block in self.form.blocks.values():
            if block.sheet == name:
                self._draw_block(sheet, block, shape, last)
                bottom = max(bottom, block.last_row, block.note_row or 0)
        self._set_up_print(sheet, shape, bottom, last)
        sheet.protect("", {"objects": True, "format_rows": True, "format_columns": True, "select_locked_cells": True})

    def _set_up_print(self, sheet: Any, shape: SheetShape, bottom: int, last: int) -> None:
        sheet.set_paper(9)
        if shape.orientation == "landscape":
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=_SIDE, right=_SIDE, top=_EDGE, bottom=_EDGE)
        sheet.center_horizontally()
        sheet.repeat_rows(0, 1)
        sheet.print_area(0, 0, bottom, last)
        sheet.set_footer(f"&L{self.form.form_mark}&C&A&R&P / &N")
        sheet.freeze_panes(2, 0)

    def _draw_block(self, sheet: Any, block: Block, shape: SheetShape, last: int) -> None:
        said, tab = self.form.said, block.tab
        if block.title_row is not None:
            sheet.write_string(block.title_row, 0, said[Place(tab, block.title_row, 0)], self.styles.heading)
        if block.note_row is not None:
            text = said[Place(tab, block.note_row, 0)]
            sheet.merge_range(block.note_row, 0, block.note_row, last, text, self.styles.note)
            width = sum(shape.widths.get(letters(column), 9) for column in range(last + 1))
            sheet.set_row(block.note_row, styles.height_of(text, width))
        if block.shape.picture_rows:
            sheet.merge_range(block.first_row, 0, block.last_row, last, "", self.styles.picture)
        if block.shape.fields:
            self._draw_fields(sheet, block, shape)
        elif block.shape.columns:
            self._draw_table(sheet, block, shape)

    # -- fields ---------------------------------------------------------------------------------------------------

    def _draw_fields(self, sheet: Any, block: Block, sheet_shape: SheetShape) -> None:
        at = block.shape.at
        for name, field in block.shape.fields.items():
            slot = Slot(block.name, name)
            row = block.row(slot)
            self._merged(sheet, row, at.label, both(field.label), self.styles.label)
            if field.hint is not None:
                self._merged(sheet, row, at.hint, both(field.hint), self.styles.hint)
            style = self.styles.cell(field)
            if at.value[0] != at.value[1]:
                first, end = column_number(at.value[0]), column_number(at.value[1])
                sheet.merge_range(row, first, row, end, "", style)
            self._write(sheet, slot, field, (row, column_number(at.value[0])), style)
            self._validate(sheet, field, (row, column_number(at.value[0]), row, column_number(at.value[0])))
            value = str(self.form.fact(field.system)) if field.system is not None and field.locked else ""
            labels = [
                (both(field.label), at.label),
                (both(field.hint) if field.hint else "", at.hint),
                (value, at.value),
            ]
            tall = max(styles.height_of(text, _width(sheet_shape, span)) for text, span in labels)
            sheet.set_row(row, max(tall, 15 * field.rows + 3))

    def _merged(self, sheet: Any, row: int, span: list[str], text: str, style: Any) -> None:
        first, last = column_number(span[0]), column_number(span[1])
        if first != last:
            sheet.merge_range(row, first, row, last, "", style)
        sheet.write_string(row, first, text, style)

    # -- tables ---------------------------------------------------------------------------------------------------

    def _draw_table(self, sheet: Any, block: Block, sheet_shape: SheetShape) -> None:
        header = block.header_row or 0
        tallest = 15
        for name, column in block.shape.columns.items():
            first = column_number(column.column)
            for item, label in enumerate(column.repeat or [column.label]):
                sheet.write_string(header, first + item, both(label), self.styles.header)
                width = sheet_shape.widths.get(letters(first + item), 9)
                tallest = max(tallest, styles.height_of(both(label), width))
            self._draw_column(sheet, block, name, column, first)
            if column.to is not None:
                self._merge_lines(sheet, block, name, first, column_number(column.to))
        sheet.set_row(header, tallest)

    def _draw_column(self, sheet: Any, block: Block, name: str, column: ColumnShape, first: int) -> None:
        style = self.styles.cell(column)
        for line in range(block.count):
            for item in range(repeats(column)):
                slot = Slot(block.name, name, line, item)
                self._write(sheet, slot, column, (block.first_row + line, first + item), style)
        area = (block.first_row, first, block.last_row, first + repeats(column) - 1)
        self._validate(sheet, column, area)
        if column.type == "number" and column.formula is None:
            self.styles.show_decimals(sheet, area)

    def _merge_lines(self, sheet: Any, block: Block, name: str, first: int, last: int) -> None:
        """A column that is wider than its letter: each of its cells is several, merged."""
        column, header, style = (
            block.shape.columns[name],
            block.header_row or 0,
            self.styles.cell(block.shape.columns[name]),
        )
        sheet.merge_range(header, first, header, last, both(column.label), self.styles.header)
        for line in range(block.count):
            row = block.first_row + line
            sheet.merge_range(row, first, row, last, "", style)
            self._write(sheet, Slot(block.name, name, line), column, (row, first), style)

    # -- one cell -------------------------------------------------------------------------------------------------

    def _write(self, sheet: Any, slot: Slot, shape: FieldShape | ColumnShape, at: tuple[int, int], style: Any) -> None:
        row, column = at
        if shape.formula is not None or shape.copies is not None:
            formula = (
                self.formulas.formula(shape.formula, slot)
                if shape.formula is not None
                else self.formulas.copy(shape.copies or "", slot)
            )
            sheet.write_formula(row, column, formula, style, _kept(self.shown.get(slot, "")))
            return
        value = self.inputs.get(slot) if is_input(shape) else self._locked(slot, shape, row, column)
        if value is None or value == "":
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, str) or _digits(value) > _EXACT_DIGITS:
            sheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else str(value), style)
        else:
            sheet.write_number(row, column, _kept(value), style)

    def _locked(self, slot: Slot, shape: FieldShape | ColumnShape, row: int, column: int) -> Value | None:
        if isinstance(shape, FieldShape) and shape.system is not None:
            return self.form.fact(shape.system)
        block = self.form.blocks[slot.block]
        if block.shape.system is not None:
            rows = self.form.tables.rows[block.shape.system]
            value = rows[slot.line].get(slot.cell) if slot.line < len(rows) else None
            if block.shape.system == "suppliers" and slot.cell == "kind" and value is not None:
                return self._kind_word(str(value))
            return value
        return self.form.said.get(Place(block.tab, row, column))

    def _kind_word(self, kind: str) -> str:
        """The kind of a supplier's factor as the cells that choose it write it."""
        for block in self.form.blocks.values():
            for column in block.shape.columns.values():
                if column.key == "factor.kind":
                    return word_text(column, kind)
        return kind

    def _validate(self, sheet: Any, shape: FieldShape | ColumnShape, area: tuple[int, int, int, int]) -> None:
        if not is_input(shape):
            return
        rule = self._rule(shape)
        prompt = "" if shape.hint is None else both(shape.hint)
        if rule is None and not prompt:
            return
        rule = rule or {"validate": "any"}
        if prompt:
            rule |= {"input_title": shape.label.ja[:_LONGEST_TITLE], "input_message": prompt[:_LONGEST_PROMPT]}
        sheet.data_validation(*area, {"ignore_blank": True, **rule})

    def _rule(self, shape: FieldShape | ColumnShape) -> dict[str, Any] | None:
        if shape.words:
            return _of_list([word_text(shape, word) for word in shape.words])
        if shape.choices in ("fuels", "activities"):
            source = self._factor_names(shape.choices)
            return {"validate": "list", "source": source, **_CHOOSE}
        if shape.choices is not None:
            return _of_list(list(self.form.tables.choices[shape.choices]))
        if shape.type in ("number", "whole"):
            kind = "integer" if shape.type == "whole" else "decimal"
            bound = -(10**15) if shape.signed else 0
            return {"validate": kind, "criteria": ">=", "value": bound, **_NUMBER}
        return None

    def _factor_names(self, choices: str) -> str:
        tables = self.form.tables
        block = next(block for block in self.form.blocks.values() if block.shape.system == "factors")
        if choices == "fuels":
            return column_range(block, "name", 0, tables.fuels)
        first = tables.fuels + tables.electricity
        return column_range(block, "name", first, len(tables.rows["factors"]) - first)


_CHOOSE = {
    "error_title": "一覧から選択 / Choose from the list",
    "error_message": "一覧にある語から選んでください。\nChoose one of the words of the list.",
}
_NUMBER = {
    "error_title": "数値 / A number",
    "error_message": "数値だけを入力してください（単位や文字は付けません）。\nWrite a number alone, without a unit.",
}


def _of_list(words: list[str]) -> dict[str, Any]:
    # A list may be 255 characters long; the English of a longer one is left out.
    if len(",".join(words)) > _LONGEST_LIST:
        words = [word.partition(" / ")[0] for word in words]
    return {"validate": "list", "source": words, **_CHOOSE}


def _width(sheet: SheetShape, span: list[str]) -> int:
    columns = range(column_number(span[0]), column_number(span[1]) + 1)
    return sum(sheet.widths.get(letters(column), 9) for column in columns)


def _digits(value: int | Decimal) -> int:
    return len(Decimal(value).normalize().as_tuple().digits)


def _kept(value: Value) -> Value:
    """A number as a spreadsheet keeps it: with 17 digits, and without zeros at the end."""
    if not isinstance(value, Decimal):
        return value
    kept = _AS_KEPT.create_decimal(value)
    return int(kept) if kept == kept.to_integral_value() else kept.normalize()
