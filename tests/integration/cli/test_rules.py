"""`tanso rules …` shows, explains, compares and begins schemes; what cannot be answered is said in both languages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tanso(tmp_path: Path):
    """Runs the command in an empty folder, without an installation."""

    def run(
        *arguments: str, language: str = "C.UTF-8", schemes: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": language,
            "LC_ALL": language,
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "TANSO_DATA_FOLDER": str(tmp_path / "data"),
            "TANSO_SCHEMES": "" if schemes is None else str(schemes),
            "COLUMNS": "300",
        }
        return subprocess.run(
            [sys.executable, "-m", "tanso.interfaces.cli.main", "rules", *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


# -- check ------------------------------------------------------------------------------------------------------------


def test_all_known_schemes_are_checked(tanso):
    run = tanso("check")
    assert run.returncode == 0, run.stderr
    assert re.findall(r"^(\S+): no problem \(version [0-9a-f]{12}\)\.$", run.stdout, re.MULTILINE)[:1] == ["asset"]


@pytest.mark.parametrize("place", ["folder", "scheme", "name"])
def test_a_folder_or_a_scheme_alone_is_checked(tanso, place: str):
    told = {"folder": CHECKOUT / "schemes", "scheme": CHECKOUT / "schemes" / "eu-ets", "name": "eu-ets"}[place]
    run = tanso("check", str(told))
    assert run.returncode == 0, run.stderr
    assert ("asset" in run.stdout) == (place == "folder")
    assert "eu-ets: no problem" in run.stdout


def test_every_problem_of_a_folder_is_told_and_can_be_had_as_json(tanso, tmp_path: Path):
    shutil.copytree(CHECKOUT / "schemes", tmp_path / "mine")
    checks = tmp_path / "mine" / "asset" / "checks.yaml"
    text = checks.read_text(encoding="utf-8")
    checks.write_text(text.replace("require: account.holder.has_base", "require: account.holder.base", 1))
    run = tanso("check", "mine")
    assert run.returncode == 1
    assert re.search(
        r"^asset/checks\.yaml:[0-9]+: asset\.issue\.base_year_not_approved\.require: There is no name", run.stdout, re.M
    )
    assert "eu-ets: no problem" in run.stdout
    run = tanso("check", "./mine", "--json")
    told = {item["scheme"]: item["problems"] for item in json.loads(run.stdout)}
    assert told["asset"][0]["file"] == "asset/checks.yaml"
    assert told["eu-ets"] == []


def test_a_folder_whose_name_is_not_the_schemes_is_told(tanso, tmp_path: Path):
    shutil.copytree(CHECKOUT / "schemes" / "eu-ets", tmp_path / "other")
    run = tanso("check", "other")
    assert run.returncode == 1
    assert "must have the same name" in run.stdout


# -- show and explain -------------------------------------------------------------------------------------------------


def test_a_scheme_is_shown_with_the_values_of_a_day(tanso):
    run = tanso("show", "eu-ets", "--on", "2024-01-01")
    assert run.returncode == 0, run.stderr
    assert "30 September" in run.stdout
    assert "30 April" not in run.stdout
    assert "eu-ets.surrender.lapsed" in run.stdout
    assert "assumed: " in run.stdout
    before = tanso("show", "eu-ets", "--on", "2023-12-31")
    assert "30 April" in before.stdout
    assert "30 September" not in before.stdout


def test_a_scheme_is_shown_as_json(tanso):
    told = json.loads(tanso("show", "asset", "--json").stdout)
    assert told["scheme"] == "asset"
    (parameter,) = [item for item in told["entries"] if (item["kind"], item["code"]) == ("parameter", "bank_window")]
    assert parameter["values"][0]["value"] == ["12-01", "12-28"]
    assert parameter["values"][0]["assumed"]["ja"]


@pytest.mark.parametrize(
    ("code", "japanese", "english"),
    [
        ("asset.surrender.deadline", "許される条件:", "Allowed if:"),
        ("jver_first_day", "2015年4月1日", "1 April 2015"),
        ("commitment_reserve_t", "導出量", "derived quantity"),
        ("banking_window", "第1期: 2014-12-01..2014-12-28", "Phase 1: 2014-12-01..2014-12-28"),
        ("JAA", "償却に使える期: その排出枠の期以降", "May be surrendered in: the phase of the unit and later"),
    ],
)
def test_a_rule_is_explained_in_both_languages(tanso, code: str, japanese: str, english: str):
    for language, words in (("ja", japanese), ("en", english)):
        run = tanso("explain", code, "--scheme", "asset", "--lang", language)
        assert run.returncode == 0, run.stderr
        assert words in run.stdout


def test_what_all_schemes_have_is_explained_for_each_of_them(tanso):
    run = tanso("explain", "units.insufficient")
    assert "asset" in run.stdout
    assert "eu-ets" in run.stdout


def test_an_unknown_code_is_answered_with_what_comes_near(tanso):
    run = tanso("explain", "asset.surender.deadline")
    assert run.returncode == 2
    assert "There is no rule `asset.surender.deadline`" in run.stderr
    assert "asset.surrender.deadline" in run.stderr
    assert "[rules.unknown]" in run.stderr


# -- diff -------------------------------------------------------------------------------------------------------------


def test_two_days_are_compared_with_both_values_and_clauses(tanso):
    run = tanso("diff", "eu-ets", "2023-12-31", "2024-01-01")
    assert run.returncode == 1
    assert "- 30 April  [D2003-87 Art. 12(3)]" in run.stdout
    assert "+ 30 September  [D2003-87 Art. 12(3) as amended by Directive (EU) 2023/959]" in run.stdout
    same = tanso("diff", "eu-ets", "2024-01-01", "2024-01-01")
    assert (same.returncode, same.stdout) == (0, "Nothing differs.\n")


def test_two_versions_of_a_folder_are_compared(tanso, tmp_path: Path):
    shutil.copytree(CHECKOUT / "schemes", tmp_path / "next")
    parameters = tmp_path / "next" / "asset" / "parameters.yaml"
    parameters.write_text(parameters.read_text(encoding="utf-8").replace("- value: 2\n", "- value: 4\n", 1))
    run = tanso("diff", str(CHECKOUT / "schemes" / "asset"), "next/asset", "--json")
    assert run.returncode == 1
    (difference,) = json.loads(run.stdout)["differences"]
    assert difference["code"] == "jcer_last_phase"
    assert (difference["before"]["shown"]["en"], difference["after"]["shown"]["en"]) == ("2", "4")


# -- new --------------------------------------------------------------------------------------------------------------


def test_a_new_scheme_passes_the_check_at_once(tanso, tmp_path: Path):
    run = tanso("new", "mine", "--into", "schemes")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "schemes" / "mine" / "scenarios" / "first-year.yaml").is_file()
    assert tanso("check", "schemes/mine").returncode == 0
    assert "mine: no problem" in tanso("check", "mine", schemes=tmp_path / "schemes").stdout


# -- what cannot be answered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "japanese", "english"),
    [
        (("show", "nowhere"), "「nowhere」という制度はありません。", "There is no scheme `nowhere`."),
        (("check", "nowhere"), "「nowhere」という制度はありません。", "There is no scheme `nowhere`."),
        (("check", "./nowhere"), "「nowhere」に制度がありません。", "There is no scheme in `nowhere`."),
        (("show", "asset", "--on", "2014-02-30"), "日付として読めません", "cannot be read as a day"),
        (("diff", "asset", "2014-01-01", "soon"), "日付として読めません", "cannot be read as a day"),
        (("diff", "asset"), "比べるものが分かりません。", "It is not clear what to compare."),
        (("new", "Not_A_Name"), "制度の名前に使えません", "cannot be the name of a scheme"),
        (("new", "x1", "--into", "/proc/nowhere"), "書き込めませんでした", "could not be written"),
    ],
)
def test_a_mistake_is_told_in_both_languages_with_status_2(
    tanso, arguments: tuple[str, ...], japanese: str, english: str
):
    for language, words in (("ja_JP.UTF-8", japanese), ("C.UTF-8", english)):
        run = tanso(*arguments, language=language)
        assert run.returncode == 2, run.stdout
        assert words in run.stderr
        assert "Traceback" not in run.stderr
