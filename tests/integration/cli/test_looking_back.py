"""`tanso ledger statement` and `tanso ledger serial`: files in every form, and mistakes that are said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tanso.interfaces.cli import with_database
from tanso.interfaces.cli.main import app
from tanso.kernel.errors import TansoError
from tests.support.stories import Once
from tests.support.world import World, login

DAYS = ("--from", "2014-04-01", "--to", "2015-03-31")


def _story(world: World) -> None:
    world.holder_with_units("abc")
    world.holder("def")
    world.go_to(date(2014, 6, 2))
    assert world.do("transfer", login("abc"), from_="AST-1001", to="AST-1002", unit="JAA/2", quantity_t=221).ok


@pytest.fixture(autouse=True)
def story(database: object, once: Once, monkeypatch: pytest.MonkeyPatch) -> World:
    """abc was issued 9,000 t and sent 221 t to def. The database is there already."""

    @contextmanager
    def already_there() -> Iterator[None]:
        yield

    monkeypatch.setattr(with_database, "database", already_there)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return once(_story, World())


def tanso(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["ledger", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_statement_is_written_to_the_standard_output_as_csv() -> None:
    text = tanso("statement", "AST-1001", *DAYS).stdout_bytes.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == ["Row", "Opening balance", "Posting", "Posting", "Closing balance"]
    assert [row[7] for row in rows[2:4]] == ["9000", "-221"]


def test_the_ending_of_the_file_says_the_form(tmp_path: Path) -> None:
    for ending in ("csv", "xlsx", "pdf", "json"):
        tanso("statement", "AST-1001", *DAYS, "-o", str(tmp_path / f"a.{ending}"))

    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[-1].max_row == 4
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert json.loads((tmp_path / "a.json").read_text())["period"] == {"first": "2014-04-01", "last": "2015-03-31"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json", "a.pdf", "a.xlsx"]


def test_json_says_everything_in_words_for_programs() -> None:
    told = json.loads(tanso("statement", "AST-1001", *DAYS, "--format", "json").stdout)

    assert told["account"]["number"] == "AST-1001"
    (balance,) = told["balances"]
    assert (balance["opening_t"], balance["in_t"], balance["out_t"], balance["closing_t"]) == (0, 9000, 221, 8779)
    issued, sent = told["postings"]
    assert (issued["operation"], issued["counterparty"]) == ("issue", {"number": "AST-0", "role": "issuance"})
    assert (sent["operation"], sent["change_t"], sent["balance_t"]) == ("transfer", -221, 8779)
    assert sent["serials"] == [{"first": 1, "last": 221}]
    assert sent["unit"] == {"scheme": "asset", "type": "JAA", "phase": 2, "origin": ""}


def test_an_account_without_postings_is_json_too() -> None:
    assert json.loads(tanso("statement", "AST-2", *DAYS, "--format", "json").stdout)["postings"] == []


def test_the_path_of_a_serial_number_is_shown_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    shown = tanso("serial", "JAA/2", "２２１").output

    assert [name in shown for name in ("AST-0", "AST-1001", "AST-1002", "Now in account: AST-1002")] == [True] * 4


def test_the_path_of_a_serial_number_can_be_had_as_a_file(tmp_path: Path) -> None:
    for ending in ("csv", "xlsx", "pdf"):
        tanso("serial", "JAA/2", "1", "--scheme", "asset", "-o", str(tmp_path / f"a.{ending}"))

    assert len((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("statement", "AST-9999"), "ledger.unknown_account"),
        (("statement", "AST-1001", "--from", "tomorrow"), "cli.day_unreadable"),
        (("statement", "AST-1001", "--from", "2015-01-02", "--to", "2015-01-01"), "statement.wrong_period"),
        (("statement", "AST-1001", "--to", "9999-12-31"), "statement.wrong_period"),
        (("statement", "AST-1001", "-o", "/no/such/folder/a.csv"), "cli.file_unwritable"),
        (("serial", "JAA/9", "1"), "ledger.unit_unknown"),
        (("serial", "?", "1"), "ledger.unit_unknown"),
        (("serial", "JAA/2", "1", "--scheme", "other"), "ledger.unit_unknown"),
        (("serial", "JAA/2", "9001"), "ledger.serial_not_issued"),
        (("serial", "JAA/2", "one"), "serials.unreadable"),
        (("serial", "JAA/2", "1–2"), "serials.not_one"),
        (("serial", "JAA/2", "1", "--format", "json"), "cli.no_such_form"),
    ],
)
def test_a_mistake_is_said_with_a_way_out(arguments: tuple[str, ...], code: str) -> None:
    with pytest.raises(TansoError) as caught:
        tanso(*arguments)

    assert caught.value.code == code
    assert caught.value.next_step.ja
    assert caught.value.message.en


def test_a_file_that_fails_halfway_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tanso.interfaces.exports import pdf  # noqa: PLC0415

    file = tmp_path / "a.pdf"
    file.write_bytes(b"old")
    monkeypatch.setattr(pdf, "MOST_ROWS", 1)

    with pytest.raises(TansoError):
        tanso("statement", "AST-1001", *DAYS, "-o", str(file))

    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
