"""The first steps of a sign-in: an own password, a second factor where one is demanded, and nothing before them."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_reset
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, format_hotp_value, hotp_value
from django.test import Client, override_settings

from tanso.acts import actions as acts
from tanso.acts import perform
from tanso.acts.models import ActRecord
from tanso.interfaces.web.signing_in import policy, seals
from tanso.notices.models import Mail
from tanso.parties import actions as parties
from tanso.parties import credentials
from tanso.parties.models import Login, LoginLetter, SignInEvent
from tests.integration.web.conftest import SignIn
from tests.integration.web.test_confirming import SECRET, code
from tests.integration.web.test_signing_in import PASSWORD, browser, enter
from tests.support.confirmed import confirmed
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World

HOME = "/schemes/asset/"
NEW = "Seven herons over Lake Biwa"


@pytest.fixture
def holder(world: World) -> Login:
    world.holder("abc")
    acts.move_demonstration_day(today=world.today)
    for letter in "AB":
        parties.set_password(login=Login.objects.get(login=f"abc-{letter}"), password=PASSWORD)
    return Login.objects.get(login="abc-A")


def by_letter(world: World, letter: str = "A") -> tuple[Client, str]:
    """A browser that signed in with the password of a fresh letter."""
    Login.objects.filter(letter=letter).update(password="!")  # noqa: S106
    assert world.do("issue_login", ADMINISTRATOR, participant="abc", login=f"abc-{letter}").ok
    password = credentials.first_password(LoginLetter.objects.get()) or ""
    client = browser()
    enter(client, f"abc-{letter}", password)
    return client, password


def choose(client: Client, first: str, second: str | None = None) -> object:
    return client.post(
        "/own-login/first-password/", {"password1": first, "password2": first if second is None else second}
    )


def test_a_password_from_a_letter_opens_nothing_but_the_page_for_an_own_one(world: World, holder: Login) -> None:
    client, _ = by_letter(world)

    for address in (HOME, "/own-login/", "/own-login/password/", "/own-login/app/", f"{HOME}records/"):
        assert client.get(address)["Location"] == "/own-login/first-password/", address
    assert client.post(f"{HOME}accounts/AST-1001/transfer/")["Location"] == "/own-login/first-password/"
    assert client.post("/language/", {"language": "ja", "next": "/"}).status_code == 302
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_an_own_password_opens_everything_and_closes_the_letter(world: World, holder: Login) -> None:
    client, password = by_letter(world)

    assert choose(client, NEW)["Location"] == "/"  # type: ignore[index]
    assert client.get(HOME).status_code == 200
    assert enter(browser(), password=password).status_code == 200  # type: ignore[attr-defined]
    assert enter(browser(), password=NEW).status_code == 302  # type: ignore[attr-defined]
    assert credentials.first_password(LoginLetter.objects.get()) is None


def test_b_chooses_its_first_password_too_and_changes_no_later_one(world: World, holder: Login) -> None:
    client, _ = by_letter(world, "B")

    assert choose(client, NEW).status_code == 302  # type: ignore[attr-defined]
    assert client.get("/own-login/password/").status_code == 404
    assert "Login A of your organisation" in client.get("/own-login/").content.decode()


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short one", "9 characters"),
        ("passwordpassword", "known from break-ins"),
        ("12345678901234567890", "known from break-ins"),
        ("qwertyuiopasdfghjkl", "known from break-ins"),
        ("ＱＷＥＲＴＹｕｉｏｐａｓｄｆｇ", "known from break-ins"),
        ("aaaaaaaaaaaaaaaaaaaaaaa", "known from break-ins"),
        ("x" * 129, "at most 128 characters"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(world: World, holder: Login, password: str, said: str) -> None:
    client, _ = by_letter(world)

    answer = choose(client, password)

    assert said in answer.content.decode()  # type: ignore[attr-defined]
    assert Login.objects.get(login="abc-A").must_change_password


def test_the_password_of_the_letter_and_ones_own_name_are_no_passwords(world: World, holder: Login) -> None:
    client, first = by_letter(world)
    Login.objects.filter(login="abc-A").update(person="Hanako Yamadasaki")

    assert "password from the letter" in choose(client, first).content.decode()  # type: ignore[attr-defined]
    own = choose(client, "Hanako Yamadasaki 1")
    assert "a name that others know" in own.content.decode()  # type: ignore[attr-defined]


def test_a_new_letter_alone_does_not_let_in_who_has_an_app(world: World, holder: Login, sign_in: SignIn) -> None:
    TOTP.activate(holder, SECRET)
    client, password = again(world, sign_in)

    assert enter(client, "abc-A", password)["Location"] == "/sign-in/code/"  # type: ignore[index]
    assert client.post("/sign-in/code/", {"code": code()}).status_code == 302
    assert client.get(HOME)["Location"] == "/own-login/first-password/"
    assert choose(client, NEW)["Location"] == "/"  # type: ignore[index]
    assert client.get(HOME).status_code == 200


def test_whoever_lost_the_app_as_well_comes_in_by_the_letter(world: World, holder: Login, sign_in: SignIn) -> None:
    TOTP.activate(holder, SECRET)
    client, password = again(world, sign_in, second_factor_lost="on")

    assert enter(client, "abc-A", password).status_code == 302  # type: ignore[attr-defined]
    assert client.get(HOME)["Location"] == "/own-login/first-password/"


def again(world: World, sign_in: SignIn, **said: str) -> tuple[Client, str]:
    """A new browser and the password of a letter that two administrators issued again on their pages."""
    asked = {"act": str(uuid4()), "reason": "本人から電話", **said, "step": "perform"}
    desk = sign_in("admin-1", language="en")
    assert desk.post(f"{HOME}logins/abc/A/reissue/", asked).status_code == 302
    proposed = ActRecord.objects.get(operation="reissue_login")
    assert proposed.arguments.get("second_factor_lost") is (True if said else None)
    arguments = dict(proposed.arguments)
    assert perform(world.act("reissue_login", SECOND_ADMINISTRATOR, arguments, proposal=proposed.id)).ok
    return browser(), credentials.first_password(LoginLetter.objects.get()) or ""


# -- where a second factor is demanded --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "must"), [("abc-A", True), ("abc-B", False), ("admin-1", True), ("verifier-A", False), ("trd-A", True)]
)
def test_who_must_have_a_second_factor_is_the_schemes(world: World, holder: Login, login: str, *, must: bool) -> None:
    world.trader("trd")
    world.verifier("verifier")
    found = Login.objects.select_related("participant").get(login=login)

    assert not policy.must_have_second_factor(found), "a demonstration demands none"
    with override_settings(TANSO_DEMANDS_SECOND_FACTOR=True):
        assert policy.must_have_second_factor(found) == must


@override_settings(TANSO_DEMANDS_SECOND_FACTOR=True)
def test_without_it_nothing_is_reached_but_setting_it_up(holder: Login) -> None:
    client = browser()
    enter(client)

    for address in (HOME, f"{HOME}account/", "/own-login/", "/own-login/sessions/", "/own-login/password/"):
        assert client.get(address)["Location"] == "/own-login/second-factor/", address
    for address in ("/own-login/second-factor/", "/own-login/app/", "/own-login/passkeys/add/"):
        assert client.get(address).status_code == 200, address


def set_up(client: Client) -> object:
    client.get("/own-login/app/")
    secret = seals.unseal(client.session[SECRET_SESSION_KEY])
    shown = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return client.post("/own-login/app/", {"code": f"{shown[:3]} {shown[3:]}"})


@override_settings(TANSO_DEMANDS_SECOND_FACTOR=True)
def test_setting_up_an_app_opens_everything_and_gives_recovery_codes_once(holder: Login) -> None:
    client = browser()
    enter(client)

    picture = client.get("/own-login/app/") and client.get("/own-login/app/picture/")
    assert picture["Content-Type"] == "image/svg+xml"
    answer = set_up(client)

    assert answer["Location"] == "/own-login/recovery-codes/"  # type: ignore[index]
    assert client.get(HOME).status_code == 200
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert len(codes) == 10
    assert codes[0] in client.get("/own-login/recovery-codes/").content.decode()
    assert codes[0] not in client.get("/own-login/recovery-codes/").content.decode()


@override_settings(TANSO_DEMANDS_SECOND_FACTOR=True)
def test_the_only_second_factor_cannot_be_removed_where_it_is_demanded(holder: Login) -> None:
    TOTP.activate(holder, SECRET)
    client = browser()
    client.force_login(holder)
    confirmed(client)

    assert "Set up another one first" in client.get("/own-login/app/remove/").content.decode()
    client.post("/own-login/app/remove/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_administrator_of_an_installation_answers_to_any_scheme_that_demands_it(world: World) -> None:
    with override_settings(TANSO_DEMANDS_SECOND_FACTOR=True):
        assert policy.must_have_second_factor(Login.objects.get(login="admin-1"))


# -- the second step --------------------------------------------------------------------------------------------------


def test_the_password_alone_does_not_let_in_who_has_an_app(holder: Login) -> None:
    TOTP.activate(holder, SECRET)
    client = browser()

    assert enter(client)["Location"] == "/sign-in/code/"  # type: ignore[index]
    assert client.get(HOME)["Location"].startswith("/sign-in/")
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert client.get(HOME)["Location"].startswith("/sign-in/")
    assert client.post("/sign-in/code/", {"code": code()})["Location"] == "/"
    assert client.get(HOME).status_code == 200


def test_a_code_of_a_minute_ago_is_too_old_and_one_of_half_a_minute_is_not(holder: Login) -> None:
    TOTP.activate(holder, SECRET)
    now = time.time()
    for seconds, is_in in ((90, False), (-90, False), (30, True)):
        client = browser()
        enter(client)
        answer = client.post("/sign-in/code/", {"code": code(now - seconds)})
        assert (answer.status_code == 302) == is_in, seconds


def test_a_code_may_be_typed_full_width(holder: Login) -> None:
    TOTP.activate(holder, SECRET)
    client = browser()
    enter(client)

    wide = code().translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert client.post("/sign-in/code/", {"code": wide}).status_code == 302


def test_a_recovery_code_lets_in_once(holder: Login) -> None:
    TOTP.activate(holder, SECRET)
    once = RecoveryCodes.activate(holder).get_unused_codes()[0]
    answers = []
    for _ in range(2):
        client = browser()
        enter(client)
        answers.append(client.post("/sign-in/code/", {"code": once}).status_code)

    assert answers == [302, 200]


def test_codes_cannot_be_tried_at_will(holder: Login) -> None:
    TOTP.activate(holder, SECRET)
    client = browser()
    enter(client)
    for attempt in range(10):
        client.post("/sign-in/code/", {"code": f"{attempt:06}"})

    assert client.post("/sign-in/code/", {"code": code()}).status_code == 200


# -- passwords, sessions and who hears of it --------------------------------------------------------------------------


def test_a_changed_password_ends_all_other_sessions(holder: Login) -> None:
    here, there = browser(), browser()
    for client in (here, there):
        enter(client)
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

    assert here.post("/own-login/password/", sent)["Location"] == "/own-login/"
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302


def test_a_changes_the_password_of_b_on_a_page_and_b_is_signed_out(holder: Login, sign_in: SignIn) -> None:
    other = browser()
    enter(other, "abc-B")
    client = sign_in("abc-A", language="en")
    page = client.get(f"{HOME}passwords/B/")
    sent = {"act": "7b0f3c1e-53a5-4a86-9a3c-0d6f3d5f4a11", "password1": NEW, "password2": NEW}

    assert page.status_code == 200
    assert client.post(f"{HOME}passwords/B/", sent).status_code == 302
    assert other.get(HOME).status_code == 302
    assert enter(browser(), "abc-B", NEW).status_code == 302  # type: ignore[attr-defined]
    assert client.get(f"{HOME}passwords/A/").status_code == 404


def test_what_happens_to_a_login_is_kept(holder: Login) -> None:
    client = browser()
    enter(client)
    set_up(client)
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/own-login/password/", sent)

    assert list(SignInEvent.objects.order_by("id").values_list("event", flat=True)) == [
        "second_factor_added",
        "password_changed",
    ]


def test_what_happens_to_a_login_is_told_to_it_and_to_its_keeper(holder: Login) -> None:
    told = []
    for letter in "AB":
        before = set(Mail.objects.values_list("pk", flat=True))
        authenticator_reset.send(sender=Authenticator, request=browser().get("/").wsgi_request, user=logged(letter))
        told.append(sorted(Mail.objects.exclude(pk__in=before).values_list("letter", "event")))

    made = "login.recovery_codes_made"
    assert told == [[("A", made)], [("A", made), ("B", made)]]
    body = Mail.objects.latest("id").body
    assert "abc-B" in body["ja"]
    assert "127.0.0.1" in body["en"]


def logged(letter: str) -> Login:
    return Login.objects.select_related("participant").get(login=f"abc-{letter}")


def test_a_browser_not_seen_before_is_told_of_and_a_known_one_is_not(holder: Login) -> None:
    for agent in ("Firefox", "Firefox", "Chromium"):
        client = Client(headers={"host": "localhost", "user-agent": agent})
        enter(client)

    assert list(SignInEvent.objects.values_list("event", flat=True)) == ["new_browser"]


def test_a_session_that_ended_with_its_login_does_not_come_back_with_it(world: World, holder: Login) -> None:
    client, other = browser(), browser()
    enter(client)
    enter(other, "abc-B")
    assert client.get(HOME).status_code == 200
    about = {"participant": "abc", "login": "abc-A", "reason": "本人から電話"}

    assert world.do("deactivate_login", ADMINISTRATOR, **about).ok
    assert world.do("activate_login", ADMINISTRATOR, **about).ok

    assert client.get(HOME)["Location"].startswith("/sign-in/")
    assert other.get(HOME).status_code == 200
    assert enter(browser()).status_code == 302  # type: ignore[attr-defined]


# -- the administrator's pages ----------------------------------------------------------------------------------------


def test_the_administrator_sees_attempts_and_releases_a_login_with_a_reason(holder: Login, sign_in: SignIn) -> None:
    for _ in range(8):
        enter(browser(), password="wrong")  # noqa: S106
    client = sign_in("admin-1", language="en")
    listed = client.get(f"{HOME}logins/attempts/").content.decode()
    release = f"{HOME}logins/attempts/abc-A/release/"
    sent = {"act": "0f2b8a52-7a4e-4b57-8f1a-3f0e6a6f1c11", "reason": "本人から電話", "step": "perform"}

    assert release in listed
    assert "127.0.0.1" in listed
    assert client.post(release, sent).status_code == 302
    assert enter(browser()).status_code == 302  # type: ignore[attr-defined]
    assert "No login is locked." in client.get(f"{HOME}logins/attempts/").content.decode()


def test_the_list_of_logins_says_where_each_stands(holder: Login, sign_in: SignIn) -> None:
    page = sign_in("admin-1", language="en").get(f"{HOME}logins/?name=abc").content.decode()

    assert page.count(">In use</span>") == 2
    assert f"{HOME}logins/abc/A/reissue/" in page
    assert f"{HOME}logins/abc/A/issue/" not in page
