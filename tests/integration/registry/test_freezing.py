"""Freezing accounts: in whole (the database refuses too), for single operations, with a reason and a term."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tanso.acts import preview
from tanso.kernel.outcomes import Outcome
from tanso.ledger import actions as ledger_actions
from tanso.ledger import queries as ledger
from tanso.ledger.errors import AccountNotOpenError
from tanso.ledger.records import Account
from tanso.notices.models import Mail
from tanso.registry import queries as registry
from tests.support.world import ADMINISTRATOR, SCHEME, World, login

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2014, 6, 2)


@pytest.fixture
def world() -> World:
    """A holder with 9,000 t in AST-1001 and a trader in AST-1002, on a day on which both may trade."""
    world = World()
    world.holder_with_units("abc")
    world.trader("trd")
    world.go_to(DAY)
    return world


def account(number: str = "AST-1001") -> Account:
    found = ledger.account_by_number(number)
    assert found is not None
    return found


def freeze(world: World, **more: object) -> Outcome:
    return world.by_two("freeze_account", **{"account": "AST-1001", "reason": "a court's order", **more})


def transfer(world: World, quantity_t: int = 100) -> Outcome:
    return world.do(
        "transfer", login("abc"), **{"from": "AST-1001", "to": "AST-1002", "unit": "JAA/2", "quantity_t": quantity_t}
    )


def test_a_frozen_account_neither_sends_nor_receives_nor_banks(world: World) -> None:
    assert freeze(world).result == {"account_status": "frozen"}

    refused = transfer(world)
    assert refused.codes == ("account.frozen",)
    assert "a court's order" in refused.findings[0].message.en
    back = world.do("transfer", login("trd"), **{"from": "AST-1002", "to": "AST-1001", "unit": "jCER", "quantity_t": 1})
    assert "account.frozen" in back.codes
    for operation, arguments in (
        ("surrender", {"unit": "JAA/2", "quantity_t": 1}),
        ("cancel", {"unit": "JAA/2", "quantity_t": 1, "purpose": "voluntary"}),
        ("apply_for_banking", {}),
    ):
        assert "account.frozen" in world.do(operation, login("abc"), account="AST-1001", **arguments).codes
    assert registry.sellable_t(SCHEME, "abc", DAY) == 0


def test_the_database_refuses_postings_of_a_frozen_account_whoever_asks(world: World) -> None:
    freeze(world)
    unit = ledger.unit_class_of(scheme=SCHEME, unit_type="JAA", phase=2)
    assert unit is not None
    with pytest.raises(AccountNotOpenError):
        ledger_actions.post(
            act_id=uuid4(),
            from_account=account(),
            to_account=account("AST-1002"),
            unit_class=unit,
            quantity_t=1,
            day=DAY,
        )


def test_an_account_frozen_for_one_operation_does_all_others(world: World) -> None:
    assert freeze(world, operations=["transfer"]).result == {"account_status": "open"}

    assert transfer(world).codes == ("account.restricted",)
    assert registry.sellable_t(SCHEME, "abc", DAY) == 0
    cancelled = {"account": "AST-1001", "unit": "JAA/2", "quantity_t": 1, "purpose": "voluntary"}
    assert world.do("cancel", login("abc"), **cancelled).ok


def test_unfreezing_lets_everything_happen_again(world: World) -> None:
    freeze(world)
    outcome = world.by_two("unfreeze_account", account="AST-1001", reason="lifted")

    assert outcome.ok
    assert transfer(world).ok
    again = world.by_two("unfreeze_account", account="AST-1001", reason="lifted")
    assert again.codes == ("account.not_frozen",)


def test_the_term_ends_by_itself_at_the_start_of_its_day(world: World) -> None:
    until = DAY + timedelta(days=10)
    freeze(world, until=until.isoformat())

    world.go_to(until - timedelta(days=1))
    assert transfer(world).codes == ("account.frozen",)
    world.go_to(until)
    assert transfer(world).ok
    assert [(event.status, event.day) for event in ledger.account_events(account().id)][-2:] == [
        ("frozen", DAY),
        ("open", until),
    ]


def test_a_term_of_single_operations_ends_too_and_days_may_be_leapt_over(world: World) -> None:
    freeze(world, operations=["transfer", "cancel"], until=(DAY + timedelta(days=3)).isoformat())
    world.go_to(DAY + timedelta(days=30))

    assert account().restricted == ()
    assert ledger.account_events(account().id)[-1].day == DAY + timedelta(days=3)
    assert transfer(world).ok


def test_a_longer_term_replaces_the_shorter_one(world: World) -> None:
    freeze(world, until=(DAY + timedelta(days=3)).isoformat())
    freeze(world, until=(DAY + timedelta(days=6)).isoformat())

    world.go_to(DAY + timedelta(days=5))
    assert transfer(world).codes == ("account.frozen",)
    world.go_to(DAY + timedelta(days=6))
    assert transfer(world).ok


def test_what_does_not_make_sense_is_refused(world: World) -> None:
    assert freeze(world, until=DAY.isoformat()).codes == ("freeze.end_not_after",)
    assert freeze(world, operations=["register_report"]).codes == ("freeze.operation_unknown",)
    assert freeze(world, reason="  ").codes == ("reason.missing",)
    assert freeze(world, account="AST-9999").codes == ("account.unknown",)
    assert world.do("freeze_account", login("abc"), account="AST-1001", reason="x").codes == ("permission.denied",)
    assert account().status == "open"


def test_a_banking_keeps_the_restrictions(world: World) -> None:
    """Another kind of account is no end of a freezing."""
    freeze(world, operations=["transfer"], until="2016-01-01")
    changed = ledger_actions.change_account(act_id=uuid4(), account=account(), day=DAY, kind="trading")
    assert (changed.restricted, changed.reason, changed.until) == (("transfer",), "a court's order", date(2016, 1, 1))


def test_a_frozen_account_is_not_closed_by_the_window_that_it_could_not_use(world: World) -> None:
    world.go_to(date(2015, 12, 10))
    freeze(world)
    world.go_to(date(2016, 1, 10))
    assert account().status == "frozen"
    assert account("AST-1002").status == "closed"


def test_the_holder_is_told_with_scope_reason_and_end(world: World) -> None:
    freeze(world, operations=["transfer"], until="2014-07-01")
    world.by_two("unfreeze_account", account="AST-1001", reason="lifted")

    frozen, unfrozen = Mail.objects.filter(event__in=("account.frozen", "account.unfrozen")).order_by("id")
    assert frozen.letter == "A"
    for word in ("移転", "2014年7月1日", "a court's order"):
        assert word in frozen.body["ja"]
    for word in ("Transfer", "1 July 2014", "a court's order"):
        assert word in frozen.body["en"]
    assert "lifted" in unfrozen.body["en"]


def test_a_freezing_can_be_previewed(world: World) -> None:
    act = world.act("freeze_account", ADMINISTRATOR, {"account": "AST-1001", "reason": "x"})
    assert preview(act).status == "allowed"
    assert account().status == "open"
