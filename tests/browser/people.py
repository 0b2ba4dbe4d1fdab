"""People at their browsers: each login has a context of its own and stays signed in."""

from __future__ import annotations

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page

from tests.browser.site import code, password_of

LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}


def confirm_as(page: Page, login: str) -> None:
    """Show once more who sits there, where the page asks for it."""
    asked = page.locator("[name=confirmed-password]")
    if asked.count():
        asked.fill(password_of(login))


class People:
    """The logins of a site, each at a page. Whatever a console of theirs complains about is kept in `complaints`.

    `script` runs in the browser before each page.
    """

    def __init__(
        self, browser: Browser, address: str, *, language: str = "ja", width: int = 1280, script: str = ""
    ) -> None:
        self.browser = browser
        self.address = address
        self.language = language
        self.width = width
        self.script = script
        self.complaints: list[str] = []
        self._pages: dict[str, Page] = {}
        self._passwords: dict[str, str] = {}
        # Logins whose second factor was set up here: the secret of the app, and the half minutes whose codes were used.
        self._apps: dict[str, tuple[str, set[int]]] = {}

    def at(self, login: str) -> Page:
        """The page of a login, signed in."""
        if login not in self._pages:
            self._pages[login] = self._signed_in(login)
        return self._pages[login]

    def visitor(self) -> Page:
        """A page of nobody in particular."""
        context = self.browser.new_context(
            locale=LANGUAGES[self.language], viewport={"width": self.width, "height": 800}, base_url=self.address
        )
        if self.script:
            context.add_init_script(self.script)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("console", lambda message: self._listen(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _listen(self, text: str) -> None:
        # A refused form answers 422 and a missing page 404: the browser says so, and that is right.
        if "status of 4" not in text:
            self.complaints.append(text)

    def _signed_in(self, login: str) -> Page:
        page = self.visitor()
        page.goto("/sign-in/")
        page.locator("[name=username]").fill(login)
        page.locator("[name=password]").fill(password_of(login))
        page.locator("main button[type=submit]").click()
        page.wait_for_load_state()
        if "/sign-in/code/" in page.url:
            page.locator("[name=code]").fill(self._code_of(login, page))
            page.locator("main button[type=submit]").first.click()
        # An administrator of several schemes chooses one first; a scene goes to its own address anyway.
        page.wait_for_url(lambda address: "/sign-in/" not in address)
        return page

    def seat(self, login: str, page: Page, password: str) -> None:
        """The login sits at this page, signed in with a password of its own choice."""
        self._pages[login], self._passwords[login] = page, password

    def proof_of(self, login: str, asked: str, page: Page) -> str:
        """What a login writes where the page asks once more who sits there."""
        return self._code_of(login, page) if asked.endswith("code") else self._passwords.get(login, password_of(login))

    def set_up_app(self, login: str) -> None:
        """Give the login an app that shows codes, by its secret as the page shows it; then sign in with one."""
        page = self.at(login)
        page.locator("a[href='/own-login/']").press("Enter")
        page.locator("a[href='/own-login/app/']").click()
        secret = page.locator("main dd.code").inner_text().replace(" ", "")
        self._apps[login] = secret, set()
        page.locator("main [name=code]").fill(self._code_of(login, page))
        page.locator("main button[type=submit]").click()
        page.locator(".notice--success").wait_for()
        page.locator("form[action='/sign-out/'] button").click()
        page.context.close()
        self._pages[login] = self._signed_in(login)

    def codes_used(self, login: str) -> int:
        """How many codes of its app a login has written."""
        return len(self._apps[login][1])

    def _code_of(self, login: str, page: Page) -> str:
        """A code that the app shows now, or just showed, or shows next: each can be used once."""
        if login not in self._apps:
            return code()
        secret, used = self._apps[login]
        while True:
            now, second = divmod(int(time.time()), 30)
            allowed = (now, now + 1) if second > 26 else (now, now + 1, now - 1)
            fresh = next((period for period in allowed if period not in used), None)
            if fresh is not None:
                used.add(fresh)
                return format_hotp_value(hotp_value(secret, fresh))
            page.wait_for_timeout(1_000)

    def leave(self) -> None:
        """Everybody closes the browser."""
        for page in self._pages.values():
            page.context.close()
        self._pages.clear()
