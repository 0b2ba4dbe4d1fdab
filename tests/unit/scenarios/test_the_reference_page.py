"""The reference page of the scenario format is made from the tables that the reader uses."""

from __future__ import annotations

from pathlib import Path

from tanso.interfaces.cli.scenarios.check_words import CHECKS
from tanso.interfaces.cli.scenarios.reference import with_tables
from tanso.interfaces.cli.scenarios.words import VERBS
from tanso.rulebook import library

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "scenario-format.md"


def test_the_page_has_the_tables_of_today() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text == with_tables(text, library().get("asset")), (
        "run: python -m tanso.interfaces.cli.scenarios.reference docs/reference/scenario-format.md asset"
    )


def test_the_page_has_every_verb_and_check() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert [word for word in (*VERBS, *CHECKS) if f"| `{word}` |" not in text] == []
