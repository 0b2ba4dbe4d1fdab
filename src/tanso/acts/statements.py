"""The statements that every act runs, prepared once a connection, so that the server does not plan them each time.

Django binds values in the client and plans each statement anew. That is right for pages; an act runs the same dozen
statements, some of which cost the server more to plan than to answer. Errors come as Django's, as from its own cursors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor on this thread's connection whose statements are prepared at their second run (`connect.use`)."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
