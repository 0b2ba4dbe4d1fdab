"""A whole phase, lived in Chromium, comes to the same end as the same story played through the door."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tanso.database.urls import Server
from tests.browser.lives import live, read

pytestmark = pytest.mark.browser


def test_page_play_and_ledger_come_to_the_same_end(
    database: Server, server: Server, template: str, browser: Browser
) -> None:
    with live(read("a-phase-from-report-to-banking"), browser, (database, server, template)):
        pass
