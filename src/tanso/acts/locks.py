"""What must stand still while an act is decided: named locks that end with the transaction.

Order, the same for everyone, so that no two transactions wait for each other: first the door (shared by single acts,
alone by a batch), then names in their order. A batch takes no names: whoever has the door alone has everything. A lock
for each of its subjects would overflow PostgreSQL's lock table at some six thousand names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from tanso.acts.statements import prepared

# One number of its own in PostgreSQL's space of advisory locks; names hash into the same space.
_DOOR = 7_261_530_101


def enter(names: Iterable[str]) -> None:
    """Come through the door beside other single acts, and take the locks of these names; the first locks of an act."""
    with prepared() as cursor:
        # The parts of a union are read one after the other, and the names in the order of the array.
        cursor.execute(
            """SELECT pg_advisory_xact_lock_shared(%s) UNION ALL
               SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name""",
            [_DOOR, sorted(set(names))],
        )


def enter_alone() -> None:
    """Come through the door alone: waits until every act inside is finished, and later ones wait for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DOOR])


class Asked(NamedTuple):
    """Names of locks that the database tells: a statement that answers one column of names, and its values."""

    statement: str
    values: tuple[Any, ...]


def hold(names: Iterable[str] | Asked) -> None:
    """Take the named locks for the rest of the transaction, always in the same order, so that no two acts deadlock."""
    if isinstance(names, Asked):
        with prepared() as cursor:
            # In the order of Python's texts, which is that of code points.
            cursor.execute(
                f"""SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
                      FROM (SELECT DISTINCT name COLLATE "C" AS name FROM ({names.statement}) AS asked (name)
                             ORDER BY 1) AS ordered""",  # noqa: S608 -- a text of ours
                names.values,
            )
        return
    ordered = sorted(set(names))
    if not ordered:
        return
    with prepared() as cursor:
        # One row after the other, in the order of the array.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name", [ordered]
        )
