"""After its account was closed a holder still uses the system for its emissions (rules explained, 2.2(8))."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tanso.acts import perform
from tanso.emissions import queries as emissions
from tanso.registry import queries
from tests.integration.web.conftest import SignIn
from tests.support.papers import PDF, sha256
from tests.support.stories import Once
from tests.support.world import World, login


def _closed(world: World) -> None:
    """abc has approved figures of both years, did not bank, and its account was closed on 29 December 2015."""
    world.holder_with_units("abc", base_t=10_137)
    world.go_to(date(2015, 7, 1))
    world.approve_emissions("abc", "target", 8_264)
    world.go_to(date(2015, 12, 29))


@pytest.fixture
def closed(world: World, once: Once) -> World:
    return once(_closed, world)


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


def test_the_home_page_leads_login_a_to_the_closing_statement(closed: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    assert (
        'class="button button--secondary" href="/schemes/asset/letters/"'
        in client.get("/schemes/asset/").content.decode()
    )
    assert "口座閉鎖通知書" in client.get("/schemes/asset/letters/").content.decode()


def test_the_adjustment_year_is_still_reported_through_the_pages(closed: World, sign_in: SignIn) -> None:
    page = sign_in("abc-B").get("/schemes/asset/reports/abc/adjustment/").content.decode()

    assert "/reports/abc/adjustment/register/" in page


def test_both_logins_file_the_adjustment_year_and_the_ministry_receives_it(closed: World, sign_in: SignIn) -> None:
    closed.go_to(date(2016, 6, 1))
    address = "/schemes/asset/reports/abc/adjustment/"

    for who, emissions_t in (("abc-A", "8400"), ("abc-B", "8401")):
        sent = sign_in(who).post(f"{address}register/", {"act": str(uuid4()), "emissions_t": emissions_t})
        assert sent.status_code == 302
    sign_in("admin-1").post(f"{address}receive/", {"act": str(uuid4()), "step": "perform"})

    report = emissions.report("asset", "abc", "adjustment")
    assert report is not None
    assert (report.state, report.emissions_t, report.verified_t) == ("received", 8401, None)


@pytest.mark.parametrize(
    ("page", "written"),
    [
        ("transfer", {"to": "AST-1002", "unit": "JAA/2", "quantity_t": "1"}),
        ("surrender", {"unit": "JAA/2", "quantity_t": "1"}),
        ("cancel", {"unit": "JAA/2", "quantity_t": "1", "purpose": "voluntary", "statement": "x"}),
        ("apply-for-banking", {}),
    ],
)
def test_every_act_with_units_is_refused(closed: World, sign_in: SignIn, page: str, written: dict[str, str]) -> None:
    closed.trader("trd")

    answer = sign_in("abc-A").post(f"/schemes/asset/accounts/AST-1001/{page}/", {"act": str(uuid4()), **written})

    assert "閉鎖されています" in answer.content.decode()
    assert queries.balance_t("AST-1001", "JAA/2") == 9_137


def test_nothing_is_applied_for_to_a_closed_account(closed: World) -> None:
    arguments = {
        "account": "AST-1001",
        "unit": "jVER",
        "quantity_t": 1,
        "evidence": {"kind": "J-Credit", "reference": "1", "day": "2015-12-01"},
        "document": sha256(PDF),
    }

    outcome = perform(closed.act("apply_for_units", login("abc"), arguments, files={"document": PDF}))

    assert outcome.codes == ("account.closed",)
