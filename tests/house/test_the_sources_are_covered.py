"""Every sentence of a scheme's sources is accounted for, by names that exist; what waits for an issue grows fewer."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tanso.interfaces.cli.rules_coverage import folder_of_tests, outside_problems, page_names
from tanso.rulebook import library
from tanso.rulebook.coverage import FAULTS, Category, Coverage, PlacesShape, RulesShape, load_coverage
from tanso.rulebook.library import Library, shipped_schemes

SCHEMES = sorted(path.parent.name for path in shipped_schemes().glob("*/coverage.yaml"))
# Issue -> sentences that wait for it. Lower a number with the sentence that was met; none may rise.
WAITING: dict[str, dict[int, int]] = {
    "asset": {6: 0},
}
# For ASSET nothing else may be left out: the equipment subsidy (twice).
LEFT_OUT = {"asset": [("S0", "3.1"), ("S0", "3.1")]}


def coverage_of(scheme: str) -> Coverage:
    books: Library = library()
    coverage = load_coverage(books.folder(scheme), books.get(scheme))
    assert coverage is not None
    return coverage


def test_the_first_scheme_accounts_for_its_sources() -> None:
    assert "asset" in SCHEMES
    assert {clause.document for clause in coverage_of("asset").clauses} == {"S0", "S1"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_sentence_is_answered_and_proved(scheme: str) -> None:
    unanswered = [
        f"{clause.document} {clause.clause} {sentence.number}: {sentence.says.en}"
        for clause, sentence in coverage_of(scheme).sentences()
        if sentence.category in FAULTS
    ]

    assert unanswered == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_scenario_and_test_that_is_named_exists(scheme: str) -> None:
    problems = outside_problems(coverage_of(scheme), folder_of_tests(library().folder(scheme)), page_names())

    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_check_of_the_scheme_is_asked_for_by_a_sentence(scheme: str) -> None:
    assert coverage_of(scheme).checks_without_sentence(library().get(scheme)) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_check_that_a_sentence_names_is_met_by_one_of_its_stories(scheme: str) -> None:
    tests = folder_of_tests(library().folder(scheme))
    assert tests is not None
    unmet = []
    for clause, sentence in coverage_of(scheme).sentences():
        proofs = [tests / "scenarios" / name for name in sentence.named("scenarios")]
        proofs += [tests / name for name in sentence.named("tests")]
        told = " ".join(path.read_text(encoding="utf-8") for path in proofs)
        unmet += [(clause.clause, sentence.number, code) for code in sentence.named("checks") if code not in told]

    assert unmet == []


def test_every_parameter_that_a_sentence_names_is_changed_by_a_scenario() -> None:
    tests = folder_of_tests(library().folder("asset"))
    assert tests is not None
    stories = "\n".join(path.read_text(encoding="utf-8") for path in (tests / "scenarios" / "asset").rglob("*.yaml"))
    changed = re.findall(r"\w+", " ".join(re.findall(r"^settings: (.*)$", stories, re.M)))

    assert coverage_of("asset").names("parameters") - set(changed) == set()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_waits_for_an_issue_is_counted_and_grows_fewer(scheme: str) -> None:
    issues = [sentence.issue for _, sentence in coverage_of(scheme).sentences() if sentence.category is Category.OPEN]

    assert dict(Counter(issues)) == {issue: count for issue, count in WAITING.get(scheme, {}).items() if count}


@pytest.mark.parametrize("scheme", sorted(LEFT_OUT))
def test_nothing_is_left_out_but_what_may_be(scheme: str) -> None:
    left_out = [
        (clause.document, clause.clause)
        for clause, sentence in coverage_of(scheme).sentences()
        if sentence.category is Category.NOT_MODELLED
    ]

    assert left_out == LEFT_OUT[scheme]


def test_the_reference_page_explains_every_key() -> None:
    page = (shipped_schemes().parent / "docs" / "reference" / "coverage.md").read_text(encoding="utf-8")

    for key in (*RulesShape.model_fields, *PlacesShape.model_fields, "by", "informs", "not_modelled", "open"):
        assert f"`{key}" in page, key
