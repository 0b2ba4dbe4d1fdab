"""Reads an adoption list from the file that a clerk has: Excel or CSV, with all that is wrong and where.

The first row names the columns. Whatever stands in a cell is text or a number; nothing is ever calculated.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from tanso.kernel.quantities import read_quantity
from tanso.parties.applications.adoption import MOST_ROWS, Adopted

LARGEST_BYTES = 2 * 1024 * 1024
_LENGTH_MAX = 200
_MOST_PROBLEMS = 50
# How a column may be called, in the spelling of `_key`.
_COLUMNS = {
    "organisation": ("代表事業者", "代表事業者名", "代表事業者法人名", "representativebusiness", "organisation"),
    "site": ("事業所", "事業所名", "事業場・工場名", "site"),
    "reduction_target_t": (
        "排出削減目標量",
        "排出削減目標量(t)",
        "排出削減目標量(t-co2)",
        "目標量",
        "reductiontarget",
        "reductiontarget(t)",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row of the file; row 0 is the file as a whole."""

    row: int
    message: str

    def __str__(self) -> str:
        return self.message if self.row == 0 else _("Row %(row)s: %(message)s") % self._shown

    @property
    def _shown(self) -> dict[str, object]:
        return {"row": self.row, "message": self.message}


def read_adoption_list(content: bytes, name: str) -> tuple[list[Adopted], list[Problem]]:
    """The rows of the file, and everything that is wrong with it; with a problem, no row counts."""
    try:
        cells = _excel(content) if name.casefold().endswith(".xlsx") else _csv(content)
    except (ValueError, CalamineError, csv.Error, OSError):
        return [], [Problem(0, _("The file cannot be read. Save it as an Excel workbook (.xlsx) or as CSV."))]
    if not cells:
        return [], [Problem(0, _("The file is empty."))]
    places = {field: _place(cells[0], names) for field, names in _COLUMNS.items()}
    lacking = [_COLUMNS[field][0] for field, place in places.items() if place is None]
    if lacking:
        return [], [Problem(1, _("These columns are missing: %(columns)s.") % {"columns": ", ".join(lacking)})]
    found = {field: place for field, place in places.items() if place is not None}
    return _rows(cells[1:], found)


def _rows(cells: Sequence[Sequence[str]], places: dict[str, int]) -> tuple[list[Adopted], list[Problem]]:
    rows: list[Adopted] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for number, written in enumerate(cells, start=2):
        texts = {field: _text(written, place) for field, place in places.items()}
        if not any(texts.values()):
            continue
        wrong = list(_wrong(texts))
        problems += [Problem(number, message) for message in wrong]
        if wrong:
            continue
        row = Adopted(texts["organisation"], texts["site"], read_quantity(texts["reduction_target_t"]).t)
        if row.keys in seen:
            problems.append(Problem(number, _("Row %(row)s has this site already.") % {"row": seen[row.keys]}))
        seen.setdefault(row.keys, number)
        rows.append(row)
    if not rows and not problems:
        problems.append(Problem(0, _("The file has no rows.")))
    if len(rows) > MOST_ROWS:
        problems.append(Problem(0, _("A list has %(most)s rows at most.") % {"most": f"{MOST_ROWS:,}"}))
    if len(problems) > _MOST_PROBLEMS:
        more = len(problems) - _MOST_PROBLEMS
        problems = [*problems[:_MOST_PROBLEMS], Problem(0, _("And %(number)s more.") % {"number": more})]
    return ([] if problems else rows), problems


def _wrong(texts: dict[str, str]) -> Iterator[str]:
    for field, label in (("organisation", _("the representative business")), ("site", _("the site"))):
        if not texts[field]:
            yield _("The cell for %(what)s is empty.") % {"what": label}
        elif len(texts[field]) > _LENGTH_MAX:
            yield _("The cell for %(what)s is too long.") % {"what": label}
    try:
        target = read_quantity(texts["reduction_target_t"])
    except ValueError:
        target = None
    if target is None or not target.is_whole or target.t < 0:
        yield _("The reduction target is a whole number of tonnes, 0 or more.")


def _text(written: Sequence[str], place: int) -> str:
    text = written[place] if place < len(written) else ""
    kept = "".join(" " if letter.isspace() else letter for letter in text)
    return "".join(letter for letter in kept if unicodedata.category(letter) not in ("Cc", "Cf", "Cs")).strip()


def _place(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, cell in enumerate(head) if _key(cell) in names), None)


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _csv(content: bytes) -> list[list[str]]:
    """CSV in UTF-8, or as Excel in Japan writes it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932")
    if "\0" in text:
        raise ValueError("this is no text")
    return list(csv.reader(io.StringIO(text, newline="")))


def _excel(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _cell(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
