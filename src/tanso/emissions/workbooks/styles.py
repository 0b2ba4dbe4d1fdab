"""How cells of a form look, and how high a row must be for its text."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Any

from tanso.emissions.workbooks.form import is_input
from tanso.rulebook.workbook_shapes import ColumnShape, FieldShape

_FONT = "游ゴシック"
_INK, _SOFT, _LINE, _OPEN, _HEAD = "#1A1A1C", "#626264", "#B4B4B7", "#FFFBE6", "#E8F1FE"
_LINE_HEIGHT = 14


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._cells: dict[tuple[str, bool, int, bool], Any] = {}

    def _made(self, **form: Any) -> Any:
        return self._book.add_format({"font_name": _FONT, "font_size": 9, "font_color": _INK, **form})

    @cached_property
    def plain(self) -> Any:
        return self._made()

    @cached_property
    def title(self) -> Any:
        return self._made(bold=True, font_size=14, valign="vcenter")

    @cached_property
    def soft(self) -> Any:
        return self._made(font_color=_SOFT, font_size=8)

    @cached_property
    def heading(self) -> Any:
        return self._made(bold=True, font_size=11)

    @cached_property
    def note(self) -> Any:
        return self._made(text_wrap=True, valign="top", font_color=_SOFT)

    @cached_property
    def picture(self) -> Any:
        return self._made(locked=False, border=1, border_color=_LINE)

    @cached_property
    def label(self) -> Any:
        return self._made(text_wrap=True, valign="vcenter", border=1, border_color=_LINE, bg_color=_HEAD)

    @cached_property
    def hint(self) -> Any:
        return self._made(text_wrap=True, valign="vcenter", font_color=_SOFT, font_size=8, indent=1)

    @cached_property
    def header(self) -> Any:
        return self._made(
            text_wrap=True, valign="vcenter", align="center", border=1, border_color=_LINE, bg_color=_HEAD, font_size=8
        )

    @cached_property
    def with_decimals(self) -> Any:
        return self._book.add_format({"num_format": "#,##0.###########"})

    def cell(self, shape: FieldShape | ColumnShape) -> Any:
        """The format of a cell that is written, shown or locked."""
        key = (shape.type, is_input(shape), 0 if is_input(shape) else shape.decimals, isinstance(shape, FieldShape))
        if key not in self._cells:
            form: dict[str, Any] = {"border": 1, "border_color": _LINE, "valign": "vcenter"}
            if is_input(shape):
                form |= {"locked": False, "bg_color": _OPEN}
            if shape.type in ("text", "day"):
                form |= {"text_wrap": True, "num_format": "@" if is_input(shape) else "General"}
            else:
                form |= {"num_format": _number_format(shape), "align": "right"}
            self._cells[key] = self._made(**form)
        return self._cells[key]

    def show_decimals(self, sheet: Any, area: tuple[int, int, int, int]) -> None:
        """Whole numbers without a point, others with their decimals."""
        first = sheet_cell(area[0], area[1])
        formula = f"=IF(ISNUMBER({first}),{first}<>INT({first}),FALSE)"
        sheet.conditional_format(*area, {"type": "formula", "criteria": formula, "format": self.with_decimals})


def _number_format(shape: FieldShape | ColumnShape) -> str:
    if shape.type == "whole":
        if is_input(shape):
            return "0"
        return "#,##0" if isinstance(shape, FieldShape) else "#,##0;-#,##0;"
    if is_input(shape):
        return "#,##0"
    plain = "#,##0." + ("0" * shape.decimals if shape.decimals <= 3 else "0" + "#" * (shape.decimals - 1))
    # Lines that nobody has filled in stay empty instead of full of zeros; a total may be zero.
    return plain if isinstance(shape, FieldShape) else f"{plain};-{plain};"


def sheet_cell(row: int, column: int) -> str:
    """A relative address, for a rule that holds for a whole area."""
    from tanso.emissions.workbooks.form import letters  # noqa: PLC0415

    return f"{letters(column)}{row + 1}"


def width_of(text: str) -> int:
    """How wide a text is in narrow characters: Japanese ones count twice."""
    return sum(2 if unicodedata.east_asian_width(character) in "FWA" else 1 for character in text)


def height_of(text: str, width: int) -> int:
    """How high a row must be for a text that wraps in a column of that width."""
    room = max(1, width * 6 // 5)
    lines = sum(max(1, -(-width_of(line) // room)) for line in text.split("\n"))
    return _LINE_HEIGHT * lines + 3
