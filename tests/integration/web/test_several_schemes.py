"""The pages of a scheme whose base is several reports, and whose accounts hold units of another scheme."""

from __future__ import annotations

from datetime import date
from uuid import uuid4, uuid5

import pytest
from django.test import Client

from tanso.acts import Act, pass_time, perform
from tanso.acts import actions as acts
from tanso.parties import actions as parties
from tanso.registry import queries as registry
from tests.integration.web.conftest import NOTICE, SignIn
from tests.support.world import ADMINISTRATOR, World, login

JVETS, TRIAL = "jvets", "trial-2008"
DAY = date(2009, 6, 1)


@pytest.fixture
def world(database: object) -> World:
    """A holder of JVETS with its allocation and Kyoto credits of the trial scheme, and the supplier of these."""
    for which in (1, 2):
        parties.add_administrator(login_id=f"admin-{which}", person=f"事務局 {which}")
    acts.begin_demonstration(today=date(2008, 9, 1), notice=NOTICE)
    pass_time(TRIAL, date(2008, 9, 1))
    world = World(begin=date(2008, 9, 1), scheme=JVETS)
    number = world.holder("h", phase=3, reduction_target_t=100, participation_type="b")
    for year in ("base_1", "base_2", "base_3"):
        world.approve_emissions("h", year, 1_000)
    assert world.do("issue", ADMINISTRATOR, account=number, unit="JPA/3").ok
    world.go_to(DAY)
    world.approve_emissions("h", "target", 800)
    other = World(begin=DAY, scheme=TRIAL)
    assert other.do("register_participant", ADMINISTRATOR, key="s", kind="credit_supplier", name="S").ok
    assert other.do("register_participant", ADMINISTRATOR, key="b", kind="broker", name="B").ok
    credit = {"kind": "CER", "reference": "K-1"}
    assert other.do("issue", ADMINISTRATOR, account=other.account("s"), unit="KC", quantity_t=50, evidence=credit).ok
    return world


def account(scheme: str, key: str) -> str:
    found = registry.account_of(scheme, key)
    assert found is not None
    return found.number


def sent(quantity_t: int = 20) -> Act:
    arguments = {"from": account(TRIAL, "s"), "to": account(JVETS, "h"), "unit": "KC", "quantity_t": quantity_t}
    act = Act(uuid4(), TRIAL, "transfer", arguments, DAY, login("s"))
    assert perform(act).ok
    return act


def answers(client: Client, *paths: str) -> dict[str, int]:
    return {path: client.get(f"/schemes/{path}").status_code for path in paths}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_holder_sees_its_reports_and_the_units_of_both_schemes(
    world: World, sign_in: SignIn, language: str
) -> None:
    sent()
    number = account(JVETS, "h")
    client = sign_in("h-A", language=language)
    paths = ["", "reports/", "reports/h/base_1/", "reports/h/target/", "account/", f"accounts/{number}/"]
    paths += [f"accounts/{number}/{page}/" for page in ("statement", "transfer", "surrender")]

    found = answers(client, *(f"{JVETS}/{path}" for path in paths))

    assert set(found.values()) <= {200, 302}, found
    page = client.get(f"/schemes/{JVETS}/accounts/{number}/").content.decode()
    assert "JPA" in page
    assert ("京都クレジット" if language == "ja" else "Kyoto credit") in page


def test_the_administrator_sees_standings_records_and_results(world: World, sign_in: SignIn) -> None:
    act = sent()
    client = sign_in("admin-1")
    receipt = uuid5(act.id, "receive")
    number = account(JVETS, "h")
    paths = ["", "participants/", "results/", "calendar/", "parameters/", "records/", f"records/{receipt}/"]
    paths += [f"accounts/{number}/", f"accounts/{number}/issue/", "serials/", "ledger-check/"]

    found = answers(client, *(f"{JVETS}/{path}" for path in paths), f"{TRIAL}/records/{act.id}/")

    assert set(found.values()) <= {200, 302}, found
    choice = client.get(f"/schemes/{JVETS}/accounts/{number}/issue/").content.decode()
    assert "jCER" in choice
    assert "京都クレジット" not in choice
    standings = client.get(f"/schemes/{JVETS}/participants/").content.decode()
    assert "1,000" in standings


def test_the_page_of_a_transfer_reaches_an_account_of_the_other_scheme(world: World, sign_in: SignIn) -> None:
    client = sign_in("h-A", language="en")
    source, target = account(JVETS, "h"), account(TRIAL, "b")
    wish = {"act": str(uuid4()), "to": target, "unit": "JPA/3", "quantity_t": "5"}
    address = f"/schemes/{JVETS}/accounts/{source}/transfer/"

    named = client.get(f"/schemes/{JVETS}/account-names/", {"to": target}).content.decode()
    reviewed = client.post(address, {**wish, "step": ""})
    done = client.post(address, {**wish, "step": "perform"}, follow=True)

    assert "B" in named
    assert (reviewed.status_code, done.status_code) == (200, 200)
    assert registry.balance_t(target, "JPA/3") == 5


def test_a_name_is_not_told_of_an_account_that_takes_no_units_of_the_scheme(world: World, sign_in: SignIn) -> None:
    other = World(begin=DAY, scheme="asset")
    number = other.holder("stranger")
    client = sign_in("h-A", language="en")

    assert "STRANGER" not in client.get(f"/schemes/{JVETS}/account-names/", {"to": number}).content.decode()


def test_a_trial_allowance_is_told_by_the_year_of_its_own_scheme(world: World, sign_in: SignIn) -> None:
    from tanso.interfaces.web import describe  # noqa: PLC0415
    from tanso.rulebook import library  # noqa: PLC0415

    own, there = (library().get(scheme) for scheme in (JVETS, TRIAL))

    assert describe.unit(own, "TA/2008").endswith(f"({describe.phase(there, 2008)})")
