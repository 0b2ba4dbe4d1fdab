"""JVETS: figures that follow from the published ones, and period 3 lived by 61 holders that add up to its totals."""

from __future__ import annotations

import csv
import runpy
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, connections

from tanso.database import clones
from tanso.database.urls import Server
from tanso.interfaces import connect
from tanso.interfaces.cli.tables import reader
from tanso.interfaces.cli.tables.comparing import Cell, compared
from tanso.interfaces.cli.tables.life import live
from tanso.interfaces.cli.tables.reader import Example
from tanso.ledger.reconciliation import verify
from tanso.registry import results
from tanso.registry.results import PhaseResults

FOLDER = reader.folder_of("jvets")
Tables = dict[str, dict[tuple[str, str], Cell]]
THE_DEADLINE_HAS_PASSED = date(2009, 9, 1)


def folder() -> Path:
    assert FOLDER is not None
    return FOLDER


def given() -> dict[tuple[str, str], int | None]:
    """The published figures; None where they were not found."""
    rows = csv.DictReader((folder() / "given.csv").read_text(encoding="utf-8").splitlines())
    return {(row["row"], row["column"]): int(row["printed"]) if row["printed"] else None for row in rows}


def example() -> Example:
    return reader.read_example(folder())


@pytest.fixture(scope="module")
def whole_life(server: Server, template: str) -> Iterator[Server]:
    """The database in which period 3 was lived, once for the tests of this file, which only read."""
    clone = clones.clone(server, template)
    connect.use(clone)
    live(example())
    yield clone
    connections.close_all()
    clones.drop(clone)


@pytest.fixture
def lived(whole_life: Server) -> Iterator[None]:
    connect.use(whole_life)
    yield
    connections.close_all()


@pytest.fixture
def tables(lived: None) -> Tables:
    story = example()
    return {name: {(cell.row, cell.column): cell for cell in compared(story, name)} for name in story.shape.tables}


def test_the_entities_are_those_that_the_published_figures_make() -> None:
    made = runpy.run_path(str(folder() / "entities.py"))["files"]()

    assert {name: (folder() / name).read_text(encoding="utf-8") for name in made} == made


def test_every_cell_of_the_table_has_a_source_and_what_was_not_found_stays_unknown() -> None:
    for name in ("given.csv", "derived.csv", "period3.csv"):
        for row in csv.DictReader((folder() / name).read_text(encoding="utf-8").splitlines()):
            assert row["source"], row
            assert bool(row["printed"]) != row["source"].startswith("not found"), row
    unknown = [place for place, value in given().items() if value is None]
    assert ("actual_t", "p4") in unknown
    assert ("base_t", "p6") in unknown


# S3 p10: base less actual is the cut, its rate, and the promised rate (periods 1 to 5).
@pytest.mark.parametrize(
    ("period", "cut_t", "cut_percent", "promised_percent"),
    [
        ("p1", 377_056, "29.26", "21.19"),
        ("p2", 280_192, "24.96", "19.35"),
        ("p3", 382_625, "23.03", "8.21"),
        ("p4", None, "28.20", "9.94"),
        ("p5", None, "15.08", "15.84"),
    ],
)
def test_cuts_and_rates_follow_from_base_and_actual_emissions(
    tables: Tables,
    period: str,
    cut_t: int | None,
    cut_percent: str,
    promised_percent: str,
) -> None:
    def rate(row: str) -> Decimal:
        return tables["derived"][row, period].ours.quantize(Decimal("0.01"))

    assert (rate("cut_percent"), rate("promised_percent")) == (Decimal(cut_percent), Decimal(promised_percent))
    assert cut_t is None or tables["derived"]["cut_t", period].ours == cut_t


# S3 p9: のべ303社.
def test_the_holders_of_periods_1_to_5_are_303(tables: Tables) -> None:
    assert tables["derived"]["cumulative_holders", "p5"].ours == 303
    figures = given()
    of_period = [sum(figures[f"holders_{kind}", f"p{n}"] or 0 for kind in "abc") for n in range(1, 6)]
    assert of_period == [31, 61, 61, 81, 69]


# eic.or.jp news 31724: period 7 cut 59,419 t of 669,690 t, having promised 101,450 t.
def test_period_7_missed_its_promise_by_42_031_tonnes(tables: Tables) -> None:
    figures = given()
    cut_t, promised_t = figures["cut_t", "p7"] or 0, figures["promised_t", "p7"] or 0

    assert promised_t - cut_t == 42_031
    assert (Decimal(100 * 42_031) / promised_t).quantize(Decimal("0.1")) == Decimal("41.4")
    assert tables["derived"]["cut_percent", "p7"].agrees


def test_the_misprints_are_told_as_differences_and_everything_else_agrees(tables: Tables) -> None:
    cells = {place: cell for table in tables.values() for place, cell in table.items()}
    differing = {place: str(cell.shown) for place, cell in cells.items() if not cell.agrees}

    assert differing == {
        ("participants", "p3"): "85",
        ("promised_percent", "p5"): "15.8",
        ("cut_percent", "p5"): "15.1",
    }
    assert all(cell.is_settled for cell in cells.values())
    assert {name: len(table) for name, table in tables.items()} == {"derived": 21, "period3": 21}


# S3 p13 reference 1: 61, of which 50 over and 11 short; +24.6 × 10⁴ t; 23 trades, 3.4 × 10⁴ t; everybody compliant.
def test_period_3_lives_again_with_everybody_compliant(tables: Tables) -> None:
    lived = {row: cell.ours for (row, _), cell in tables["period3"].items()}

    assert [lived[row] for row in ("holders", "over", "short", "compliant")] == [61, 50, 11, 61]
    assert lived["over_delivery_t"] == 246_215
    assert [lived["trades"], lived["traded_t"], lived["price_yen"]] == [23, 34_227, 800]


def test_the_register_and_the_rulebook_say_the_same_of_period_3(lived: None) -> None:
    found: PhaseResults
    (found,) = results.results("jvets", THE_DEADLINE_HAS_PASSED, phase=3)

    assert (found.holders, found.base_t, found.actual_t, found.reduction_t) == (61, 1_661_251, 1_278_626, 382_625)
    assert found.promised_t == 136_410
    assert (found.trades.count, found.trades.volume_t, found.trades.average_yen) == (23, 34_227, 800)
    assert found.statuses == {"compliant": 61}


def test_the_ledger_is_sound_and_every_act_was_done(lived: None) -> None:
    assert verify(with_acts=True) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM acts_actrecord WHERE decision_id IS NULL OR status <> 'done'")
        assert cursor.fetchone() == (0,)
