"""FY2008 of the trial scheme: entities that add up to the published table, everyone compliant, the table again."""

from __future__ import annotations

import csv
import json
import runpy
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from tanso.database.urls import Server
from tanso.interfaces.cli.tables import command, reader
from tanso.interfaces.cli.tables.comparing import Cell, compared
from tanso.interfaces.cli.tables.life import live
from tanso.interfaces.cli.tables.reader import Example
from tanso.ledger.reconciliation import verify

FOLDER = reader.folder_of("trial-2008")


def example() -> Example:
    assert FOLDER is not None
    return reader.read_example(FOLDER)


@pytest.fixture
def tables(database: Server) -> dict[str, list[Cell]]:
    story = example()
    live(story)
    return {name: compared(story, name) for name in story.shape.tables}


def test_every_printed_figure_comes_out_again(tables: dict[str, list[Cell]]) -> None:
    assert [cell for cells in tables.values() for cell in cells if not cell.agrees] == []
    assert {name: len(cells) for name, cells in tables.items()} == {"sectors": 82, "notes": 18}


def test_the_rows_as_printed_do_not_sum_to_the_totals_and_the_entities_do(tables: dict[str, list[Cell]]) -> None:
    def total(column: str, *, printed: bool) -> Decimal:
        rows = [cell for cell in tables["sectors"] if cell.column == column and cell.row != "total"]
        return sum((cell.printed.value if printed and cell.printed else cell.ours for cell in rows), Decimal(0))

    assert [total(f"difference_{form}", printed=True) for form in ("total", "absolute", "intensity")] == [
        Decimal("-8333.7"),
        Decimal("864.5"),
        Decimal("-9197.2"),
    ]
    assert [total(f"difference_{form}", printed=False) for form in ("total", "absolute", "intensity")] == [
        Decimal(-8333),
        Decimal("865.2"),
        Decimal("-9198.2"),
    ]


def test_everybody_achieved_the_target_by_borrowing_buying_or_surrendering_credits(
    tables: dict[str, list[Cell]],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, figure_t < 0, count(*) FROM registry_compliancestatement GROUP BY 1, 2 ORDER BY 1, 2"
        )
        assert cursor.fetchall() == [("compliant", False, 36), ("compliant", True, 30), ("recorded_over", False, 9)]
        # What is to be repaid by FY2009 is what was borrowed for FY2008.
        cursor.execute(
            """SELECT count(*), sum(row.quantity) FROM registry_borrowing AS loan
                 JOIN ledger_journal AS row ON row.id = loan.journal_id WHERE loan.repaid_by_year = 2009"""
        )
        loans, borrowed_t = cursor.fetchone()
    lacking_t = 92_934_000 + 619_000 - 63_560_000
    assert (loans, borrowed_t) == (27, lacking_t - 17_143 - 2_701 - 2_950)


def test_the_ledger_is_sound_and_every_act_has_its_decision(tables: dict[str, list[Cell]]) -> None:
    assert verify(with_acts=True) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM acts_actrecord WHERE decision_id IS NULL OR status <> 'done'")
        assert cursor.fetchone() == (0,)


def test_the_entities_are_what_their_maker_makes() -> None:
    assert FOLDER is not None
    for name, text in runpy.run_path(str(FOLDER / "entities.py"))["files"]().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text


def test_every_figure_has_its_source() -> None:
    assert FOLDER is not None
    for name in ("sectors.csv", "notes.csv"):
        with (Path(FOLDER) / name).open(encoding="utf-8", newline="") as file:
            assert all(row["source"].startswith("S3 p13") for row in csv.DictReader(file))


@pytest.fixture
def this_database(database: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database in place of one that the command makes for itself."""
    from contextlib import nullcontext  # noqa: PLC0415

    monkeypatch.setattr("tanso.interfaces.cli.with_database.throw_away_database", lambda: nullcontext(database))


def test_the_command_prints_both_tables_and_ends_well(this_database: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert FOLDER is not None
    assert command.run(FOLDER, as_json=True) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["agrees"] is True
    power = next(
        cell for cell in document["tables"]["sectors"] if (cell["row"], cell["column"]) == ("power", "difference_total")
    )
    assert (power["printed"], power["shown"], power["source"]) == ("-9293", "-9293", "S3 p13")
    assert document["acts"]["borrow"] == 27
