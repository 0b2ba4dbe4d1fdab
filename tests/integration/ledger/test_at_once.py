"""Two at the same moment: the last tonne goes once, nobody waits in a ring, a closing account is never passed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg

from tanso.ledger import queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanso.ledger.records import Account

    from .conftest import SmallLedger

POST = "SELECT ledger_post(gen_random_uuid(), %s, %s, %s, %s, '2020-04-01')"
CLOSE = "SELECT ledger_change_account(gen_random_uuid(), %s, NULL, 'closed', '2020-04-01')"


def together(*tasks: Callable[[Barrier], str]) -> list[str]:
    """Run the tasks in threads that meet at a barrier; what each returned."""
    barrier = Barrier(len(tasks), timeout=20)
    with ThreadPoolExecutor(len(tasks)) as pool:
        futures: list[Future[str]] = [pool.submit(task, barrier) for task in tasks]
        return [future.result(timeout=60) for future in futures]


def posting(
    ledger: SmallLedger, source: Account, target: Account, quantity_t: int = 1, times: int = 1
) -> Callable[[Barrier], str]:
    """A task that posts in a transaction of its own each time; returns "ok" or the first SQLSTATE."""

    def run(barrier: Barrier) -> str:
        with ledger.connected() as connection:
            barrier.wait()
            for _ in range(times):
                try:
                    connection.execute(POST, [source.id, target.id, ledger.units.id, quantity_t])
                except psycopg.Error as error:
                    return error.sqlstate or "?"
        return "ok"

    return run


def test_the_last_tonne_is_taken_once(ledger: SmallLedger) -> None:
    ledger.issue(1, ledger.ann)
    results = together(posting(ledger, ledger.ann, ledger.bob), posting(ledger, ledger.ann, ledger.surrender))
    assert sorted(results) == ["LG006", "ok"]
    assert queries.verify() == []


def test_eight_who_want_three_tonnes_each_share_ten_without_overdraft(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)
    results = together(*[posting(ledger, ledger.ann, ledger.bob, 3) for _ in range(8)])
    assert sorted(results) == ["LG006"] * 5 + ["ok"] * 3
    assert queries.balance_t(ledger.ann.id, "U", 2) == 1
    assert queries.verify() == []


def test_two_who_send_to_one_another_never_deadlock(ledger: SmallLedger) -> None:
    ledger.issue(100, ledger.ann)
    ledger.issue(100, ledger.bob)
    results = together(
        posting(ledger, ledger.ann, ledger.bob, times=100), posting(ledger, ledger.bob, ledger.ann, times=100)
    )
    assert results == ["ok", "ok"]
    assert queries.verify() == []


def test_two_issues_at_once_get_different_serials(ledger: SmallLedger) -> None:
    results = together(
        posting(ledger, ledger.issuance, ledger.ann, 7, times=30),
        posting(ledger, ledger.issuance, ledger.bob, 7, times=30),
    )
    assert results == ["ok", "ok"]
    assert queries.verify() == []


def test_a_posting_waits_for_a_closing_account_and_is_then_refused(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)

    def late(barrier: Barrier) -> str:
        with ledger.connected() as connection:
            barrier.wait()
            try:
                connection.execute(POST, [ledger.ann.id, ledger.bob.id, ledger.units.id, 1])
            except psycopg.Error as error:
                return error.sqlstate or "?"
        return "ok"

    def closing(barrier: Barrier) -> str:
        with ledger.connected() as connection, ledger.connected() as watcher, connection.transaction():
            connection.execute(CLOSE, [ledger.bob.id])
            barrier.wait()
            until_somebody_waits(watcher)
        return "ok"

    assert together(late, closing) == ["LG004", "ok"]
    assert queries.verify() == []


def test_closing_an_account_waits_for_a_posting_under_way(ledger: SmallLedger) -> None:
    ledger.issue(10, ledger.ann)

    def under_way(barrier: Barrier) -> str:
        with ledger.connected() as connection, ledger.connected() as watcher, connection.transaction():
            connection.execute(POST, [ledger.ann.id, ledger.bob.id, ledger.units.id, 4])
            barrier.wait()
            until_somebody_waits(watcher)
        return "ok"

    def closing(barrier: Barrier) -> str:
        with ledger.connected() as connection:
            barrier.wait()
            connection.execute(CLOSE, [ledger.bob.id])
        return "ok"

    assert together(under_way, closing) == ["ok", "ok"]
    assert ledger.serials(ledger.bob) == [(1, 5)]


def test_accounts_opened_at_once_get_different_numbers(ledger: SmallLedger) -> None:
    def opening(barrier: Barrier) -> str:
        with ledger.connected() as connection:
            barrier.wait()
            for _ in range(10):
                connection.execute(
                    "SELECT ledger_open_account(%s, 's', NULL, 'X-{n}', 1001, 'plain', 'holding', NULL, '2020-04-01')",
                    [uuid4()],
                )
        return "ok"

    together(opening, opening, opening)
    numbers = [account.number for account in queries.accounts_of_role(scheme="s", role="holding")]
    assert sorted(numbers) == [f"X-{number}" for number in range(1001, 1033)]


def until_somebody_waits(watcher: psycopg.Connection[tuple[object, ...]]) -> None:
    """Return when a session of this database waits for an advisory lock."""
    for _ in range(2000):
        row = watcher.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
        if row and row[0]:
            return
        watcher.execute("SELECT pg_sleep(0.005)")
    raise AssertionError("nobody waited")
