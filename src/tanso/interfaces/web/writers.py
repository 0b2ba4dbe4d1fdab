"""Who writes: the trail of changes (`acts.history.leave_trail`) learns the login behind every request that may write.

Acts say it themselves, at the door. This is for what is written beside it: passwords, second factors, contents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase

_READS_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


def say_who_writes(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware; after the one that knows who is signed in."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        login = getattr(request.user, "login", "")
        if not login or request.method in _READS_ONLY:
            return get_response(request)
        with writing_as(login):
            return get_response(request)

    return middleware


@contextmanager
def writing_as(login: str) -> Iterator[None]:
    """What is written on this thread's connection meanwhile is this login's."""
    _say(login)
    try:
        yield
    finally:
        # The connection serves others next. One that broke meanwhile has forgotten by itself.
        with suppress(DatabaseError):
            _say("")


def _say(login: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tanso.login', %s, false)", [login])
