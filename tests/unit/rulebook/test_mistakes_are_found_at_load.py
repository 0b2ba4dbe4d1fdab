"""One mistake each, written into a copy of the schemes: the problem names file, line and key, and says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tanso.kernel import strict_yaml
from tanso.rulebook import Problem, RulebookError, load
from tanso.rulebook.library import shipped_schemes

MISTAKES = strict_yaml.load_file(Path(__file__).with_name("mistakes.yaml")).value


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    return tmp_path


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(RulebookError) as caught:
        load(folder)
    return caught.value.problems


def test_the_shipped_schemes_load_from_a_copy(copied: Path):
    assert load(copied / "asset").version == load(shipped_schemes() / "asset").version


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["mistake"])
def test_a_mistake_is_named_with_file_line_and_key(copied: Path, mistake: dict[str, str]):
    file = copied / "asset" / mistake["file"]
    before = file.read_text()
    assert mistake["old"] in before, "the mistake must change something"
    file.write_text(before.replace(mistake["old"], mistake["new"], 1))

    problems = problems_of(copied / "asset")

    said = "\n".join(map(str, problems))
    found = [
        problem for problem in problems if problem.file == "asset/" + mistake["file"] and problem.key == mistake["key"]
    ]
    assert found, said
    assert any(mistake["words"] in problem.message.en for problem in found), said
    assert all(problem.message.ja and problem.message.en for problem in problems)
    changed = before[: before.index(mistake["old"])].count("\n") + 1
    assert any(abs(problem.line - changed) <= mistake["new"].count("\n") + 12 for problem in found), said


def test_all_mistakes_are_reported_together(copied: Path):
    checks = copied / "asset" / "checks.yaml"
    checks.write_text(
        checks.read_text().replace("account.holder.has_base", "account.holder.base").replace("'JAA'", "'JPA'")
    )
    texts = copied / "asset" / "text.ja.yaml"
    texts.write_text(texts.read_text().replace("  jVER: jVER\n", ""))
    files = {problem.file for problem in problems_of(copied / "asset")}
    assert files == {"asset/checks.yaml", "asset/text.ja.yaml"}


@pytest.mark.parametrize("name", ["scheme.yaml", "phases.yaml", "units.yaml", "accounts.yaml", "text.en.yaml"])
def test_a_file_that_must_be_there_is_missed(copied: Path, name: str):
    (copied / "asset" / name).unlink()
    assert [problem.message.en for problem in problems_of(copied / "asset") if problem.file == f"asset/{name}"] == [
        "This file is missing."
    ]


def test_a_file_that_nothing_reads_is_named(copied: Path):
    (copied / "asset" / "cheks.yaml").write_text("[]")
    assert "No file of this name" in problems_of(copied / "asset")[0].message.en


def test_what_is_declared_in_an_included_folder_cannot_be_declared_again(copied: Path):
    parameters = copied / "asset" / "parameters.yaml"
    parameters.write_text(parameters.read_text() + (copied / "common" / "parameters.yaml").read_text())
    assert ("asset/parameters.yaml", "largest_quantity_t") in {
        (problem.file, problem.key) for problem in problems_of(copied / "asset")
    }


def test_a_folder_that_is_not_there(tmp_path: Path):
    assert "no such scheme folder" in problems_of(tmp_path / "nowhere")[0].message.en
