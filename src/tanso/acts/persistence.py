"""A transaction that met another one, or whose connection broke, is tried again.

Acts are known by their ids, so that trying again is always safe: where the first attempt was committed and only its
answer was lost, the second meets the first outcome. Nobody sees a deadlock, and a connection that broke is seen only
where no new one can be had within two seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

Answer = TypeVar("Answer")

# The driver's own too, because Django does not translate those of COPY.
_ERRORS = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)

# Before each further attempt. A server that recovers from a crash answers after about a second.
_PAUSES_MS = (0, 100, 400, 1200)

# PostgreSQL gave up one of several transactions that got into each other's way; it did nothing of it.
_MET_ANOTHER = frozenset({"40001", "40P01"})
# The server ended the connection, or takes none at this moment; class 08 besides.
_BROKEN = frozenset({"25P03", "53300", "57P01", "57P02", "57P03", "57P05"})


class TryAgainError(TansoError):
    """The database gave no answer to an act; sending the same act again is safe. `sqlstate` is among the facts."""


def persistently(work: Callable[[], Answer]) -> Answer:
    """What `work` answers, which is one whole transaction; tried again where that may help.

    Raises TryAgainError `act.met_another` (nothing was recorded) or `act.unanswered` (the connection broke, and it is
    not known whether something was recorded) where it did not help. All other errors pass as they are.
    """
    for pause_ms in (*_PAUSES_MS, None):
        try:
            return work()
        except _ERRORS as error:
            state = _state(error)
            broken = _is_broken(state)
            if not (broken or state in _MET_ANOTHER) or connection.in_atomic_block:
                raise
            if broken:
                connection.close()
            if pause_ms is None:
                raise _gave_up(state, broken=broken) from error
            time.sleep(pause_ms / 1000)
    raise AssertionError("the last attempt returns or raises")


def _state(error: Exception) -> str | None:
    """The SQLSTATE of an error; None where the client's side noticed it, because the server said nothing any more."""
    cause: Any = error if isinstance(error, psycopg.Error) else error.__cause__
    return getattr(cause, "sqlstate", None)


def _is_broken(state: str | None) -> bool:
    return state is None or state in _BROKEN or state.startswith("08")


def _gave_up(state: str | None, *, broken: bool) -> TryAgainError:
    if broken:
        return TryAgainError(
            code="act.unanswered",
            message=Text(
                "データベースとの接続が切れ、手続きが記録されたかどうか確認できませんでした。",
                "The connection to the database broke; whether the act was recorded is not known.",
            ),
            next_step=Text(
                "少し待ってから、同じ画面で同じ手続きをもう一度送信してください。二重に記録されることはありません。",
                "Wait a moment and send the same act again from the same page. It is never recorded twice.",
            ),
            facts={"sqlstate": state or ""},
        )
    return TryAgainError(
        code="act.met_another",
        message=Text(
            "同時に行われた他の手続きと重なり、処理できませんでした。何も記録されていません。",
            "The act met others at the same moment and could not be carried out. Nothing was recorded.",
        ),
        next_step=Text("同じ手続きをもう一度送信してください。", "Send the same act again."),
        facts={"sqlstate": state or ""},
    )
