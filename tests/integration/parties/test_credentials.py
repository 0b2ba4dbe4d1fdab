"""Credentials by letter: who issues them, what a letter brings, and when it no longer brings anything."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import override_settings

from tanso.acts import perform
from tanso.acts.models import ActRecord
from tanso.kernel.outcomes import Outcome
from tanso.parties import actions, credentials
from tanso.parties.models import Login, LoginLetter
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

OWN = "Two sparrows on a wet wire"


@pytest.fixture
def world(database: object) -> World:
    for name in ("admin-1", "admin-2"):
        actions.add_administrator(login_id=name, person=name)
    world = World()
    world.holder("abc")
    world.trader("trd")
    return world


def holder() -> Login:
    return Login.objects.get(login="abc-A")


def issue(world: World) -> LoginLetter:
    assert world.do("issue_login", ADMINISTRATOR, participant="abc", login="abc-A").ok
    return LoginLetter.objects.latest("id")


def issue_again(world: World, **more: object) -> LoginLetter:
    arguments = {"participant": "abc", "login": "abc-A", "reason": "電話での本人確認による", **more}
    first = perform(world.act("reissue_login", ADMINISTRATOR, arguments))
    assert first.status == "proposed"
    assert perform(world.act("reissue_login", SECOND_ADMINISTRATOR, arguments, proposal=first.act_id)).ok
    return LoginLetter.objects.latest("id")


def codes(outcome: Outcome) -> list[str]:
    return [finding.code for finding in outcome.findings]


def test_a_letter_brings_a_password_of_a_hundred_bits_that_is_read_without_doubt(world: World) -> None:
    password = credentials.first_password(issue(world))

    assert password is not None
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){4}", password)
    assert holder().check_password(password)
    assert holder().check_password(password.lower().replace("-", " "))
    assert not holder().check_password(password[:-1])


def test_the_same_letter_brings_the_same_password_and_another_installation_another_one(world: World) -> None:
    letter = issue(world)
    password = credentials.first_password(letter)

    assert credentials.first_password(LoginLetter.objects.get(pk=letter.pk)) == password
    with override_settings(SECRET_KEY="another installation's key"):  # noqa: S106
        assert credentials.first_password(letter) != password


def test_no_record_holds_the_password(world: World) -> None:
    password = credentials.first_password(issue(world)) or ""

    rows = [*ActRecord.objects.values(), *LoginLetter.objects.values(), *Login.objects.values()]
    told = str(rows)
    assert password not in told
    assert password.replace("-", "") not in told


def test_a_letter_says_nothing_once_an_own_password_was_chosen(world: World) -> None:
    letter = issue(world)
    actions.set_password(login=holder(), password=OWN)

    assert credentials.first_password(letter) is None
    assert holder().check_password(OWN)
    assert not holder().must_change_password


def test_a_login_is_issued_once_and_then_again_by_two_with_a_reason(world: World) -> None:
    issue(world)

    assert codes(world.do("issue_login", ADMINISTRATOR, participant="abc", login="abc-A")) == ["login.issued"]
    without = world.do("reissue_login", ADMINISTRATOR, participant="abc", login="abc-A", reason=" ")
    assert codes(without) == ["reason.missing"]
    never = world.do("reissue_login", ADMINISTRATOR, participant="abc", login="abc-B", reason="紛失")
    assert codes(never) == ["login.not_issued"]


@pytest.mark.parametrize(("said", "stays"), [({}, True), ({credentials.FACTOR_LOST: True}, False)])
def test_a_new_letter_leaves_the_second_factor_unless_it_was_lost_too(
    world: World, said: dict[str, object], *, stays: bool
) -> None:
    issue(world)
    Authenticator.objects.create(user=holder(), type=Authenticator.Type.TOTP, data={})

    issue_again(world, **said)

    assert Authenticator.objects.filter(user=holder()).exists() is stays


@pytest.mark.parametrize("said", ["true", 1, "yes", None, False])
def test_nothing_but_a_plain_yes_removes_a_second_factor(world: World, said: object) -> None:
    issue(world)
    Authenticator.objects.create(user=holder(), type=Authenticator.Type.TOTP, data={})

    issue_again(world, second_factor_lost=said)

    assert Authenticator.objects.filter(user=holder()).exists()


def test_a_new_letter_withdraws_the_older_one_and_the_password(world: World) -> None:
    first = issue(world)
    old = credentials.first_password(first) or ""
    before = holder().get_session_auth_hash()

    second = issue_again(world)

    assert credentials.first_password(first) is None
    assert not holder().check_password(old)
    assert holder().check_password(credentials.first_password(second) or "")
    assert holder().get_session_auth_hash() != before
    assert (second.kind, second.reason) == ("again", "電話での本人確認による")


@pytest.mark.parametrize("operation", ["issue_login", "reissue_login", "deactivate_login", "activate_login"])
def test_only_the_administrator_deals_with_logins(world: World, operation: str) -> None:
    more = {} if operation == "issue_login" else {"reason": "x"}

    for actor in (login("abc"), login("abc", "B"), login("trd")):
        assert codes(world.do(operation, actor, participant="abc", login="abc-A", **more)) == ["permission.denied"]


def test_a_login_goes_out_of_use_and_back(world: World) -> None:
    of_login = {"participant": "abc", "login": "abc-B", "reason": "担当者の退職"}

    assert codes(world.do("activate_login", ADMINISTRATOR, **of_login)) == ["login.in_use"]
    assert world.do("deactivate_login", ADMINISTRATOR, **of_login).ok
    assert not Login.objects.get(login="abc-B").is_active
    assert codes(world.do("deactivate_login", ADMINISTRATOR, **of_login)) == ["login.out_of_use"]
    assert codes(world.do("issue_login", ADMINISTRATOR, participant="abc", login="abc-B")) == ["login.out_of_use"]
    assert world.do("activate_login", ADMINISTRATOR, **of_login).ok


def test_a_login_that_does_not_exist_is_named(world: World) -> None:
    assert codes(world.do("issue_login", ADMINISTRATOR, participant="abc", login="abc-Z")) == ["login.unknown"]
    assert codes(world.do("release_login", ADMINISTRATOR, login="nobody", reason="x")) == ["login.unknown"]


def test_login_a_changes_the_password_of_b_and_nobody_else_does(world: World) -> None:
    other = Login.objects.get(login="abc-B")
    wish = credentials.wish_password(other, OWN)
    wanted = {"participant": "abc", "login": "abc-B", "wish": wish}

    for actor in (login("abc", "B"), login("trd"), ADMINISTRATOR):
        assert codes(world.do("change_password", actor, **wanted)) == ["permission.denied"]
    assert world.do("change_password", login("abc"), **wanted).ok
    assert Login.objects.get(login="abc-B").check_password(OWN)
    assert codes(world.do("change_password", login("abc"), **wanted)) == ["login.no_password"]


def test_b_does_not_change_the_password_of_a_nor_a_its_own_by_this_act(world: World) -> None:
    wanted = {"participant": "abc", "login": "abc-A", "wish": credentials.wish_password(holder(), OWN)}

    assert codes(world.do("change_password", login("abc", "B"), **wanted)) == ["permission.denied"]
    assert codes(world.do("change_password", login("abc"), **wanted)) == ["permission.denied"]


def test_a_password_that_was_dropped_or_was_for_another_login_is_given_to_nobody(world: World) -> None:
    other = Login.objects.get(login="abc-B")
    dropped, of_another = credentials.wish_password(other, OWN), credentials.wish_password(holder(), OWN)
    credentials.drop_wish(dropped)

    for wish in (dropped, of_another, 0):
        outcome = world.do("change_password", login("abc"), participant="abc", login="abc-B", wish=wish)
        assert codes(outcome) == ["login.no_password"]
