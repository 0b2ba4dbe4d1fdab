"""Many acts in one transaction: the same outcomes, records and events as one by one. Real rulebook, real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid5

import psycopg
import pytest

from tanso.acts import Act, outbox, perform_batch, records
from tanso.acts.models import ActRecord, DecisionRecord
from tanso.registry import queries
from tanso.rulebook import library
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")


def a_world() -> tuple[World, str, str]:
    world = World()
    return world, world.holder_with_units("abc"), world.trader("trd")


def a_transfer(world: World, source: str, target: str, quantity_t: int | str = 10, **more: Any) -> Act:
    arguments = {"from": source, "to": target, "unit": more.pop("unit", "JAA/2"), "quantity_t": quantity_t}
    return world.act("transfer", more.pop("actor", login("abc")), arguments, **more)


def test_a_refusal_leaves_the_other_acts_alone() -> None:
    world, source, target = a_world()

    outcomes = perform_batch([a_transfer(world, source, target, quantity_t) for quantity_t in (10, 10**6, 20)])

    assert [outcome.status for outcome in outcomes] == ["done", "refused", "done"]
    assert "units.insufficient" in outcomes[1].codes
    assert queries.balance_t(target, "JAA/2") == 30


def test_a_later_act_sees_the_effects_of_earlier_ones() -> None:
    world, source, target = a_world()
    third = world.trader("oth")
    back = a_transfer(world, target, third, 10, actor=login("trd"))

    outcomes = perform_batch([back, a_transfer(world, source, target, 10), replaced_id(back), replaced_id(back, 2)])

    assert [outcome.status for outcome in outcomes] == ["refused", "done", "done", "refused"]
    assert queries.balance_t(third, "JAA/2") == 10


def replaced_id(act: Act, number: int = 1) -> Act:
    return replace(act, id=uuid5(act.id, str(number)))


def test_the_same_id_twice_in_a_batch_is_one_act() -> None:
    world, source, target = a_world()
    act = a_transfer(world, source, target, 10)
    other = a_transfer(world, source, target, 11, id=act.id)

    outcomes = perform_batch([act, act, other, other])

    assert [(outcome.status, outcome.repeated) for outcome in outcomes] == [
        ("done", False),
        ("done", True),
        ("refused", False),
        ("refused", True),
    ]
    assert outcomes[2].codes == ("act.differs",)
    assert queries.balance_t(target, "JAA/2") == 10


def test_a_batch_that_comes_again_changes_nothing() -> None:
    world, source, target = a_world()
    acts = [a_transfer(world, source, target, quantity_t) for quantity_t in (1, 10**6, 3)]
    first = perform_batch(acts)
    count = ActRecord.objects.count()

    again = perform_batch(acts)

    assert [(outcome.status, outcome.result, outcome.codes) for outcome in again] == [
        (outcome.status, outcome.result, outcome.codes) for outcome in first
    ]
    assert all(outcome.repeated for outcome in again)
    assert ActRecord.objects.count() == count


def test_a_crash_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world, source, target = a_world()
    before = ActRecord.objects.count()

    def crash(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(records, "write", crash)
    with pytest.raises(RuntimeError):
        perform_batch([a_transfer(world, source, target, 1) for _ in range(3)])

    assert ActRecord.objects.count() == before
    assert queries.balance_t(target, "JAA/2") == 0


def test_a_misshapen_act_is_a_programmers_mistake_and_stops_the_batch_before_it_begins() -> None:
    world, source, target = a_world()

    with pytest.raises(TypeError, match="unknown operation"):
        perform_batch([a_transfer(world, source, target), world.act("no_such_thing", ADMINISTRATOR, {})])

    assert queries.balance_t(target, "JAA/2") == 0


def test_proposals_and_approvals_in_one_batch_are_two_acts_each() -> None:
    world = World()
    number = world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    world.go_to(date(2014, 4, 1))
    arguments = {"account": number, "unit": "JAA/2"}
    proposal = world.act("issue", ADMINISTRATOR, arguments)

    def approve(actor: Any) -> Act:
        return world.act("issue", actor, arguments, proposal=proposal.id)

    outcomes = perform_batch(
        [approve(SECOND_ADMINISTRATOR), proposal, approve(ADMINISTRATOR), *[approve(SECOND_ADMINISTRATOR)] * 2]
    )

    assert [outcome.status for outcome in outcomes] == ["refused", "proposed", "refused", "done", "done"]
    assert outcomes[4].repeated
    assert queries.balance_t(number, "JAA/2") == 9000


def test_the_progress_counts_the_decided_acts() -> None:
    world, source, target = a_world()
    told: list[int] = []

    perform_batch([a_transfer(world, source, target, 1) for _ in range(5)], told.append)

    assert told[-1] == 5
    assert told == sorted(told)


def test_stored_decisions_are_judged_again_by_their_contexts_alone() -> None:
    world, source, target = a_world()
    perform_batch([a_transfer(world, source, target, quantity_t) for quantity_t in (10, "1.5", 1001, 10**6, 0)])
    perform_batch([a_transfer(world, source, "AST-2", 1), a_transfer(world, "AST-9999", target, 1)])
    rulebook = library().get("asset")

    stored = list(DecisionRecord.objects.all())

    assert any(record.allowed for record in stored)
    assert any(not record.allowed for record in stored)
    for record in stored:
        again = rulebook.judge_again(record.operation, record.context)
        assert [finding.as_json() for finding in again.findings] == record.findings, record.context


def test_equal_questions_are_one_stored_decision_and_every_act_links_it() -> None:
    # A scheme whose rules ask nothing about names.
    world = World(scheme="eu-ets")
    acts = [
        world.act("register_participant", ADMINISTRATOR, {"key": f"o{n}", "kind": "operator", "name": f"O{n}"})
        for n in range(20)
    ]

    assert all(outcome.ok for outcome in perform_batch(acts))

    assert DecisionRecord.objects.filter(operation="register_participant").count() == 1
    decision = DecisionRecord.objects.get(operation="register_participant")
    assert ActRecord.objects.filter(decision=decision).count() == 20


def test_a_batch_costs_the_same_statements_however_many_acts_it_has() -> None:
    world, source, target = a_world()
    perform_batch([a_transfer(world, source, target, 1)])

    def statements(count: int) -> int:
        acts = [a_transfer(world, source, target, 1) for _ in range(count)]
        with counted() as run, outbox.held_back():
            perform_batch(acts)
        return len(run)

    assert statements(30) == statements(3)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run, whichever cursor they run by."""
    run: list[str] = []
    execute = psycopg.Cursor.execute

    def counting(self: Any, query: Any, *values: Any, **more: Any) -> Any:
        run.append(str(query))
        return execute(self, query, *values, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", counting)
        yield run
