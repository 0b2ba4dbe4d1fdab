"""Browsers without a browser: Django's client, signed in as somebody, in Japanese unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tanso.acts import actions as acts
from tanso.kernel.texts import Text
from tanso.parties import actions as parties
from tanso.parties.models import Login
from tests.support.confirmed import confirmed
from tests.support.registrations import LAST_DAY
from tests.support.world import BEGIN, World

SignIn = Callable[..., Client]
NOTICE = Text("排出量は実績値、参加は仮定です。", "Real emissions, hypothetical participation.")


@pytest.fixture
def world(database: object) -> World:
    """A demonstration on its first day, with two administrators."""
    for number in (1, 2):
        parties.add_administrator(login_id=f"admin-{number}", person=f"事務局 {number}")
    acts.begin_demonstration(today=BEGIN, notice=NOTICE)
    return World()


@pytest.fixture
def sign_in(world: World) -> SignIn:
    """Sign somebody in, on the world's day."""

    def sign_in_as(login: str, *, language: str = "ja", **options: bool) -> Client:
        acts.move_demonstration_day(today=world.today)
        client = Client(headers={"host": "localhost", "accept-language": language}, **options)
        client.force_login(Login.objects.get(login=login))
        return confirmed(client)

    return sign_in_as


@pytest.fixture
def visitor(world: World) -> Client:
    """Somebody without a login, on the last day of applications for phase 3."""
    world.go_to(LAST_DAY)
    acts.move_demonstration_day(today=LAST_DAY)
    return Client(headers={"host": "localhost", "accept-language": "ja"})
