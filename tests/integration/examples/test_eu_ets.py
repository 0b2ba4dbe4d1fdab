"""The EU ETS, some years of a small registry: every row through the door, totals to the tonne, statuses by cause."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from tanso.database.urls import Server
from tanso.interfaces.cli.replays import command, reader
from tanso.interfaces.cli.replays.life import live
from tanso.interfaces.cli.replays.outcome import Outcome, outcome
from tanso.interfaces.cli.replays.reader import Replay
from tanso.kernel.errors import TansoError
from tanso.ledger.reconciliation import verify

FOLDER = reader.folder_of("eu-ets")


def replay(first: int, last: int, *registries: str) -> Replay:
    assert FOLDER is not None
    return reader.read_replay(FOLDER, years=(first, last), groups=registries)


@pytest.fixture
def lived(database: Server) -> Outcome:
    """Luxembourg over the turn of the first two periods, with the credits of the second."""
    story = replay(2006, 2009, "LU", "MT")
    live(story)
    return outcome(story)


def test_the_totals_of_each_year_are_those_of_the_table_to_the_tonne(lived: Outcome) -> None:
    assert [figure for figure in lived.figures if figure.difference] == []
    assert {figure.year for figure in lived.figures} == {2006, 2007, 2008, 2009}
    assert sum(figure.ours for figure in lived.figures if figure.name == "UnitsSurrendered") > 0


def test_every_row_has_a_status_and_every_difference_a_cause(lived: Outcome) -> None:
    rows = replay(2006, 2009, "LU", "MT").rows

    assert lived.size.statements == sum(len(of_year) for of_year in rows.values())
    assert sum(lived.rows_by_cause().values()) == lived.size.statements
    assert lived.rows_by_cause()["same"] > 0.9 * lived.size.statements
    assert "unexplained" not in lived.rows_by_cause()


def test_the_ledger_is_sound_and_every_act_has_its_decision(lived: Outcome) -> None:
    assert verify(with_acts=True) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM acts_actrecord WHERE decision_id IS NULL OR status <> 'done'")
        assert cursor.fetchone() == (0,)


def test_allowances_of_the_first_period_stay_behind(lived: Outcome) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM ledger_journal AS row
                 JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
                 JOIN registry_surrender AS surrender ON surrender.journal_id = row.id
                 JOIN registry_obligation AS obligation ON obligation.id = surrender.obligation_id
                WHERE (class.phase = 1) <> (obligation.fiscal_year < 2008) AND class.phase IS NOT NULL"""
        )
        assert cursor.fetchone() == (0,)


def test_the_whole_table_adds_up_to_the_published_totals() -> None:
    """The table itself, without a database: what the replay enters is what the totals say."""
    assert FOLDER is not None
    whole = reader.read_replay(FOLDER, years=None, groups=())
    totals = {int(line.split(",")[0]): line.split(",") for line in _lines("control_totals_by_year.csv")}

    for year, rows in whole.rows.items():
        _, _, allocated, surrendered, allowances, emissions, reporting = (int(cell) for cell in totals[year])
        assert sum(row.allocated_t for row in rows) == allocated
        assert sum(row.surrendered_t for row in rows) == allowances
        assert sum(row.surrendered_t + row.other_t for row in rows) == surrendered
        assert sum(row.emissions_t or 0 for row in rows) == emissions
        assert sum(row.emissions_t is not None for row in rows) == reporting
    assert sum(len(rows) for rows in whole.rows.values()) == 229_566


def _lines(name: str) -> list[str]:
    assert FOLDER is not None
    return (FOLDER / name).read_text(encoding="utf-8").split()[1:]


def test_years_are_written_as_a_range() -> None:
    assert command.years_of("2005-2007") == (2005, 2007)
    assert command.years_of("2005") == (2005, 2005)
    assert command.years_of(None) is None
    for wrong in ("2007-2005", "05-07", "all"):
        with pytest.raises(TansoError) as refused:
            command.years_of(wrong)
        assert refused.value.code == "example.years"


def test_the_command_prints_what_came_of_it(server: Server, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert FOLDER is not None
    assert command.run(FOLDER, years="2013", groups="LI", as_json=True) == 0

    printed = json.loads(capsys.readouterr().out)
    assert printed["agrees"] is True
    assert printed["size"]["acts"] == sum(printed["acts"].values())
    assert printed["ledger_differences"] == []
