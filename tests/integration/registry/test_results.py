"""Results of a phase: what counts, for which phase, and what the public may see of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tanso.acts import perform
from tanso.ledger.models import Journal
from tanso.registry import publishing
from tanso.registry.results import PhaseResults, results
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")
OVER = date(2015, 12, 1)


def phase_of(day: date, phase: int = 2) -> PhaseResults:
    (found,) = results("asset", day, phase=phase)
    return found


def public(day: date, phase: int = 2) -> PhaseResults:
    return next(one for one in publishing.published("asset", day) if one.phase == phase)


def sell(world: World, source: str, target: str, quantity_t: int, **more: Any) -> int:
    """Transfer JAA of phase 2; the number of the posting."""
    given = {"from": world.account(source), "to": world.account(target), "unit": "JAA/2", "quantity_t": quantity_t}
    assert world.do("transfer", login(source), **given, **more).ok
    return Journal.objects.order_by("-id").values_list("id", flat=True)[0]


def a_market(sellers: int, buyers: int, *, price_yen: int = 1000) -> World:
    """So many holders that each sell 1 t to each of so many traders, at one price."""
    world = World()
    names = [f"s{number}" for number in range(sellers)]
    for name in names:
        world.holder_with_units(name, base_t=2000)
    traders = [f"t{number}" for number in range(buyers)]
    for name in traders:
        world.trader(name)
    for seller in names:
        for buyer in traders:
            sell(world, seller, buyer, 1, price_yen=price_yen)
    return world


def test_corrections_and_transfers_within_a_group_are_counted_apart_and_reversed_ones_not_at_all() -> None:
    world = World()
    for name in ("abc", "def"):
        world.holder_with_units(name)
    sell(world, "abc", "def", 10, price_yen=10_000)
    slip = sell(world, "abc", "def", 20, price_yen=99_000)
    inside = sell(world, "abc", "def", 30, price_yen=30_000)
    assert world.do("record_transfer_kind", ADMINISTRATOR, posting=inside, kind="group", reason="One company").ok
    arguments = {"posting": slip, "reason": "A slip"}
    proposed = world.do("reverse", ADMINISTRATOR, **arguments)
    assert perform(world.act("reverse", SECOND_ADMINISTRATOR, arguments, proposal=proposed.act_id)).ok

    found = phase_of(world.today)

    trades = found.trades
    assert (trades.count, trades.volume_t, trades.priced_count, trades.average_yen) == (1, 10, 1, 1000)
    assert [(one.kind, one.count, one.volume_t) for one in found.others] == [("group", 1, 30), ("correction", 0, 0)]


def test_units_that_are_surrendered_or_cancelled_are_no_trades() -> None:
    world = World()
    account = world.holder_with_units("abc")
    given = {"account": account, "unit": "JAA/2"}
    assert world.do("cancel", login("abc"), **given, quantity_t=5, purpose="voluntary", statement="").ok
    world.go_to(date(2015, 6, 1))
    world.approve_emissions("abc", "target", 8000)
    assert world.do("surrender", login("abc"), **given, quantity_t=8000).ok

    found = phase_of(world.today)

    assert found.trades.count == 0
    assert (found.issued_t, found.surrendered_t, found.cancelled_t) == (9000, 8000, 5)
    assert (found.base_t, found.target_t, found.actual_t) == (10_000, 9000, 8000)
    assert (found.promised_t, found.reduction_t, found.reduction_per_mille) == (1000, 2000, 200)


def test_the_reduction_is_over_those_whose_figures_are_both_settled() -> None:
    world = World()
    for name in ("abc", "def"):
        world.holder_with_units(name)
    world.go_to(date(2015, 6, 1))
    world.approve_emissions("abc", "target", 9500)

    found = phase_of(world.today)

    assert (found.holders, found.compared) == (2, 1)
    assert (found.base_t, found.actual_t, found.reduction_t) == (20_000, 9500, 500)


def test_what_a_deadline_stated_is_counted_and_the_rest_is_undecided() -> None:
    world = World()
    world.holder_with_units("abc")
    world.holder("def")

    assert (phase_of(world.today).statuses, phase_of(world.today).undecided) == ({}, 2)
    world.go_to(OVER)
    assert (phase_of(OVER).statuses, phase_of(OVER).undecided) == ({"non_compliant": 2}, 0)


def test_phases_in_which_nothing_happened_are_left_out_unless_asked_for() -> None:
    World().holder("abc")

    assert [one.phase for one in results("asset", OVER)] == [2]
    assert phase_of(OVER, 3).holders == 0


def test_a_scheme_that_says_nothing_of_results_has_none() -> None:
    assert results("eu-ets", OVER) == []


def test_the_public_sees_nothing_of_a_phase_until_its_deadline_has_passed() -> None:
    world = a_market(3, 3)

    assert public(date(2015, 11, 30)).is_told is False
    assert public(date(2015, 11, 30)).kinds == ()
    world.go_to(OVER)
    assert public(OVER).is_told is True


@pytest.mark.parametrize(("sellers", "buyers", "average"), [(3, 3, 1000), (2, 3, None), (3, 2, None), (1, 5, None)])
def test_an_average_stands_on_three_sellers_and_three_buyers_or_is_not_told(
    sellers: int, buyers: int, average: int | None
) -> None:
    world = a_market(sellers, buyers)
    world.go_to(OVER)

    assert public(OVER).trades.average_yen == average
    assert phase_of(OVER).trades.average_yen == 1000, "the administrator sees it all the same"


def test_of_fewer_than_three_trades_the_number_is_told_and_not_the_volume() -> None:
    world = a_market(2, 1)
    world.go_to(OVER)

    assert (public(OVER).trades.count, public(OVER).trades.volume_t) == (2, None)


def test_of_fewer_than_three_holders_no_emissions_are_told() -> None:
    world = a_market(2, 1)
    world.go_to(date(2015, 6, 1))
    for name in ("s0", "s1"):
        world.approve_emissions(name, "target", 500)
    world.go_to(OVER)
    told = public(OVER)

    assert told.holders == 2
    assert {told.base_t, told.target_t, told.actual_t, told.reduction_t, told.issued_t, told.surrendered_t} == {None}
    assert (told.statuses, told.undecided, told.cancelled_t) == (None, None, 0)


def test_beside_the_sums_of_some_holders_the_public_sees_none_of_all() -> None:
    world = a_market(4, 1)
    world.go_to(date(2015, 6, 1))
    for name in ("s0", "s1", "s2"):
        world.approve_emissions(name, "target", 500)
    world.go_to(OVER)

    # Four holders with a base of 2,000 t each, of which three are compared: their difference would tell of the fourth.
    assert phase_of(OVER).base_t == 8000
    assert (public(OVER).base_t, public(OVER).actual_t, public(OVER).target_t) == (6000, 1500, None)


def test_the_questions_to_the_database_do_not_grow_with_the_holders() -> None:
    world = World()
    world.holder_with_units("h0")
    with CaptureQueriesContext(connection) as few:
        phase_of(world.today)
    for number in range(1, 6):
        world.holder_with_units(f"h{number}")
    with CaptureQueriesContext(connection) as many:
        phase_of(world.today)

    assert len(many) == len(few)
