"""Acts about a year are told in the words of their scheme."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tanso.acts import actions as acts
from tanso.acts.models import ActRecord
from tanso.interfaces.web.describe import arguments
from tanso.kernel.texts import Text
from tanso.parties import actions as parties
from tanso.parties.models import Login
from tanso.rulebook import library
from tests.support.confirmed import confirmed
from tests.support.world import ADMINISTRATOR, World, login

SUMMER = date(2009, 7, 1)
OF_HOLDERS = ("", "accounts/{account}/", "accounts/{account}/statement/", "schedule/")
OF_THE_AUTHORITY = ("", "participants/", "accounts/{account}/", "accounts/{account}/issue/", "parameters/", "records/")


@pytest.fixture
def year(database: object) -> World:
    """A target setter that fell short, borrowed and surrendered."""
    parties.add_administrator(login_id="admin-1", person="事務局")
    acts.begin_demonstration(today=SUMMER, notice=Text("仮定です。", "Hypothetical."))
    world = World(begin=SUMMER, scheme="trial-2008")
    about = {"participant": "abc", "fiscal_year": 2008}
    attributes = {
        "entity": "company",
        "target_form": "absolute",
        "settlement": "ex_post",
        "target_years": "every_year",
    }
    outcomes = [
        world.do(
            "register_participant", ADMINISTRATOR, key="abc", kind="target_setter", name="ABC", attributes=attributes
        ),
        world.do("open_year", ADMINISTRATOR, fiscal_year=2008, participants=["abc"]),
        *(
            world.do("record_figure", ADMINISTRATOR, **about, figure=name, value=1000)
            for name in ("plan_target_t", "plan_actual_t", "own_actual_t", "target_t")
        ),
        world.do("record_emissions", ADMINISTRATOR, **about, emissions_t=1010),
    ]
    units = {"account": world.account("abc"), "fiscal_year": 2008, "quantity_t": 10}
    outcomes.append(world.do("borrow", login("abc"), **units))
    outcomes.append(world.do("surrender_for_year", login("abc"), **units, unit="TA/2008"))
    assert all(outcome.ok for outcome in outcomes), outcomes
    return world


def opened(who: str, page: str, world: World) -> int:
    client = Client(headers={"host": "localhost", "accept-language": "ja"})
    client.force_login(Login.objects.get(login=who))
    confirmed(client)
    return client.get(f"/schemes/trial-2008/{page.format(account=world.account('abc'))}").status_code


def test_the_pages_of_a_scheme_of_years_open(year: World) -> None:
    assert {page: opened("abc-A", page, year) for page in OF_HOLDERS} == dict.fromkeys(OF_HOLDERS, 200)
    assert {page: opened("admin-1", page, year) for page in OF_THE_AUTHORITY} == dict.fromkeys(OF_THE_AUTHORITY, 200)


def test_every_act_of_a_year_can_be_read(year: World) -> None:
    records = [f"records/{record.id}/" for record in ActRecord.objects.all()]

    assert len(records) == 9
    assert {page: opened("admin-1", page, year) for page in records} == dict.fromkeys(records, 200)


def test_a_figure_is_called_as_the_scheme_calls_it() -> None:
    given = {"participant": "abc", "fiscal_year": 2008, "figure": "target_t", "value": 1000}

    told = [(line.label, line.value) for line in arguments(library().get("trial-2008"), given)]

    assert ("年度", "2008") in told
    assert ("数値の名称", "排出総量目標（t）") in told


def test_a_loan_is_told_with_its_year_and_quantity() -> None:
    given = {"account": "TRL-1001", "fiscal_year": 2008, "quantity_t": 1000}

    told = [line.value for line in arguments(library().get("trial-2008"), given)]

    assert told == ["2008", "TRL-1001", "1,000\N{NO-BREAK SPACE}t"]
