"""Lives: a story is lived through the pages, and its end is told three times.

`live` serves the test's database, lets the story happen in the browser, and compares at the end what the pages show,
what the same story comes to through the door (as `tanso play` plays it, in another database), and what the ledger says
of itself. A test may do more in the served site before that end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import override_settings
from django.utils import translation
from playwright.sync_api import Browser

from tanso.database.urls import Server
from tanso.interfaces.cli.scenarios.model import Scenario
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.rulebook import library
from tests.browser.endings import another_database, figures_of, pages_of, played, state_of
from tests.browser.hands import Hands, Mouse
from tests.browser.people import People
from tests.browser.player import PagePlayer, begin, register_parties
from tests.browser.site import serving

STORIES = Path(__file__).parents[1] / "scenarios" / "asset" / "lives"


def read(name: str) -> Scenario:
    """A story by the name of its file."""
    return read_scenario(STORIES / f"{name}.yaml", library())


@contextmanager
def live(
    scenario: Scenario,
    browser: Browser,
    databases: tuple[Server, Server, str],
    *,
    language: str = "ja",
    hands_of: Callable[[str], Hands] = lambda login: Mouse(),
    before: Callable[[PagePlayer], None] | None = None,
    by_application: bool = False,
    asks_each_time: bool = True,
) -> Iterator[PagePlayer]:
    """Live the story; the caller goes on from there; then all three tell how it ended.

    `before` happens before the story; `by_application`: everybody is registered in it. `asks_each_time`: no
    confirmation of who sits there is remembered for the next act that cannot be undone.
    """
    last_day = scenario.steps[-1].day
    remembered_s = 0 if asks_each_time else settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    with translation.override(language), override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=remembered_s):
        (begin if by_application else register_parties)(scenario)
        with serving() as address:
            people = People(browser, address, language=language)
            player = PagePlayer(scenario, people, hands_of)
            if before is not None:
                before(player)
            player.play()
            yield player
            shown = pages_of(scenario, people)
            people.leave()
        lived = state_of(scenario.scheme)
        with another_database(*databases):
            told, figures = played(scenario, lambda: (state_of(scenario.scheme), figures_of(scenario, last_day)))

    assert lived == told
    assert lived["differences"] == []
    for part, wanted in figures.items():
        assert shown[part] == wanted, part
    assert people.complaints == []
