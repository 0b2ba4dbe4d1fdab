"""Changing the installation's key: what was signed or sealed before goes on, and what is new is under the new key."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import override_settings

from tanso.interfaces.jobs import tasks
from tanso.interfaces.web.signing_in import seals
from tanso.parties import credentials
from tanso.parties.models import Login, LoginLetter
from tanso.project.configuration import Configuration
from tests.integration.web.test_confirming import SECRET, code
from tests.integration.web.test_signing_in import HOME, browser, enter, holder
from tests.support.world import ADMINISTRATOR, World

__all__ = ["holder"]
NEW = "a new key of the installation, long enough to sign"


@pytest.fixture
def former() -> str:
    """The key as it was until now."""
    key: str = settings.SECRET_KEY
    return key


def changed(*fallbacks: str) -> override_settings:
    return override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=list(fallbacks))


def secret_of(login: Login) -> str:
    return seals.unseal(Authenticator.objects.get(user=login, type=Authenticator.Type.TOTP).data["secret"])


def test_the_secret_of_an_app_lies_in_no_table_as_it_is(holder: Login) -> None:
    client = browser()
    enter(client)
    body = client.get("/own-login/app/").content.decode()
    secret = seals.unseal(client.session[SECRET_SESSION_KEY])
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))

    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    answer = client.post("/own-login/app/", {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})

    assert groups in body
    assert kept
    assert not any(secret in session for session in kept)
    assert answer.status_code == 302
    assert secret not in str(list(Authenticator.objects.values()))
    assert secret_of(holder) == secret
    assert SECRET_SESSION_KEY not in client.session


def test_a_secret_in_the_session_that_no_key_opens_is_made_anew(holder: Login) -> None:
    client = browser()
    enter(client)
    client.get("/own-login/app/")
    session = client.session
    session[SECRET_SESSION_KEY] = SECRET
    session.save()

    assert client.get("/own-login/app/picture/")["Location"] == "/own-login/app/"
    assert client.post("/own-login/app/", {"code": code()}).status_code == 200
    assert not Authenticator.objects.exists()


def test_sessions_go_on_under_a_new_key_and_end_with_the_old_one(holder: Login, former: str) -> None:
    client, other = browser(), browser()
    enter(client)
    enter(other)

    with changed(former):
        assert client.get(HOME).status_code == 200
    with changed():
        assert client.get(HOME).status_code == 200
        assert other.get(HOME)["Location"].startswith("/sign-in/")


def test_second_factors_go_on_and_are_sealed_anew_by_night(holder: Login, former: str) -> None:
    TOTP.activate(holder, SECRET)
    RecoveryCodes.activate(holder)
    codes = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)).generate_codes()
    assert seals.renew() == 0

    with changed(former):
        client = browser()
        enter(client)
        assert client.post("/sign-in/code/", {"code": code()}).status_code == 302
        assert client.get(HOME).status_code == 200
        tasks.renew_seals()
        assert seals.renew() == 0
    with changed():
        kept = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES))
        assert secret_of(holder) == SECRET
        assert kept.generate_codes() == codes


def test_what_is_sealed_anew_is_not_for_the_former_key(holder: Login, former: str) -> None:
    with changed(former):
        TOTP.activate(holder, SECRET)

    with pytest.raises(InvalidToken):
        secret_of(holder)


def test_a_letter_of_before_still_says_its_password(world: World, holder: Login, former: str) -> None:
    Login.objects.update(password="!")  # noqa: S106
    assert world.do("issue_login", ADMINISTRATOR, participant="abc", login="abc-A").ok
    letter = LoginLetter.objects.get()
    password = credentials.first_password(letter)

    with changed(former):
        assert credentials.first_password(letter) == password
        assert world.do("issue_login", ADMINISTRATOR, participant="abc", login="abc-B").ok
        new = LoginLetter.objects.latest("id")
        said = credentials.first_password(new)
    with changed():
        assert credentials.first_password(letter) != password
        assert credentials.first_password(new) == said


def test_former_keys_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANSO_SECRET_KEY_FALLBACKS", "one, another")

    kept = Configuration()

    assert [key.get_secret_value() for key in kept.secret_key_fallbacks] == ["one", "another"]
    assert "another" not in repr(kept)
