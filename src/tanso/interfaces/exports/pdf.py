"""PDFs on A4, set by Typst: numbered pages, tagged for assistive technology (PDF/UA-1).

The same paper gives the same bytes, on every machine: the font is the one that comes as a package. Where the package is
missing, a Japanese font of the system serves; where there is none either, `export.no_font` says what to install.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tanso.interfaces.exports.excel import too_many_rows
from tanso.interfaces.exports.paper import Cell, Column, Kind, Paper, Table, shown
from tanso.interfaces.web import words
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

# 2,000 rows are some 60 pages, 0.5 CPU seconds and 150 MB; nobody reads more on paper.
MOST_ROWS = 2_000
_MOST_RANGES = 12
_TEMPLATE = Path(__file__).with_name("paper.typ")
_PACKAGE, _FAMILY = "pylopdf_fonts_jp", "Noto Sans JP"
# Japanese fonts that systems have, the nearest in look first.
_SYSTEM_FAMILIES = (
    "Noto Sans JP",
    "Noto Sans CJK JP",
    "Source Han Sans JP",
    "BIZ UDPGothic",
    "Hiragino Sans",
    "Yu Gothic",
    "IPAexGothic",
    "IPAGothic",
)


def pdf_bytes(paper: Paper, language: str) -> bytes:
    """The whole file. Raises TansoError `export.too_many_rows`, or `export.no_font` where there is no Japanese font."""
    if paper.row_count > MOST_ROWS:
        raise too_many_rows(paper.row_count, MOST_ROWS, Text("PDF", "a PDF"), Text("ExcelかCSV", "Excel or CSV"))
    import typst  # noqa: PLC0415 -- 40 MB of library, for those who print

    fonts, families = _fonts()
    compiler = typst.Compiler(
        input=_TEMPLATE.read_bytes(),
        font_paths=fonts,
        sys_inputs={"data": json.dumps(_content(paper, language, families), ensure_ascii=False)},
    )
    # The day of printing and not the clock: the same paper gives the same bytes.
    timestamp = datetime.combine(paper.printed_on, time(), tzinfo=UTC)
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(timestamp.timestamp()))
    assert isinstance(made, bytes), "one file"  # noqa: S101
    return made


@cache
def _fonts() -> tuple[Any, list[str]]:
    """The fonts to set in: the packaged one alone, or those of the system that have Japanese."""
    import typst  # noqa: PLC0415

    folder = packaged_folder()
    if folder is not None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        if _FAMILY in fonts.families():
            return fonts, [_FAMILY]
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)
    there = set(fonts.families())
    families = [family for family in _SYSTEM_FAMILIES if family in there]
    if not families:
        raise TansoError(
            code="export.no_font",
            message=Text("PDFに使う日本語フォントがありません。", "There is no Japanese font to set the PDF in."),
            next_step=Text(
                "`pip install pylopdf-fonts-jp`を実行するか、システムに日本語フォントを入れてください。",
                "Run `pip install pylopdf-fonts-jp`, or install a Japanese font in the system.",
            ),
        )
    return fonts, families


def packaged_folder() -> Path | None:
    """Where the packaged font lies; None where the package is not installed."""
    found = find_spec(_PACKAGE)
    return None if found is None or found.origin is None else Path(found.origin).parent


def _content(paper: Paper, language: str, families: list[str]) -> dict[str, Any]:
    printed = Text("印刷日 {day}", "Printed {day}").in_language(language)
    day = words.short_day(paper.printed_on).in_language(language)
    title = paper.title.in_language(language)
    return {
        "title": title,
        "language": language,
        "fonts": families,
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
        "aligns": ["right" if column.kind in (Kind.TONNES, Kind.CHANGE) else "left" for column in columns],
        "rows": [[_cell(table.columns[place], row[place], language) for place in places] for row in table.rows()],
    }


def _cell(column: Column, cell: Cell, language: str) -> str:
    if column.kind is Kind.CHANGE and isinstance(cell, int):
        return words.signed(cell)
    return shown(cell, language, _MOST_RANGES)
