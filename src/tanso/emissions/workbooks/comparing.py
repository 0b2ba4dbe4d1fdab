"""Two versions of a workbook beside each other: which inputs changed, and what each change does to the emissions.

The effect of one cell is what the older version would come to with this cell alone as the newer one has it, worked out
by the same reading as every registration. Changes that act together (a quantity and its unit) do not add up to the
whole; the whole is shown too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tanso.emissions.calculation import Calculation
from tanso.emissions.workbooks.form import Place, Slot
from tanso.emissions.workbooks.grid import as_number, as_text
from tanso.emissions.workbooks.reading import opened, read_opened
from tanso.rulebook import Rulebook

# Each effect is a reading of its own; beyond this many changed cells, only the sums are worked out.
EFFECTS_MAX = 40


@dataclass(frozen=True, slots=True)
class CellChange:
    """One input that differs. `effect_t` is None where it cannot be said for this cell alone."""

    sheet: str
    cell: str
    before: str
    after: str
    effect_t: Decimal | None


@dataclass(frozen=True, slots=True)
class PointChange:
    """What a monitoring point comes to in both versions, t; None where it is not in one or has no number there."""

    point: str
    before_t: Decimal | None
    after_t: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two versions; totals are unrounded tonnes."""

    cells: tuple[CellChange, ...]
    points: tuple[PointChange, ...]
    before_t: Decimal | None
    after_t: Decimal | None


class _Version:
    """One version: its form, its sheets, and what stands in its inputs."""

    def __init__(self, content: bytes, rulebook: Rulebook) -> None:
        self.form, self.sheets = opened(content, rulebook)
        self.places: dict[Slot, Place] = {
            slot: Place(tab, row, column)
            for tab, cells in self.form.input_cells.items()
            for (row, column), slot in cells.items()
        }
        self.values = {slot: value for slot in self.places if as_text(value := self._value(slot))}
        self.calculation = read_opened(self.form, self.sheets).calculation

    def text(self, slot: Slot) -> str:
        return as_text(self.values[slot]) if slot in self.values else ""

    def total_with(self, slot: Slot, value: Any) -> Decimal | None:
        """What the version would come to with this cell alone changed."""
        place = self.places[slot]
        sheet = self.sheets.get(place.sheet)
        if sheet is None:
            return None
        rows = [list(row) for row in sheet.rows]
        rows += [[] for _ in range(place.row + 1 - len(rows))]
        rows[place.row] += [""] * (place.column + 1 - len(rows[place.row]))
        rows[place.row][place.column] = value
        changed = read_opened(self.form, {**self.sheets, place.sheet: replace(sheet, rows=rows)})
        return _total(changed.calculation)

    def _value(self, slot: Slot) -> Any:
        place = self.places[slot]
        sheet = self.sheets.get(place.sheet)
        if sheet is None or place.row >= len(sheet.rows) or place.column >= len(sheet.rows[place.row]):
            return ""
        return sheet.rows[place.row][place.column]


def compare(before: bytes, after: bytes, rulebook: Rulebook) -> Comparison:
    """Compare two workbooks of the scheme's form. Raises RefusedFileError where one of them is none."""
    was, now = _Version(before, rulebook), _Version(after, rulebook)
    changed = [slot for slot in {**was.values, **now.values} if was.text(slot) != now.text(slot)]
    before_t = _total(was.calculation)
    cells = []
    for slot in changed:
        effect_t = None
        if len(changed) <= EFFECTS_MAX and slot in was.places and before_t is not None:
            alone_t = was.total_with(slot, now.values.get(slot, ""))
            effect_t = None if alone_t is None else alone_t - before_t
        place = now.places.get(slot) or was.places[slot]
        cells.append((place, CellChange(place.sheet, place.cell, was.text(slot), now.text(slot), effect_t)))
    order = [sheet.name for sheet in now.form.sheets.values()]
    cells.sort(key=lambda found: (order.index(found[0].sheet), found[0].row, found[0].column))
    return Comparison(
        cells=tuple(change for _, change in cells),
        points=tuple(_points(was.calculation, now.calculation)),
        before_t=before_t,
        after_t=_total(now.calculation),
    )


def entered_numbers(content: bytes, rulebook: Rulebook) -> list[Decimal]:
    """The numbers that somebody wrote into the form. Raises RefusedFileError for what is no form."""
    numbers = (as_number(value) for value in _Version(content, rulebook).values.values())
    return [number for number in numbers if number is not None]


def _total(calculation: Calculation | None) -> Decimal | None:
    return None if calculation is None else calculation.total_t


def _points(before: Calculation | None, after: Calculation | None) -> Iterator[PointChange]:
    """The monitoring points whose emissions differ, in the order of the older version."""
    was, is_ = _by_point(before), _by_point(after)
    for point in dict.fromkeys((*was, *is_)):
        if was.get(point) != is_.get(point):
            yield PointChange(point, was.get(point), is_.get(point))


def _by_point(calculation: Calculation | None) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    for result in () if calculation is None else calculation.sources:
        point = result.source.point
        if result.emissions_t is None:
            found[point] = None
        else:
            found[point] = (found.get(point) or Decimal(0)) + result.sign * result.emissions_t
    return found
