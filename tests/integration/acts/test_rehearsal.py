"""A rehearsal shows what an act would bring, from the very functions that would do it, and leaves nothing behind."""

from __future__ import annotations

from datetime import date

import pytest

from tanso.acts import rehearse
from tanso.acts.models import ActRecord
from tanso.ledger.models import Journal
from tanso.registry import queries as registry
from tests.support.world import ADMINISTRATOR, SCHEME, World, login

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2014, 6, 1)


def held_t(key: str) -> int:
    standing = registry.standing(SCHEME, key, DAY)
    assert standing is not None
    return sum(holding.quantity_t for holding in standing.holdings)


def test_a_rehearsal_shows_the_numbers_afterwards_and_changes_nothing() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    arguments = {"from": source, "to": target, "unit": "JAA/2", "quantity_t": 600}
    recorded, posted = ActRecord.objects.count(), Journal.objects.count()

    outcome, seen = rehearse(world.act("transfer", login("abc"), arguments), lambda: held_t("abc"))

    assert outcome.status == "allowed"
    assert seen == 8_400
    assert held_t("abc") == 9_000
    assert (ActRecord.objects.count(), Journal.objects.count()) == (recorded, posted)


def test_a_refused_rehearsal_looks_at_nothing() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    arguments = {"from": source, "to": target, "unit": "JAA/2", "quantity_t": 1_001}

    outcome, seen = rehearse(world.act("transfer", login("abc"), arguments), lambda: pytest.fail("looked"))

    assert outcome.codes == ("asset.transfer.commitment_reserve",)
    assert seen is None


def test_an_act_that_needs_two_persons_is_rehearsed_as_it_will_be_once_approved() -> None:
    world = World()
    number = world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    world.go_to(date(2014, 4, 1))

    outcome, seen = rehearse(
        world.act("issue", ADMINISTRATOR, {"account": number, "unit": "JAA/2"}), lambda: held_t("abc")
    )

    assert outcome.status == "allowed"
    assert seen == 9_000


def test_who_proposed_learns_in_the_rehearsal_that_another_must_approve() -> None:
    world = World()
    number = world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    world.go_to(date(2014, 4, 1))
    arguments = {"account": number, "unit": "JAA/2"}
    proposed = world.do("issue", ADMINISTRATOR, **arguments)

    outcome, _ = rehearse(world.act("issue", ADMINISTRATOR, arguments, proposal=proposed.act_id), lambda: None)

    assert outcome.codes == ("act.same_person",)
