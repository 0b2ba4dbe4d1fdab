"""Reminders in a scheme whose windows are of each year: to who answers for the year and is not done, of that year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tanso.acts.models import ActRecord, TimePassed
from tanso.notices.models import Mail
from tanso.notices.queries import mails
from tanso.notices.reminders import concerned
from tanso.rulebook import library
from tests.support.world import ADMINISTRATOR, World

pytestmark = pytest.mark.usefixtures("database")

SCHEME = "trial-2008"
DEADLINE = date(2010, 3, 31)
DAYS = [DEADLINE - timedelta(days=days) for days in (90, 30, 7, 1)]
COMPANY = {"entity": "company", "target_form": "absolute", "target_years": "every_year"}


def a_world() -> World:
    return World(begin=date(2008, 11, 4), scheme=SCHEME)


def done(world: World, operation: str, **arguments: Any) -> None:
    outcome = world.do(operation, ADMINISTRATOR, **arguments)
    assert outcome.ok, outcome


def a_company(world: World, key: str, *, settlement: str = "ex_post", year: int = 2008) -> None:
    """Registered, and answering for the year with a target of 1,000 t."""
    attributes = COMPANY | {"settlement": settlement}
    done(world, "register_participant", key=key, kind="target_setter", name=key.upper(), attributes=attributes)
    done(world, "open_year", participants=[key], fiscal_year=year)
    figures = {"plan_target_t": 1000, "plan_actual_t": 1000, "own_actual_t": 1000, "target_t": 1000}
    for figure, value in (figures | {"target_reviewed": True}).items():
        done(world, "record_figure", participant=key, fiscal_year=year, figure=figure, value=value)


def emitted(world: World, key: str, emissions_t: int, *, year: int = 2008) -> None:
    done(world, "record_emissions", participant=key, fiscal_year=year, emissions_t=emissions_t)


def reminded(key: str, name: str) -> list[date]:
    """The days on which a participant was reminded of something, in order."""
    return sorted(mails(SCHEME, key, "A").filter(event=f"reminder.{name}").values_list("day", flat=True))


def test_who_is_short_is_told_how_much_for_which_year_and_by_when() -> None:
    world = a_world()
    a_company(world, "short")
    world.go_to(date(2009, 7, 1))
    emitted(world, "short", 1_250)

    world.go_to(date(2010, 4, 1))

    assert reminded("short", "surrender") == DAYS
    mail = mails(SCHEME, "short", "A").filter(event="reminder.surrender", day=DAYS[1]).get()
    assert "250 t" in mail.body["en"]
    assert "FY2008" in mail.subject["en"]
    assert "31 March 2010 (days left: 30)" in mail.body["en"]
    assert "2010年3月31日です（あと30日）" in mail.body["ja"]
    assert not [text for text in (*mail.subject.values(), *mail.body.values()) if "{" in text]


def test_each_year_has_reminders_of_its_own() -> None:
    world = a_world()
    a_company(world, "abc")
    world.go_to(date(2009, 7, 1))
    emitted(world, "abc", 900)
    done(world, "open_year", participants=["abc"], fiscal_year=2009)

    world.go_to(date(2011, 4, 1))

    # For 2008 nothing is missing; for 2009 neither target nor emissions were ever recorded.
    assert reminded("abc", "figures_of_year") == [day.replace(year=day.year + 1) for day in DAYS]
    assert reminded("abc", "surrender") == []
    years = {record.arguments["fiscal_year"] for record in ActRecord.objects.filter(operation="remind")}
    assert years == {2009}


def test_who_comes_to_answer_for_a_year_while_time_passes_is_reminded_of_what_is_left() -> None:
    world = a_world()
    a_company(world, "first")
    world.go_to(date(2010, 2, 1))
    a_company(world, "later")

    world.go_to(date(2010, 4, 1))

    assert reminded("first", "figures_of_year") == DAYS
    assert reminded("later", "figures_of_year") == DAYS[1:]


def test_a_run_that_was_cut_off_reminds_nobody_twice() -> None:
    world = a_world()
    a_company(world, "abc")
    world.go_to(date(2010, 4, 1))
    before = Mail.objects.count()
    assert reminded("abc", "figures_of_year") == DAYS
    TimePassed.objects.filter(scheme=SCHEME).update(through=date(2009, 6, 1))

    world.go_to(date(2010, 4, 1))

    assert Mail.objects.count() == before


def test_a_deadline_that_is_moved_is_called_to_mind_by_its_new_day() -> None:
    world = a_world()
    a_company(world, "abc")
    world.go_to(DAYS[0])
    later = {"parameter": "settlement_deadline", "value": "02-28", "from_day": "2010-01-04", "reason": "繰上げ"}
    assert world.by_two("override_parameter", **later).ok

    world.go_to(date(2010, 4, 1))

    new = [date(2010, 2, 28) - timedelta(days=days) for days in (30, 7, 1)]
    assert reminded("abc", "figures_of_year") == [DAYS[0], *new]


def test_without_anybody_who_answers_for_a_year_there_is_no_act() -> None:
    world = a_world()
    done(world, "register_participant", key="sup", kind="credit_supplier", name="SUP")

    world.go_to(date(2013, 4, 1))

    assert not ActRecord.objects.filter(operation="remind").exists()


def test_many_who_answer_are_asked_about_in_as_many_queries_as_few() -> None:
    world = a_world()
    rulebook = library().get(SCHEME)
    item = next(item for item in rulebook.reminders_on(DAYS[0]) if item.id == "figures_of_year")

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            return len(list(concerned(rulebook, item))), len(asked)

    a_company(world, "one")
    few = queries()
    for number in range(5):
        a_company(world, f"more-{number}")

    assert few[0] == 1
    assert queries() == (6, few[1])
