"""Reads a workbook: is it the prescribed form, what was filled in, what does it come to, and does it show the same.

Strict about the form, kind about how people write numbers. Everything that is wrong is told at once, with its cell;
only what is no workbook, or not this form at all, ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation import Calculation, calculate, read_request
from tanso.emissions.calculation.numbers import shown, written
from tanso.emissions.workbooks.findings import WorkbookFinding, finding, from_calculation
from tanso.emissions.workbooks.form import MARKS_SHEET, Block, Form, Made, Slot, column_number, form_for, letters, seal
from tanso.emissions.workbooks.gathering import Gathered, Raw, gather
from tanso.emissions.workbooks.grid import Sheet, as_number, as_text, sheets_of
from tanso.emissions.workbooks.package import RefusedFileError, open_package
from tanso.emissions.workbooks.shown import expected_values, labels_of
from tanso.kernel.quantities import Quantity
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook

_MOST_OUTSIDE = 20
_MOST_IN_REASON = 10
_MOST_MARKS = 60
_LONGEST_FIGURE = 24
# What a spreadsheet computes in binary fractions is equal to the exact figure if it is as near as this.
_NEAR, _NEAR_SHARE = Decimal("0.000001"), Decimal("0.000000001")
_SPACED = re.compile(r"-?[0-9０-９]{1,3}([\s\u00a0\u202f][0-9０-９]{3})+([.．][0-9０-９]+)?")


@dataclass(frozen=True, slots=True)
class Expected:
    """The report that a workbook is to be registered for; blank where anything will do."""

    phase: int | None = None
    year: str = ""
    fiscal_year: int | None = None
    holder: str = ""


@dataclass(slots=True)
class Reading:
    """What a workbook says. Without `calculation`, it is not the form, and `findings` say why."""

    findings: list[WorkbookFinding] = field(default_factory=list)
    made: Made | None = None
    input: dict[str, Any] = field(default_factory=dict)
    calculation: Calculation | None = None
    compared: int = 0

    @property
    def refused(self) -> bool:
        return any(found.level == "refused" for found in self.findings)

    @property
    def emissions(self) -> Quantity | None:
        """The recomputed emissions in whole tonnes, as the scheme rounds them; None where anything is refused."""
        if self.refused or self.calculation is None or self.calculation.total_reported_t is None:
            return None
        return Quantity(t=self.calculation.total_reported_t, is_whole=True)

    @property
    def reason(self) -> Text:
        """Everything that keeps it from being registered, in one sentence after the other."""
        told = [found for found in self.findings if found.level == "refused"]
        parts = [_placed(found) for found in told[:_MOST_IN_REASON]]
        more = len(told) - len(parts)
        if more:
            parts.append(Text(f"ほか {more} 件。", f"And {more} more."))
        return Text("".join(part.ja for part in parts), " ".join(part.en for part in parts))


def _placed(found: WorkbookFinding) -> Text:
    place = found.place
    if not place.ja:
        return found.message
    return Text(f"{place.ja}：{found.message.ja}", f"{place.en}: {found.message.en}")


_NOTHING = Expected()


def read(content: bytes, rulebook: Rulebook, *, expected: Expected = _NOTHING) -> Reading:
    """Read what was sent as a workbook; never raises for anything that it may hold."""
    try:
        form, sheets = opened(content, rulebook)
    except RefusedFileError as refused:
        return Reading(findings=[refused.finding])
    return read_opened(form, sheets, findings=_of_another_report(form.made, expected, rulebook))


def opened(content: bytes, rulebook: Rulebook) -> tuple[Form, dict[str, Sheet]]:
    """The form that a workbook is, and its sheets. Raises RefusedFileError for what is no form of the scheme."""
    if rulebook.report_form is None:
        raise RefusedFileError("form.no_form")
    package = open_package(content)
    tabs = {sheet.name for sheet in rulebook.report_form.sheets.values()}
    sheets = sheets_of(package, only=tabs | {MARKS_SHEET})
    return _form(rulebook, sheets), sheets


def read_opened(form: Form, sheets: Mapping[str, Sheet], *, findings: Iterable[WorkbookFinding] = ()) -> Reading:
    """What the sheets of a form say."""
    reading = Reading(findings=list(findings), made=form.made)
    _Reader(form, sheets, reading).read()
    return reading


def scheme_of(content: bytes) -> str:
    """The scheme whose form this says to be; "" where it says none. Nothing else of it is checked."""
    try:
        sheets = sheets_of(open_package(content), only={MARKS_SHEET})
    except RefusedFileError:
        return ""
    if MARKS_SHEET not in sheets:
        return ""
    rows = [row for row in sheets[MARKS_SHEET].rows[:_MOST_MARKS] if len(row) > 1]
    return next((as_text(row[1]) for row in rows if row[0] == "scheme"), "")


# -- is it the form ---------------------------------------------------------------------------------------------------


def _form(rulebook: Rulebook, sheets: Mapping[str, Sheet]) -> Form:
    """The form that the hidden sheet says this is. Raises RefusedFileError."""
    prescribed = rulebook.report_form
    assert prescribed is not None  # noqa: S101 -- the caller has looked
    if MARKS_SHEET not in sheets:
        raise RefusedFileError("form.not_prescribed")
    marks: dict[str, str] = {}
    for row in sheets[MARKS_SHEET].rows[:_MOST_MARKS]:
        name, value = (as_text(row[0]), as_text(row[1])) if len(row) > 1 else ("", "")
        if name:
            marks[name] = value
    for name, wanted in (("form", prescribed.form_id), ("scheme", rulebook.scheme)):
        if marks.get(name) != wanted:
            _refuse_mark(name, marks.get(name, ""), wanted)
    if marks.get("version") != str(prescribed.form_version):
        raise RefusedFileError(
            "form.version", sheet=MARKS_SHEET, found=marks.get("version", ""), expected=str(prescribed.form_version)
        )
    if marks.get("seal") != seal(marks):
        _refuse_mark("seal", marks.get("seal", ""), seal(marks))
    made = Made(
        scheme=rulebook.scheme,
        phase=_whole(marks, "phase") if marks.get("phase") else None,
        year=marks.get("year", ""),
        fiscal_year=_whole(marks, "fiscal_year"),
        holder=marks.get("holder", ""),
        lines={name: _whole(marks, f"lines.{name}") for name in prescribed.shape.lines},
    )
    for name, shape in prescribed.shape.lines.items():
        if not 1 <= made.lines[name] <= shape.most:
            _refuse_mark(f"lines.{name}", str(made.lines[name]), f"1-{shape.most}")
    if made.phase is not None and made.phase not in rulebook.phases:
        _refuse_mark("phase", str(made.phase), ", ".join(map(str, sorted(rulebook.phases))))
    if not 1950 <= made.fiscal_year <= 2200:
        _refuse_mark("fiscal_year", str(made.fiscal_year), "1950-2200")
    return form_for(rulebook, made)


def _refuse_mark(name: str, found: str, wanted: str) -> None:
    code = "form.marks_changed" if found else "form.not_prescribed"
    raise RefusedFileError(code, sheet=MARKS_SHEET, name=name, found=found, expected=wanted)


def _whole(marks: Mapping[str, str], name: str) -> int:
    text = marks.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        _refuse_mark(name, text, "0")
    return int(text)


_NAMES = {
    "phase": Text("参加期", "phase"),
    "year": Text("年度区分", "kind of year"),
    "fiscal_year": Text("算定対象年度", "fiscal year"),
    "holder": Text("事業者", "holder"),
}


def _of_another_report(made: Made, expected: Expected, rulebook: Rulebook) -> list[WorkbookFinding]:
    """A form of another phase, year or holder. What a form leaves blank is said by whoever registers it."""
    findings = []
    for name, text in _NAMES.items():
        found, wanted = getattr(made, name), getattr(expected, name)
        if found and wanted and found != wanted:
            labels = [
                rulebook.texts.text("year_names", value) if name == "year" and value in rulebook.life.years else value
                for value in (found, wanted)
            ]
            findings.append(
                finding(
                    "form.another_report",
                    sheet=MARKS_SHEET,
                    name=text,
                    found=_word(labels[0]),
                    expected=_said(labels[1]),
                )
            )
    return findings


def _word(value: Any) -> str:
    return f"{value.ja} / {value.en}" if isinstance(value, Text) else str(value)


def _said(value: Any) -> str | Text:
    return value if isinstance(value, Text) else str(value)


# -- what it says -----------------------------------------------------------------------------------------------------


class _Reader:
    """Walks through the sheets of one workbook."""

    def __init__(self, form: Form, sheets: Mapping[str, Sheet], reading: Reading) -> None:
        self.form = form
        self.sheets = sheets
        self.reading = reading
        self.inputs: dict[Slot, Raw] = {}
        self.seen: dict[Slot, Any] = {}
        self.soft: dict[Slot, str] = {}
        """Inputs that the sheet's formulas cannot count (numbers written as texts, other names), as they stand."""
        self.soft_lines: set[tuple[str, int]] = set()

    def tell(self, code: str, **facts: Any) -> None:
        self.reading.findings.append(finding(code, **facts))

    def read(self) -> None:
        tabs = [sheet.name for sheet in self.form.sheets.values()]
        for name, sheet in self.sheets.items():
            if name not in tabs and name != MARKS_SHEET:
                self.tell("sheet.extra", sheet=name[:31])
            elif sheet.hidden and name != MARKS_SHEET:
                self.tell("sheet.hidden", sheet=name)
        for tab in tabs:
            if tab in self.sheets:
                self._read_sheet(tab, self.sheets[tab])
            else:
                self.tell("sheet.missing", sheet=tab)
        gathered = gather(self.form, self.inputs)
        self.reading.findings += gathered.findings
        self.reading.input = gathered.value
        answer = calculate(read_request(gathered.value), self.form.rulebook)
        self.reading.calculation = answer
        self._tell_of_calculation(gathered, answer)
        self._note_soft()
        self._compare(gathered, answer)

    def _read_sheet(self, tab: str, sheet: Sheet) -> None:
        cells = self.form.cells[tab]
        outside: list[tuple[int, int, Any]] = []
        said = dict(self.form.said_on[tab])
        for row, column, value in sheet.cells():
            slot = cells.get((row, column))
            if slot is not None:
                if self.form.is_input(slot):
                    self._take(tab, sheet, (row, column), slot, value)
                else:
                    self.seen[slot] = value
            elif (row, column) in said:
                self._check_said(tab, row, column, said.pop((row, column)), value)
            elif not self.form.is_free(tab, row, column):
                outside.append((row, column, value))
        for (row, column), text in said.items():
            self._check_said(tab, row, column, text, "")
        for (row, column), slot in self.form.input_cells[tab].items():
            if slot not in self.inputs and (row, column) in sheet.scan.formulas:
                self._take_without_value(tab, sheet, (row, column))
        self._check_merged(tab, sheet)
        self._tell_of_outside(tab, outside)

    def _check_said(self, tab: str, row: int, column: int, text: str, value: Any) -> None:
        found = as_text(value).replace("\r\n", "\n").replace("_x000D_", "")
        if found != text:
            cell = f"{letters(column)}{row + 1}"
            self.tell("cell.changed", sheet=tab, cell=cell, found=found[:60], expected=text)

    # -- inputs ---------------------------------------------------------------------------------------------------

    def _take(self, tab: str, sheet: Sheet, at: tuple[int, int], slot: Slot, value: Any) -> None:
        shape = self.form.shape(slot)
        cell = f"{letters(at[1])}{at[0] + 1}"
        if at in sheet.scan.formulas and not sheet.scan.formulas[at]:
            self.tell("cell.formula", sheet=tab, cell=cell)
            return
        number = as_number(value)
        if shape.type in ("number", "whole") and not shape.words:
            if number is not None:
                self.inputs[slot] = number
            elif isinstance(value, str):
                text = _tidied(value)
                if text:
                    self.inputs[slot] = text
                    self.soft[slot] = value
            else:
                self.tell("cell.not_a_number", sheet=tab, cell=cell, found=_odd(value))
            return
        text = _odd(value) if number is None and not isinstance(value, str) else as_text(value)
        if text:
            self.inputs[slot] = text

    def _take_without_value(self, tab: str, sheet: Sheet, at: tuple[int, int]) -> None:
        cell = f"{letters(at[1])}{at[0] + 1}"
        if at in sheet.scan.errors:
            self.tell("cell.error", sheet=tab, cell=cell, found=sheet.scan.errors[at])
        elif not sheet.scan.formulas[at]:
            self.tell("cell.formula", sheet=tab, cell=cell)

    def _check_merged(self, tab: str, sheet: Sheet) -> None:
        inputs = self.form.input_cells[tab]
        for top, left, bottom, right in sheet.scan.merged:
            slot = inputs.get((top, left))
            if slot is None or slot not in self.inputs:
                continue
            if (bottom - top + 1) * (right - left + 1) > len(inputs):
                others = sum(top <= row <= bottom and left <= column <= right for row, column in inputs)
            else:
                others = sum(
                    (row, column) in inputs for row in range(top, bottom + 1) for column in range(left, right + 1)
                )
            if others > 1:
                area = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
                found = str(self.inputs[slot])
                self.tell("cell.merged", sheet=tab, cell=f"{letters(left)}{top + 1}", found=found, range=area)

    def _tell_of_outside(self, tab: str, outside: list[tuple[int, int, Any]]) -> None:
        """What stands below the last table is probably lines that did not fit; anything else is a note."""
        last = [block for block in self.form.blocks.values() if block.tab == tab][-1]
        below = [found for found in outside if _is_below(last, *found[:2])]
        if below:
            row, column, value = below[0]
            self.tell(
                "lines.beyond",
                sheet=tab,
                cell=f"{letters(column)}{row + 1}",
                found=as_text(value),
                last=last.last_row + 1,
                more=len(below) - 1,
            )
        rest = [found for found in outside if not _is_below(last, *found[:2])]
        for row, column, value in rest[:_MOST_OUTSIDE]:
            self.tell("cell.outside", sheet=tab, cell=f"{letters(column)}{row + 1}", found=as_text(value))

    # -- the calculation and what is shown ------------------------------------------------------------------------

    def _tell_of_calculation(self, gathered: Gathered, answer: Calculation) -> None:
        for told in answer.findings:
            slot = gathered.slot_of(told.place)
            place = None if slot is None else self.form.place(slot)
            found = None if slot is None else self.inputs.get(slot)
            self.reading.findings.append(
                from_calculation(
                    told,
                    sheet="" if place is None else place.sheet,
                    cell="" if place is None else place.cell,
                    found=None if found is None else str(found)[:60],
                )
            )

    def _note_soft(self) -> None:
        """Names and units that are understood, but are not those of the lists that the formulas look them up in."""
        choices = self.form.tables.choices
        for slot, raw in self.inputs.items():
            chosen = self.form.shape(slot).choices
            if chosen is not None and raw not in choices[chosen]:
                self.soft[slot] = str(raw)
        groups = {block.name: name for name, blocks in self.form.source_groups.items() for block in blocks}
        self.soft_lines = {(groups.get(slot.block, ""), slot.line) for slot in self.soft}

    def _compare(self, gathered: Gathered, answer: Calculation) -> None:
        """What the sheets show against what was recomputed. Where an input is soft, its line shows something else of
        course: then the input is pointed out, and the totals that it is missing from."""
        missing = False
        for slot, wanted in expected_values(self.form, gathered, answer):
            place = self.form.place(slot)
            sheet = self.sheets.get(place.sheet)
            at = (place.row, place.column)
            if sheet is None or (not sheet.scan.formulas.get(at, True) and at not in sheet.scan.errors):
                continue  # never computed: there is nothing to compare
            self.reading.compared += 1
            value = sheet.scan.errors.get(at, self.seen.get(slot, ""))
            if _agrees(as_number(value), wanted, whole=self.form.shape(slot).type == "whole"):
                continue
            is_total = bool(self.form.blocks[slot.block].shape.fields)
            is_soft = bool(self.soft) if is_total else self._is_soft(slot)
            missing = missing or is_soft
            if is_soft and not is_total:
                continue
            exact = written(wanted)
            self.tell(
                "shown.as_text" if is_soft else "shown.differs",
                sheet=place.sheet,
                cell=place.cell,
                found=_figure(value) or "—",
                expected=exact if len(exact) <= _LONGEST_FIGURE else shown(wanted).replace(",", ""),
                label=labels_of(self.form, slot),
            )
        if missing:
            self._point_out_soft()

    def _point_out_soft(self) -> None:
        for slot, text in self.soft.items():
            place = self.form.place(slot)
            self.tell("cell.as_text", sheet=place.sheet, cell=place.cell, found=text)

    def _is_soft(self, slot: Slot) -> bool:
        return (self.form.blocks[slot.block].shape.lines or "", slot.line) in self.soft_lines


def _is_below(block: Block, row: int, column: int) -> bool:
    if not block.shape.columns or row <= block.last_row:
        return False
    columns = [column_number(shape.column) for shape in block.shape.columns.values()]
    return min(columns) <= column <= max(columns) + 12


def _tidied(text: str) -> str:
    """A number as people type it, with its groups of three apart or not."""
    text = text.strip()
    return re.sub(r"[\s\u00a0\u202f]", "", text) if _SPACED.fullmatch(text) else text


def _odd(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return {True: "TRUE", False: "FALSE"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _figure(value: Any) -> str:
    number = as_number(value)
    return as_text(value) if number is None else written(number)


def _agrees(found: Decimal | None, wanted: Decimal, *, whole: bool) -> bool:
    if found is None:
        return False
    near = max(_NEAR, abs(wanted) * _NEAR_SHARE)
    return found == wanted if whole else abs(found - wanted) <= near
