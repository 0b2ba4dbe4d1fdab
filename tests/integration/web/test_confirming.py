"""Before an act that cannot be undone, the person shows once more to be the one who signed in."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.test import Client

from tanso.parties import actions as parties
from tanso.parties.models import Login
from tanso.registry import queries
from tests.integration.web.test_signing_in import PASSWORD, browser, enter
from tests.support.world import World

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105
RECORDS = "account_authentication_methods"


@pytest.fixture
def holder(world: World) -> Client:
    """Signed in by password, with units and a trading partner."""
    world.holder_with_units("abc")
    world.trader("trd")
    from tanso.acts import actions as acts  # noqa: PLC0415

    acts.move_demonstration_day(today=world.today)
    parties.set_password(login=Login.objects.get(login="abc-A"), password=PASSWORD)
    client = browser()
    enter(client)
    return client


def transfer(client: Client, **more: str) -> object:
    wish = {"act": str(uuid4()), "to": "AST-1002", "unit": "JAA/2", "quantity_t": "10", "step": "perform"}
    return client.post("/schemes/asset/accounts/AST-1001/transfer/", wish | more)


def given_t() -> int:
    return queries.balance_t("AST-1002", "JAA/2")


def code(at: float | None = None) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time() if at is None else at) // 30))


def test_signing_in_alone_is_not_enough_and_nothing_is_lost(holder: Client) -> None:
    answer = transfer(holder)

    body = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert 'name="confirmed-password"' in body
    assert 'name="quantity_t" value="10"' in body
    assert given_t() == 0


def test_the_password_confirms(holder: Client) -> None:
    assert transfer(holder, **{"confirmed-password": PASSWORD}).status_code == 302  # type: ignore[attr-defined]
    assert given_t() == 10


def test_a_wrong_password_performs_nothing_counts_as_an_attempt_and_is_kept_nowhere(holder: Client) -> None:
    answer = transfer(holder, **{"confirmed-password": "nearly the right one"})

    assert "This is not your password" in answer.content.decode()  # type: ignore[attr-defined]
    assert given_t() == 0
    attempt = AccessAttempt.objects.get(username="abc-A")
    assert "nearly" not in attempt.post_data


@pytest.mark.parametrize(("seconds", "is_asked"), [(5 * 60 - 5, False), (5 * 60, True)])
def test_a_confirmation_counts_for_five_minutes(holder: Client, seconds: int, *, is_asked: bool) -> None:
    transfer(holder, **{"confirmed-password": PASSWORD})
    session = holder.session
    session[RECORDS] = [{**record, "at": time.time() - seconds} for record in session[RECORDS]]
    session.save()

    assert transfer(holder).status_code == (422 if is_asked else 302)  # type: ignore[attr-defined]
    assert given_t() == (10 if is_asked else 20)


def test_where_there_is_an_app_its_code_confirms_and_the_password_does_not(holder: Client) -> None:
    TOTP.activate(Login.objects.get(login="abc-A"), SECRET)

    by_password = transfer(holder, **{"confirmed-password": PASSWORD})
    by_code = transfer(holder, **{"confirmed-code": code()})

    assert by_password.status_code == 422  # type: ignore[attr-defined]
    assert 'name="confirmed-code"' in by_password.content.decode()  # type: ignore[attr-defined]
    assert by_code.status_code == 302  # type: ignore[attr-defined]
    assert given_t() == 10


def test_a_code_serves_once(holder: Client) -> None:
    TOTP.activate(Login.objects.get(login="abc-A"), SECRET)
    once = code()
    transfer(holder, **{"confirmed-code": once})
    session = holder.session
    session[RECORDS] = []
    session.save()

    assert transfer(holder, **{"confirmed-code": once}).status_code == 422  # type: ignore[attr-defined]
    assert given_t() == 10


def test_the_secret_of_the_app_is_not_readable_in_the_database(holder: Client) -> None:
    TOTP.activate(Login.objects.get(login="abc-A"), SECRET)

    assert SECRET not in str(Authenticator.objects.values_list("data", flat=True))


def test_a_code_confirms_for_five_minutes_too(holder: Client) -> None:
    TOTP.activate(Login.objects.get(login="abc-A"), SECRET)
    transfer(holder, **{"confirmed-code": code()})

    assert transfer(holder).status_code == 302  # type: ignore[attr-defined]
    assert given_t() == 20
