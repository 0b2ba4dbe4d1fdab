"""Every kind of answer carries every header: page, file, stream, error, redirect, static file, early refusal."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tanso.interfaces.web.headers import OF_FILES
from tanso.project.logs import OneLine
from tests.integration.web.conftest import SignIn
from tests.support.world import World

POLICY = {
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "frame-src 'none'",
    "img-src 'self'",
    "media-src 'none'",
    "object-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
}
STATEMENT = "/schemes/asset/accounts/AST-1001/statement/file/?first=2014-03-31&last=2014-03-31"
Get = Callable[[World, SignIn], Any]


def by(who: str, address: str, **more: Any) -> Get:
    def get(world: World, sign_in: SignIn) -> Any:
        client = sign_in(who) if who else Client(headers={"host": "localhost"})
        client.raise_request_exception = False
        return client.get(address, **more)

    return get


def too_large(world: World, sign_in: SignIn) -> Any:
    client = Client(headers={"host": "localhost"})
    return client.generic("POST", "/sign-in/", b"", CONTENT_LENGTH=str(33 * 1024 * 1024))


ANSWERS: dict[str, tuple[Get, int]] = {
    "page": (by("abc-A", "/schemes/asset/"), 200),
    "public page": (by("", "/rules/"), 200),
    "sign-in": (by("", "/sign-in/"), 200),
    "redirect": (by("", "/schemes/asset/"), 302),
    "forbidden": (by("abc-B", "/schemes/asset/account/"), 403),
    "not found": (by("abc-A", "/schemes/asset/accounts/AST-1002/"), 404),
    "nowhere": (by("", "/nowhere/"), 404),
    "unreadable": (by("abc-A", "/schemes/asset/accounts/AST-1001/statement/?first=x"), 422),
    "wrong host": (by("", "/rules/", headers={"host": "elsewhere.example"}), 400),
    "wrong method": (by("abc-A", "/sign-out/"), 405),
    "too large": (too_large, 413),
    "file": (by("abc-A", "/schemes/asset/reports/abc/base/form/"), 200),
    "stream": (by("abc-A", STATEMENT + "&form=csv"), 200),
    "workbook": (by("abc-A", STATEMENT + "&form=xlsx"), 200),
    "static file": (by("", "/static/web/css/base.css"), 200),
    "no static file": (by("", "/static/web/css/nothing.css"), 404),
}


@pytest.fixture
def world(world: World) -> World:
    world.holder("abc")
    world.holder("def")
    return world


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_carries_every_header(world: World, sign_in: SignIn, kind: str) -> None:
    get, status = ANSWERS[kind]

    answer = get(world, sign_in)

    assert answer.status_code == status
    is_file = answer.get("Content-Disposition", "").startswith("attachment") or kind == "static file"
    policy = answer["Content-Security-Policy"]
    if is_file or kind in ("too large", "no static file"):
        assert policy == OF_FILES
    else:
        assert set(policy.split("; ")) >= POLICY
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Permitted-Cross-Domain-Policies"] == "none"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in answer["Permissions-Policy"]
    if kind not in ("static file", "no static file"):
        assert "no-store" in answer["Cache-Control"]


def test_a_failure_of_ours_carries_them_too_and_tells_nothing(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("tanso.interfaces.web.views.home._participant", broken)

    answer = by("abc-A", "/schemes/asset/")(world, sign_in)

    assert answer.status_code == 500
    body = answer.content.decode()
    assert "secret of the inside" not in body
    assert "Traceback" not in body
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "next_",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "https:elsewhere.example",
        "javascript:alert(1)",
        "http://localhost@elsewhere.example/",
        "\x01//elsewhere.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_a_form(world: World, sign_in: SignIn, next_: str) -> None:
    for path, sent in (("/language/", {"language": "en"}), ("/sign-out/", {})):
        answer = sign_in("abc-A").post(path, {**sent, "next": next_})
        assert "elsewhere" not in answer["Location"]
        assert answer["Location"].startswith("/")


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", "localhost@elsewhere.example"])
def test_a_host_that_is_not_ours_is_refused_and_never_written_into_a_page(world: World, host: str) -> None:
    client = Client(raise_request_exception=False)

    answer = client.get("/rules/", headers={"host": host})

    assert answer.status_code == 400
    assert "elsewhere" not in answer.content.decode()


def test_a_forwarded_host_counts_for_nothing(world: World) -> None:
    answer = Client(headers={"host": "localhost", "x-forwarded-host": "elsewhere.example"}).get("/schemes/asset/")

    assert "elsewhere" not in answer["Location"]


def test_what_is_too_large_is_refused_before_it_is_read(world: World) -> None:
    client = Client(headers={"host": "localhost"})

    for length in (str(32 * 1024 * 1024 + 1), "9" * 20, "-1", "ten"):
        assert client.generic("POST", "/sign-in/", b"", CONTENT_LENGTH=length).status_code == 413


@pytest.mark.parametrize("written", ["a\nWARNING forged", "a\r\nx", "a\x1b[2J", "a\u2028x", "a\x00x"])
def test_nobody_writes_a_line_of_the_log(written: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (written,), None)

    line = OneLine("%(levelname)s %(message)s").format(record)

    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_a_line_of_the_log_says_its_instant_with_the_zone() -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found", (), None)
    known = settings.LOGGING["formatters"]["line"]

    line = OneLine(known["format"], known["datefmt"]).format(record)

    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} WARNING ", line)


def test_no_password_and_no_name_reaches_the_log(
    world: World, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "hunter2 hunter2 hunter2"  # noqa: S105
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        client.post("/sign-in/", {"username": "abc-A", "password": secret, "login": "abc-A"})
        client.get("/nowhere/?person=山田太郎")

    lines = "\n".join(OneLine("%(message)s").format(record) for record in caplog.records)
    assert secret not in lines
    assert "山田" not in lines
