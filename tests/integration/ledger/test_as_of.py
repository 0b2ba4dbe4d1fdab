"""Two clocks: what counted on a day, as it was known at a position of the log; nothing that was said once is unsaid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection

from tanso.acts import log
from tanso.kernel.outcomes import Outcome
from tanso.ledger import actions, as_of, queries
from tanso.ledger.records import Account
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

from .conftest import SmallLedger

pytestmark = pytest.mark.usefixtures("database")


def number(found: str) -> Account:
    account = queries.account_by_number(found)
    assert account is not None
    return account


def held(account: str, day: date, known: int | None = None) -> list[tuple[str, int, list[tuple[int, int]]]]:
    """What the account held, as (unit, tonnes, serial ranges)."""
    account_id = number(account).id
    return [
        (one.unit_class.label, one.quantity_t, [(part.start, part.end) for part in one.serials])
        for one in as_of.holdings([account_id], day=day, known=known)[account_id]
    ]


@pytest.fixture
def world() -> World:
    """9,000 t issued to AST-1001 on 1 April; 100 t of them sent to AST-1002 on 10 June, by mistake."""
    world = World()
    world.holder_with_units("abc")
    world.trader("trd")
    world.go_to(date(2014, 6, 10))
    transfer(world, 100)
    return world


def transfer(world: World, quantity_t: int) -> None:
    outcome = world.do(
        "transfer", login("abc"), **{"from": "AST-1001", "to": "AST-1002", "unit": "JAA/2", "quantity_t": quantity_t}
    )
    assert outcome.ok, outcome


def reverse(world: World, posting: int, valid_day: date) -> Outcome:
    from tanso.acts import perform  # noqa: PLC0415

    arguments = {"posting": posting, "reason": "mistake", "valid_day": valid_day.isoformat()}
    first = world.do("reverse", ADMINISTRATOR, **arguments)
    outcome = perform(world.act("reverse", SECOND_ADMINISTRATOR, arguments, proposal=first.act_id))
    assert outcome.ok, outcome
    return outcome


def last_posting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM ledger_journal")
        return int(cursor.fetchone()[0])


def test_a_day_counts_whole_and_the_day_before_not_at_all(world: World) -> None:
    assert held("AST-1002", date(2014, 6, 9)) == []
    assert held("AST-1002", date(2014, 6, 10)) == [("JAA/2", 100, [(1, 101)])]
    assert held("AST-1001", date(2014, 3, 31)) == []
    assert held("AST-1001", date(2014, 4, 1)) == [("JAA/2", 9_000, [(1, 9_001)])]
    assert held("AST-1001", date(2014, 6, 10)) == [("JAA/2", 8_900, [(101, 9_001)])]


def test_a_backdated_correction_changes_the_day_only_for_those_who_know_of_it(world: World) -> None:
    before = log.last_position()
    world.go_to(date(2014, 6, 20))
    reverse(world, last_posting(), date(2014, 6, 12))
    after = log.last_position()

    # As known before: sent on 10 June, for good.
    for day in (date(2014, 6, 10), date(2014, 6, 12), date(2014, 6, 30)):
        assert held("AST-1002", day, before) == [("JAA/2", 100, [(1, 101)])]
    # As known since: sent on the 10th, back from the 12th.
    assert held("AST-1002", date(2014, 6, 11), after) == [("JAA/2", 100, [(1, 101)])]
    assert held("AST-1002", date(2014, 6, 12), after) == []
    assert held("AST-1001", date(2014, 6, 12), after) == [("JAA/2", 9_000, [(1, 9_001)])]
    # The very position before the correction, and the correction's own.
    assert held("AST-1002", date(2014, 6, 12), after - 1) == [("JAA/2", 100, [(1, 101)])]
    assert as_of.balance_t(number("AST-1002").id, "JAA", 2, day=date(2014, 6, 12), known=after) == 0
    assert as_of.balance_t(number("AST-1002").id, "JAA", 2, day=date(2014, 6, 12), known=after - 1) == 100


def test_what_is_known_at_an_instant_is_what_had_its_position_by_then(world: World) -> None:
    instant = datetime.now(UTC)
    transfer(world, 7)

    position = log.position_at(instant)
    assert as_of.balance_t(number("AST-1002").id, "JAA", 2, day=world.today, known=position) == 100
    assert as_of.balance_t(number("AST-1002").id, "JAA", 2, day=world.today, known=log.last_position()) == 107
    assert as_of.balance_t(number("AST-1002").id, "JAA", 2, day=world.today) == 107


def test_nothing_is_known_at_the_beginning_of_the_log(world: World) -> None:
    assert held("AST-1001", world.today, 0) == []
    assert as_of.status([number("AST-1001").id], day=world.today, known=0) == {}


def test_status_kind_and_restrictions_have_both_clocks_too(world: World) -> None:
    account = number("AST-1002")
    before = log.last_position()
    arguments = {"account": "AST-1002", "reason": "x", "operations": ["transfer"], "until": "2014-07-01"}
    assert world.by_two("freeze_account", **arguments).ok
    world.go_to(date(2014, 7, 2))

    def status(day: date, known: int | None = None) -> tuple[str, tuple[str, ...]]:
        event = as_of.status([account.id], day=day, known=known)[account.id]
        return event.status, event.restricted

    assert status(date(2014, 6, 9)) == ("open", ())
    assert status(date(2014, 6, 10)) == ("open", ("transfer",))
    assert status(date(2014, 6, 30)) == ("open", ("transfer",))
    assert status(date(2014, 7, 1)) == ("open", ())
    assert status(date(2014, 7, 1), before) == ("open", ())
    # The proposal is one act, the approval another.
    assert status(date(2014, 7, 1), before + 2) == ("open", ("transfer",))
    assert as_of.status([account.id], day=date(2014, 3, 30)) == {}


def test_the_books_of_now_are_those_of_today_with_everything_known(world: World) -> None:
    transfer(world, 3)
    ids = [number("AST-1001").id, number("AST-1002").id]
    now, then = queries.holdings(ids), as_of.holdings(ids, day=world.today, known=log.last_position())
    for account_id in ids:
        assert [
            (one.unit_class, one.quantity_t, sorted(one.serials, key=lambda part: part.start))
            for one in now[account_id]
        ] == [(one.unit_class, one.quantity_t, list(one.serials)) for one in then[account_id]]


def test_serials_that_went_and_came_back_are_one_range_again(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    ledger.move(3, ledger.ann, ledger.bob, serials=[(4, 7)])
    ledger.move(3, ledger.bob, ledger.ann)
    (held_,) = as_of.holdings([ledger.ann.id], day=date(2020, 4, 1))[ledger.ann.id]
    assert [(part.start, part.end) for part in held_.serials] == [(1, 11)]


def test_a_big_journal_is_read_by_index(ledger: SmallLedger) -> None:
    """Two accounts among a thousand: no reading of the whole journal, with or without the second clock."""
    others = [ledger.open(f"X-{n}") for n in range(40)]
    ledger.issue(100_000, ledger.ann)
    orders = [
        actions.Order(
            act_id=uuid4(),
            from_account_id=ledger.ann.id,
            to_account_id=others[n % 40].id,
            unit_class_id=ledger.units.id,
            quantity_t=1,
            day=date(2020, 4, 1),
        )
        for n in range(20_000)
    ]
    actions.post_batch(orders)
    with ledger.connected("owner") as owner:
        owner.execute("ANALYZE ledger_journal")
    for known in (None, 5):
        statement = as_of._legs(known)
        values = {"accounts": [others[0].id, others[1].id], "day": date(2020, 4, 1), "known": known}
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Seq Scan on ledger_journal" not in plan
        assert "ledger_journal_to" in plan
        assert "ledger_journal_from" in plan
