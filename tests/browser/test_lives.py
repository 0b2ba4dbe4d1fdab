"""Lives of the people of a scheme, in Chromium: each ends as the same story does through the door and in the ledger."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tanso.database.urls import Server
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.lives import live, read
from tests.browser.player import PagePlayer
from tests.browser.reading import spoken, text
from tests.browser.registering import register_by_application

pytestmark = pytest.mark.browser

Databases = tuple[Server, Server, str]


@pytest.fixture
def databases(database: Server, server: Server, template: str) -> Databases:
    """The database that is served, and what is needed to clone another one."""
    return database, server, template


def test_a_holder_lives_its_years(databases: Databases, browser: Browser) -> None:
    with live(read("a-holders-year"), browser, databases) as player:
        # The issue and its approval, two transfers, two surrenders, the cancellation, and what the secretariat settles.
        assert player.confirmed >= 7


def test_a_holder_lives_its_years_in_english_without_a_mouse(databases: Databases, browser: Browser) -> None:
    """The holder has nothing but a keyboard, from the first report to banking; where it stands is always seen."""
    keyboard, mouse = Keyboard(), Mouse()

    def hands_of(login: str) -> Hands:
        return keyboard if login.startswith("abc-") else mouse

    with live(read("a-holders-year"), browser, databases, language="en", hands_of=hands_of):
        assert keyboard.reached > 60


def test_a_verifiers_report_has_its_second_round(databases: Databases, browser: Browser) -> None:
    with live(read("a-verifiers-second-round"), browser, databases):
        pass


def test_a_trading_participant_banks_once_with_an_app_for_its_login(databases: Databases, browser: Browser) -> None:
    def give_the_trader_an_app(player: PagePlayer) -> None:
        player.people.set_up_app("trd-A")

    scenario = read("a-trader-banks-once")
    with live(scenario, browser, databases, before=give_the_trader_an_app, asks_each_time=False) as player:
        # The code of the app confirmed what cannot be undone, and not the password.
        assert player.people.codes_used("trd-A") == 3, "set up, sign in, confirm once"


def test_the_secretariat_lives_a_phase(databases: Databases, browser: Browser) -> None:
    """From applications at the public address to the results that everybody may read."""
    scenario = read("a-secretariats-phase")
    with live(scenario, browser, databases, before=register_by_application, by_application=True) as player:
        page = player.people.visitor()
        page.goto("/site/asset/")
        page.locator("a[href='/results/asset/']").first.click()
        phase = page.locator("section", has=page.locator("#phase-2-title"))
        assert spoken("Over") in text(phase.locator("h2"))
        # One holder alone is nobody's business.
        assert "10,000" not in text(phase)
        page.context.close()
