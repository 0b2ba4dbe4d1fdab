"""`tanso rules coverage` prints each sentence with its answer, and fails where there is none or a name is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tanso.interfaces.cli import rules_coverage
from tanso.rulebook.library import Library, shipped_schemes

SENTENCES = """
S0:
  - clause: 2.2(5)
    sentences:
      - ja: 1t単位で移転できる。
        en: Units of one tonne.
        by: {checks: [quantity.not_positive], pages: [transfer], scenarios: [asset/one-tonne.yaml]}
      - {ja: 郵便の宛先。, en: A postal address., not_modelled: {ja: 対象外です。, en: Left out.}}
      - {ja: 問い合わせ先。, en: Whom to ask., open: 6}
"""


@pytest.fixture
def schemes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of our own: the scheme with its sentences, and the one scenario that they name."""
    folder = tmp_path / "schemes"
    shutil.copytree(shipped_schemes(), folder)
    story = tmp_path / "tests" / "scenarios" / "asset" / "one-tonne.yaml"
    story.parent.mkdir(parents=True)
    story.write_text("scenario: One tonne", encoding="utf-8")
    write(folder, SENTENCES)
    monkeypatch.setattr("tanso.rulebook.library", lambda: Library([folder]))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    return folder


def write(schemes: Path, text: str) -> None:
    (schemes / "asset" / "coverage.yaml").write_text(text, encoding="utf-8")


def test_each_sentence_stands_with_its_answer_and_the_totals_at_the_end(
    schemes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rules_coverage.say_coverage("asset") == 0

    shown = capsys.readouterr().out
    assert "S0 2.2(5)\n  1. [rule] Units of one tonne.\n       checks: quantity.not_positive" in shown
    assert "scenarios: asset/one-tonne.yaml" in shown
    assert "2. [not modelled] A postal address.\n       Left out." in shown
    assert "3. [open] Whom to ask.\n       issue 6" in shown
    assert "asset: 3 sentences (rule 1, not modelled 1, open 1)" in shown
    assert "Checks that no sentence names: " in shown


def test_it_speaks_the_language_of_the_terminal(
    schemes: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")

    assert rules_coverage.say_coverage("asset") == 0

    assert "asset：3 文（規則 1, 対象外 1, 未了 1）" in capsys.readouterr().out


def test_only_what_waits_is_shown_when_asked(schemes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules_coverage.say_coverage("asset", only_missing=True) == 0

    shown = capsys.readouterr().out
    assert "Whom to ask." in shown
    assert "Units of one tonne." not in shown


@pytest.mark.parametrize(
    ("old", "new", "category"),
    [
        (", open: 6", "", "missing"),
        (", scenarios: [asset/one-tonne.yaml]", "", "unproved"),
        ("checks: [quantity.not_positive], pages: [transfer], ", "", "missing"),
    ],
)
def test_a_sentence_without_rule_proof_or_reason_fails(
    schemes: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, category: str
) -> None:
    write(schemes, SENTENCES.replace(old, new))

    assert rules_coverage.say_coverage("asset", only_missing=True) == 1

    assert f"[{category}]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("one-tonne", "two-tonnes", "There is no `asset/two-tonnes.yaml` among the scenarios."),
        ("asset/one-tonne.yaml", "../../schemes/asset/units.yaml", "among the scenarios."),
        ("[transfer]", "[transfr]", "There is no `transfr` among the pages. Did you mean `transfer`?"),
        ("quantity.not_positive", "quantity.positive", "There is no `quantity.positive` among the checks."),
    ],
)
def test_a_name_that_does_not_exist_fails_with_its_line(
    schemes: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    write(schemes, SENTENCES.replace(old, new))

    assert rules_coverage.say_coverage("asset") == 1

    (line,) = [line for line in capsys.readouterr().out.splitlines() if words in line]
    assert line.startswith(("asset/coverage.yaml:5: ", "asset/coverage.yaml:7: "))


def test_without_the_tests_of_a_checkout_their_files_are_not_looked_up(schemes: Path) -> None:
    shutil.rmtree(schemes.parent / "tests")

    assert rules_coverage.say_coverage("asset") == 0


def test_the_answer_as_json(schemes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules_coverage.say_coverage("asset", as_json=True) == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["totals"] == {
        "ruled": 1, "informs": 0, "not_modelled": 1, "open": 1, "unproved": 0, "missing": 0,
    }  # fmt: skip
    (clause,) = answer["clauses"]
    assert (clause["document"], clause["clause"]) == ("S0", "2.2(5)")
    assert clause["sentences"][0]["names"]["scenarios"] == ["asset/one-tonne.yaml"]
    assert clause["sentences"][1]["why_not"] == {"ja": "対象外です。", "en": "Left out."}
    assert clause["sentences"][2]["issue"] == 6
    assert answer["problems"] == []


def test_problems_as_json(schemes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(schemes, SENTENCES.replace("quantity.not_positive", "quantity.positive"))

    assert rules_coverage.say_coverage("asset", as_json=True) == 1

    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["file"], problem["line"]) == ("asset/coverage.yaml", 7)


def test_a_scheme_without_sentences_is_told_apart(schemes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (schemes / "asset" / "coverage.yaml").unlink()

    assert rules_coverage.say_coverage("asset") == 2

    assert "The scheme `asset` has no coverage.yaml." in capsys.readouterr().err
