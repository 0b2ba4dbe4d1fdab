"""`tanso rules override`, `withdraw-override` and `overrides`: the same acts as on the page, in a terminal."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import date

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tanso.acts import queries, rulebooks
from tanso.acts.actions import begin_demonstration
from tanso.interfaces.cli import with_database
from tanso.interfaces.cli.main import app
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text
from tanso.parties.actions import add_administrator
from tests.support.world import World

TODAY = date(2015, 6, 1)
DEADLINE = ("asset", "surrender_deadline", "11-15", "--from", "2015-07-01", "--reason", "A late verification")


@pytest.fixture
def world(database: object, monkeypatch: pytest.MonkeyPatch) -> World:
    @contextmanager
    def already_there():  # type: ignore[no-untyped-def]
        yield

    monkeypatch.setattr(with_database, "database", already_there)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    for login in ("admin-1", "admin-2"):
        add_administrator(login_id=login, person=login)
    world = World()
    world.trader("trd")
    begin_demonstration(today=TODAY, notice=Text("体験", "Trial"))
    return world


def rules(*words: str) -> Result:
    return CliRunner().invoke(app, ["rules", *words], catch_exceptions=False)


def test_one_administrator_proposes_and_another_approves(world: World) -> None:
    proposed = rules("override", *DEADLINE, "--as", "admin-1")

    assert proposed.exit_code == 0
    # What moves, before anybody has approved it.
    assert "Surrender period (Phase 2), last day: 2015-11-30 → 2015-11-15" in proposed.output
    (number,) = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", proposed.output))
    assert queries.override_entries("asset") == []

    approved = rules("override", *DEADLINE, "--as", "admin-2", "--proposal", number)
    assert approved.exit_code == 0
    assert rulebooks.current("asset").value("surrender_deadline", date(2015, 7, 1)) == "11-15"

    listed = rules("overrides", "asset").output
    for part in ("surrender_deadline", "15 November", "2015-07-01..", "A late verification", "admin-1, admin-2"):
        assert part in listed
    (entry,) = json.loads(rules("overrides", "asset", "--json").output)
    assert (entry["value"], entry["from"], entry["by"]) == ("11-15", "2015-07-01", "admin-2")

    withdrawal = ("withdraw-override", "asset", "surrender_deadline", "--reason", "It is over")
    assert rules(*withdrawal, "--as", "admin-1").exit_code == 0


def test_a_trial_shows_what_would_move_and_records_nothing(world: World) -> None:
    shown = rules("override", *DEADLINE, "--as", "admin-1", "--dry-run")

    assert shown.exit_code == 0
    assert "2015-11-30 → 2015-11-15" in shown.output
    assert list(queries.open_proposals("asset")) == []


def test_what_is_refused_is_said_with_its_code_and_exit_status(world: World) -> None:
    refused = rules(
        "override", "asset", "surrender_deadline", "11-31", "--from", "2015-05-31", "--reason", "r", "--as", "admin-1"
    )

    assert refused.exit_code == 1
    assert "override.value_type" in refused.output
    assert "override.past" in refused.output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("override", *DEADLINE), "rules.who"),
        (("override", *DEADLINE, "--as", "nobody"), "rules.who"),
        (("override", *DEADLINE, "--as", "admin-1", "--proposal", "7"), "rules.no_proposal"),
        (("overrides", "asse"), "rules.unknown_scheme"),
        (("override", "asset", "p", "1", "--from", "soon", "--reason", "r"), "cli.day_unreadable"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_next_step(world: World, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(TansoError) as caught:
        rules(*words)
    assert caught.value.code == code


def test_without_any_override_the_list_says_so(world: World) -> None:
    assert "Nothing was overridden." in rules("overrides", "asset").output
    assert json.loads(rules("overrides", "asset", "--json").output) == []
