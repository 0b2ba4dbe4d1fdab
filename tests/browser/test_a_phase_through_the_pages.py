"""A whole phase, lived in Chromium, comes to the same end as the same story played through the door."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Browser

from tanso.database import clones
from tanso.database.urls import Server
from tanso.interfaces import connect
from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.interfaces.cli.scenarios.report import story_text
from tanso.registry import queries as registry
from tanso.rulebook import library
from tests.browser.people import People
from tests.browser.player import PagePlayer, register_parties, state_of, text
from tests.browser.site import serving

pytestmark = pytest.mark.browser

STORY = Path(__file__).parents[1] / "scenarios" / "asset" / "lives" / "a-phase-from-report-to-banking.yaml"
LAST_DAY = date(2016, 5, 10)


def test_page_play_and_ledger_come_to_the_same_end(
    database: Server, server: Server, template: str, browser: Browser
) -> None:
    scenario = read_scenario(STORY, library())
    with translation.override("ja"):
        register_parties(scenario)
        with serving() as address:
            people = People(browser, address)
            PagePlayer(scenario, people).play()
            overview = _overview(people)
            complaints = people.complaints
            people.leave()
    lived = state_of(scenario.scheme)
    standings = {
        row.participant.key: [row.base_t, row.issued_t, row.target_t, row.surrendered_t]
        for row in registry.standings(scenario.scheme, LAST_DAY)
        if row.participant.phase is not None
    }

    with_play = clones.clone(server, template)
    connect.use(with_play)
    try:
        story = play(scenario)
        assert story.failed == 0, story_text(story)
        played = state_of(scenario.scheme)
    finally:
        connect.use(database)
        clones.drop(with_play)

    assert lived == played
    assert lived["differences"] == []
    assert overview == standings
    assert complaints == []


def _overview(people: People) -> dict[str, list[int]]:
    """The figures of each holder as the administrator's page shows them."""
    page = people.at("admin-1")
    page.goto("/schemes/asset/participants/")
    rows: dict[str, list[int]] = {}
    for row in page.locator("tbody tr").all():
        cells = [text(cell) for cell in row.locator("td").all()]
        figures = [cell.removesuffix(" t").replace(",", "") for cell in cells[1:5]]
        if all(figures):
            rows[text(row.locator("th")).split(" ")[0]] = [int(figure) for figure in figures]
    return rows
