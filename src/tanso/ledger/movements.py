"""Postings with the names of both sides, as statements and the lives of serials show them. Reads only.

`SELECT` and `movement` belong together: the one names the columns, the other makes a value of a row. A query says
which rows by an alias `row` of the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tanso.kernel.serials import SerialRange
from tanso.ledger.queries import serial_ranges
from tanso.ledger.records import UnitClass

ROWS_AT_ONCE = 2000

SELECT = """
    SELECT row.id, row.act_id, row.quantity, row.serials, row.valid_day, row.recorded_at, row.reverses_id,
           source.id, source.number, source.kind, source.role,
           target.id, target.number, target.kind, target.role,
           class.id, class.scheme, class.unit_type, class.phase, class.origin
"""
NAMES = """
      JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
      JOIN ledger_account AS source ON source.id = row.from_account_id
      JOIN ledger_account AS target ON target.id = row.to_account_id
"""


@dataclass(frozen=True, slots=True)
class Side:
    """The account on one side of a posting, with its kind of now."""

    id: int
    number: str
    kind: str
    role: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One posting: which units went from whom to whom, on which day, by which act, and when that was written.

    `reverses_id` names the posting that this one takes back, where it does.
    """

    id: int
    act_id: UUID
    quantity_t: int
    serials: tuple[SerialRange, ...]
    valid_day: date
    recorded_at: datetime
    reverses_id: int | None
    source: Side
    target: Side
    unit_class: UnitClass


def movement(row: Sequence[Any]) -> Movement:
    """The value of a row that `SELECT` names the columns of."""
    return Movement(
        id=row[0],
        act_id=row[1],
        quantity_t=row[2],
        serials=serial_ranges(row[3]),
        valid_day=row[4],
        recorded_at=row[5],
        reverses_id=row[6],
        source=Side(*row[7:11]),
        target=Side(*row[11:15]),
        unit_class=UnitClass(*row[15:20]),
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """One state of the ledger for several reads: whatever is posted meanwhile is in none of them.

    It is a transaction of its own that cannot write, so it cannot stand inside another one.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def rows_of(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a short answer."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def streamed(statement: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a long answer, fetched as they are used: memory does not grow with their number."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
