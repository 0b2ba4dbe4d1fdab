"""A phase on one page, and the holders behind each of its counts."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import World

PAGE = "/schemes/asset/overview/"


def _story(world: World) -> None:
    world.holder_with_units("saver")
    world.holder("late")
    world.holder("third", phase=3)


@pytest.fixture
def story(world: World, once: Once) -> World:
    return once(_story, world)


def test_the_page_tells_each_stage_of_each_holder(story: World, sign_in: SignIn) -> None:
    page = sign_in("admin-1", language="en").get(PAGE, {"phase": "2"}).content.decode()

    assert "SAVER" in page
    assert "LATE" in page
    assert "THIRD" not in page
    assert "1 of 2 done" in page
    assert "Until the report is approved, no allocation can be issued." in page


def test_a_count_leads_to_the_holders_behind_it(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1", language="en")
    page = client.get(PAGE, {"phase": "2"}).content.decode()
    assert "?phase=2&amp;stage=issue&amp;state=issued" in page

    found = client.get(PAGE, {"phase": "2", "stage": "issue", "state": "issued"}).content.decode()

    table = found.split("<tbody", 1)[1]
    assert "SAVER" in table
    assert "LATE" not in table


@pytest.mark.parametrize("phase", ["0", "99", "x", "²", "2" * 400, "-1"])
def test_a_phase_that_is_none_has_no_page(story: World, sign_in: SignIn, phase: str) -> None:
    assert sign_in("admin-1").get(PAGE, {"phase": phase}).status_code == 404


@pytest.mark.parametrize("asked", [{"stage": "x", "state": "y"}, {"name": "%'\0"}, {"page": "99999"}])
def test_odd_questions_find_nobody_and_break_nothing(story: World, sign_in: SignIn, asked: dict[str, str]) -> None:
    assert sign_in("admin-1").get(PAGE, {"phase": "2", **asked}).status_code == 200


def test_a_scheme_without_phases_of_holders_has_no_such_page(story: World, sign_in: SignIn) -> None:
    assert sign_in("admin-1").get("/schemes/eu-ets/overview/").status_code == 404


def test_more_holders_take_no_more_queries(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    client.get(PAGE)
    story.holder("one-more")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(PAGE, {"phase": "2"})
        return len(found)

    few = queries()
    for number in range(5):
        story.holder(f"more-{number}")
    assert queries() == few <= 30
