"""The statements that every act runs, prepared once a connection, so that the server does not plan them each time.

Django binds values in the client and plans each statement anew. That is right for pages; an act runs the same dozen
statements, some of which cost the server more to plan than to answer. Errors come as Django's, as from its own cursors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

# Between texts that travel as one: no JSON text and no hash holds it.
_BETWEEN = "\x1e"
# How a statement takes apart what `as_one` made.
APART = "string_to_array(%s, E'\\x1e')"


def as_one(texts: Iterable[str]) -> str:
    """Many texts as one value of a statement, for `APART`: JSON or hashes, none of them empty.

    A list of texts would be quoted letter by letter in Python, which was a third of a batch's CPU.
    """
    return _BETWEEN.join(texts)


@contextmanager
def prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor on this thread's connection whose statements are prepared at their second run (`connect.use`)."""
    # Through the proxy once: each look through it costs as much as a tenth of a statement.
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        yield cursor
