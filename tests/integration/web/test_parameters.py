"""The page of the scheme's values: what it shows, both acts with a second person, and the marks everywhere else."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tanso.acts import perform, queries, rulebooks
from tests.integration.web.conftest import SignIn
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

HOME = "/schemes/asset/"
PARAMETERS = f"{HOME}parameters/"
DEADLINE = f"{PARAMETERS}surrender_deadline/"
TODAY = date(2015, 6, 1)
REASON = "台風による検証の遅れ"
HEADERS = {"host": "localhost", "accept-language": "ja"}


@pytest.fixture
def today(world: World) -> World:
    world.holder_with_units("abc")
    world.go_to(TODAY)
    return world


@pytest.fixture
def office(today: World, sign_in: SignIn) -> Client:
    return sign_in("admin-1")


def form(**written: Any) -> dict[str, Any]:
    given = {"act": str(uuid4()), "value": "11-15", "from_day": "2015-07-01", "reason": REASON, "step": "perform"}
    return given | written


def page(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", response.content.decode())))


def override(world: World, **more: Any) -> None:
    arguments = {
        "parameter": "surrender_deadline",
        "value": "11-15",
        "from_day": world.today.isoformat(),
        "reason": REASON,
    } | more
    proposal = perform(world.act("override_parameter", ADMINISTRATOR, arguments))
    done = perform(world.act("override_parameter", SECOND_ADMINISTRATOR, arguments, proposal=proposal.act_id))
    assert done.ok, done


def test_the_list_shows_each_value_with_its_source_and_why_it_was_assumed(office: Client) -> None:
    shown = page(office.get(PARAMETERS))

    for part in ("償却期限", "11月30日", "2.2(7)", "12月1日～12月28日", "毎年度の償却期限後"):
        assert part in shown
    assert "変更はありません" in shown


def test_an_override_is_proposed_by_one_person_and_approved_by_another(office: Client, sign_in: SignIn) -> None:
    asked = page(office.post(f"{DEADLINE}override/", form(step="")))
    # The confirmation says which windows move.
    for part in ("2015年11月30日", "2015年11月15日", "2016年11月15日", "起案"):
        assert part in asked
    proposed = office.post(f"{DEADLINE}override/", form(), follow=True)
    assert "11月15日" in page(proposed)
    assert queries.override_entries("asset") == []

    other = sign_in("admin-2")
    (record,) = queries.open_proposals("asset")
    approving = f"{HOME}proposals/{record.id}/"
    asked = page(other.get(approving))
    for part in ("2015年11月30日", "2015年11月15日", REASON):
        assert part in asked
    other.post(approving, {"act": str(uuid4()), "step": "perform"})

    assert rulebooks.current("asset").value("surrender_deadline", date(2015, 7, 1)) == "11-15"
    shown = page(other.get(PARAMETERS))
    for part in (REASON, "2015年7月1日から", "admin-1", "admin-2"):
        assert part in shown


def test_what_is_refused_comes_back_with_the_form(office: Client) -> None:
    answer = office.post(f"{DEADLINE}override/", form(value="11-31", from_day="2015-05-31", step=""))

    assert answer.status_code == 422
    assert "override.value_type" in page(answer)
    assert "override.past" in page(answer)
    assert 'value="11-31"' in answer.content.decode()


@pytest.mark.parametrize(
    ("parameter", "written", "value"),
    [
        ("reserve_stops_cancel", "false", False),
        ("jcer_last_phase", "3", 3),
        ("bank_window", "12-02, 12-20", ["12-02", "12-20"]),
        ("jver_first_day", "2016-04-01", "2016-04-01"),
        ("reserve_unit_types", "JAA, jCER", ["JAA", "jCER"]),
        ("missing_data_rate", "1.5", "1.5"),
    ],
)
def test_each_type_of_value_can_be_written(office: Client, parameter: str, written: str, value: Any) -> None:
    assert office.get(f"{PARAMETERS}{parameter}/override/").status_code == 200
    office.post(f"{PARAMETERS}{parameter}/override/", form(value=written))

    (record,) = queries.open_proposals("asset")
    assert record.arguments["value"] == value


def test_an_override_is_withdrawn_and_stays_in_the_list(today: World, office: Client, sign_in: SignIn) -> None:
    override(today)
    assert "取りやめる" in page(office.get(PARAMETERS))
    written = {"act": str(uuid4()), "from_day": "2015-06-01", "reason": "予定どおり", "step": "perform"}
    office.post(f"{DEADLINE}withdraw/", written)
    (record,) = queries.open_proposals("asset")
    sign_in("admin-2").post(f"{HOME}proposals/{record.id}/", {"act": str(uuid4()), "step": "perform"})

    shown = page(office.get(PARAMETERS))
    assert rulebooks.current("asset").value("surrender_deadline", TODAY) == "11-30"
    assert "予定どおり" in shown
    assert REASON in shown
    assert not office.get(PARAMETERS).content.decode().count(f"{DEADLINE}withdraw/")


def test_whoever_sees_a_date_sees_that_it_was_overridden_and_why(today: World, sign_in: SignIn) -> None:
    override(today)
    today.approve_emissions("abc", "target", 8_000)
    for language, mark in (("ja", "変更されています"), ("en", "has overridden")):
        holder = sign_in("abc-A", language=language)
        home = page(holder.get(HOME))
        # The notice, the next step, and each window that moved.
        assert home.count(mark) >= 3
        assert REASON in home
        assert mark in page(holder.get(f"{HOME}accounts/AST-1001/surrender/"))
        assert mark in page(sign_in("admin-1", language=language).get(f"{HOME}calendar/"))


def test_the_schedule_the_review_and_the_published_results_tell_of_overrides_too(today: World, sign_in: SignIn) -> None:
    today.do("register_report", login("abc"), participant="abc", year="target", emissions_t=8_000)
    verifier = today.verifier("ver")
    today.do("request_verification", login("abc"), participant="abc", year="target", verifier="ver")
    for operation, more in (
        ("file_verification", {"emissions_t": 8_000, "opinion": "unqualified"}),
        ("request_approval", {}),
    ):
        today.do(operation, verifier, participant="abc", year="target", **more)
    pages = [(sign_in("abc-A"), f"{HOME}schedule/"), (sign_in("admin-1"), f"{HOME}review/")]
    for client, address in pages:
        assert "変更されています" not in page(client.get(address))

    override(today)
    override(today, parameter="smallest_group", value=5)

    for client, address in [*pages, (Client(headers=HEADERS), "/results/asset/")]:
        assert "変更されています" in page(client.get(address)), address


def test_without_an_override_no_page_speaks_of_one(today: World, sign_in: SignIn) -> None:
    holder = sign_in("abc-A")
    assert "変更されています" not in page(holder.get(HOME))
    assert "変更されています" not in page(sign_in("admin-1").get(f"{HOME}calendar/"))


@pytest.mark.parametrize("address", [PARAMETERS, f"{DEADLINE}override/", f"{DEADLINE}withdraw/"])
def test_the_values_are_the_administrators_page(today: World, sign_in: SignIn, address: str) -> None:
    assert sign_in("abc-A").get(address).status_code == 403
    assert sign_in("admin-1").get(f"{PARAMETERS}nothing/override/").status_code == 404
