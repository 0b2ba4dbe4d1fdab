"""Freezing needs two persons, or one and a short term; and freezing what is frozen already."""

from __future__ import annotations

import pytest

from tanso.acts import Actor, perform
from tanso.ledger import queries as ledger
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("operations", [None, ["transfer"]])
def test_two_proposals_to_freeze_an_account_alike_freeze_it_once(operations: list[str] | None) -> None:
    world = World()
    number = world.trader("trd")
    arguments = {"account": number, "reason": "捜査", **({"operations": operations} if operations else {})}

    first = world.by_two("freeze_account", **arguments)
    second = world.by_two("freeze_account", **arguments)

    assert (first.status, second.status) == ("done", "done")
    assert first.result == second.result
    account = ledger.account_by_number(number)
    assert account is not None
    assert len(ledger.account_events(account.id)) == 2  # opened, frozen
    assert world.by_two("freeze_account", **{**arguments, "reason": "判決"}).status == "done"
    assert len(ledger.account_events(account.id)) == 3


def test_one_administrator_freezes_nothing_and_lets_nothing_go() -> None:
    world = World()
    number = world.trader("trd")
    arguments = {"account": number, "reason": "捜査"}

    proposed = world.do("freeze_account", ADMINISTRATOR, **arguments)
    assert proposed.status == "proposed"
    assert _status(number) == "open"
    own = perform(world.act("freeze_account", ADMINISTRATOR, arguments, proposal=proposed.act_id))
    assert own.codes == ("act.same_person",)
    other = perform(world.act("freeze_account", SECOND_ADMINISTRATOR, arguments, proposal=proposed.act_id))
    assert other.status == "done"
    assert _status(number) == "frozen"
    assert world.do("unfreeze_account", ADMINISTRATOR, account=number, reason="済").status == "proposed"
    assert _status(number) == "frozen"


def test_the_check_of_the_ledger_freezes_by_itself() -> None:
    world = World()
    number = world.trader("trd")
    assert world.do("freeze_account", Actor.system(), account=number, reason="difference").status == "done"
    assert _status(number) == "frozen"


def test_an_installation_lets_one_person_freeze_for_a_few_days_and_two_for_longer() -> None:
    world = World()
    number = world.trader("trd")
    alone = {"parameter": "freeze_alone_days", "value": 3, "from_day": world.today.isoformat(), "reason": "緊急"}
    assert world.by_two("override_parameter", **alone).ok

    def frozen(until: str | None) -> str:
        more = {} if until is None else {"until": until}
        return world.do("freeze_account", ADMINISTRATOR, account=number, reason="捜査", **more).status

    assert frozen(None) == "proposed"
    assert frozen("2014-04-04") == "proposed"
    assert _status(number) == "open"
    assert frozen("2014-04-03") == "done"
    assert _status(number) == "frozen"


def test_an_installation_may_switch_the_second_person_off_for_one_operation() -> None:
    world = World()
    number = world.trader("trd")
    off = {"parameter": "two_persons_for_freezing", "value": False, "reason": "小規模", "from_day": "2014-04-10"}
    assert world.by_two("override_parameter", **off).ok
    assert world.do("freeze_account", ADMINISTRATOR, account=number, reason="捜査").status == "proposed"
    world.go_to(world.today.replace(month=4, day=10))
    assert world.do("freeze_account", ADMINISTRATOR, account=number, reason="捜査").status == "done"
    assert world.do("override_parameter", ADMINISTRATOR, **{**off, "value": True}).status == "proposed"


def _status(number: str) -> str:
    account = ledger.account_by_number(number)
    assert account is not None
    return account.status
