"""Makes the pictures of the documents from the running system: `.venv/bin/python docs/images/make.py`.

The example is loaded into a database of its own, which is dropped at the end. It needs the development packages and a
Chromium (tests/browser/chromium.py finds or installs one).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent
CHECKOUT = FOLDER.parents[1]
LOGIN = "numazu-A"


def main() -> None:
    """Take every picture."""
    _plausibility()
    os.environ["TANSO_DEMO"] = "1"
    sys.path.insert(0, str(CHECKOUT))
    from tanso.interfaces.cli.example import open_demonstration  # noqa: PLC0415
    from tanso.interfaces.cli.speech import say  # noqa: PLC0415
    from tanso.interfaces.cli.with_database import set_up_django, throw_away_database  # noqa: PLC0415

    set_up_django()
    with throw_away_database():
        passwords = {sign_in.login: sign_in.password for sign_in in open_demonstration(say).sign_ins}

        from tests.browser.site import serving  # noqa: PLC0415 -- needs Django to be ready

        with serving() as address:
            _home(address, passwords[LOGIN])


def _plausibility() -> None:
    """The energy behind the example's CO2."""
    from tanso.interfaces.cli.stories.plausible import run  # noqa: PLC0415

    run("kosen", chart=FOLDER / "kosen-plausibility.svg", as_json=True)


def _home(address: str, password: str) -> None:
    """The home page of a target holder, in Japanese."""
    from tests.browser import chromium  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 905}, locale="ja-JP", base_url=address)
        page.goto("/sign-in/")
        page.locator("[name=username]").fill(LOGIN)
        page.locator("[name=password]").fill(password)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/schemes/**")
        page.screenshot(path=FOLDER / "home.png")
        browser.close()


if __name__ == "__main__":
    main()
