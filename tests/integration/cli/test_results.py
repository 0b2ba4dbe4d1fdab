"""`tanso results`: figures of each phase for people, as JSON and as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tanso.interfaces import clock
from tanso.interfaces.cli import with_database
from tanso.interfaces.cli.main import app
from tanso.kernel.errors import TansoError
from tests.support.world import World, login


@pytest.fixture(autouse=True)
def story(database: object, monkeypatch: pytest.MonkeyPatch) -> World:
    """abc sold 10 t at 1,200 yen a tonne; today is the day after the deadline."""

    @contextmanager
    def already_there() -> Iterator[None]:
        yield

    monkeypatch.setattr(with_database, "database", already_there)
    monkeypatch.setattr(clock, "today_in", lambda rulebook: date(2015, 12, 1))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    world = World()
    world.holder_with_units("abc")
    world.holder("def")
    given = {"from": "AST-1001", "to": "AST-1002", "unit": "JAA/2", "quantity_t": 10, "price_yen": 12_000}
    assert world.do("transfer", login("abc"), **given).ok
    return world


def tanso(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["results", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_json_has_every_figure_of_a_phase() -> None:
    answer: dict[str, Any] = json.loads(tanso("asset", "--phase", "2", "--json"))

    (phase,) = answer["phases"]
    assert (answer["scheme"], answer["day"], phase["phase"], phase["holders"]) == ("asset", "2015-12-01", 2, 2)
    assert (phase["base_t"], phase["issued_t"], phase["reduction_t"]) == (10_000, 9000, None)
    assert phase["trades"] == {
        "is_trade": True,
        "count": 1,
        "volume_t": 10,
        "priced_count": 1,
        "priced_t": 10,
        "average_yen": 1200,
    }


def test_published_leaves_out_what_tells_of_a_few() -> None:
    (phase,) = json.loads(tanso("asset", "--published", "--json"))["phases"]

    assert (phase["holders"], phase["base_t"], phase["trades"]["volume_t"], phase["trades"]["average_yen"]) == (
        2,
        None,
        None,
        None,
    )


def test_people_get_a_list_of_figures() -> None:
    said = tanso("asset")

    assert "Phase 2" in said
    assert "Average price (yen/t)" in said
    assert "1,200" in said


def test_csv_is_written_to_the_file(tmp_path: Path) -> None:
    tanso("asset", "--csv", str(tmp_path / "results.csv"))

    assert (tmp_path / "results.csv").read_text(encoding="utf-8-sig").startswith("Phase,Holders,")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nowhere",), "cli.scheme_unknown"),
        (("eu-ets",), "results.not_declared"),
        (("asset", "--phase", "99"), "cli.phase_unknown"),
    ],
)
def test_what_there_is_not_is_said(arguments: tuple[str, ...], code: str) -> None:
    with pytest.raises(TansoError) as caught:
        tanso(*arguments)

    assert caught.value.code == code
