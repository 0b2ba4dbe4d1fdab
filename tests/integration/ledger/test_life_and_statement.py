"""Where a tonne has been, and what an account's statement says of corrections, events and lines without end."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tanso.ledger import actions, life
from tanso.ledger.life import SerialNotIssuedError, life_of, unit_classes
from tanso.ledger.movements import snapshot
from tanso.ledger.statement import latest, lines, read
from tests.integration.ledger.conftest import DAY, SmallLedger

NEXT_YEAR = date(2021, 4, 1)


def route(ledger: SmallLedger, number: int) -> list[str]:
    hops = life_of(ledger.units, number).hops
    return [hops[0].source.number, *(hop.target.number for hop in hops)]


def test_a_tonne_is_followed_from_its_issue_to_where_it_is(ledger: SmallLedger) -> None:
    ledger.issue(100, ledger.ann)
    ledger.move(40, ledger.ann, ledger.bob)
    ledger.move(10, ledger.bob, ledger.surrender)

    ann, bob = ledger.ann.number, ledger.bob.number
    assert route(ledger, 10) == ["R-1", ann, bob, "R-2"]
    assert route(ledger, 11) == ["R-1", ann, bob]
    assert route(ledger, 40) == ["R-1", ann, bob]
    assert route(ledger, 41) == ["R-1", ann]
    assert route(ledger, 100) == ["R-1", ann]


def test_a_tonne_that_comes_and_goes_is_followed_each_time(ledger: SmallLedger) -> None:
    ledger.issue(2, ledger.ann)
    for _ in range(3):
        ledger.move(2, ledger.ann, ledger.bob)
        ledger.move(1, ledger.bob, ledger.ann, serials=[(2, 3)])
        ledger.move(1, ledger.bob, ledger.ann, serials=[(1, 2)])

    ann, bob = ledger.ann.number, ledger.bob.number
    assert route(ledger, 1) == route(ledger, 2) == ["R-1", ann, bob, ann, bob, ann, bob, ann]


def test_a_number_between_two_ranges_of_a_posting_did_not_move_with_it(ledger: SmallLedger) -> None:
    ledger.issue(30, ledger.ann)
    ledger.move(10, ledger.ann, ledger.bob, serials=[(21, 26), (1, 6)])

    moved = [number for number in range(1, 31) if len(route(ledger, number)) == 3]

    assert moved == [*range(1, 6), *range(21, 26)]


def test_a_hop_looks_through_one_accounts_postings_and_never_the_whole_journal(ledger: SmallLedger) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # What statistics of a long journal say: reading it whole is dear, and so is sorting what was found.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {life._LIFE}", {"unit_class": ledger.units.id, "number": 1})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert plan.count("Index Cond: (from_account_id = ") == 2, plan
    assert "Filter: ((from_account_id = " not in plan, plan


def test_units_of_another_class_have_numbers_of_their_own(ledger: SmallLedger) -> None:
    others = actions.unit_class(scheme="s", unit_type="U", phase=3)
    ledger.issue(5, ledger.ann)
    actions.issue(
        act_id=uuid4(),
        from_account=ledger.issuance,
        to_account=ledger.bob,
        unit_class=others,
        quantity_t=5,
        day=DAY,
    )

    assert life_of(ledger.units, 5).now_at.number == ledger.ann.number
    assert life_of(others, 5).now_at.number == ledger.bob.number
    assert unit_classes(scheme="s") == [ledger.units, others]
    assert unit_classes(scheme="another") == []


@pytest.mark.parametrize("number", [0, 6, 10**18])
def test_a_number_that_was_never_issued_is_said_to_be_so(ledger: SmallLedger, number: int) -> None:
    with pytest.raises(SerialNotIssuedError, match="there is none yet"):
        life_of(ledger.units, number)

    ledger.issue(5, ledger.ann)

    with pytest.raises(SerialNotIssuedError) as caught:
        life_of(ledger.units, number)
    assert caught.value.facts == {"unit": "U/2", "number": number, "last": 5}
    assert "1から5まで" in caught.value.message.ja


def test_what_is_taken_back_stays_and_says_so(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    sent = ledger.move(4, ledger.ann, ledger.bob)
    actions.reverse(act_id=uuid4(), posting_id=sent.id, day=DAY)

    statement = read(ledger.ann, DAY, NEXT_YEAR)

    assert [(line.change_t, line.movement.reverses_id) for line in lines(statement)] == [
        (10, None),
        (-4, None),
        (4, sent.id),
    ]
    assert route(ledger, 1) == ["R-1", ledger.ann.number, ledger.bob.number, ledger.ann.number]
    assert life_of(ledger.units, 1).hops[-1].reverses_id == sent.id


def test_a_statement_tells_what_happened_to_the_account_in_its_period(ledger: SmallLedger) -> None:
    actions.freeze(act_id=uuid4(), account=ledger.ann, day=date(2020, 5, 1), reason="audit")
    actions.unfreeze(act_id=uuid4(), account=ledger.ann, day=date(2020, 6, 1), reason="done")
    actions.close_account(act_id=uuid4(), account=ledger.ann, day=NEXT_YEAR)

    def told(from_day: date, to_day: date) -> list[tuple[str | None, str]]:
        changes = read(ledger.ann, from_day, to_day).changes
        return [(None if one.before is None else one.before.status, one.event.status) for one in changes]

    assert told(DAY, NEXT_YEAR) == [(None, "open"), ("open", "frozen"), ("frozen", "open")]
    assert told(NEXT_YEAR, date(2021, 4, 2)) == [("open", "closed")]
    assert told(date(2020, 5, 1), date(2020, 6, 1)) == [("open", "frozen")]


def test_an_account_that_never_held_anything_has_an_empty_statement(ledger: SmallLedger) -> None:
    statement = read(ledger.bob, DAY, NEXT_YEAR)

    assert (statement.sums, statement.line_count, list(lines(statement))) == ((), 0, [])


def test_a_statement_and_its_lines_are_of_one_moment(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)

    with snapshot():
        statement = read(ledger.ann, DAY, NEXT_YEAR)
        with ledger.connected("owner") as other:
            other.execute(
                "SELECT ledger_post(gen_random_uuid(), %s, %s, %s, 3, %s)",
                [ledger.ann.id, ledger.bob.id, ledger.units.id, DAY],
            )
        found = list(lines(statement))

    assert len(found) == statement.line_count == 1
    assert read(ledger.ann, DAY, NEXT_YEAR).line_count == 2


def test_a_snapshot_stands_in_no_other_transaction(ledger: SmallLedger) -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), snapshot():
        pass


def test_the_latest_postings_come_first(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    for quantity_t in (1, 2, 3):
        ledger.move(quantity_t, ledger.ann, ledger.bob)

    def quantities(offset: int, limit: int) -> list[int]:
        return [moved.quantity_t for moved in latest(ledger.ann.id, offset=offset, limit=limit)]

    assert quantities(0, 2) == [3, 2]
    assert quantities(2, 5) == [1, 10]
