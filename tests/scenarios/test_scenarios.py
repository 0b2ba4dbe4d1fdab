"""Every scenario below this folder is played in a database of its own and must hold to the last step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanso.database.urls import Server
from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.interfaces.cli.scenarios.report import story_text
from tanso.rulebook import library

HERE = Path(__file__).parent
NOT_PLAYED = HERE / "unreadable"
STORIES = sorted(path for path in HERE.rglob("*.yaml") if not path.is_relative_to(NOT_PLAYED))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: str(path.relative_to(HERE).with_suffix("")))
def test_the_story_holds(path: Path, database: Server) -> None:
    story = play(read_scenario(path, library()))

    assert story.failed == 0, "\n" + story_text(story)
    assert story.passed == len(story.scenario.steps)
