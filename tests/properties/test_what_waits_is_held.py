"""Whatever is asked for, in whatever order: reserved + free = held, and none of them is below zero."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanso.acts import perform
from tanso.registry import queries as registry
from tanso.registry.facts import subjects
from tanso.registry.models import PendingTransfer
from tests.support.world import ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")

SCHEME = "union-registry"
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("transfer"), st.integers(1, 700)),
        st.tuples(st.just("cancel"), st.integers(1, 700)),
        st.tuples(st.just("abort"), st.integers(0, 3)),
        st.tuples(st.just("days"), st.integers(1, 4)),
        st.tuples(st.just("freeze"), st.integers(1, 3)),
    ),
    min_size=3,
    max_size=12,
)
_runs = iter(range(10_000))


def _new_world() -> tuple[World, str, str]:
    """Each example has holders of its own, in one database."""
    run = next(_runs)
    world = World(begin=date(2024, 5, 6) + timedelta(days=30 * run), scheme=SCHEME)
    numbers = []
    for key in (f"works{run}", f"buyer{run}"):
        assert world.do("register_participant", ADMINISTRATOR, key=key, kind="operator", name=key).ok
        account = registry.account_of(SCHEME, key)
        assert account is not None
        numbers.append(account.number)
    assert world.issue(numbers[0], "EUA/4", quantity_t=1_000).ok
    return world, f"works{run}", f"buyer{run}"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_reserved_and_free_make_what_is_held(steps: list[tuple[str, int]]) -> None:
    world, works, buyer = _new_world()
    source, target = world.account(works), world.account(buyer)
    gone_t = 0
    for verb, number in steps:
        if verb == "transfer":
            wish = {"from": source, "to": target, "unit": "EUA/4", "quantity_t": number}
            first = perform(world.act("transfer", login(works), wish))
            if first.ok:
                perform(world.act("transfer", login(works, "B"), wish, proposal=first.act_id))
        elif verb == "cancel":
            wish = {"account": source, "unit": "EUA/4", "quantity_t": number, "purpose": "voluntary", "statement": "x"}
            gone_t += number if perform(world.act("cancel", login(works), wish)).ok else 0
        elif verb == "abort":
            rows = PendingTransfer.objects.filter(state="waiting").order_by("id")
            for row in rows[number : number + 1]:
                world.do("abort_transfer", login(works), transfer=row.id, reason="x")
        elif verb == "freeze":
            until = (world.today + timedelta(days=number)).isoformat()
            world.do("freeze_account", ADMINISTRATOR, account=source, reason="x", until=until)
        else:
            world.go_to(world.today + timedelta(days=number))
        _all_is_there(works, buyer, gone_t)
    world.go_to(world.today + timedelta(days=14))
    _all_is_there(works, buyer, gone_t)
    assert not PendingTransfer.objects.filter(state="waiting").exists()


def _all_is_there(works: str, buyer: str, gone_t: int) -> None:
    accounts = [registry.account_of(SCHEME, key) for key in (works, buyer)]
    found = subjects([account for account in accounts if account is not None])
    total_t = 0
    for subject in found.values():
        held_t = sum(holding.quantity_t for holding in subject.holdings)
        free_t = sum(row["quantity_t"] for row in subject.holdings_facts)
        reserved_t = sum(subject.reserved.values())
        assert min(held_t, free_t, reserved_t) >= 0
        assert free_t + reserved_t == held_t
        total_t += held_t
    assert total_t + gone_t == 1_000
