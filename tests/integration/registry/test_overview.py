"""Where the holders of a phase stand: stage by stage, what is next, and who is late."""

from __future__ import annotations

from datetime import date

import pytest

from tanso.acts import rulebooks
from tanso.parties import actions as parties
from tanso.parties.models import Login
from tanso.registry import overview
from tanso.registry.overview import Line, Overview
from tests.support.world import SCHEME, World, login


@pytest.fixture
def world(database: object) -> World:
    return World()


def of_phase(world: World, phase: int = 2) -> Overview:
    return overview.of_phase(rulebooks.current(SCHEME), phase, world.today)


def line(world: World, key: str) -> Line:
    return next(one for one in of_phase(world).lines if one.participant.key == key)


def test_the_stages_of_a_phase_stand_in_the_order_in_which_they_come(world: World) -> None:
    assert [stage.id for stage in of_phase(world).stages] == [
        "logins",
        "report-base",
        "issue",
        "report-target",
        "surrender",
        "banking",
        "report-adjustment",
    ]


def test_only_the_holders_of_the_phase_are_in_it(world: World) -> None:
    world.holder("mine")
    world.holder("later", phase=3)
    world.trader("trader")

    assert [one.participant.key for one in of_phase(world).lines] == ["mine"]
    assert overview.phases_with_holders(SCHEME) == {2: 1, 3: 1}


def test_a_holder_whose_base_year_is_approved_can_be_issued_to(world: World) -> None:
    world.holder("abc")
    before = line(world, "abc").states["issue"]
    world.approve_emissions("abc", "base", 10_000)

    after = line(world, "abc")

    assert (before, after.states["issue"], after.states["report-base"]) == ("not_ready", "ready", "approved")
    assert after.report_t == {"base": 10_000}


def test_what_is_missing_to_surrender_is_open_until_it_is_complete(world: World) -> None:
    number = world.holder_with_units("abc")
    world.go_to(date(2015, 8, 3))
    world.approve_emissions("abc", "target", 7_000)
    opened = line(world, "abc").states["surrender"]
    assert world.do("surrender", login("abc"), account=number, unit="JAA/2", quantity_t=7_000).ok

    assert (opened, line(world, "abc").states["surrender"]) == ("open", "complete")


def test_a_report_is_late_on_the_day_after_the_one_that_it_is_needed_by(world: World) -> None:
    world.holder("abc")
    world.go_to(date(2014, 4, 1))
    on_the_day = line(world, "abc")
    world.go_to(date(2014, 4, 2))
    after = line(world, "abc")

    assert on_the_day.late is None
    assert after.late is not None
    assert (after.late.id, of_phase(world).late) == ("report-base", 1)


def test_what_is_next_is_the_first_stage_that_is_not_done(world: World) -> None:
    world.holder("abc")
    first = line(world, "abc").next
    for one in Login.objects.filter(participant__key="abc"):
        parties.set_password(login=one, password="an own password, long enough")  # noqa: S106
    second = line(world, "abc").next

    assert first is not None
    assert second is not None
    assert (first.id, second.id) == ("logins", "report-base")


def test_a_missed_target_stays_missed_and_asks_for_nothing_that_is_over(world: World) -> None:
    world.holder_with_units("abc")
    world.go_to(date(2015, 12, 1))

    found = line(world, "abc")

    assert found.states["surrender"] == "missed"
    assert found.next is None or found.next.id not in ("report-target", "surrender")


def test_an_application_for_banking_waits_and_is_then_banked(world: World) -> None:
    number = world.holder_with_units("abc")
    world.go_to(date(2015, 8, 3))
    world.approve_emissions("abc", "target", 7_000)
    assert world.do("surrender", login("abc"), account=number, unit="JAA/2", quantity_t=7_000).ok
    world.go_to(date(2015, 12, 1))
    begun = line(world, "abc").states["banking"]
    assert world.do("apply_for_banking", login("abc"), account=number).ok
    waiting = line(world, "abc").states["banking"]
    assert world.by_two("approve_banking", account=number).ok

    assert (begun, waiting, line(world, "abc").states["banking"]) == ("not_applied", "applied", "banked")


def test_the_counts_are_of_all_holders(world: World) -> None:
    for key in ("a", "b", "c"):
        world.holder(key)
    world.approve_emissions("a", "base", 5_000)
    found = of_phase(world)
    base = next(stage for stage in found.stages if stage.year == "base")

    assert found.counts(base) == {"approved": 1, "not_submitted": 2}


def test_after_the_surrender_and_the_banking_the_calendar_says_what_follows(world: World) -> None:
    then = {stage.id: stage.then for stage in of_phase(world).stages}

    assert then["surrender"] == ("state_compliance",)
    assert then["banking"] == ("close_account",)
