"""The rules of a scheme are a public page: every rule with its clause, found by code or word, in both languages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tanso.rulebook import library
from tanso.rulebook.showing import entries
from tests.integration.web.conftest import SignIn
from tests.support.world import World

RULES = "/schemes/asset/rules/"


@pytest.fixture
def anybody(world: World) -> Client:
    return Client(SERVER_NAME="localhost", headers={"accept-language": "en"})


def page(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", response.content.decode())))


def test_anybody_may_read_the_rules_without_signing_in(anybody: Client) -> None:
    response = anybody.get(RULES)

    assert response.status_code == 200
    shown = page(response)
    assert "Surrender deadline (in the year after the target year)" in shown
    assert "30 November" in shown
    assert "the day of the act is the last day of “Surrender period” of the holder's phase or before" in shown
    assert "Figure 1 gives no first day" in shown


def test_every_rule_has_an_address_of_its_own_and_every_link_leads_to_one(anybody: Client) -> None:
    source = anybody.get(RULES).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', source)

    assert len(ids) == len(set(ids))
    assert {entry.anchor for entry in entries(library().get("asset"))} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', source)) <= set(ids)


def test_rules_are_found_by_code_by_word_and_by_clause(anybody: Client) -> None:
    for sought, found, left_out in (
        ("asset.surrender.deadline", "asset.surrender.deadline", "asset.issue.wrong_phase"),
        ("コミットメントリザーブ", "asset.transfer.commitment_reserve", "asset.issue.wrong_phase"),
        ("S0 2.1(1)", "asset.issue.wrong_phase", "asset.report.locked"),
    ):
        shown = page(anybody.get(RULES, {"q": sought}))
        assert found in shown
        assert left_out not in shown
    assert "No rule fits." in page(anybody.get(RULES, {"q": "nothing like it"}))


def test_the_values_of_a_day_are_shown_alone(anybody: Client) -> None:
    address = "/schemes/eu-ets/rules/"
    both = page(anybody.get(address, {"q": "surrender_deadline"}))
    assert "30 April" in both
    assert "30 September" in both
    alone = page(anybody.get(address, {"q": "surrender_deadline", "on": "2024-01-01"}))
    assert "30 April" not in alone
    assert "30 September" in alone


def test_a_day_that_is_none_is_said_beside_its_field(anybody: Client) -> None:
    response = anybody.get(RULES, {"on": "soon"})
    assert response.status_code == 200
    assert "This is no day." in page(response)


def test_the_page_is_japanese_for_japanese_readers(world: World) -> None:
    shown = page(Client(SERVER_NAME="localhost", headers={"accept-language": "ja"}).get(RULES))
    assert "制度の規則" in shown
    assert "行為の日が名義人の参加期の「償却期間」の末日以前である" in shown


def test_a_scheme_that_there_is_not_has_no_page(anybody: Client) -> None:
    assert anybody.get("/schemes/nowhere/rules/").status_code == 404


def test_the_schemes_are_listed_and_the_sign_in_page_leads_there(anybody: Client) -> None:
    assert 'href="/rules/"' in anybody.get("/sign-in/").content.decode()
    assert 'href="/schemes/asset/rules/"' in anybody.get("/rules/").content.decode()


def test_every_page_of_the_scheme_leads_to_its_rules(world: World, sign_in: SignIn) -> None:
    office = sign_in("admin-1")
    assert f'href="{RULES}"' in office.get("/schemes/asset/").content.decode()
    assert office.get(RULES).status_code == 200
