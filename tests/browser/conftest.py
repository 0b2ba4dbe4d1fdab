"""One Chromium a module. Pages open in contexts of their own, so that logins do not meet."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium

pytest.register_assert_rewrite("tests.browser.lives", "tests.browser.player")

# Playwright's synchronous interface keeps an event loop in this thread; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium. It takes its event loop along when it ends: other tests of this process bring their own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.executable(), args=list(_ARGUMENTS))
        yield running
        running.close()
