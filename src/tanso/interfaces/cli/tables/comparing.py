"""A published table beside the same table worked out from the register."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection

from tanso.interfaces.cli.tables.reader import Example, Printed
from tanso.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: as published (None where nothing is printed), and as worked out."""

    row: str
    column: str
    printed: Printed | None
    ours: Decimal
    # Why they cannot agree, where that is known.
    why: Text | None = None

    @property
    def shown(self) -> Decimal:
        """What was worked out, to as many places as are printed."""
        step = Decimal(1) if self.printed is None else self.printed.step
        return self.ours.quantize(step, ROUND_HALF_UP)

    @property
    def agrees(self) -> bool:
        """Whether it rounds to what is printed; where nothing is, whether it is nothing."""
        return self.shown == (Decimal(0) if self.printed is None else self.printed.value)

    @property
    def is_settled(self) -> bool:
        """Whether it agrees, or differs as it is said to; what is said to differ must."""
        return self.agrees == (self.why is None)


def compared(example: Example, table: str) -> list[Cell]:
    """The cells of a table, in the order of its rows and columns; those that neither side has are left out."""
    shape = example.shape.tables[table]
    inputs = [{**row, "printed": row["printed"] or None} for row in example.inputs.get(table, ())]
    with connection.cursor() as cursor:
        cursor.execute(example.query(table), {"inputs": json.dumps(inputs)} if shape.inputs else None)
        ours = {(row, column): Decimal(value) for row, column, value in cursor.fetchall()}
    found = cells(example.published[table], ours, shape.rows, shape.columns)
    why = {place: words.text for place, words in shape.explained.items()}
    return [replace(cell, why=why.get(f"{cell.row}/{cell.column}")) for cell in found]


def cells(
    published: Iterable[Printed],
    ours: Mapping[tuple[str, str], Decimal],
    rows: Iterable[str],
    columns: Iterable[str],
) -> list[Cell]:
    """The figures of both sides, side by side, and those of rows and columns that the table does not have."""
    printed = {(each.row, each.column): each for each in published}
    places = [(row, column) for row in rows for column in columns]
    places += [place for place in ours if place not in places]
    return [
        Cell(row, column, printed.get((row, column)), ours.get((row, column), Decimal(0)))
        for row, column in places
        if (row, column) in printed or ours.get((row, column))
    ]
