"""The ledger's tables as of one moment, out of PostgreSQL and into the recomputation, in files of bounded size."""

# ruff: noqa: S608 (statements are put together from fixed words and whole numbers only)

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from tanso.ledger.models import ROLE_ISSUANCE
from tanso.ledger.verification.recompute import Recomputation

# Told how much of the journal has been read, and how much there is.
Progress = Callable[[int, int], None]
Snapshot = psycopg.Connection[Any]

_FILE_BYTES = 64 * 1024**2

# The queue of a holding in its order: head, segments by number, tail.
PARTS = """
    SELECT account_id, unit_class_id, 0 AS place, 0::bigint AS number, head AS serials FROM ledger_holding
     WHERE head <> '{}'
     UNION ALL
    SELECT account_id, unit_class_id, 1, number, serials FROM ledger_segment
     UNION ALL
    SELECT account_id, unit_class_id, 2, 0, tail FROM ledger_holding WHERE tail <> '{}'
"""

# Table of the recomputation -> what fills it, and which columns name the account.
_CONTENT: dict[str, tuple[str, tuple[str, ...]]] = {
    "account": (f"SELECT id, role = '{ROLE_ISSUANCE}' FROM ledger_account ORDER BY id", ()),
    "class": ("SELECT id, next_serial FROM ledger_unit_class ORDER BY id", ()),
    "holding": ("SELECT account_id, unit_class_id, quantity FROM ledger_holding {where}", ("account_id",)),
    "part": (
        f"SELECT account_id, unit_class_id, place, number, serials FROM ({PARTS}) AS part {{where}}"
        " ORDER BY account_id, unit_class_id, place, number",
        ("account_id",),
    ),
    "posting": (
        "SELECT id, from_account_id, to_account_id, unit_class_id, quantity, reverses_id, serials"
        " FROM ledger_journal {where} ORDER BY id",
        ("from_account_id", "to_account_id"),
    ),
}


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """A connection of its own, all of whose statements see one moment; it writes nothing and stops no posting."""
    own = connection.copy()
    try:
        own.ensure_connection()
        moment: Snapshot = own.connection
        moment.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield moment
        moment.execute("COMMIT")
    finally:
        own.close()


def export(
    moment: Snapshot,
    target: Recomputation,
    folder: Path,
    *,
    accounts: Collection[int] | None = None,
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Bring all rows, or those of some accounts, into `target`. `progress` follows the journal."""
    (last,) = moment.execute("SELECT coalesce(max(id), 0) FROM ledger_journal").fetchone() or (0,)
    for table, (statement, columns) in _CONTENT.items():
        chosen = _chosen(columns, accounts)
        for file, latest in _files(moment, statement.replace("{where}", chosen), folder / f"{table}.copy"):
            target.load(table, file)
            file.unlink()
            if table == "posting" and last:
                progress(min(latest, last), last)


def _chosen(columns: tuple[str, ...], accounts: Collection[int] | None) -> str:
    if accounts is None or not columns:
        return ""
    ids = ",".join(str(int(account)) for account in accounts)
    return "WHERE " + " OR ".join(f"{column} = ANY ('{{{ids}}}'::bigint[])" for column in columns)


def _files(moment: Snapshot, statement: str, file: Path) -> Iterator[tuple[Path, int]]:
    """The rows of a statement, a file at a time, with the first column of its last row."""
    with moment.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT") as rows:
        while True:
            size, row = 0, b""
            with file.open("wb") as stream:
                while size < _FILE_BYTES and (data := rows.read()):
                    row = bytes(data)
                    stream.write(row)
                    size += len(row)
            if not size:
                file.unlink()
                return
            yield file, int(row.split(b"\t", 1)[0])
