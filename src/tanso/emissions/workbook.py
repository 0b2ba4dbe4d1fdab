"""The prescribed workbook: written for a holder, and read strictly. What it looks like is the scheme's data.

`write` fills an empty form. `read` takes anything: what is not the prescribed form is answered with the reason, never
with a guess, and never with a figure.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol

from tanso.kernel.quantities import Quantity, read_quantity
from tanso.kernel.texts import Text

LARGEST_BYTES = 5_000_000
# A small zip may unfold into gigabytes; the prescribed form unfolds into well under this.
LARGEST_UNFOLDED_BYTES = 50_000_000
_XLSX_MEMBER = "xl/workbook.xml"
_SHEETS = "xl/worksheets/"
# The reader lays a sheet out densely: one cell in the last corner would take gigabytes. The form is far smaller.
LARGEST_ROW, LARGEST_COLUMN_LETTERS = 20_000, 2
_CELL_NAME = re.compile(rb'\br="([A-Z]{0,3})([0-9]{1,9})"')
_NO_REASON = Text("", "")
_NOTHING: Mapping[str, str | int] = MappingProxyType({})

Form = Mapping[str, Any]
Grid = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: the emissions of its total cell, or None and the reason why it is not the form."""

    emissions: Quantity | None
    reason: Text = _NO_REASON


class _NotTheFormError(Exception):
    def __init__(self, ja: str, en: str) -> None:
        self.reason = Text(ja, en)
        super().__init__(en)


def read(content: bytes, form: Form, *, expected: Mapping[str, str | int] = _NOTHING) -> Reading:
    """Read an uploaded workbook; the result says why where it is not the prescribed form.

    `expected` says what named cells must hold where they are filled in: a form of another holder or year is refused.
    """
    try:
        grid = _sheet(content, str(form["sheet"]))
        _check_marks(grid, form)
        _check_expected(grid, form, expected)
        return Reading(emissions=_total(grid, form))
    except _NotTheFormError as wrong:
        return Reading(emissions=None, reason=wrong.reason)


def _sheet(content: bytes, name: str) -> Grid:
    if len(content) > LARGEST_BYTES:
        raise _NotTheFormError(
            f"ファイルが大きすぎます（上限 {LARGEST_BYTES:,} バイト）。", f"The file is over {LARGEST_BYTES:,} bytes."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unfolded = sum(member.file_size for member in archive.infolist())
            names = set(archive.namelist())
            too_wide = unfolded <= LARGEST_UNFOLDED_BYTES and _is_too_wide(archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error):
        raise _NotTheFormError(
            "Excel ブック（.xlsx）ではありません。", "The file is no Excel workbook (.xlsx)."
        ) from None
    if unfolded > LARGEST_UNFOLDED_BYTES or too_wide:
        raise _NotTheFormError(
            "ブックが指定様式よりはるかに大きいため読み込みません。",
            "The workbook is far larger than the prescribed form and was not read.",
        )
    if _XLSX_MEMBER not in names:
        raise _NotTheFormError("Excel ブック（.xlsx）ではありません。", "The file is no Excel workbook (.xlsx).")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if name not in book.sheet_names:
            raise _NotTheFormError(f"シート「{name}」がありません。", f"There is no sheet {name}.")
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except _NotTheFormError:
        raise
    except Exception as broken:  # the reader's own errors have no common base
        raise _NotTheFormError("Excel ブックとして読めません。", "The workbook cannot be read.") from broken


def _is_too_wide(archive: zipfile.ZipFile) -> bool:
    for member in archive.infolist():
        if not member.filename.startswith(_SHEETS):
            continue
        for letters, number in _CELL_NAME.findall(archive.read(member)):
            if len(letters) > LARGEST_COLUMN_LETTERS or int(number) > LARGEST_ROW:
                return True
    return False


def _at(grid: Grid, cell: str) -> Any:
    row, column = xl_cell_to_rowcol(cell)
    return grid[row][column] if row < len(grid) and column < len(grid[row]) else ""


def _check_marks(grid: Grid, form: Form) -> None:
    """Each cell with a prescribed value must hold it: the mark of the form and its version."""
    for cell in form["cells"].values():
        prescribed = cell.get("value")
        if prescribed is None:
            continue
        found = _plain(_at(grid, cell["cell"]))
        if found != prescribed:
            raise _NotTheFormError(
                f"セル {cell['cell']}（{cell['label'].ja}）が「{prescribed}」ではなく「{found[:40]}」です。",
                f"Cell {cell['cell']} ({cell['label'].en}) should hold {prescribed!r} and holds {found[:40]!r}.",
            )


def _check_expected(grid: Grid, form: Form, expected: Mapping[str, str | int]) -> None:
    for name, value in expected.items():
        cell = form["cells"][name]
        found = unicodedata.normalize("NFKC", _plain(_at(grid, cell["cell"])))
        if found and found != unicodedata.normalize("NFKC", str(value)):
            raise _NotTheFormError(
                f"セル {cell['cell']}（{cell['label'].ja}）は「{found[:40]}」ですが、この報告書は「{value}」です。",
                f"Cell {cell['cell']} ({cell['label'].en}) says {found[:40]!r}; this report is about {str(value)!r}.",
            )


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _total(grid: Grid, form: Form) -> Quantity:
    cell = form["cells"][form["lines"]["total"]]["cell"]
    value = _at(grid, cell)
    try:
        if isinstance(value, int | str) and not isinstance(value, bool) and value != "":
            return read_quantity(value)
        if isinstance(value, float):
            # The reader gives numbers as binary fractions; their shortest text is what the sheet shows.
            return read_quantity(Decimal(repr(value)))
    except ValueError:
        pass
    raise _NotTheFormError(
        f"セル {cell}（排出量合計）に数値がありません。", f"Cell {cell} (total emissions) holds no number."
    )


def write(form: Form, *, given: Mapping[str, str | int], lines: list[Mapping[str, str | int]] | None = None) -> bytes:
    """Make a workbook of the prescribed form, with the given cells and lines filled in.

    `given` is keyed by the form's cell names, `lines` by its column names. Only the cells to be filled are unlocked.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(str(form["sheet"]))
    sheet.protect("", {"select_locked_cells": True})
    sheet.set_paper(9)
    sheet.set_column(0, 6, 22)
    style = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "label": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "fixed": book.add_format({"font_color": "#555555"}),
        "open": book.add_format({"locked": False, "border": 1, "bg_color": "#FFFBE6", "num_format": "#,##0"}),
    }
    title = form["title"]
    sheet.write(form["title_cell"], f"{title.ja} / {title.en}", style["title"])
    for name, cell in form["cells"].items():
        if cell.get("label_cell"):
            sheet.write(cell["label_cell"], f"{cell['label'].ja}\n{cell['label'].en}", style["label"])
        if cell.get("value") is not None:
            sheet.write(cell["cell"], cell["value"], style["fixed"])
        else:
            sheet.write(cell["cell"], given.get(name, ""), style["open"])
    _write_lines(sheet, form["lines"], lines or [], style)
    book.close()
    return stream.getvalue()


def _write_lines(sheet: Any, table: Form, lines: list[Mapping[str, str | int]], style: Mapping[str, Any]) -> None:
    for name, column in table["columns"].items():
        label = column["label"]
        sheet.write(f"{column['column']}{table['header_row']}", f"{label.ja}\n{label.en}", style["label"])
        for offset, row in enumerate(range(table["first_row"], table["last_row"] + 1)):
            value = lines[offset].get(name, "") if offset < len(lines) else ""
            sheet.write(f"{column['column']}{row}", value, style["open"])
