"""coverage.yaml: what may be written, what each sentence counts as, and how a mistake in it is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tanso.rulebook import Problem, Rulebook, RulebookError, load
from tanso.rulebook.coverage import Category, Coverage, load_coverage
from tanso.rulebook.library import shipped_schemes

GOOD = """
S0:
  - clause: 2.2(5)
    sentences:
      - {ja: 一, en: ruled, by: {checks: [quantity.not_positive], scenarios: [asset/a.yaml]}}
      - {ja: 二, en: told, informs: {texts: [documents.S0]}}
      - {ja: 三, en: left out, not_modelled: {ja: 対象外, en: outside}}
      - {ja: 四, en: waits, open: 6}
S1:
  - clause: "8"
    sentences:
      - {ja: 五, en: unproved, by: {units: [JAA], pages: [home]}}
      - {ja: 六, en: proved by a test, by: {pages: [home], tests: [unit/a.py]}}
      - {ja: 七, en: nothing}
      - {ja: 八, en: a story without a rule, by: {scenarios: [asset/a.yaml]}}
"""


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    folder = tmp_path / "asset"
    shutil.copytree(shipped_schemes() / "asset", folder)
    return folder


def read(folder: Path, book: Rulebook, text: str) -> Coverage:
    (folder / "coverage.yaml").write_text(text, encoding="utf-8")
    coverage = load_coverage(folder, book)
    assert coverage is not None
    return coverage


def problems(folder: Path, book: Rulebook, text: str) -> list[Problem]:
    with pytest.raises(RulebookError) as caught:
        read(folder, book, text)
    assert all(problem.message.ja and problem.message.en for problem in caught.value.problems)
    return caught.value.problems


def sentence(text: str) -> str:
    return f"S0:\n  - clause: '1'\n    sentences:\n      - {text}\n"


def test_each_sentence_counts_as_what_became_of_it(scheme: Path, asset: Rulebook):
    coverage = read(scheme, asset, GOOD)

    assert [found.category for _, found in coverage.sentences()] == [
        Category.RULED, Category.INFORMS, Category.NOT_MODELLED, Category.OPEN,
        Category.UNPROVED, Category.RULED, Category.MISSING, Category.MISSING,
    ]  # fmt: skip
    assert sum(coverage.totals().values()) == 8
    assert coverage.totals()[Category.MISSING] == 2


def test_sentences_keep_the_order_of_the_source_and_their_lines(scheme: Path, asset: Rulebook):
    coverage = read(scheme, asset, GOOD)

    assert [(clause.document, clause.clause, found.number) for clause, found in coverage.sentences()] == [
        *(("S0", "2.2(5)", number) for number in (1, 2, 3, 4)),
        *(("S1", "8", number) for number in (1, 2, 3, 4)),
    ]
    first = next(found for _, found in coverage.sentences())
    assert first.line == 5
    assert first.named("checks") == ("quantity.not_positive",)
    assert first.named("derived") == ()


def test_what_the_rulebook_cannot_look_up_is_handed_out_with_its_sentence(scheme: Path, asset: Rulebook):
    outside = [(section, name, found.line) for section, name, found in read(scheme, asset, GOOD).outside()]

    assert ("scenarios", "asset/a.yaml", 5) in outside
    assert ("pages", "home", 12) in outside
    assert ("tests", "unit/a.py", 13) in outside


def test_checks_that_no_sentence_names_are_told(scheme: Path, asset: Rulebook):
    without = read(scheme, asset, GOOD).checks_without_sentence(asset)

    assert "asset.issue.not_a_holder" in without
    assert not any(code.startswith("quantity.") for code in without), "checks of every scheme need no sentence here"


def test_a_scheme_without_the_file_has_no_coverage(scheme: Path, asset: Rulebook):
    (scheme / "coverage.yaml").unlink(missing_ok=True)

    assert load_coverage(scheme, asset) is None


def test_no_decision_depends_on_the_file(tmp_path: Path, asset: Rulebook):
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    (tmp_path / "asset" / "coverage.yaml").write_text("S9: nonsense\n", encoding="utf-8")

    assert load(tmp_path / "asset").version == asset.version


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("{ja: 一, en: one, by: {checks: [asset.issue.jaa]}}", "by.checks[0]", "There is no `asset.issue.jaa`"),
        ("{ja: 一, en: one, by: {derived: [shortfal_t]}}", "by.derived[0]", "Did you mean `shortfall_t`?"),
        ("{ja: 一, en: one, by: {parameters: [x]}}", "by.parameters[0]", "There is no `x` among the parameters."),
        ("{ja: 一, en: one, by: {windows: [x]}}", "by.windows[0]", "among the windows"),
        ("{ja: 一, en: one, by: {due: [x]}}", "by.due[0]", "among the due"),
        ("{ja: 一, en: one, by: {schedule: [x]}}", "by.schedule[0]", "among the schedule"),
        ("{ja: 一, en: one, by: {phases: [10]}}", "by.phases[0]", "There is no `10` among the phases."),
        ("{ja: 一, en: one, by: {units: [AAA]}}", "by.units[0]", "Did you mean `JAA`?"),
        ("{ja: 一, en: one, by: {evidence: [AAU]}}", "by.evidence[0]", "There is no `AAU` among the evidence."),
        ("{ja: 一, en: one, by: {accounts: [x]}}", "by.accounts[0]", "among the accounts"),
        ("{ja: 一, en: one, by: {reserved: [x]}}", "by.reserved[0]", "among the reserved"),
        ("{ja: 一, en: one, by: {purposes: [x]}}", "by.purposes[0]", "among the purposes"),
        ("{ja: 一, en: one, by: {participants: [x]}}", "by.participants[0]", "among the participants"),
        ("{ja: 一, en: one, by: {attributes: [x]}}", "by.attributes[0]", "among the attributes"),
        ("{ja: 一, en: one, by: {figures: [x]}}", "by.figures[0]", "among the figures"),
        ("{ja: 一, en: one, by: {kinds: [gift]}}", "by.kinds[0]", "among the kinds"),
        ("{ja: 一, en: one, by: {operations: [borow]}}", "by.operations[0]", "among the operations"),
        ("{ja: 一, en: one, by: {years: [x]}}", "by.years[0]", "among the years"),
        ("{ja: 一, en: one, by: {states: [x]}}", "by.states[0]", "among the states"),
        ("{ja: 一, en: one, by: {opinions: [x]}}", "by.opinions[0]", "among the opinions"),
        ("{ja: 一, en: one, by: {events: [x.y]}}", "by.events[0]", "among the events"),
        ("{ja: 一, en: one, informs: {texts: [documents.S9]}}", "informs.texts[0]", "There is no `documents.S9`"),
        ("{ja: 一, en: one, informs: {files: [../eu-ets/scheme.yaml]}}", "informs.files[0]", "among the files"),
        ("{ja: 一, en: one, by: {chekcs: [x]}}", "by.chekcs", "Unknown key."),
        ("{ja: 一, en: one, by: {checks: []}}", "by.checks", "At least one is needed."),
        ("{ja: 一, en: one, open: 0}", "open", "greater than or equal to 1"),
        ("{ja: 一, en: one, not_modelled: {en: why}}", "not_modelled.ja", "missing"),
        ("{ja: 一, by: {units: [JAA]}}", "en", "missing"),
        ("{ja: 一, en: one, open: 6, by: {units: [JAA]}}", "", "Say one thing of a sentence, not by, open"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_line_and_key(scheme: Path, asset: Rulebook, text: str, key: str, words: str):
    (found,) = problems(scheme, asset, sentence(text))

    assert found.file == "asset/coverage.yaml"
    assert found.line == 4
    assert found.key == "S0[0].sentences[0]" + (f".{key}" if key else "")
    assert words in found.message.en


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("S0: []\n", "At least one is needed."),
        ("S0:\n  - {clause: '1', sentences: []}\n", "At least one is needed."),
        ("S0:\n  - {sentences: [{ja: 一, en: one}]}\n", "missing"),
        ("S9:\n  - {clause: '1', sentences: [{ja: 一, en: one}]}\n", "There is no document `S9`"),
        ("S0:\n  - {clause: '1', clause: '2'}\n", "written twice"),
        ("- S0\n", "Write `key: value` pairs."),
        ("", "Write `key: value` pairs."),
    ],
)
def test_a_file_of_another_shape_is_refused(scheme: Path, asset: Rulebook, text: str, words: str):
    assert any(words in found.message.en for found in problems(scheme, asset, text))


def test_all_mistakes_are_told_together(scheme: Path, asset: Rulebook):
    text = GOOD.replace("quantity.not_positive", "quantity.negative").replace("[JAA]", "[JPA]")

    assert [found.line for found in problems(scheme, asset, text)] == [5, 12]
