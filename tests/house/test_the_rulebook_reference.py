"""The page that tells what a condition may say is generated; the committed copy must be that of the code."""

from pathlib import Path

from tanso.rulebook import context
from tanso.rulebook.reference import context_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "rulebook-context.md"


def test_the_context_page_is_in_step_with_the_code():
    assert PAGE.read_text() == context_page(), (
        "run: python -m tanso.rulebook.reference > docs/reference/rulebook-context.md"
    )


def test_every_fact_function_and_operation_is_explained_in_both_languages():
    for item in (*context.plain_facts(), *context.account_facts(), *context.FUNCTIONS, *context.OPERATIONS.values()):
        assert item.meaning.ja, item.name
        assert item.meaning.en, item.name
