"""`tanso rules check` and `tanso ledger verify` say what is wrong in sentences, with the place."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tanso.interfaces import ledger_check
from tanso.interfaces.cli import checking, with_database
from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text
from tanso.ledger.alarm import Alarm
from tanso.ledger.differences import Difference

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("C.UTF-8", "There is no name `account.exits`. Did you mean `account.exists`?"),
        ("ja_JP.UTF-8", "「account.exits」という名前はありません。「account.exists」のことではありませんか。"),
    ],
)
def test_a_misspelt_name_is_told_with_file_line_and_key(tmp_path: Path, language: str, sentence: str) -> None:
    scheme = tmp_path / "misspelt"
    shutil.copytree(CHECKOUT / "schemes" / "asset", scheme)
    for name, old, new in (
        ("scheme.yaml", "scheme: asset", "scheme: misspelt"),
        ("checks.yaml", "when: account.exists && unit.type == 'JAA'", "when: account.exits && unit.type == 'JAA'"),
    ):
        text = (scheme / name).read_text(encoding="utf-8")
        (scheme / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    run = subprocess.run(
        [sys.executable, "-m", "tanso.interfaces.cli.main", "rules", "check"],
        env={"TANSO_SCHEMES": str(tmp_path), "LANG": language, "LC_ALL": language, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert run.returncode == 1
    rules = (scheme / "checks.yaml").read_text(encoding="utf-8")
    line = rules[: rules.index("account.exits")].count("\n") + 1
    assert f"misspelt/checks.yaml:{line}: asset.issue.not_a_holder.when: {sentence}" in run.stdout


def test_a_difference_is_told_with_account_unit_and_serials(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def no_database():  # type: ignore[no-untyped-def]
        yield

    found = Difference(
        kind="serial",
        message=Text("違います", "differs"),
        account="A-1",
        unit_class="U/2",
        serials=(SerialRange(3, 5),),
    )
    checked = ledger_check.Checked([found], Alarm(frozen=["A-1"], not_frozen={"R-1": "no"}, new=[found]))
    monkeypatch.setattr(with_database, "database", no_database)
    monkeypatch.setattr(ledger_check, "check_everything", lambda **_: checked)

    assert checking.verify_ledger() == 1
    said = capsys.readouterr().out
    assert "A-1 U/2 3–4" in said
    assert "Accounts frozen: A-1" in said
    assert "R-1 could not be frozen: no" in said

    assert checking.verify_ledger(as_json=True) == 1
    printed = json.loads(capsys.readouterr().out)
    assert not printed["sound"]
    assert printed["differences"][0]["serials"] == [[3, 4]]
    assert printed["frozen"] == ["A-1"]


@pytest.mark.usefixtures("database")
def test_a_sound_ledger_is_said_to_be_sound(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def already_there():  # type: ignore[no-untyped-def]
        yield

    monkeypatch.setattr(with_database, "database", already_there)

    for options in ({}, {"touched": True}, {"freeze": False}):
        assert checking.verify_ledger(**options) == 0
        assert "The ledger agrees with its journal." in capsys.readouterr().out
