"""Deadlocks and broken connections: the door tries again, and nobody is told of what could be mended."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError, OperationalError
from django.test import Client

from tanso.acts import Act, operations, perform, persistence
from tanso.acts.models import ActRecord, OutboxMessage
from tanso.acts.operations import Done
from tanso.acts.persistence import TryAgainError, persistently
from tanso.database.urls import Server
from tanso.interfaces import connect
from tanso.kernel.outcomes import Outcome
from tanso.ledger.models import Journal
from tanso.registry import queries
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")


def a_transfer(world: World, quantity_t: int = 7) -> Act:
    arguments = {"from": world.account("abc"), "to": world.account("trd"), "unit": "JAA/2", "quantity_t": quantity_t}
    return world.act("transfer", login("abc"), arguments)


@pytest.fixture
def world() -> World:
    world = World()
    world.holder_with_units("abc")
    world.trader("trd")
    return world


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What happens at the next commits, one word each: "lose" the answer, or break "before" the commit is sent."""
    plan: list[str] = []
    real = connection._commit  # type: ignore[attr-defined]

    def commit() -> Any:
        step = plan.pop(0) if plan else ""
        if step == "before":
            break_the_line()
        if step == "lose":
            real()
            break_the_line()
            connection.connection.execute("SELECT 'the answer that never comes'")
        return real()

    monkeypatch.setattr(connection, "_commit", commit)
    return iter([plan])  # type: ignore[return-value]


def break_the_line() -> None:
    """Cut the connection's socket as a broken network does: both ends notice when they next speak or listen."""
    with socket.socket(fileno=connection.connection.pgconn.socket) as line:
        line.shutdown(socket.SHUT_RDWR)
        line.detach()


def test_an_answer_that_is_lost_at_commit_is_found_again(world: World, commits: Any) -> None:
    act = a_transfer(world)
    next(commits).append("lose")

    outcome = perform(act)

    assert (outcome.status, outcome.repeated) == ("done", True)
    assert perform(act).result == outcome.result
    assert ActRecord.objects.filter(id=act.id).count() == Journal.objects.filter(act_id=act.id).count() == 1
    assert OutboxMessage.objects.filter(act_id=act.id).count() == 2
    assert queries.balance_t(world.account("trd"), "JAA/2") == 7


def test_a_connection_that_breaks_before_the_commit_leaves_nothing_behind_and_is_replaced(
    world: World, commits: Any
) -> None:
    act = a_transfer(world)
    next(commits).append("before")

    outcome = perform(act)

    assert (outcome.status, outcome.repeated) == ("done", False)
    assert Journal.objects.filter(act_id=act.id).count() == 1
    assert queries.balance_t(world.account("trd"), "JAA/2") == 7


def test_a_connection_that_died_long_ago_is_replaced_unseen(world: World) -> None:
    act = a_transfer(world)
    break_the_line()

    assert perform(act).status == "done"


@contextmanager
def nobody_answers(database: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that cannot be reached, as while it is down."""
    monkeypatch.setattr(persistence, "_PAUSES_MS", (0, 0))
    gone = Server(
        owner_url="postgresql://nobody@/none?host=/nonexistent",
        application_url="postgresql://nobody@/none?host=/nonexistent",
    )
    connect.use(gone)
    try:
        yield
    finally:
        connect.use(database)


def test_where_nobody_answers_the_caller_is_told_to_send_the_same_act_again(
    world: World, database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = a_transfer(world)

    with nobody_answers(database, monkeypatch), pytest.raises(TryAgainError) as caught:
        perform(act)

    assert caught.value.code == "act.unanswered"
    assert caught.value.message.ja
    assert caught.value.next_step.en
    assert perform(act).status == "done"


def test_a_page_says_that_there_is_no_answer_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    error = persistence._gave_up("40P01", broken=False)

    def raising(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("allauth.account.views.LoginView.dispatch", raising)
    client = Client(headers={"host": "localhost", "accept-language": "en"}, raise_request_exception=False)

    answer = client.get("/sign-in/")

    assert answer.status_code == 503
    assert error.message.en in answer.content.decode()
    assert error.next_step.en in answer.content.decode()


def failing(*errors: Exception) -> Callable[[], str]:
    waiting = list(errors)

    def work() -> str:
        with transaction.atomic():
            if waiting:
                raise waiting.pop(0)
        return "done"

    return work


def met(state: type[psycopg.Error]) -> OperationalError:
    error = OperationalError("another transaction")
    error.__cause__ = state("another transaction")
    return error


@pytest.mark.parametrize("state", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_a_transaction_that_met_another_is_tried_again(state: type[psycopg.Error]) -> None:
    assert persistently(failing(met(state), met(state))) == "done"


def test_an_error_of_the_driver_that_django_does_not_translate_is_understood() -> None:
    """As COPY raises it."""
    assert persistently(failing(psycopg.errors.DeadlockDetected("met another"))) == "done"
    assert persistently(failing(psycopg.OperationalError("server closed the connection unexpectedly"))) == "done"


def test_one_that_meets_another_each_time_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "_PAUSES_MS", (0,))

    with pytest.raises(TryAgainError) as caught:
        persistently(failing(*[met(psycopg.errors.DeadlockDetected)] * 2))

    assert (caught.value.code, caught.value.facts) == ("act.met_another", {"sqlstate": "40P01"})


@pytest.mark.parametrize("error", [met(psycopg.errors.DiskFull), IntegrityError("twice")])
def test_what_trying_again_cannot_mend_is_not_tried_again(error: Exception) -> None:
    with pytest.raises(type(error)):
        persistently(failing(error))


def test_a_real_deadlock_is_resolved_without_anybody_seeing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two operations that take two locks in opposite order, which no operation of ours does."""
    world = World()
    world.trader("trd")  # the first decision stores the text of the rules, and others wait for it
    meeting = threading.Barrier(2, timeout=20)
    tries: list[list[int]] = []

    def execute(act: Act, *_: object) -> Done:
        first, second = act.arguments["locks"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [first])
            tries.append(act.arguments["locks"])
            if len(tries) <= 2:
                meeting.wait()
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [second])
        return Done()

    crossing = operations.Operation(
        name="cross",
        required=frozenset({"locks"}),
        permission=lambda *_: True,
        facts=lambda act, _: {"locks": act.arguments["locks"]},  # or the second waits for the first one's decision
        execute=execute,
    )
    monkeypatch.setitem(operations._OPERATIONS, "cross", crossing)
    acts = [world.act("cross", ADMINISTRATOR, {"locks": locks}) for locks in ([1, 2], [2, 1])]

    assert [outcome.status for outcome in at_once(acts)] == ["done", "done"]
    assert len(tries) == 3


def test_an_approval_never_waits_in_a_ring_with_its_own_proposal(
    database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The approval is sent while the proposal still waits for the account: whoever has the proposal's lock goes on."""
    monkeypatch.setattr(persistence, "_PAUSES_MS", ())  # no second attempt: a deadlock would be seen
    world = World()
    number = world.trader("trd")
    arguments = {"account": number, "unit": "jCER", "quantity_t": 5, "evidence": {"kind": "CER", "reference": "C-1"}}
    proposal = world.act("issue", ADMINISTRATOR, arguments)
    approval = world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=proposal.id)

    with psycopg.connect(database.application_url) as other, ThreadPoolExecutor(2) as pool:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"account:{number}"])
        second = pool.submit(performed, approval)
        until_waiting(other, 1)
        first = pool.submit(performed, proposal)
        until_waiting(other, 2)
        other.rollback()
        outcomes = first.result(timeout=20), second.result(timeout=20)

    assert outcomes[0].status == "proposed"
    assert outcomes[1].status == "done" or outcomes[1].codes == ("act.proposal_unknown",)


def until_waiting(watcher: psycopg.Connection, sessions: int) -> None:
    for _ in range(2000):
        row = watcher.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
        if row and row[0] >= sessions:
            return
        watcher.execute("SELECT pg_sleep(0.005)")
    raise AssertionError("nobody waited")


def performed(act: Act) -> Outcome:
    try:
        return perform(act)
    finally:
        connections.close_all()


def at_once(acts: list[Act]) -> list[Outcome]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(performed, acts, timeout=60))
