"""Transfers that wait: reserved units, races about them, and what the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tanso.acts import Act, Actor, pass_time, perform, perform_batch, preview
from tanso.acts.models import ActRecord
from tanso.kernel.outcomes import Outcome
from tanso.ledger.models import Journal
from tanso.registry import delays
from tanso.registry import queries as registry
from tanso.registry.models import PendingTransfer, PendingTransferStep
from tests.support.world import ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")

SCHEME = "union-registry"
MONDAY, TUESDAY, WEDNESDAY = date(2024, 5, 6), date(2024, 5, 7), date(2024, 5, 8)


@pytest.fixture
def world() -> World:
    """UR-1001 of `works` with 1,000 t, and UR-1002 of `buyer`."""
    world = World(begin=MONDAY, scheme=SCHEME)
    for key, kind in (("works", "operator"), ("buyer", "trader")):
        assert world.do("register_participant", ADMINISTRATOR, key=key, kind=kind, name=key).ok
    assert world.issue("UR-1001", "EUA/4", quantity_t=1_000).ok
    return world


def transfer(world: World, quantity_t: int) -> Outcome:
    """Proposed by one representative and approved by the other."""
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": quantity_t}
    first = perform(world.act("transfer", login("works"), arguments))
    return perform(world.act("transfer", login("works", "B"), arguments, proposal=first.act_id))


def held(key: str) -> tuple[int, int]:
    """What an account holds, and how much of it waits."""
    account = registry.account_of(SCHEME, key)
    assert account is not None
    return registry.balance_t(account.number, "EUA/4"), registry.blocked_t(account, "EUA/4")


def abort(world: World, transfer_id: int, actor: Actor | None = None) -> Outcome:
    return world.do("abort_transfer", actor or login("works"), transfer=transfer_id, reason="not ours")


def test_nothing_is_posted_until_its_day_and_then_by_a_transfer_like_any_other(world: World) -> None:
    waits = transfer(world, 600)
    assert waits.result == {"delayed_t": 600, "executes_on": "2024-05-08", "waiting": waits.result["waiting"]}
    assert not Journal.objects.filter(act_id=waits.act_id).exists()
    assert held("works") == (1_000, 600)

    world.go_to(WEDNESDAY)
    assert (held("works"), held("buyer")) == ((400, 0), (600, 0))
    executed = ActRecord.objects.get(operation="transfer", actor_role="system")
    row = delays.pending(SCHEME, waits.result["waiting"])
    assert row is not None
    assert (row.state, row.steps.get().act_id) == ("executed", executed.id)
    assert Journal.objects.filter(act_id=executed.id).count() == 1


def test_time_that_passes_twice_carries_a_transfer_out_once(world: World) -> None:
    transfer(world, 600)
    world.go_to(WEDNESDAY)
    assert pass_time(SCHEME, WEDNESDAY) == []
    row = PendingTransfer.objects.get()
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": 600, "delayed": row.id}
    again = perform(world.act("transfer", Actor.system(), arguments))
    assert again.codes == ("transfer.not_waiting",)
    assert held("buyer") == (600, 0)


def test_only_time_carries_out_what_waits(world: World) -> None:
    waits = transfer(world, 600)
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": 600}
    arguments["delayed"] = waits.result["waiting"]
    for actor in (login("works"), login("works", "B"), ADMINISTRATOR):
        assert perform(world.act("transfer", actor, arguments)).codes == ("permission.denied",)


def test_a_page_can_ask_what_would_happen_and_nothing_waits(world: World) -> None:
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": 600}
    assert preview(world.act("transfer", login("works"), arguments)).result["waits_for"] == "same"
    assert not PendingTransfer.objects.exists()


def test_transfers_of_one_batch_reserve_one_after_the_other(world: World) -> None:
    for limit in ("own_threshold_t", "daily_limit_t"):
        change = {"parameter": limit, "value": 10_000_000, "from_day": MONDAY.isoformat(), "reason": "x"}
        assert world.by_two("override_parameter", **change).ok
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": 400}
    proposals = [perform(world.act("transfer", login("works"), arguments)) for _ in range(3)]
    approvals = [world.act("transfer", login("works", "B"), arguments, proposal=first.act_id) for first in proposals]
    outcomes = perform_batch(approvals)
    assert [outcome.status for outcome in outcomes] == ["done", "done", "refused"]
    assert outcomes[2].codes == ("units.insufficient",)
    assert held("works") == (1_000, 800)


def test_an_outsider_learns_nothing_of_a_transfer_that_waits(world: World) -> None:
    waits = transfer(world, 600)
    assert abort(world, waits.result["waiting"], login("buyer")).codes == ("pending.unknown",)
    assert abort(world, 10_000, login("buyer")).codes == ("pending.unknown",)


def _at_once(*wishes: Callable[[], Outcome]) -> list[Outcome]:
    def one(wish: Callable[[], Outcome]) -> Outcome:
        try:
            return wish()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(one, wishes))


def test_of_two_who_approve_one_proposal_one_succeeds(world: World) -> None:
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": 600}
    first = perform(world.act("transfer", login("works"), arguments))
    acts = [world.act("transfer", login("works", "B"), arguments, proposal=first.act_id) for _ in range(2)]
    outcomes = _at_once(*(_performing(act) for act in acts))
    assert sorted(outcome.status for outcome in outcomes) == ["done", "refused"]
    assert held("works") == (1_000, 600)


def _performing(act: Act) -> Callable[[], Outcome]:
    return lambda: perform(act)


def test_an_abort_and_the_execution_never_both_happen(world: World) -> None:
    waits = transfer(world, 600)
    row = delays.pending(SCHEME, waits.result["waiting"])
    assert row is not None
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": 600, "delayed": row.id}
    execution = world.act("transfer", Actor.system(), arguments, day=WEDNESDAY)
    stop = world.act("abort_transfer", login("works"), {"transfer": row.id, "reason": "not ours"})
    outcomes = _at_once(_performing(execution), _performing(stop))
    assert sorted(outcome.status for outcome in outcomes) == ["done", "refused"]
    assert PendingTransferStep.objects.count() == 1
    moved = outcomes[0].status == "done"
    assert (held("works"), held("buyer")) == (((400, 0), (600, 0)) if moved else ((1_000, 0), (0, 0)))


def test_a_deletion_and_a_transfer_that_waits_share_what_is_free(world: World) -> None:
    arguments = {"from": "UR-1001", "to": "UR-1002", "unit": "EUA/4", "quantity_t": 600}
    first = perform(world.act("transfer", login("works"), arguments))
    approval = world.act("transfer", login("works", "B"), arguments, proposal=first.act_id)
    deleted = {"account": "UR-1001", "unit": "EUA/4", "quantity_t": 600, "purpose": "voluntary", "statement": "x"}
    outcomes = _at_once(_performing(approval), _performing(world.act("cancel", login("works"), deleted)))
    assert sorted(outcome.status for outcome in outcomes) == ["done", "refused"]
    assert {code for outcome in outcomes for code in outcome.codes} == {"units.insufficient"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_pendingtransfer SET quantity_t = 1",
        "UPDATE registry_pendingtransfer SET state = 'executed'",
        "UPDATE registry_pendingtransfer SET executes_on = '2024-05-07'",
        "DELETE FROM registry_pendingtransfer",
        "UPDATE registry_pendingtransferstep SET note = 'x'",
        "UPDATE registry_trustedaccount SET trusted_from = '2000-01-01'",
        "UPDATE registry_trustedaccount SET removed_on = NULL, removed_act_id = NULL",
        "DELETE FROM registry_trustedaccount",
    ],
)
def test_the_database_keeps_what_waits_and_who_is_trusted(world: World, statement: str) -> None:
    waits = transfer(world, 600)
    abort(world, transfer(world, 10).result["waiting"])
    listed: dict[str, Any] = {"account": "UR-1001", "trusted": "UR-1002"}
    first = perform(world.act("trust_account", login("works"), listed))
    assert perform(world.act("trust_account", login("works", "B"), listed, proposal=first.act_id)).ok
    assert world.do("distrust_account", login("works"), **listed).ok
    assert waits.ok
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
