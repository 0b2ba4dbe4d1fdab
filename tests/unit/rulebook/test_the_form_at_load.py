"""Mistakes in the prescribed form are found when the scheme is loaded, with file, key and what may be meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tanso.rulebook import Problem, RulebookError, load
from tanso.rulebook.library import shipped_schemes


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "words"),
    [
        ("asset/workbook/form.yaml", "sheets: [cover,", "sheets: [covr,", "sheets[0]", "Did you mean `cover`"),
        ("asset/workbook/form.yaml", "  sites: {usual", "  sytes: {usual", "boundary.blocks.sites.lines", "`sites`"),
        ("asset/workbook/form.yaml", "gaps, calculation", "{sheet: gaps, phases: [2]}, calculation",
         "calculation.blocks.calc_fuel.columns.quantity", "some reports only"),
        ("asset/checks.yaml", "require: report.form_ok", "require: report.exists", "form_id", "report.form_ok"),
        ("japan/workbook/months.yaml", "N({annual})", "N({anual})", "fuel.blocks.fuel_use.columns.total", "{anual}"),
        ("japan/workbook/months.yaml", "copies: points_fuel.point", "copies: points_fuel.pint",
         "fuel.blocks.fuel_use.columns.point", "points_fuel.pint"),
        ("japan/workbook/gaps.yaml", "{param.missing_data_rate}", "{param.missing_rate}",
         "gaps.blocks.gaps.columns.amount", "param.missing_rate"),
        ("japan/workbook/calculation.yaml", "{word.points_fuel.small.true}", "{word.points_fuel.small.yes}",
         "calculation.blocks.calc_fuel.columns.counted", "word.points_fuel.small.yes"),
        ("japan/workbook/changes.yaml", "  name: 前年度からの変更\n", "  name: 算定\n", "changes.name", "Two sheets"),
        ("japan/workbook/changes.yaml", "    words:\n", "    totals:\n", "changes.blocks.totals", "another block"),
        ("japan/workbook/gaps.yaml", "      lines: gaps\n", "", "gaps.blocks.gaps", "go together"),
        ("japan/workbook/front.yaml", "type: day", "type: date", "cover.blocks.contact.fields.written_on.type", ""),
    ],
)  # fmt: skip
def test_a_mistake_in_the_form_is_named(  # noqa: PLR0917 -- the columns of the table
    copied: Path, file: str, old: str, new: str, key: str, words: str
) -> None:
    path = copied / file
    before = path.read_text(encoding="utf-8")
    assert old in before, "the mistake must change something"
    path.write_text(before.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(RulebookError) as caught:
        load(copied / "asset")

    problems: list[Problem] = caught.value.problems
    found = [problem for problem in problems if problem.key == key and words in problem.message.en]
    assert found, "\n".join(map(str, problems))
    assert all(problem.message.ja for problem in found)
    assert all(problem.line > 0 for problem in found)


def test_a_sheet_may_be_for_some_phases_and_years_alone(copied: Path) -> None:
    path = copied / "asset/workbook/form.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("boundary, org", "{sheet: boundary, phases: [2], years: [base]}, org"), "utf-8")

    form = load(copied / "asset").report_form

    assert form is not None
    assert "boundary" in form.sheets_of(2, "base")
    assert "boundary" not in form.sheets_of(3, "base")
    assert "boundary" not in form.sheets_of(2, "target")
