"""The way in and out: what a stranger learns, who is locked, and how long a browser stays signed in."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client, override_settings

from tanso.parties import actions as parties
from tanso.parties.models import Login
from tests.integration.web.conftest import SignIn
from tests.support.world import World

PASSWORD = "Two sparrows on a wet wire"  # noqa: S105
HOME = "/schemes/asset/"


@pytest.fixture
def holder(world: World) -> Login:
    world.holder("abc")
    login = Login.objects.get(login="abc-A")
    parties.set_password(login=login, password=PASSWORD)
    return login


def browser(**options: object) -> Client:
    return Client(headers={"host": "localhost", "accept-language": "en", "user-agent": "Firefox"}, **options)  # type: ignore[arg-type]


def enter(client: Client, login: str = "abc-A", password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in/", {"username": login, "password": password, **more})


def message(answer: object) -> str:
    body = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", body.split("error-summary-title", 1)[1].split("</div>", 1)[0])


def test_the_right_password_leads_to_the_page_that_was_asked_for(holder: Login) -> None:
    client = browser()
    address = client.get(HOME)["Location"]

    assert address == f"/sign-in/?next={HOME}"
    assert f'name="next" value="{HOME}"' in client.get(address).content.decode()
    assert enter(client, next=HOME)["Location"] == HOME  # type: ignore[index]
    assert client.get(HOME).status_code == 200


def test_signing_in_leads_to_no_other_site(holder: Login) -> None:
    assert enter(browser(), next="https://elsewhere.example/")["Location"] == "/"  # type: ignore[index]


def test_a_password_and_a_login_id_are_the_same_in_full_width(holder: Login) -> None:
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"})

    assert enter(browser(), "abc-A".translate(wide), PASSWORD.translate(wide))["Location"] == "/"  # type: ignore[index]


def test_no_answer_tells_an_unknown_login_from_a_wrong_password_or_one_out_of_use_or_locked(holder: Login) -> None:
    out_of_use = Login.objects.get(login="abc-B")
    parties.set_password(login=out_of_use, password=PASSWORD)
    Login.objects.filter(pk=out_of_use.pk).update(is_active=False)
    answers = {
        "unknown": enter(browser(), "nobody"),
        "wrong": enter(browser(), password="wrong"),  # noqa: S106
        "out of use": enter(browser(), "abc-B"),
    }
    for _ in range(8):
        enter(browser(), "admin-1", "wrong")
    answers["locked"] = enter(browser(), "admin-1", "wrong")

    assert len({message(answer) for answer in answers.values()}) == 1
    assert {answer.status_code for answer in answers.values()} == {200}  # type: ignore[attr-defined]


def test_every_failed_attempt_costs_as_much_hashing(holder: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self: PBKDF2PasswordHasher, password: str, salt: str, iterations: int | None = None) -> str:
        hashed.append(password)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    counts = []
    for login in ("nobody", "abc-A", *["admin-1"] * 8, "admin-1", "admin-1"):
        hashed.clear()
        enter(browser(), login, "wrong")
        counts.append(len(hashed))

    assert counts == [1] * len(counts)


def test_eight_failures_lock_a_login_from_every_address_and_the_right_password_no_longer_helps(holder: Login) -> None:
    for attempt in range(8):
        enter(browser(REMOTE_ADDR=f"10.0.0.{attempt}"), password="wrong")  # noqa: S106

    assert enter(browser()).status_code == 200  # type: ignore[attr-defined]
    assert AccessFailureLog.objects.filter(username="abc-A", locked_out=True).count() == 1
    assert AccessFailureLog.objects.filter(username="abc-A").count() == 8


def test_seven_failures_and_a_success_begin_the_count_again(holder: Login) -> None:
    for _ in range(7):
        enter(browser(), password="wrong")  # noqa: S106

    assert enter(browser()).status_code == 302  # type: ignore[attr-defined]
    assert not AccessAttempt.objects.filter(username="abc-A").exists()


def test_the_lock_opens_after_half_an_hour(holder: Login) -> None:
    for _ in range(8):
        enter(browser(), password="wrong")  # noqa: S106
    AccessAttempt.objects.update(attempt_time=datetime.now(UTC) - timedelta(minutes=29))
    locked = enter(browser())
    AccessAttempt.objects.update(attempt_time=datetime.now(UTC) - timedelta(minutes=31))

    assert locked.status_code == 200  # type: ignore[attr-defined]
    assert enter(browser()).status_code == 302  # type: ignore[attr-defined]


def test_no_attempt_keeps_a_password(holder: Login) -> None:
    enter(browser(), password="a secret that was mistyped")  # noqa: S106

    kept = AccessAttempt.objects.get()
    assert "secret" not in kept.post_data + kept.get_data


def test_a_session_from_before_signing_in_is_not_the_one_after_it(holder: Login) -> None:
    client = browser()
    session = client.session
    session["planted"] = True
    session.save()
    planted = client.cookies["tanso_session"].value

    enter(client)

    assert client.cookies["tanso_session"].value != planted
    stranger = browser()
    stranger.cookies["tanso_session"] = planted
    assert stranger.get(HOME).status_code == 302


def age(client: Client, **seconds: int) -> None:
    session = client.session
    for name, value in seconds.items():
        session[name] = int(time.time()) - value
    session.save()


@pytest.mark.parametrize(
    ("seconds", "is_in"),
    [
        ({"seen_at": 30 * 60 - 5}, True),
        ({"seen_at": 30 * 60}, False),
        ({"signed_in_at": 8 * 3600 - 5}, True),
        ({"signed_in_at": 8 * 3600}, False),
    ],
)
def test_a_browser_that_rests_or_stays_too_long_is_signed_out(
    holder: Login, seconds: dict[str, int], *, is_in: bool
) -> None:
    client = browser()
    enter(client)
    age(client, **seconds)

    assert client.get(HOME).status_code == (200 if is_in else 302)
    assert ("_auth_user_id" in client.session) == is_in


def test_a_login_out_of_use_is_out_at_once(holder: Login) -> None:
    client = browser()
    enter(client)
    Login.objects.filter(pk=holder.pk).update(is_active=False)

    assert client.get(HOME)["Location"].startswith("/sign-in/")


def test_nobody_signs_up_or_asks_for_a_password_by_mail(world: World) -> None:
    for address in ("/accounts/signup/", "/signup/", "/accounts/password/reset/", "/password/reset/"):
        assert browser().get(address).status_code == 404


@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"})
def test_an_address_that_tries_too_often_is_told_to_wait(world: World) -> None:
    client = browser()

    answers = [enter(client, "nobody", "wrong") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]  # type: ignore[attr-defined]
    assert "<h1>Too many attempts</h1>" in answers[-1].content.decode()  # type: ignore[attr-defined]


def test_sessions_are_listed_and_all_others_end_at_once(holder: Login) -> None:
    here, there = browser(), browser()
    for client in (here, there):
        enter(client)

    page = here.get("/own-login/sessions/").content.decode()
    ended = here.post("/own-login/sessions/", follow=True)

    assert page.count("Firefox") == 2
    assert "All other browsers were signed out." in ended.content.decode()
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302


def test_the_pages_of_ones_own_login_are_for_people_who_are_signed_in(world: World, sign_in: SignIn) -> None:
    for address in ("", "password/", "app/", "sessions/", "recovery-codes/", "passkeys/add/", "first-password/"):
        assert browser().get(f"/own-login/{address}")["Location"].startswith("/sign-in/")
