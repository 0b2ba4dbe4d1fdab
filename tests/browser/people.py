"""People at their browsers: each login has a context of its own and stays signed in."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser.site import code, password_of

LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}


def confirm_as(page: Page, login: str) -> None:
    """Show once more who sits there, where the page asks for it."""
    asked = page.locator("[name=confirmed-password]")
    if asked.count():
        asked.fill(password_of(login))


class People:
    """The logins of a site, each at a page. Whatever a console of theirs complains about is kept in `complaints`."""

    def __init__(self, browser: Browser, address: str, *, language: str = "ja", width: int = 1280) -> None:
        self.browser = browser
        self.address = address
        self.language = language
        self.width = width
        self.complaints: list[str] = []
        self._pages: dict[str, Page] = {}

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
        page = context.new_page()
        page.set_default_timeout(10_000)
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
            page.locator("[name=code]").fill(code())
            page.locator("main button[type=submit]").first.click()
        # An administrator of several schemes chooses one first; a scene goes to its own address anyway.
        page.wait_for_url(lambda address: "/sign-in/" not in address)
        return page

    def leave(self) -> None:
        """Everybody closes the browser."""
        for page in self._pages.values():
            page.context.close()
        self._pages.clear()
