"""What falls due is performed by a daily command as by anything else, once."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connections

from tanso.acts.actions import begin_demonstration, move_demonstration_day
from tanso.acts.models import ActRecord
from tanso.interfaces.cli import falling_due, with_database
from tanso.kernel.texts import Text
from tanso.ledger.models import Check
from tests.support.world import World


@pytest.mark.usefixtures("database")
def test_a_deadline_that_has_passed_is_stated_once() -> None:
    World(begin=date(2014, 3, 31)).holder("abc")
    begin_demonstration(today=date(2015, 11, 30), notice=Text("体験", "Trial"))

    before = falling_due.perform_due()
    move_demonstration_day(today=date(2015, 12, 1))
    at_the_deadline, again = falling_due.perform_due(), falling_due.perform_due()

    # On the way the holder is reminded four times that there is no report.
    assert (before, at_the_deadline, again) == (4, 1, 0)
    assert ActRecord.objects.get(operation="state_compliance").result == {"status": "non_compliant"}


@pytest.mark.usefixtures("database")
def test_the_day_ends_with_a_check_of_the_whole_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def already_there():  # type: ignore[no-untyped-def]
        yield

    monkeypatch.setattr(with_database, "database", already_there)
    begin_demonstration(today=date(2015, 11, 30), notice=Text("体験", "Trial"))

    assert falling_due.run() == 0
    assert Check.objects.get().is_whole

    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_journal_is_history ON ledger_journal")
    assert falling_due.run() == 1
