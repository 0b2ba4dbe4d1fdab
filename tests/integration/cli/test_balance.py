"""`tanso ledger balance`: a day's holdings as known at an instant, for people and as JSON."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from tanso.acts.actions import begin_demonstration
from tanso.interfaces.cli import with_database
from tanso.interfaces.cli.balance import instant_of
from tanso.interfaces.cli.main import app
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text
from tests.support.world import World

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def world(database: object, monkeypatch: pytest.MonkeyPatch) -> World:
    @contextmanager
    def already_there():  # type: ignore[no-untyped-def]
        yield

    monkeypatch.setattr(with_database, "database", already_there)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    world = World()
    world.holder_with_units("abc")
    begin_demonstration(today=date(2014, 4, 2), notice=Text("体験", "Trial"))
    return world


def asked(*words: str) -> str:
    result = CliRunner().invoke(app, ["ledger", "balance", *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_answer_as_json_has_both_clocks(world: World) -> None:
    answer = json.loads(asked("AST-1001", "--on", "2014-04-01", "--json"))

    assert answer["holdings"] == [{"unit": "JAA/2", "quantity_t": 9_000, "serials": [[1, 9_000]]}]
    assert (answer["on"], answer["known"], answer["status"], answer["kind"]) == (
        "2014-04-01",
        None,
        "open",
        "compliance",
    )
    assert answer["position"] > 0


def test_before_the_day_and_before_it_was_known_there_is_nothing(world: World) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()

    assert json.loads(asked("AST-1001", "--on", "2014-03-31", "--json"))["holdings"] == []
    unknown = json.loads(asked("AST-1001", "--known", yesterday, "--json"))
    assert (unknown["holdings"], unknown["status"], unknown["position"]) == ([], None, 0)


def test_a_person_reads_a_table(world: World) -> None:
    shown = asked("AST-1001")

    for word in ("AST-1001", "2014-04-02", "open", "JAA/2", "9,000", "1–9000"):
        assert word in shown


def test_an_unknown_account_and_an_unreadable_instant_are_named(world: World) -> None:
    with pytest.raises(TansoError, match="AST-9"):
        CliRunner().invoke(app, ["ledger", "balance", "AST-9"], catch_exceptions=False)
    with pytest.raises(TansoError, match="yesterday"):
        CliRunner().invoke(app, ["ledger", "balance", "AST-1001", "--known", "yesterday"], catch_exceptions=False)


def test_a_day_means_its_end_and_an_instant_without_offset_the_schemes_zone() -> None:
    end = datetime(2015, 12, 2, 23, 59, 59, 999_999, tzinfo=TOKYO)

    assert instant_of("2015-12-02", TOKYO) == end
    assert instant_of("2015-12-02T09:00", TOKYO) == datetime(2015, 12, 2, 0, 0, tzinfo=UTC)
    assert instant_of("2015-12-02T09:00+00:00", TOKYO) == datetime(2015, 12, 2, 9, 0, tzinfo=UTC)
