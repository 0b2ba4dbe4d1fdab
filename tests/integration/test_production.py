"""A production installation: Django's own check is content, cookies keep to the host, secrets are not told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRETS = {
    "TANSO_SECRET_KEY": "k9-" + "production-secret-key-of-the-test-" * 2,
    "TANSO_DATABASE_URL": "postgresql://tanso_app:app-password-of-the-test@db.example/tanso",
    "TANSO_OWNER_DATABASE_URL": "postgresql://tanso_owner:owner-password-of-the-test@db.example/tanso",
}
TOLD_TO_NOBODY = ("production-secret-key", "app-password-of-the-test", "owner-password-of-the-test", "mail-password-of")


def run(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TANSO_", "DJANGO_"))}
    environment |= {
        **SECRETS,
        "TANSO_DATA_FOLDER": str(folder),
        "TANSO_ALLOWED_HOSTS": "tanso.example",
        "DJANGO_SETTINGS_MODULE": "tanso.project.settings",
        "NO_COLOR": "1",
        **more,
    }
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def settings_of(folder: Path, *names: str, **more: str) -> dict[str, object]:
    code = (
        "import json; from django.conf import settings;"
        f"print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}, default=str))"
    )
    finished = run("-c", code, folder=folder, **more)
    assert finished.returncode == 0, finished.stderr
    found: dict[str, object] = json.loads(finished.stdout)
    return found


def test_the_check_for_deployment_has_nothing_to_say(tmp_path: Path) -> None:
    # Only the checks that need no database; there is none behind these addresses.
    finished = run("-m", "django", "check", "--deploy", "--fail-level", "WARNING", folder=tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert "no issues" in finished.stdout
    silenced = settings_of(tmp_path, "SILENCED_SYSTEM_CHECKS")["SILENCED_SYSTEM_CHECKS"]
    assert [name for name in silenced if str(name).startswith("security.")] == []  # type: ignore[attr-defined]


def test_cookies_are_taken_from_this_very_host_by_https_alone(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path,
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_HTTPONLY",
        "LANGUAGE_COOKIE_SECURE",
        "SESSION_COOKIE_DOMAIN",
        "CSRF_COOKIE_DOMAIN",
        "SESSION_COOKIE_PATH",
        "CSRF_COOKIE_PATH",
        "DEBUG",
    )

    assert found["SESSION_COOKIE_NAME"] == "__Host-tanso_session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-tanso_csrf"
    # What the prefix asks for: secure, no domain, the whole path.
    assert all(found[name] is True for name in found if name.endswith(("SECURE", "HTTPONLY")))
    assert (found["SESSION_COOKIE_DOMAIN"], found["CSRF_COOKIE_DOMAIN"]) == (None, None)
    assert (found["SESSION_COOKIE_PATH"], found["CSRF_COOKIE_PATH"]) == ("/", "/")
    assert found["DEBUG"] is False


def test_whoever_comes_by_http_is_sent_to_https_and_told_to_stay(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.test import RequestFactory\n"
        "from django.http import HttpResponse\n"
        "from django.middleware.security import SecurityMiddleware\n"
        "middleware = SecurityMiddleware(lambda request: HttpResponse('x'))\n"
        "first = middleware(RequestFactory().get('/', headers={'host': 'tanso.example'}))\n"
        "headers = {'host': 'tanso.example', 'x-forwarded-proto': 'https'}\n"
        "second = middleware(RequestFactory().get('/', headers=headers))\n"
        "print(first.status_code, first['Location'], second['Strict-Transport-Security'])\n"
    )

    finished = run("-c", code, folder=tmp_path)

    assert finished.stdout.strip() == "301 https://tanso.example/ max-age=63072000; includeSubDomains; preload"


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", "from tanso.project.configuration import load; print(load(), repr(load()), load().model_dump())"),
        ("-c", "from tanso.project.configuration import load; print(load().model_dump_json())"),
        ("-m", "tanso.interfaces.cli.main", "--help"),
        ("-m", "tanso.interfaces.cli.main", "migrate"),
        ("-m", "tanso.interfaces.cli.main", "due"),
        ("-m", "tanso.interfaces.cli.main", "ledger", "verify"),
        ("-m", "tanso.interfaces.cli.main", "serve"),
    ],
)
def test_no_command_tells_a_secret(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """The server does not exist: what a command says then must not quote its address with the password in it."""
    finished = run(*arguments, folder=tmp_path, TANSO_MAIL_PASSWORD="mail-password-of-the-test")  # noqa: S106

    said = finished.stdout + finished.stderr
    assert said.strip()
    assert [word for word in TOLD_TO_NOBODY if word in said] == []


def test_a_wrong_setting_is_named_without_its_value(tmp_path: Path) -> None:
    finished = run("-m", "tanso.interfaces.cli.main", "migrate", folder=tmp_path, TANSO_DATABASE_URL="")

    assert finished.returncode != 0
    assert [word for word in TOLD_TO_NOBODY if word in finished.stdout + finished.stderr] == []


def test_secrets_of_the_configuration_are_secret_by_type() -> None:
    """Whatever is called a key, a password or a URL of a database prints as asterisks."""
    from pydantic import SecretStr  # noqa: PLC0415

    from tanso.project.configuration import Configuration  # noqa: PLC0415

    open_ones = [
        name
        for name, field in Configuration.model_fields.items()
        if any(word in name for word in ("password", "secret", "key", "token", "database_url"))
        and SecretStr not in getattr(field.annotation, "__args__", (field.annotation,))
    ]

    assert open_ones == []
