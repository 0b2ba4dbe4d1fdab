"""Formulas of a form: the scheme writes them with the names of cells, here the names become addresses.

`{column}` is the cell of the same line, `{block.column}` that of the same line in another table (or a field of a
block), `{column.1}` the first of those that repeat, `{column:}` all of them, `{block.column[]}` all lines of a column.
`{word.block.column.word}` is a word as the cells write it, `{param.id}` a parameter on the first day of the year,
`{round}` and `{deviation}` are the functions that the scheme's conventions choose.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from tanso.emissions.workbooks.form import Form, Slot, column_number, letters, repeats, word_text
from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH
from tanso.rulebook.report_form import PLACE

if TYPE_CHECKING:
    from tanso.emissions.workbooks.form import Block

_ROUNDINGS = {"down": "ROUNDDOWN", "half_up": "ROUND", "up": "ROUNDUP"}
_DEVIATIONS = {"sample": "STDEV", "population": "STDEVP"}


class Formulas:
    """Writes the formulas of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._day = date(form.made.fiscal_year, FISCAL_YEAR_FIRST_MONTH, 1)

    def formula(self, template: str, slot: Slot) -> str:
        """The formula of a cell, with addresses."""
        return PLACE.sub(lambda match: self._replaced(match, slot), template)

    def copy(self, copied: str, slot: Slot) -> str:
        """The formula that shows another cell, and nothing where that is blank."""
        address = self._address(copied.split("."), "", slot)
        return f'=IF({address}="","",{address})'

    def _replaced(self, match: re.Match[str], slot: Slot) -> str:
        name, form = match.group(1), match.group(2) or ""
        parts = name.split(".")
        rulebook = self._form.rulebook
        if name == "round":
            return _ROUNDINGS[rulebook.value("reported_rounding", self._day)]
        if name == "deviation":
            return _DEVIATIONS[rulebook.value("missing_data_deviation_of", self._day)]
        if parts[0] == "param":
            return str(rulebook.value(parts[1], self._day))
        if parts[0] == "word":
            shape = self._form.shape(Slot(parts[1], parts[2]))
            return f'"{word_text(shape, parts[3])}"'
        return self._address(parts, form, slot)

    def _address(self, parts: list[str], form: str, slot: Slot) -> str:
        item = 0
        if parts[-1].isdigit():
            item, parts = int(parts[-1]) - 1, parts[:-1]
        block_name, cell = (slot.block, parts[0]) if len(parts) == 1 else (parts[0], parts[1])
        block = self._form.blocks[block_name]
        prefix = "" if block.tab == self._form.blocks[slot.block].tab else f"'{block.tab}'!"
        target = Slot(block_name, cell, 0 if block.shape.fields else slot.line, item)
        column = letters(block.column(target))
        if form == "[]":
            return f"{prefix}${column}${block.first_row + 1}:${column}${block.last_row + 1}"
        row = block.row(target) + 1
        if form == ":":
            last = letters(block.column(target) + repeats(self._form.shape(target)) - 1)
            return f"{prefix}{column}{row}:{last}{row}"
        return f"{prefix}{column}{row}" if not block.shape.fields else f"{prefix}${column}${row}"


def column_range(block: Block, column: str, first: int, count: int) -> str:
    """Some lines of a column as a reference for a drop-down list."""
    name = letters(column_number(block.shape.columns[column].column))
    start = block.first_row + first + 1
    return f"='{block.tab}'!${name}${start}:${name}${start + max(count, 1) - 1}"
