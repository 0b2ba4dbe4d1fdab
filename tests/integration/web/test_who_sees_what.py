"""Records are shown to those whom they concern, and figures once they are settled.

That every page keeps to its readers is in tests/house/test_permissions.py and tests/integration/permissions.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from tanso.acts.models import ActRecord
from tests.integration.web.conftest import SignIn
from tests.support.world import World, login


@pytest.fixture
def two_holders(world: World) -> World:
    """abc was issued 9,137 t, sent 221 t away and surrendered 1,000 t; def has reported and nothing more."""
    world.holder_with_units("abc", base_t=10_137)
    other = world.holder("def")
    world.approve_emissions("def", "base", 3_000)
    assert world.do("transfer", login("abc"), from_="AST-1001", to=other, unit="JAA/2", quantity_t=221).ok
    assert world.do("surrender", login("abc"), account="AST-1001", unit="JAA/2", quantity_t=1_000).ok
    return world


def test_a_record_is_shown_to_those_whom_it_concerns(two_holders: World, sign_in: SignIn) -> None:
    transfer = ActRecord.objects.get(operation="transfer")
    surrender = ActRecord.objects.get(operation="surrender")
    at = {act: reverse("act", kwargs={"scheme": "asset", "act_id": act.id}) for act in (transfer, surrender)}

    def answers(who: str) -> list[int]:
        client = sign_in(who)
        return [client.get(at[act]).status_code for act in (transfer, surrender)]

    assert answers("abc-A") == [200, 200]
    assert answers("def-A") == [200, 404]
    assert answers("abc-B") == [404, 404]
    assert answers("verifier-of-abc-A") == [404, 404]
    assert answers("admin-1") == [200, 200]


def test_a_login_of_one_scheme_finds_no_other(two_holders: World, sign_in: SignIn) -> None:
    assert sign_in("abc-A").get("/schemes/other/").status_code == 404
    assert sign_in("admin-1").get("/schemes/other/").status_code == 404


def test_blank_until_approval_and_issue(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    world.do("register_report", login("abc"), participant="abc", year="base", emissions_t=4_321)

    body = sign_in("abc-A").get("/schemes/asset/").content.decode()

    figures = re.findall(r'<div class="figure(.*?)</div>', body, re.DOTALL)
    assert len(figures) == 6
    assert all("figure--blank" in figure and "4,321" not in figure for figure in figures)


def test_the_home_page_says_when_an_account_would_be_closed_without_banking(world: World, sign_in: SignIn) -> None:
    number = world.trader("trd")
    address, button = "/schemes/asset/", f"/accounts/{number}/apply-for-banking/"

    world.go_to(date(2014, 11, 30))
    before = sign_in("trd-A").get(address).content.decode()
    world.go_to(date(2014, 12, 28))
    within = sign_in("trd-A").get(address).content.decode()
    world.go_to(date(2014, 12, 29))
    after = sign_in("trd-A").get(address).content.decode()

    assert [button in page for page in (before, within, after)] == [False, True, False]
    assert "2014年12月28日（平成26年12月28日）まで" in within
    assert "口座は閉鎖されています" in after
