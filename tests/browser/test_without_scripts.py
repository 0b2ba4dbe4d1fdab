"""The pages need no script, and no mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tanso.database.urls import Server
from tanso.registry import queries
from tests.browser import site
from tests.browser.site import password_of, serving
from tests.support.world import BEGIN, SCHEME, World

pytestmark = pytest.mark.browser


def a_holder_and_a_trader() -> None:
    site.begin(SCHEME, BEGIN)
    world = World()
    world.holder_with_units("abc")
    world.trader("trd")
    site.acts.move_demonstration_day(today=world.today)
    site.give_passwords()


def test_a_transfer_goes_through_with_scripts_switched_off(database: Server, browser: Browser) -> None:
    a_holder_and_a_trader()
    with serving() as address:
        context = browser.new_context(java_script_enabled=False, base_url=address, locale="en-GB")
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Sign in").first.click()
        page.get_by_label("Login ID").fill("abc-A")
        page.get_by_label("Password").fill(password_of("abc-A"))
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Balance", exact=True).click()
        page.get_by_role("link", name="Transfer", exact=True).click()
        page.get_by_label("Account to transfer to").fill("AST-1002")
        page.get_by_label("Quantity").fill("1,000")
        page.get_by_role("button", name="Continue to the confirmation").click()
        page.get_by_role("button", name="Change").click()
        assert page.get_by_label("Quantity").input_value() == "1,000"
        page.get_by_role("button", name="Continue to the confirmation").click()
        page.get_by_label("Password").fill(password_of("abc-A"))
        page.get_by_role("button", name="Confirm and carry out").click()
        assert "1–1000" in page.locator("main").inner_text()
        context.close()

    assert queries.balance_t("AST-1002", "JAA/2") == 1_000


def test_a_transfer_goes_through_by_keyboard_alone(database: Server, browser: Browser) -> None:
    a_holder_and_a_trader()
    with serving() as address:
        page = browser.new_page(base_url=address, locale="en-GB")
        page.goto("/sign-in/")
        _tab_to(page, "Login ID")
        page.keyboard.type("abc-A")
        _tab_to(page, "Password")
        page.keyboard.type(password_of("abc-A"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/schemes/**")
        page.goto(f"/schemes/{SCHEME}/accounts/AST-1001/transfer/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        _tab_to(page, "Account to transfer to")
        page.keyboard.type("AST-1002")
        _tab_to(page, "Quantity")
        page.keyboard.type("10")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Confirm and carry out").wait_for()
        _tab_to(page, "Password")
        page.keyboard.type(password_of("abc-A"))
        _tab_to(page, "Confirm and carry out")
        page.keyboard.press("Enter")
        page.wait_for_url("**/records/**")
        page.close()

    assert queries.balance_t("AST-1002", "JAA/2") == 10


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on the control of that name; it must be visible there."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const element = document.activeElement;
                const label = element.labels && element.labels[0];
                const outline = getComputedStyle(element).outlineStyle;
                return [(label || element).textContent.trim(), outline];
            }"""
        )
        if focused[0] == name:
            assert focused[1] != "none", f"nobody sees that the focus is on {name}"
            return
    raise AssertionError(f"{name} cannot be reached with the keyboard")
