"""After its account was closed a holder still uses the system for its emissions (rules explained, 2.2(8))."""

from __future__ import annotations

from datetime import date

import pytest

from tests.integration.web.conftest import SignIn
from tests.support.world import World


@pytest.fixture
def closed(world: World) -> World:
    """abc has approved figures of both years, did not bank, and its account was closed on 29 December 2015."""
    world.holder_with_units("abc", base_t=10_137)
    world.go_to(date(2015, 7, 1))
    world.approve_emissions("abc", "target", 8_264)
    world.go_to(date(2015, 12, 29))
    return world


@pytest.mark.parametrize("who", ["abc-A", "abc-B"])
def test_both_logins_still_see_what_was_approved(closed: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)

    home = client.get("/schemes/asset/").content.decode()
    listed = client.get("/schemes/asset/reports/").content.decode()
    reports = [client.get(f"/schemes/asset/reports/abc/{year}/").content.decode() for year in ("base", "target")]

    assert "10,137" in home
    assert "8,264" in home
    assert "10,137" in listed
    assert "10,137" in reports[0]
    assert "8,264" in reports[1]


def test_login_a_still_sees_what_is_left_in_the_account(closed: World, sign_in: SignIn) -> None:
    page = sign_in("abc-A").get("/schemes/asset/accounts/AST-1001/").content.decode()

    assert "9,137" in page
    assert "/accounts/AST-1001/transfer/" not in page


def test_the_adjustment_year_is_still_reported_through_the_pages(closed: World, sign_in: SignIn) -> None:
    page = sign_in("abc-B").get("/schemes/asset/reports/abc/adjustment/").content.decode()

    assert "/reports/abc/adjustment/register/" in page
