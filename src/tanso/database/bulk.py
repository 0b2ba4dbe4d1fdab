"""Many rows into one table at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString


def copy_rows(
    cursor: Any, table: LiteralString, columns: Sequence[LiteralString], rows: Iterable[Sequence[Any]]
) -> None:
    """Add the rows, given in the order of `columns`, by COPY: constraints and triggers hold as for any insert.

    `cursor` is one of psycopg's, or Django's around it.
    """
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
