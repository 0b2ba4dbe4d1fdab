"""The pages, served from the test's own database on a free port of this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from tanso.acts import actions as acts
from tanso.acts import pass_time
from tanso.kernel.texts import Text
from tanso.parties import actions as parties
from tanso.parties.models import Login

ADMINISTRATORS = ("admin-1", "admin-2")
NOTICE = Text("試験のための架空の参加者です。", "The participants of this test do not exist.")


# What the app of a login with a second factor knows.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105


def code() -> str:
    """The code that such an app shows now."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


class _SilentHandler(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- the parent's name
        pass


def password_of(login: str) -> str:
    """Every login of a test has a password that follows from its name."""
    return f"password of {login}"


def begin(scheme: str, day: date) -> None:
    """Make the empty database a demonstration on `day`, with two administrators."""
    for login in ADMINISTRATORS:
        parties.add_administrator(login_id=login, person=login)
    acts.begin_demonstration(today=day, notice=NOTICE)
    pass_time(scheme, day)


def give_passwords() -> None:
    """Let every login sign in. One hash a login: as slow as for people."""
    for login in Login.objects.all():
        parties.set_password(login=login, password=password_of(login.login))


@contextmanager
def serving() -> Iterator[str]:
    """Serve the connected database's pages; yields their address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _SilentHandler)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
