"""Passkeys with a browser that has one, and the first steps of a sign-in where a second factor is demanded."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import override_settings
from playwright.sync_api import Browser, Page

from tanso.database.urls import Server
from tests.browser import site
from tests.browser.site import password_of, serving
from tests.support.world import BEGIN, SCHEME, World

pytestmark = pytest.mark.browser


def a_holder() -> None:
    site.begin(SCHEME, BEGIN)
    World().holder("abc")
    site.give_passwords()


def with_a_device(browser: Browser, address: str) -> Page:
    """A page whose computer has a fingerprint reader, and whose owner always puts the finger on it."""
    # Passkeys belong to a name, and no number is one.
    context = browser.new_context(base_url=address.replace("127.0.0.1", "localhost"), locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(30_000)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def by_password(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Login ID").fill("abc-A")
    page.get_by_label("Password").fill(password_of("abc-A"))
    page.get_by_role("button", name="Sign in", exact=True).click()


@override_settings(TANSO_DEMANDS_SECOND_FACTOR=True)
def test_a_passkey_is_set_up_as_demanded_and_then_signs_in_alone_and_after_the_password(
    database: Server, browser: Browser
) -> None:
    a_holder()
    with serving() as address:
        page = with_a_device(browser, address)
        by_password(page)
        page.get_by_role("heading", name="Set up a second factor").wait_for()
        page.goto(f"/schemes/{SCHEME}/")
        page.get_by_role("heading", name="Set up a second factor").wait_for()
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_role("heading", name="Recovery codes").wait_for()
        assert Authenticator.objects.filter(type="webauthn").count() == 1

        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/schemes/**")

        page.get_by_role("button", name="Sign out").click()
        by_password(page)
        page.get_by_role("heading", name="Second step of signing in").wait_for()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/schemes/**")
        page.context.close()


def test_a_browser_without_the_passkey_is_told_so_and_nobody_is_signed_in(database: Server, browser: Browser) -> None:
    a_holder()
    with serving() as address:
        page = with_a_device(browser, address)
        page.goto("/sign-in/")
        assert not page.get_by_text("The browser gave no passkey.").is_visible()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("The browser gave no passkey.").wait_for()
        assert "/sign-in/" in page.url
        page.context.close()


def test_without_scripts_no_passkey_is_offered(database: Server, browser: Browser) -> None:
    a_holder()
    with serving() as address:
        context = browser.new_context(java_script_enabled=False, base_url=address, locale="en-GB")
        page = context.new_page()
        page.goto("/sign-in/")
        assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
        context.close()
