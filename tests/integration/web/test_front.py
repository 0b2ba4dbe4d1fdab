"""What anyone sees: the first page, the page of each scheme, whom to ask, and what is said of personal data."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.integration.web.conftest import SignIn
from tests.support.world import World


@pytest.fixture
def visitor(world: World) -> Client:
    return Client(headers={"host": "localhost", "accept-language": "ja"})


def test_a_visitor_finds_every_scheme_on_the_first_page(visitor: Client) -> None:
    body = visitor.get("/").content.decode()

    assert 'href="/site/asset/"' in body
    assert 'href="/site/jvets/"' in body
    assert 'href="/sign-in/"' in body


def test_an_installation_may_open_with_the_page_of_one_scheme(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.TANSO.model_copy(update={"first_scheme": "asset", "name_ja": "試験用登録簿"})
    monkeypatch.setattr(settings, "TANSO", chosen)

    assert "asset-sec@mri.co.jp" in visitor.get("/").content.decode()
    assert "試験用登録簿" in visitor.get("/accessibility/").content.decode()


def test_somebody_signed_in_is_led_home_and_may_still_read_the_public_page(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    client = sign_in("abc-A")

    assert client.get("/")["Location"] == "/schemes/asset/"
    page = client.get("/site/asset/").content.decode()
    assert 'href="/schemes/asset/reports/"' in page
    assert 'href="/sign-in/"' not in page


def test_the_page_of_a_scheme_names_both_offices_with_what_they_answer(visitor: Client) -> None:
    body = visitor.get("/site/asset/").content.decode()

    for said in ("asset-sec@mri.co.jp", "03-6705-6498", "ASSET@env.go.jp", "03-5521-8354", "その他事業全般"):
        assert said in body


def test_every_page_of_a_desk_says_whom_to_ask_about_it(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("abc")
    client = sign_in("abc-A")

    reports, balance = (
        client.get(f"/schemes/asset/{place}/").content.decode() for place in ("reports", "accounts/AST-1001")
    )
    assert "このページに関する問い合わせ（排出量の算定・検証）" in reports
    assert "このページに関する問い合わせ（排出枠の交付、取引、償却）" in balance


def test_the_calendar_shows_what_is_open_today_and_what_comes_next(visitor: Client) -> None:
    body = visitor.get("/site/asset/").content.decode()

    assert "償却期間（第2期）" in body
    assert "これから" in body


@pytest.mark.parametrize("scheme", ["jvets", "eu-ets", "trial-2008"])
def test_a_scheme_that_says_nothing_of_a_public_side_still_has_a_page(visitor: Client, scheme: str) -> None:
    assert visitor.get(f"/site/{scheme}/").status_code == 200


def test_a_scheme_that_does_not_exist_has_no_page(visitor: Client) -> None:
    assert visitor.get("/site/nowhere/").status_code == 404


def test_a_visitors_browser_may_keep_a_public_page_for_a_while(visitor: Client, world: World, sign_in: SignIn) -> None:
    world.holder("abc")

    assert "max-age=60" in visitor.get("/site/asset/")["Cache-Control"]
    assert "Cookie" in visitor.get("/site/asset/")["Vary"]
    assert "max-age" not in sign_in("abc-A").get("/site/asset/").get("Cache-Control", "")


def test_the_switch_of_the_language_stays_on_a_public_page(visitor: Client) -> None:
    assert 'name="next" value="/site/asset/"' in visitor.get("/site/asset/").content.decode()


def test_the_pages_about_data_and_access_say_who_runs_the_installation(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TANSO", settings.TANSO.model_copy(update={"operator_ja": "試験運営者"}))

    for address in ("/accessibility/", "/personal-data/"):
        assert "試験運営者" in visitor.get(address).content.decode()
