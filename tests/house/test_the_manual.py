"""The manual speaks of everything that a person can do, in both languages, and is no more than it can be read as."""

from __future__ import annotations

import re

import pytest

from tanso.interfaces.exports import manual
from tanso.rulebook.context import OPERATIONS

LANGUAGES = ("ja", "en")
# What time does by itself, and what another scheme decides: nobody performs them.
OF_NOBODY = {
    "receive",
    "end_freeze",
    "state_compliance",
    "state_year_compliance",
    "close_account",
    "remind",
    "erase_questions",
}
OF_TIME = re.compile(r"falls due")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_that_a_person_performs_is_explained(language: str) -> None:
    explained = {operation for name in manual.CHAPTERS for operation in manual.chapter(name, language).explained}
    performed = {name for name, operation in OPERATIONS.items() if not OF_TIME.search(operation.meaning.en)}

    assert sorted(performed - explained - OF_NOBODY) == [], (
        "say in docs/manual/{ja,en} how it is done, and name it under its heading: <!-- do: … -->"
    )
    assert sorted(explained - set(OPERATIONS)) == []


@pytest.mark.parametrize("name", manual.CHAPTERS)
def test_both_languages_have_the_same_sections(name: str) -> None:
    japanese, english = (manual.chapter(name, language) for language in LANGUAGES)

    assert [(block.kind, block.level) for block in japanese.blocks] == [
        (block.kind, block.level) for block in english.blocks
    ]
    assert japanese.explained == english.explained


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", manual.CHAPTERS)
def test_no_mark_is_left_unread(name: str, language: str) -> None:
    chapter = manual.chapter(name, language)
    left = [block.text for block in chapter.blocks if re.search(r"<!--|^#|\*\*|\]\(|^- |^[0-9]+\. ", block.text)]

    assert left == []
    assert sum(block.level == 1 for block in chapter.blocks) == 1


def test_the_folder_has_the_chapters_and_nothing_else() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (manual.folder() / language).iterdir()} == set(manual.CHAPTERS)
