"""CSV for spreadsheets and programs: UTF-8 with a byte order mark, so that Excel reads Japanese; one line a row.

Quantities and days are written for programs (-500, 2014-04-01). Text that a spreadsheet would take for a formula gets
an apostrophe in front: a name such as "=HYPERLINK(...)" must not run on the reader's machine. Our own negative numbers
are numbers and stay as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime

from tanso.interfaces.exports.paper import Cell, Table, shown

_BYTE_ORDER_MARK = "\ufeff"
# What makes a cell a formula in Excel, LibreOffice and Google Sheets, in both widths; tabs and returns are skipped
# over by them.
_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
_CHARACTERS_AT_ONCE = 64 * 1024


def neutralised(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_SIGNS) else text


def csv_chunks(table: Table, language: str) -> Iterator[bytes]:
    """The file in pieces, each of many lines; nothing more is held in memory."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_BYTE_ORDER_MARK)
    writer.writerow([_cell(column.label, language) for column in table.columns])
    for row in table.rows():
        writer.writerow([_cell(cell, language) for cell in row])
        if buffer.tell() > _CHARACTERS_AT_ONCE:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return piece


def _cell(cell: Cell, language: str) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return neutralised(shown(cell, language))
