"""The pages of the schemes' rules are generated; the committed copies must be those of the files and scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tanso.rulebook import library
from tanso.rulebook.pages import all_pages

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "docs" / "reference" / "schemes"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return all_pages(CHECKOUT)


def test_the_pages_are_in_step_with_the_schemes_and_scenarios(pages: dict[str, str]):
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    differing = sorted(name for name in {*pages, *committed} if pages.get(name) != committed.get(name))
    assert not differing, "run: make reference"


@pytest.mark.parametrize("scheme", library().schemes())
def test_every_check_parameter_window_and_quantity_of_a_scheme_is_on_its_page(pages: dict[str, str], scheme: str):
    book = library().get(scheme)
    page = pages[f"{scheme}.md"]
    for anchor in (
        *book.checks,
        *book.parameters,
        *book.derived_rules,
        *(f"window-{name}" for name in book.windows),
        *(f"unit-{name}" for name in book.units),
    ):
        assert f'<a id="{anchor}">' in page, anchor


@pytest.mark.parametrize("scheme", library().schemes())
def test_every_link_of_a_page_leads_somewhere(pages: dict[str, str], scheme: str):
    page = pages[f"{scheme}.md"]
    anchors = set(re.findall(r'<a id="([^"]+)">', page))
    for target in set(re.findall(r"\]\(([^)]+)\)", page)):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        else:
            assert (FOLDER / target).resolve().is_file(), target
