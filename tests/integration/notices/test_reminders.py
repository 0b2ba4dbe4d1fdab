"""Reminders: on their days, once each, to those alone who have not done yet what is due, and never a figure to B."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tanso.acts import pass_time
from tanso.acts.models import ActRecord, TimePassed
from tanso.notices.models import Mail
from tanso.notices.queries import mails
from tests.support.world import SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")

DEADLINE = date(2015, 11, 30)
DAYS = [DEADLINE - timedelta(days=days) for days in (90, 30, 7, 1)]


def reminded(key: str, name: str, letter: str = "A") -> list[date]:
    """The days on which a login was reminded of something, in order."""
    rows = mails("asset", key, letter).filter(event=f"reminder.{name}")
    return sorted(rows.values_list("day", flat=True))


def a_holder_who_owes() -> tuple[World, str]:
    """A holder of phase 2 with 8,000 t to surrender by 30 November 2015."""
    world = World()
    account = world.holder_with_units("abc")
    world.go_to(date(2015, 6, 1))
    world.approve_emissions("abc", "target", 8_000)
    return world, account


def test_the_surrender_is_called_to_mind_90_30_7_and_1_days_before() -> None:
    world, _ = a_holder_who_owes()

    world.go_to(date(2015, 12, 1))

    assert reminded("abc", "surrender") == DAYS


def test_the_mail_says_how_much_by_when_and_what_happens_if_not() -> None:
    world, account = a_holder_who_owes()
    assert world.do("surrender", login("abc"), account=account, unit="JAA/2", quantity_t=3_000).ok

    world.go_to(DAYS[1])

    mail = mails("asset", "abc", "A").filter(event="reminder.surrender").latest("id")
    assert "5,000 t" in mail.body["en"]
    assert "30 November 2015 (days left: 30)" in mail.body["en"]
    assert "目標は遵守されなかったものとなります" in mail.body["ja"]
    assert "2015年11月30日です（あと30日）" in mail.body["ja"]
    assert not [text for text in (*mail.subject.values(), *mail.body.values()) if "{" in text]


def test_who_is_done_hears_nothing_more() -> None:
    world, account = a_holder_who_owes()
    world.go_to(DAYS[0])
    assert world.do("surrender", login("abc"), account=account, unit="JAA/2", quantity_t=8_000).ok

    world.go_to(date(2016, 1, 1))

    assert reminded("abc", "surrender") == DAYS[:1]


def test_login_b_hears_of_reports_and_of_no_figure() -> None:
    world = World()
    world.holder_with_units("abc")

    world.go_to(date(2016, 1, 1))

    assert reminded("abc", "target_report", "B") == reminded("abc", "target_report", "A") == DAYS
    assert {mail.event for mail in mails("asset", "abc", "B")} & {"reminder.surrender", "reminder.banking"} == set()


def test_day_by_day_and_all_at_once_come_to_the_same() -> None:
    world, _ = a_holder_who_owes()
    world.trader("trd")
    day = world.today
    while day < date(2016, 1, 4):
        day += timedelta(days=1)
        pass_time("asset", day)
        pass_time("asset", day)
    slowly = list(Mail.objects.filter(event__startswith="reminder.").values_list("event", "day", "participant__key"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT id) FROM acts_actrecord WHERE operation = 'remind'")
        acts, different = cursor.fetchone()

    assert acts == different
    assert [day for _, day, _ in slowly] == sorted(day for _, day, _ in slowly)
    assert reminded("abc", "surrender") == DAYS


def test_a_run_that_was_cut_off_reminds_nobody_twice() -> None:
    world, _ = a_holder_who_owes()
    world.go_to(date(2015, 12, 1))
    before = Mail.objects.count()
    TimePassed.objects.filter(scheme="asset").update(through=date(2015, 6, 1))

    world.go_to(date(2015, 12, 1))

    assert Mail.objects.count() == before


def test_banking_is_called_to_mind_only_while_it_can_be_applied_for_and_once_it_is_nothing_more() -> None:
    world = World()
    one, two = world.trader("one"), world.trader("two")
    world.go_to(date(2014, 12, 22))
    assert world.do("apply_for_banking", login("one"), account=one).ok, two

    world.go_to(date(2015, 1, 5))

    assert reminded("one", "banking") == [date(2014, 12, 21)]
    assert reminded("two", "banking") == [date(2014, 12, 21), date(2014, 12, 27)]


def test_the_verifier_is_reminded_once_it_is_its_turn_and_the_holder_no_more() -> None:
    world = World()
    world.holder_with_units("abc")
    world.go_to(date(2015, 9, 15))
    about = {"participant": "abc", "year": "target"}
    assert world.do("register_report", login("abc"), **about, emissions_t=8_000).ok
    assert world.do("request_verification", login("abc"), **about, verifier="verifier-of-abc").ok

    world.go_to(date(2015, 12, 1))

    assert reminded("abc", "target_report") == DAYS[:1]
    assert reminded("verifier-of-abc", "target_verification") == DAYS[1:]
    assert reminded("abc", "target_verification") == []


def test_a_deadline_that_is_moved_is_called_to_mind_by_its_new_day() -> None:
    world, _ = a_holder_who_owes()
    world.go_to(DAYS[0])
    later = {"parameter": "surrender_deadline", "value": "12-20", "from_day": "2015-09-02", "reason": "延期"}
    first = world.do("override_parameter", SECOND_ADMINISTRATOR, **later)
    from tanso.acts import perform  # noqa: PLC0415
    from tests.support.world import ADMINISTRATOR  # noqa: PLC0415

    assert perform(world.act("override_parameter", ADMINISTRATOR, later, proposal=first.act_id)).ok

    world.go_to(date(2015, 12, 31))

    new = [date(2015, 12, 20) - timedelta(days=days) for days in (90, 30, 7, 1)]
    assert reminded("abc", "surrender") == [DAYS[0], *new]


def test_where_nobody_is_concerned_there_is_no_act() -> None:
    world, account = a_holder_who_owes()
    assert world.do("surrender", login("abc"), account=account, unit="JAA/2", quantity_t=8_000).ok

    world.go_to(date(2015, 12, 1))

    assert not ActRecord.objects.filter(operation="remind", arguments__reminder="surrender").exists()


def test_reminding_many_takes_as_many_queries_as_reminding_few() -> None:
    counts = []
    world = World()
    world.holder_with_units("first")
    world.go_to(date(2015, 8, 1))
    for day, more in ((DAYS[0], 0), (DAYS[1], 12)):
        for number in range(more):
            world.holder(f"more-{number}")
        world.go_to(day - timedelta(days=1))
        with CaptureQueriesContext(connection) as queries:
            world.go_to(day)
        counts.append(len(queries))

    assert len(reminded("more-11", "target_report")) == 1
    assert abs(counts[0] - counts[1]) <= 2, counts


def test_jvets_reminds_of_its_one_deadline_with_the_letters_of_its_own() -> None:
    world = World(begin=date(2008, 4, 1), scheme="jvets")
    world.holder("abc", phase=3, reduction_target_t=100, participation_type="b")
    two_years = {"participation_type": "c", "phase": 3, "reduction_target_t": 100}
    world.holder("two", **two_years)
    for year in ("base_1", "base_2", "base_3", "target"):
        world.approve_emissions("abc", year, 5_000)
    days = [date(2009, 8, 31) - timedelta(days=before) for before in (90, 30, 7, 1)]

    world.go_to(date(2009, 9, 1))

    def told(key: str, name: str) -> list[date]:
        rows = mails("jvets", key, "A").filter(event=f"reminder.{name}")
        return sorted(rows.values_list("day", flat=True))

    assert told("abc", "surrender") == days
    assert told("abc", "target_report") == told("abc", "first_target_report") == []
    assert told("two", "target_report") == told("two", "first_target_report") == days
    written = mails("jvets", "abc", "A").filter(event="reminder.surrender").latest("id")
    assert "5,000 t" in written.body["en"]
    assert not [text for text in (*written.subject.values(), *written.body.values()) if "{" in text]
