"""PDFs on A4, set by Typst: numbered pages, tagged for assistive technology (PDF/UA-1).

The same paper gives the same bytes, on every machine (`typesetting`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanso.interfaces.exports.excel import too_many_rows
from tanso.interfaces.exports.paper import Cell, Column, Kind, Paper, Table, shown
from tanso.interfaces.exports.typesetting import typeset
from tanso.interfaces.web import words
from tanso.kernel.texts import Text

# 2,000 rows are some 60 pages, 0.5 CPU seconds and 150 MB; nobody reads more on paper.
MOST_ROWS = 2_000
_MOST_RANGES = 12
_TEMPLATE = Path(__file__).with_name("paper.typ")


def pdf_bytes(paper: Paper, language: str) -> bytes:
    """The whole file. Raises TansoError `export.too_many_rows`, or `export.no_font` where there is no Japanese font."""
    if paper.row_count > MOST_ROWS:
        raise too_many_rows(paper.row_count, MOST_ROWS, Text("PDF", "a PDF"), Text("ExcelかCSV", "Excel or CSV"))
    # The day of printing and not the clock: the same paper gives the same bytes.
    return typeset(_TEMPLATE, _content(paper, language), day=paper.printed_on, standards=["ua-1"])


def _content(paper: Paper, language: str) -> dict[str, Any]:
    printed = Text("印刷日 {day}", "Printed {day}").in_language(language)
    day = words.short_day(paper.printed_on).in_language(language)
    title = paper.title.in_language(language)
    return {
        "title": title,
        "language": language,
        "facts": [[label.in_language(language), value.in_language(language)] for label, value in paper.facts],
        "notes": [note.in_language(language) for note in paper.notes],
        "tables": [_table(table, language) for table in paper.tables],
        "footer": f"{title} · {paper.name} · {printed.format(day=day)}",
        "page": Text("ページ", "Page").in_language(language),
    }


def _table(table: Table, language: str) -> dict[str, Any]:
    """A table as the template takes it: what is short gets the room that it needs, the rest shares what is left."""
    places = [place for place, column in enumerate(table.columns) if column.in_print]
    columns = [table.columns[place] for place in places]
    return {
        "title": table.title.in_language(language),
        "empty": table.if_empty.in_language(language),
        "columns": [column.label.in_language(language) for column in columns],
        "widths": [column.width if column.kind in (Kind.TEXT, Kind.SERIALS) else 0 for column in columns],
        "aligns": ["right" if column.kind in (Kind.TONNES, Kind.CHANGE, Kind.NUMBER) else "left" for column in columns],
        "rows": [[_cell(table.columns[place], row[place], language) for place in places] for row in table.rows()],
    }


def _cell(column: Column, cell: Cell, language: str) -> str:
    if column.kind is Kind.CHANGE and isinstance(cell, int):
        return words.signed(cell)
    return shown(cell, language, _MOST_RANGES)
