"""Excel workbooks: one sheet a table, numbers as numbers, days as days, the header frozen and in both languages.

Rows are written as they are made and never held: XlsxWriter's constant memory. Nothing a person wrote becomes a formula
or a link. The same paper gives the same bytes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import IO, Any

import xlsxwriter

from tanso.interfaces.exports.paper import Cell, Kind, Paper, Table, shortened, shown
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import LANGUAGES, Text

# A sheet has 1,048,576 rows; some are headings.
MOST_ROWS = 1_048_000
# A cell takes 32,767 characters; a range of serial numbers has forty at most.
_MOST_RANGES = 800
_A4 = 9


def write_excel(paper: Paper, language: str, file: IO[bytes]) -> None:
    """Write the workbook into `file`. Raises TansoError `export.too_many_rows` beyond what a sheet can take."""
    if paper.row_count > MOST_ROWS:
        raise too_many_rows(paper.row_count, MOST_ROWS, Text("Excel", "Excel"), Text("CSV", "CSV"))
    workbook = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    # The library stamps the clock's time otherwise.
    workbook.set_properties(
        {
            "title": paper.title.in_language(language),
            "created": datetime.combine(paper.printed_on, time(), tzinfo=UTC).replace(tzinfo=None),
        }
    )
    book = _Book(workbook, language)
    book.write_cover(paper)
    for table in paper.tables:
        book.write_table(table)
    workbook.close()


def too_many_rows(rows: int, most: int, form: Text, instead: Text) -> TansoError:
    """The paper is too long for a format: how long, how long it may be, and the way out."""
    return TansoError(
        code="export.too_many_rows",
        message=Text(
            f"{rows:,}行あります。{form.ja}にできるのは{most:,}行までです。",
            f"There are {rows:,} rows; {form.en} takes {most:,} at most.",
        ),
        next_step=Text(
            f"期間を短くするか、{instead.ja}を選んでください。", f"Choose a shorter period, or {instead.en}."
        ),
        facts={"rows": rows, "most": most},
    )


class _Book:
    """A workbook in the making: its formats, and the reader's language."""

    def __init__(self, workbook: Any, language: str) -> None:
        self.workbook = workbook
        self.language = language
        # Both languages, the reader's own first.
        self.languages = sorted(LANGUAGES, key=lambda one: one != language)
        top: dict[str, object] = {"valign": "top"}
        wrapped = {**top, "text_wrap": True}
        formats: dict[str, dict[str, object]] = {
            "title": {"bold": True, "font_size": 14},
            "label": {**top, "bold": True},
            "header": {**wrapped, "bold": True, "bg_color": "#E8F1FE", "bottom": 1},
            Kind.TEXT.value: wrapped,
            Kind.CODE.value: top,
            Kind.SERIALS.value: wrapped,
            Kind.TONNES.value: {**top, "num_format": "#,##0"},
            Kind.NUMBER.value: {**top, "num_format": "#,##0"},
            Kind.CHANGE.value: {**top, "num_format": "+#,##0;-#,##0;0"},
            Kind.DAY.value: {**top, "num_format": "yyyy-mm-dd", "align": "left"},
            Kind.INSTANT.value: {**top, "num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
        }
        self.formats = {name: workbook.add_format(form) for name, form in formats.items()}

    def write_cover(self, paper: Paper) -> None:
        sheet = self.workbook.add_worksheet(Text("表紙", "Cover").in_language(self.language))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 70)
        sheet.set_paper(_A4)
        sheet.write_string(0, 0, self._in_both(paper.title), self.formats["title"])
        row = 2
        for label, value in paper.facts:
            sheet.write_string(row, 0, self._in_both(label), self.formats["label"])
            sheet.write_string(row, 1, value.in_language(self.language), self.formats[Kind.TEXT.value])
            row += 1
        for number, note in enumerate(paper.notes, start=row + 1):
            sheet.write_string(number, 0, note.in_language(self.language))

    def write_table(self, table: Table) -> None:
        sheet = self.workbook.add_worksheet(table.title.in_language(self.language)[:31])
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, column.width)
        # A list of a page is labelled in the language of the page alone.
        headers = list(
            dict.fromkeys(tuple(column.label.in_language(one) for column in table.columns) for one in self.languages)
        )
        for row, labels in enumerate(headers):
            for number, label in enumerate(labels):
                sheet.write_string(row, number, label, self.formats["header"])
        last = len(headers) - 1
        for last, cells in enumerate(table.rows(), start=len(headers)):
            for number, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                self._write(sheet, (last, number), cell, self.formats[column.kind.value])
        sheet.freeze_panes(len(headers), 0)
        if last >= len(headers):
            sheet.autofilter(len(headers) - 1, 0, last, len(table.columns) - 1)
        # Printed: A4, landscape, as wide as the page, the header on each.
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, len(headers) - 1)

    def _write(self, sheet: Any, place: tuple[int, int], cell: Cell, style: Any) -> None:
        if cell is None or cell in ("", ()):
            return
        if isinstance(cell, int):
            sheet.write_number(*place, cell, style)
        elif isinstance(cell, datetime):
            # Excel knows no time zones: the instant as the clock showed it where it was taken down.
            sheet.write_datetime(*place, cell.replace(tzinfo=None), style)
        elif isinstance(cell, date):
            sheet.write_datetime(*place, cell, style)
        elif isinstance(cell, tuple):
            sheet.write_string(*place, shortened(cell, self.language, _MOST_RANGES), style)
        else:
            sheet.write_string(*place, shown(cell, self.language), style)

    def _in_both(self, text: Text) -> str:
        return " / ".join(dict.fromkeys(text.in_language(language) for language in self.languages))
