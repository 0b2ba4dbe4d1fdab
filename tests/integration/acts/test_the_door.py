"""The door: repeats, order of refusal, two persons, records. Real rulebook, real database."""

from __future__ import annotations

import threading
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError, Error

from tanso.acts import Act, outbox, perform, preview
from tanso.acts.models import ActRecord, DecisionRecord, OutboxMessage, RulebookText
from tanso.registry import queries
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")


def a_transfer(world: World, source: str, target: str, quantity_t: int | str = 10, **more: object) -> Act:
    arguments = {"from": source, "to": target, "unit": "JAA/2", "quantity_t": quantity_t}
    return world.act("transfer", more.pop("actor", login("abc")), arguments, **more)  # type: ignore[arg-type]


def test_repeating_an_act_returns_the_first_outcome_and_moves_nothing_more() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    act = a_transfer(world, source, target)

    first, second = perform(act), perform(act)

    assert (first.status, second.status, second.repeated) == ("done", "done", True)
    assert second.result == first.result
    assert queries.balance_t(target, "JAA/2") == 10


def test_repeating_a_refused_act_returns_the_refusal_even_when_it_would_now_be_allowed() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    act = a_transfer(world, source, target, 1001)
    assert perform(act).codes == ("asset.transfer.commitment_reserve",)
    assert world.do("surrender", login("abc"), account=source, unit="JAA/2", quantity_t=500).ok

    assert perform(act).status == "refused"
    assert ActRecord.objects.filter(operation="transfer").count() == 1


@pytest.mark.parametrize(
    ("change", "field"), [({"quantity_t": 11}, "quantity_t"), ({"unit": "JAA/3"}, "unit"), ({"to": "AST-9"}, "to")]
)
def test_repeating_an_act_with_other_content_is_refused_by_the_name_of_the_field(
    change: dict[str, object], field: str
) -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    act = a_transfer(world, source, target)
    perform(act)
    other = world.act("transfer", login("abc"), {**act.arguments, **change}, id=act.id)

    outcome = perform(other)

    assert outcome.codes == ("act.differs",)
    assert outcome.headline is not None
    assert outcome.headline.facts == {"field": field}
    assert queries.balance_t(target, "JAA/2") == 10
    assert perform(other).repeated


def test_an_actor_without_permission_learns_nothing_but_that() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")

    outcome = perform(a_transfer(world, source, target, 10**9, actor=login("abc", "B")))

    assert outcome.codes == ("permission.denied",)


def test_all_findings_come_back_in_the_order_of_the_rule_file() -> None:
    world = World()
    source = world.holder_with_units("abc")

    outcome = perform(a_transfer(world, source, "AST-2", 9500))

    assert set(outcome.codes) >= {
        "asset.transfer.destination",
        "units.insufficient",
        "asset.transfer.commitment_reserve",
    }
    from tanso.rulebook import library  # noqa: PLC0415

    order = list(library().get("asset").checks)
    assert list(outcome.codes) == sorted(outcome.codes, key=order.index)


def test_a_refused_act_is_recorded_with_its_decision_and_the_text_it_was_judged_by() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")

    outcome = perform(a_transfer(world, source, target, 1001))

    record = ActRecord.objects.select_related("decision__rulebook").get(id=outcome.act_id)
    assert record.status == "refused"
    assert record.decision is not None
    assert not record.decision.allowed
    assert record.decision.findings[0]["code"] == "asset.transfer.commitment_reserve"
    assert record.decision.rulebook.content["scheme"]
    assert RulebookText.objects.count() == 1


def test_the_same_context_is_decided_and_stored_once() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    before = DecisionRecord.objects.count()

    for _ in range(3):
        perform(a_transfer(world, source, target, 1001))

    assert DecisionRecord.objects.count() == before + 1
    assert ActRecord.objects.filter(operation="transfer").count() == 3


def test_a_preview_changes_and_records_nothing() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    before = ActRecord.objects.count(), DecisionRecord.objects.count()

    allowed, refused = preview(a_transfer(world, source, target)), preview(a_transfer(world, source, target, 1001))

    assert (allowed.status, refused.status) == ("allowed", "refused")
    assert (ActRecord.objects.count(), DecisionRecord.objects.count()) == before
    assert queries.balance_t(target, "JAA/2") == 0


def test_an_issue_needs_two_persons() -> None:
    world = World()
    number = world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    world.go_to(date(2014, 4, 1))
    arguments = {"account": number, "unit": "JAA/2"}
    proposal = perform(world.act("issue", ADMINISTRATOR, arguments))
    assert proposal.status == "proposed"
    assert queries.balance_t(number, "JAA/2") == 0

    own = perform(world.act("issue", ADMINISTRATOR, arguments, proposal=proposal.act_id))
    other_content = perform(
        world.act("issue", SECOND_ADMINISTRATOR, {**arguments, "unit": "JAA/3"}, proposal=proposal.act_id)
    )
    approved = perform(world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=proposal.act_id))
    again = perform(world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=proposal.act_id))
    unknown = perform(world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=uuid4()))

    assert own.codes == ("act.same_person",)
    assert other_content.codes == ("act.proposal_differs",)
    assert approved.status == "done"
    assert approved.result["issued_t"] == 9000
    assert again.codes == ("act.proposal_unknown",)
    assert unknown.codes == ("act.proposal_unknown",)


def test_two_people_transferring_the_last_tonne_at_once_move_it_once() -> None:
    world = World()
    source, target = world.trader("src"), world.trader("trd")
    world.holder_with_units("abc")
    first = world.account("abc")
    assert perform(a_transfer(world, first, source, 1)).ok
    acts = [a_transfer(world, source, target, 1, actor=login("src")) for _ in range(2)]
    outcomes = in_parallel(acts)

    assert sorted(outcome.status for outcome in outcomes) == ["done", "refused"]
    assert [outcome.codes for outcome in outcomes if not outcome.ok] == [("units.insufficient",)]
    assert (queries.balance_t(source, "JAA/2"), queries.balance_t(target, "JAA/2")) == (0, 1)


def test_one_act_sent_eight_times_at_once_is_done_once() -> None:
    world = World()
    source, target = world.holder_with_units("abc"), world.trader("trd")
    act = a_transfer(world, source, target, 7)

    outcomes = in_parallel([act] * 8)

    assert {outcome.status for outcome in outcomes} == {"done"}
    assert sum(not outcome.repeated for outcome in outcomes) == 1
    assert queries.balance_t(target, "JAA/2") == 7


def in_parallel(acts: list[Act]) -> list:  # type: ignore[type-arg]
    outcomes = []
    barrier = threading.Barrier(len(acts))

    def run(act: Act) -> None:
        barrier.wait()
        try:
            outcomes.append(perform(act))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize(
    "table", ["acts_actrecord", "acts_decisionrecord", "acts_rulebooktext", "emissions_reportstep", "notices_mail"]
)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_history(table: str, change: str) -> None:
    World().holder_with_units("abc")
    column = "version = version" if table == "acts_rulebooktext" else "id = id"

    for alias in ("default", "owner"):
        with pytest.raises(DatabaseError), connections[alias].cursor() as cursor:
            cursor.execute(change.format(table).replace("id = id", column))


def test_a_report_cannot_be_moved_past_its_steps_by_hand() -> None:
    World().holder("abc")

    with pytest.raises(Error, match="no recorded step"), connection.cursor() as cursor:
        cursor.execute("UPDATE emissions_report SET state = 'approved'")


def test_a_receiver_that_fails_loses_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    number = world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    world.go_to(date(2014, 4, 1))
    heard: list[str] = []

    def broken(messages: list[outbox.Message]) -> None:
        raise RuntimeError("the post office is closed")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_RECEIVERS", [broken])
        assert world.issue(number, "JAA/2").status == "done"
    assert OutboxMessage.objects.filter(delivered_at=None, event="units.issued").count() == 1

    monkeypatch.setattr(outbox, "_RECEIVERS", [lambda messages: heard.extend(m.event for m in messages)])
    outbox.deliver()
    assert heard.count("units.issued") == 1
    assert not OutboxMessage.objects.filter(delivered_at=None).exists()


def test_events_of_many_acts_can_be_held_back_and_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[list[str]] = []
    monkeypatch.setattr(outbox, "_RECEIVERS", [lambda messages: batches.append([m.event for m in messages])])

    with outbox.held_back():
        world = World()
        number = world.holder("abc")
        world.approve_emissions("abc", "base", 10_000)
        world.go_to(date(2014, 4, 1))
        world.issue(number, "JAA/2")
        assert batches == []

    assert len(batches) == 1
    assert batches[0][-1] == "units.issued"
    assert not OutboxMessage.objects.filter(delivered_at=None).exists()
