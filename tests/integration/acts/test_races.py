"""Eight at once through the door: one by one and in batches, over the last tonnes, the same id, the same account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from tanso import acts as door
from tanso.acts import Act, Actor
from tanso.acts.models import ActRecord
from tanso.kernel.outcomes import Outcome
from tanso.ledger import queries as ledger
from tanso.ledger.models import Journal
from tanso.registry import queries
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")

THREADS = 8


@pytest.fixture
def world() -> World:
    """A holder with 9,000 t, who may sell 1,000 of them, and three traders without any."""
    world = World()
    world.holder_with_units("abc")
    for key in ("ann", "bob", "cat"):
        world.trader(key)
    return world


def transfer(world: World, source: str, target: str, quantity_t: int, **more: Any) -> Act:
    arguments = {
        "from": world.account(source),
        "to": world.account(target),
        "unit": "JAA/2",
        "quantity_t": quantity_t,
    }
    return world.act("transfer", login(source), arguments, **more)


def at_once(*tasks: Callable[[], Sequence[Outcome]]) -> list[list[Outcome]]:
    """Run the tasks in threads that begin together; what each answered. Whatever one raises is raised here."""
    barrier = Barrier(len(tasks), timeout=60)

    def run(task: Callable[[], Sequence[Outcome]]) -> list[Outcome]:
        try:
            barrier.wait()
            return list(task())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(timeout=240) for future in [pool.submit(run, task) for task in tasks]]


def one_by_one(wishes: Sequence[Act]) -> Callable[[], Sequence[Outcome]]:
    return lambda: [door.perform(act) for act in wishes]


def together(wishes: Sequence[Act]) -> Callable[[], Sequence[Outcome]]:
    return lambda: door.perform_batch(wishes)


def flat(answers: list[list[Outcome]]) -> list[Outcome]:
    return [outcome for answer in answers for outcome in answer]


def test_eight_race_for_the_last_tonnes_and_nobody_gets_one_too_many(world: World) -> None:
    assert door.perform(transfer(world, "abc", "ann", 20)).ok
    wishes = [[transfer(world, "ann", ("bob", "cat")[n % 2], 1 + n % 3) for n in range(8)] for _ in range(THREADS)]

    answers = flat(at_once(*map(one_by_one, wishes[:5]), *map(together, wishes[5:])))

    refused = {outcome.codes for outcome in answers if not outcome.ok}
    assert refused == {("units.insufficient",)}
    assert queries.balance_t(world.account("ann"), "JAA/2") == 0
    assert sum(outcome.result["transferred_t"] for outcome in answers if outcome.ok) == 20
    assert queries.balance_t(world.account("bob"), "JAA/2") + queries.balance_t(world.account("cat"), "JAA/2") == 20
    assert ledger.verify() == []


def test_opposite_directions_between_the_same_accounts_never_stop_one_another(world: World) -> None:
    for key in ("ann", "bob"):
        assert door.perform(transfer(world, "abc", key, 200)).ok
    there = [[transfer(world, "ann", "bob", 3) for _ in range(6)] for _ in range(4)]
    back = [[transfer(world, "bob", "ann", 2) for _ in range(6)] for _ in range(4)]

    answers = flat(
        at_once(*map(one_by_one, there[:3]), *map(one_by_one, back[:3]), together(there[3]), together(back[3]))
    )

    assert all(outcome.status == "done" for outcome in answers)
    assert queries.balance_t(world.account("ann"), "JAA/2") == 200 - 4 * 6 * 3 + 4 * 6 * 2
    assert ledger.verify() == []


def test_one_id_from_eight_at_once_alone_and_in_batches_is_one_act(world: World) -> None:
    act = transfer(world, "abc", "ann", 7)
    neighbours = [transfer(world, "abc", "bob", 1) for _ in range(3)]

    answers = at_once(
        *[one_by_one([act]) for _ in range(5)],
        *[together([neighbour, act, act]) for neighbour in neighbours],
    )

    outcomes = [outcome for outcome in flat(answers) if outcome.act_id == act.id]
    assert len(outcomes) == 5 + 3 * 2
    assert {outcome.status for outcome in outcomes} == {"done"}
    assert sum(not outcome.repeated for outcome in outcomes) == 1
    assert Journal.objects.filter(act_id=act.id).count() == 1
    assert queries.balance_t(world.account("ann"), "JAA/2") == 7
    assert queries.balance_t(world.account("bob"), "JAA/2") == 3


def test_one_id_with_two_contents_at_once_is_done_once_and_refused_otherwise(world: World) -> None:
    act = transfer(world, "abc", "ann", 7)
    other = replace(act, arguments={**act.arguments, "quantity_t": 8})

    answers = at_once(*[one_by_one([act, other]) for _ in range(4)], *[together([other, act]) for _ in range(4)])

    by_content = Counter((outcome.status, outcome.codes) for outcome in flat(answers))
    assert by_content == {("done", ()): 8, ("refused", ("act.differs",)): 8}
    assert queries.balance_t(world.account("ann"), "JAA/2") in {7, 8}
    assert ActRecord.objects.filter(operation="transfer").count() == 2


def test_one_proposal_approved_eight_times_at_once_is_carried_out_once(world: World) -> None:
    arguments = {
        "account": world.account("ann"),
        "unit": "jCER",
        "quantity_t": 5,
        "evidence": {"kind": "CER", "reference": "C-1"},
    }
    proposal = world.act("issue", ADMINISTRATOR, arguments)
    approvals = [world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=proposal.id) for _ in range(THREADS - 1)]

    answers = at_once(one_by_one([proposal]), *[one_by_one([approval, approval]) for approval in approvals])

    later = door.perform(world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=proposal.id))
    done = {outcome.act_id for outcome in [*flat(answers), later] if outcome.status == "done"}
    assert len(done) == 1
    assert queries.balance_t(world.account("ann"), "jCER") == 5


def test_a_closing_account_lets_nothing_in_after_it_is_closed(world: World) -> None:
    wishes = [[transfer(world, "abc", "cat", 1) for _ in range(10)] for _ in range(THREADS - 1)]
    closing = world.act("close_account", Actor.system(), {"account": world.account("cat")})

    answers = at_once(one_by_one([closing]), *[one_by_one(wish) for wish in wishes[:-1]], together(wishes[-1]))

    outcomes = flat(answers[1:])
    assert {outcome.codes for outcome in outcomes if not outcome.ok} <= {("account.closed",)}
    assert queries.balance_t(world.account("cat"), "JAA/2") == sum(outcome.ok for outcome in outcomes)
    moved = ActRecord.objects.filter(id__in=[outcome.act_id for outcome in outcomes if outcome.ok])
    assert all(record.sequence < ActRecord.objects.get(id=closing.id).sequence for record in moved)
    assert ledger.verify() == []


def test_accounts_opened_at_once_by_eight_get_eight_numbers(world: World) -> None:
    def registrations(thread: int) -> list[Act]:
        return [
            world.act(
                "register_participant",
                ADMINISTRATOR,
                {"key": f"new-{thread}-{n}", "kind": "trading_participant", "name": f"新{thread}-{n}"},
            )
            for n in range(3)
        ]

    answers = at_once(*[(together if n % 2 else one_by_one)(registrations(n)) for n in range(THREADS)])

    assert all(outcome.status == "done" for outcome in flat(answers))
    numbers = {world.account(f"new-{thread}-{n}") for thread in range(THREADS) for n in range(3)}
    assert len(numbers) == 24
