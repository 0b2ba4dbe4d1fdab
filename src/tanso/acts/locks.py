"""What must stand still while an act is decided: named locks that end with the transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection


def hold(names: Iterable[str]) -> None:
    """Take the named locks for the rest of the transaction, always in the same order, so that no two acts deadlock."""
    ordered = sorted(set(names))
    if not ordered:
        return
    with connection.cursor() as cursor:
        # One row after the other, in the order of the array.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name", [ordered]
        )
