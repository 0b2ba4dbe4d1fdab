"""What an installation has overridden is told wherever `tanso rules` shows a value, unless `--files` asks for files."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tanso.acts import perform
from tanso.acts.actions import begin_demonstration
from tanso.interfaces.cli import with_database
from tanso.interfaces.cli.main import app
from tanso.interfaces.cli.rules import books
from tanso.kernel.texts import Text
from tanso.parties.actions import add_administrator
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World

TODAY = date(2015, 6, 1)
REASON = "A late verification"


@pytest.fixture
def overridden(database: object, monkeypatch: pytest.MonkeyPatch) -> World:
    @contextmanager
    def already_there():  # type: ignore[no-untyped-def]
        yield

    monkeypatch.setattr(with_database, "database", already_there)
    monkeypatch.setattr(books, "_has_installation", lambda: True)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    for login in ("admin-1", "admin-2"):
        add_administrator(login_id=login, person=login)
    begin_demonstration(today=TODAY, notice=Text("体験", "Trial"))
    world = World()
    world.go_to(TODAY)
    arguments = {
        "parameter": "surrender_deadline",
        "value": "11-15",
        "from_day": "2015-07-01",
        "reason": REASON,
    }
    proposal = perform(world.act("override_parameter", ADMINISTRATOR, arguments))
    done = perform(world.act("override_parameter", SECOND_ADMINISTRATOR, arguments, proposal=proposal.act_id))
    assert done.ok, done
    return world


def rules(*words: str) -> Result:
    return CliRunner().invoke(app, ["rules", *words], catch_exceptions=False)


def test_the_scheme_is_shown_with_the_override_and_its_reason(overridden: World) -> None:
    before, since = (
        rules("show", "asset", "--on", "2015-06-30").output,
        rules("show", "asset", "--on", "2015-07-01").output,
    )
    assert "= 30 November" in before
    assert "= 15 November" in since
    assert REASON in since
    files = rules("show", "asset", "--on", "2015-07-01", "--files").output
    assert "= 15 November" not in files
    assert REASON not in files


def test_the_value_is_explained_with_the_override(overridden: World) -> None:
    told = rules("explain", "surrender_deadline", "--scheme", "asset").output
    assert "15 November (2015-07-01..)" in told
    assert REASON in told
    assert REASON not in rules("explain", "surrender_deadline", "--scheme", "asset", "--files").output


def test_two_days_differ_in_what_was_overridden(overridden: World) -> None:
    differing = rules("diff", "asset", "2015-06-30", "2015-07-01")
    assert differing.exit_code == 1
    assert "- 30 November" in differing.output
    assert "+ 15 November" in differing.output
    assert "surrender_deadline" not in rules("diff", "asset", "2015-06-30", "2015-07-01", "--files").output
