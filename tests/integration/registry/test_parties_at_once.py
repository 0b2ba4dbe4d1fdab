"""Eight at once: the same reference, the same application, the same corporation. One of them wins."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connections

from tanso import acts as door
from tanso.acts import Act
from tanso.kernel.outcomes import Outcome
from tanso.registry import queries
from tanso.registry.models import UnitApplication
from tests.support.papers import PDF, sha256
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

THREADS = 8


@pytest.fixture
def world(database: object) -> World:
    return World(begin=date(2015, 6, 1))


def at_once(acts: list[Act]) -> list[Outcome]:
    """Perform the acts in threads that begin together."""
    barrier = Barrier(len(acts), timeout=60)

    def run(act: Act) -> Outcome:
        try:
            barrier.wait()
            return door.perform(act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def application(world: World, key: str, reference: str = "JC-1") -> Act:
    arguments = {
        "account": world.account(key),
        "unit": "jVER",
        "quantity_t": 10,
        "evidence": {"kind": "J-Credit", "reference": reference, "day": "2015-05-29"},
        "document": sha256(PDF),
    }
    return world.act("apply_for_units", login(key), arguments, files={"document": PDF})


def test_one_of_eight_applications_on_one_reference_is_taken(world: World) -> None:
    for number in range(THREADS):
        world.trader(f"trader-{number}")

    outcomes = at_once([application(world, f"trader-{number}") for number in range(THREADS)])

    assert Counter(outcome.codes for outcome in outcomes) == {(): 1, ("application.evidence_waiting",): THREADS - 1}
    assert UnitApplication.objects.count() == 1


def test_what_is_issued_withdrawn_and_refused_at_once_ends_in_one_way(world: World) -> None:
    world.trader("trd")
    number = door.perform(application(world, "trd")).result["application"]
    arguments = {"account": world.account("trd"), "unit": "jVER", "application": number}
    proposals = [door.perform(world.act("issue", ADMINISTRATOR, arguments)).act_id for _ in range(3)]

    outcomes = at_once(
        [
            *(world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=proposal) for proposal in proposals),
            *(world.act("withdraw_application", login("trd"), {"application": number}) for _ in range(3)),
            *(world.act("refuse_application", ADMINISTRATOR, {"application": number, "reason": "x"}) for _ in range(2)),
        ]
    )

    assert [outcome.ok for outcome in outcomes].count(True) == 1
    made = UnitApplication.objects.get()
    assert made.steps.count() == 1
    assert queries.balance_t(world.account("trd"), "jVER") == (10 if made.state == "issued" else 0)


def test_one_of_eight_registrations_of_a_corporation_gets_its_trading_account(world: World) -> None:
    outcomes = at_once(
        [
            world.act(
                "register_participant",
                ADMINISTRATOR,
                {
                    "key": f"trader-{number}",
                    "kind": "trading_participant",
                    "name": f"Trader {number}",
                    "organisation": "株式会社商社" if number % 2 else "㈱ 商社",
                },
            )
            for number in range(THREADS)
        ]
    )

    codes = Counter(outcome.codes for outcome in outcomes)
    assert codes == {(): 1, ("asset.register.one_trading_account",): THREADS - 1}
