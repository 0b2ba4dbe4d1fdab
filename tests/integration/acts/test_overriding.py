"""Overriding a parameter through the door: two persons, no past, one entry an act, and old decisions as they were."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tanso.acts import perform, preview, queries, rulebooks
from tanso.acts.models import DecisionRecord, ParameterOverride
from tanso.acts.overriding import entry_of
from tanso.kernel.outcomes import Outcome
from tanso.notices.models import Mail
from tanso.parties.actions import add_administrator
from tanso.rulebook import Rulebook, library
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2014, 6, 2)


def a_world() -> World:
    """A scheme in which something was decided already."""
    world = World()
    world.trader("trd")
    world.go_to(DAY)
    return world


def wish(value: Any = 3, from_day: date | None = DAY, **more: Any) -> dict[str, Any]:
    return {
        "parameter": "jcer_last_phase",
        "value": value,
        "from_day": None if from_day is None else from_day.isoformat(),
        "reason": "A decision of the ministry.",
    } | more


def propose(world: World, arguments: dict[str, Any], operation: str = "override_parameter") -> Outcome:
    return perform(world.act(operation, ADMINISTRATOR, arguments))


def override(world: World, arguments: dict[str, Any], operation: str = "override_parameter") -> Outcome:
    """Propose and approve."""
    proposal = propose(world, arguments, operation)
    if not proposal.ok:
        return proposal
    return perform(world.act(operation, SECOND_ADMINISTRATOR, arguments, proposal=proposal.act_id))


def current() -> Rulebook:
    return rulebooks.current("asset")


def test_an_override_needs_a_second_person_and_then_holds_from_its_day() -> None:
    world = a_world()
    plain = current().version

    proposal = propose(world, wish())
    assert proposal.status == "proposed"
    assert current().version == plain
    assert perform(world.act("override_parameter", ADMINISTRATOR, wish(), proposal=proposal.act_id)).codes == (
        "act.same_person",
    )

    done = perform(world.act("override_parameter", SECOND_ADMINISTRATOR, wish(), proposal=proposal.act_id))
    assert done.status == "done"
    assert [current().value("jcer_last_phase", day) for day in (DAY - timedelta(days=1), DAY)] == [2, 3]
    assert current().version != plain
    (entry,) = queries.override_entries("asset")
    assert (entry.recorded_by, entry.proposed_by, entry.override.day) == ("admin-2", "admin-1", DAY)
    assert entry.act_id == done.act_id


def test_today_is_early_enough_and_yesterday_is_not() -> None:
    world = a_world()
    assert propose(world, wish(from_day=DAY - timedelta(days=1))).codes == ("override.past",)
    assert propose(world, wish(from_day=None)).codes == ("override.past",)
    assert propose(world, wish(from_day=DAY)).status == "proposed"


def test_a_proposal_whose_day_has_passed_can_no_longer_be_approved() -> None:
    world = a_world()
    proposal = propose(world, wish())
    world.go_to(DAY + timedelta(days=1))
    late = perform(world.act("override_parameter", SECOND_ADMINISTRATOR, wish(), proposal=proposal.act_id))
    assert late.codes == ("override.past",)
    assert queries.override_entries("asset") == []


def test_before_anything_is_decided_a_value_may_hold_from_the_beginning() -> None:
    world = World()
    assert override(world, wish(from_day=None)).status == "done"
    assert override(world, wish(4, from_day=date(2010, 1, 1))).status == "done"
    assert [current().value("jcer_last_phase", day) for day in (date(2009, 1, 1), date(2010, 1, 1))] == [3, 4]
    world.trader("trd")
    assert propose(world, wish(5, from_day=None)).codes == ("override.past",)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"parameter": "jcer_last_phas"}, "override.parameter_unknown"),
        ({"value": "3"}, "override.value_type"),
        ({"value": 2}, "override.changes_nothing"),
        ({"reason": " "}, "reason.missing"),
        ({"to_day": "2014-06-01"}, "override.days"),
    ],
)
def test_each_mistake_is_a_finding(change: dict[str, Any], code: str) -> None:
    outcome = propose(a_world(), wish() | change)
    assert outcome.codes == (code,)
    assert ParameterOverride.objects.count() == 0


def test_an_unknown_name_comes_with_those_that_are_near() -> None:
    outcome = propose(a_world(), wish(parameter="surrender_deadlin"))
    assert outcome.headline is not None
    assert "surrender_deadline" in outcome.headline.next_step.en


def test_only_the_administrator_overrides() -> None:
    world = a_world()
    for actor in (login("trd"), world.verifier("ver")):
        assert perform(world.act("override_parameter", actor, wish())).codes == ("permission.denied",)
        withdrawal = {"parameter": "jcer_last_phase", "reason": "r"}
        assert perform(world.act("withdraw_override", actor, withdrawal)).codes == ("permission.denied",)


def test_a_scheme_without_the_operation_does_not_offer_it(monkeypatch: pytest.MonkeyPatch) -> None:
    book = library().get("asset")
    monkeypatch.setattr(
        book, "operations", {name: rule for name, rule in book.operations.items() if name != "override_parameter"}
    )
    assert propose(World(), wish()).codes == ("operation.not_offered",)


def test_the_same_act_sent_again_is_one_entry() -> None:
    world = a_world()
    proposal = propose(world, wish())
    act = world.act("override_parameter", SECOND_ADMINISTRATOR, wish(), proposal=proposal.act_id)
    assert [perform(act).repeated, perform(act).repeated] == [False, True]
    assert ParameterOverride.objects.count() == 1


def test_two_proposals_of_the_same_value_approved_at_once_become_one_entry() -> None:
    world = a_world()
    proposals = [propose(world, wish()), propose(world, wish())]
    acts = [
        world.act("override_parameter", SECOND_ADMINISTRATOR, wish(), proposal=proposal.act_id)
        for proposal in proposals
    ]
    outcomes: list[Outcome] = []

    def approve(number: int) -> None:
        try:
            outcomes.append(perform(acts[number]))
        finally:
            connections.close_all()

    threads = [Thread(target=approve, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome.status for outcome in outcomes) == ["done", "refused"]
    assert next(outcome for outcome in outcomes if not outcome.ok).codes == ("override.changes_nothing",)
    assert ParameterOverride.objects.count() == 1


def test_a_withdrawal_brings_the_schemes_value_back_from_its_day_on() -> None:
    world = a_world()
    assert override(world, wish()).ok
    world.go_to(date(2014, 6, 5))
    withdrawal = {"parameter": "jcer_last_phase", "reason": "It is over.", "from_day": "2014-06-10"}
    assert override(world, withdrawal, "withdraw_override").status == "done"
    assert [current().value("jcer_last_phase", date(2014, 6, day)) for day in (1, 2, 9, 10)] == [2, 3, 3, 2]
    assert override(world, withdrawal, "withdraw_override").codes == ("override.not_overridden",)
    assert [entry.override.withdraws for entry in queries.override_entries("asset")] == [False, True]


def test_a_withdrawal_that_names_no_day_counts_from_its_own() -> None:
    world = a_world()
    assert override(world, wish()).ok
    act = world.act("withdraw_override", ADMINISTRATOR, {"parameter": "jcer_last_phase", "reason": "r"})
    assert entry_of(act).from_day == DAY
    assert preview(act).ok


def test_an_override_of_one_scheme_is_none_of_another() -> None:
    world = a_world()
    before = rulebooks.current("eu-ets").version
    assert override(world, wish(7, parameter="largest_quantity_t")).ok
    assert rulebooks.current("eu-ets").version == before
    assert current().value("largest_quantity_t", DAY) == 7


def test_decisions_stay_as_they_were_and_are_judged_again_by_the_text_stored_with_them() -> None:
    world = a_world()
    numbers = {"from_": world.account("trd"), "to": "AST-9999", "unit": "jCER"}
    world.do("transfer", login("trd"), **numbers, quantity_t=500)
    assert override(world, wish(100, parameter="largest_quantity_t")).ok
    world.do("transfer", login("trd"), **numbers, quantity_t=500)

    first, second = DecisionRecord.objects.filter(operation="transfer").order_by("id")

    assert first.rulebook_id != second.rulebook_id
    assert {"quantity.not_positive"} == {found["code"] for found in second.findings} - {
        found["code"] for found in first.findings
    }
    for record in (first, second):
        again = rulebooks.judge_again(record)
        assert [found.as_json() for found in again.findings] == record.findings


def test_administrators_are_told_in_both_languages() -> None:
    for name in ("admin-1", "admin-2"):
        add_administrator(login_id=name, person=name)
    world = a_world()
    assert override(world, wish(to_day="2014-12-31")).ok
    assert override(world, {"parameter": "jcer_last_phase", "reason": "Over."}, "withdraw_override").ok

    mails = list(Mail.objects.filter(event="parameter.overridden").order_by("login"))

    assert [mail.login for mail in mails] == ["admin-1", "admin-2"]
    assert "jCER" in mails[0].subject["ja"]
    for part in ("3", "2 June 2014", "31 December 2014", "A decision of the ministry."):
        assert part in mails[0].body["en"]
    assert "2014年6月2日" in mails[0].body["ja"]
    assert Mail.objects.filter(event="override.withdrawn").count() == 2


@pytest.mark.parametrize(
    "row",
    [
        {"to_day": date(2014, 6, 1)},
        {"value": None},
        {"withdraws": True},
        {"reason": ""},
    ],
)
def test_the_database_refuses_an_entry_that_makes_no_sense(row: dict[str, Any]) -> None:
    fields = {"scheme": "asset", "parameter": "p", "value": 1, "from_day": DAY, "reason": "r"} | row
    with pytest.raises(DatabaseError), transaction.atomic():
        ParameterOverride.objects.create(**fields)


def test_an_entry_is_never_changed_or_deleted() -> None:
    world = a_world()
    assert override(world, wish()).ok
    for statement in ("UPDATE acts_parameteroverride SET reason = 'other'", "DELETE FROM acts_parameteroverride"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_rulebook_with_overrides_is_built_once() -> None:
    world = a_world()
    assert override(world, wish()).ok
    assert current() is current()
