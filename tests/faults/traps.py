"""What befalls a client's commit: it dies, or its line is cut, at a moment that no kill from outside could hit."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper


class Trap(IntEnum):
    """Where the next commit of a client goes wrong."""

    NONE = 0
    DIE_BEFORE_COMMIT = 1
    DIE_WHEN_COMMIT_IS_SENT = 2
    DIE_BEFORE_ACKNOWLEDGING = 3
    CUT_BEFORE_COMMIT = 4
    CUT_WHEN_COMMIT_IS_SENT = 5


def set_into_commits(trap: ctypes.c_int, before: Callable[[], None]) -> None:
    """Have every commit of this process look at `trap`, and call `before` first. A trap goes off once."""
    real = DatabaseWrapper._commit

    def commit(wrapper: DatabaseWrapper) -> Any:
        before()
        now, trap.value = Trap(trap.value), Trap.NONE
        line = None if wrapper.connection is None else wrapper.connection.pgconn
        if now is Trap.NONE or line is None:
            return real(wrapper)
        if now in {Trap.DIE_WHEN_COMMIT_IS_SENT, Trap.CUT_WHEN_COMMIT_IS_SENT}:
            line.send_query(b"COMMIT")
        if now is Trap.DIE_BEFORE_ACKNOWLEDGING:
            real(wrapper)
        if now in {Trap.DIE_BEFORE_COMMIT, Trap.DIE_WHEN_COMMIT_IS_SENT, Trap.DIE_BEFORE_ACKNOWLEDGING}:
            os.kill(os.getpid(), signal.SIGKILL)
        _cut(line.socket)
        with wrapper.wrap_database_errors:
            raise psycopg.OperationalError("the line was cut")

    DatabaseWrapper._commit = commit  # type: ignore[method-assign]


def _cut(number: int) -> None:
    with socket.socket(fileno=number) as line:
        line.shutdown(socket.SHUT_RDWR)
        line.detach()
