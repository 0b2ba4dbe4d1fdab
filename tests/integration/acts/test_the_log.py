"""Positions: every committed act has one, without a gap, and nothing slips in behind one that somebody has read."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import Error, connections, transaction

from tanso.acts import log
from tanso.acts.models import ActRecord
from tanso.database.private import PrivateServer
from tanso.interfaces import connect
from tanso.interfaces.cli.with_database import migrate
from tests.support.world import ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")

RECORD = """
INSERT INTO acts_actrecord (id, scheme, operation, arguments, content_hash, actor_role, actor_login, actor_participant,
                            day, status, findings, result)
SELECT id, 's', 'o', '{}', '', 'system', 'system', '', '2014-04-01', 'done', '[]', '{}' FROM unnest(%s::uuid[]) AS id
"""


@contextmanager
def another() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of its own, as the application."""
    with psycopg.connect(**connections["default"].get_connection_params(), autocommit=True) as other:
        yield other


def record(writer: psycopg.Connection[tuple[object, ...]], count: int = 1) -> list[UUID]:
    """Write acts past the door, in the writer's transaction."""
    acts = [uuid4() for _ in range(count)]
    writer.execute(RECORD, [acts])
    return acts


def the_log(reader: psycopg.Connection[tuple[object, ...]]) -> list[UUID]:
    """The acts in order of position; fails where a position is missing."""
    rows = reader.execute("SELECT position, act_id FROM acts_position ORDER BY position").fetchall()
    assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
    return [act for _, act in rows]  # type: ignore[misc]


def test_every_act_through_the_door_has_a_position_at_once_refused_ones_too() -> None:
    world = World()
    world.holder("abc")
    refused = world.do("transfer", login("abc"), **{"from": "AST-1001", "to": "AST-9", "unit": "jCER", "quantity_t": 1})
    assert refused.status == "refused"

    with another() as reader:
        placed = the_log(reader)

    assert placed == list(ActRecord.objects.order_by("sequence").values_list("id", flat=True))
    assert placed[-1] == refused.act_id


def test_what_commits_late_comes_late() -> None:
    with another() as slow, another() as quick:
        with slow.transaction():
            late = record(slow)
            early = record(quick)
            assert log.sequence() == 1
            assert the_log(quick) == early
        assert log.sequence() == 1
        assert the_log(quick) == [*early, *late]


def test_an_act_comes_after_the_one_whose_effects_it_saw_although_its_transaction_began_first() -> None:
    with another() as first, another() as second, another() as endless, endless.transaction():
        with first.transaction():
            first.execute("SELECT pg_current_xact_id()")
            endless.execute("SELECT pg_current_xact_id()")
            seen = record(second)
            seeing = record(first)
        log.sequence()
        assert the_log(second) == [*seen, *seeing]


def test_a_transaction_that_never_ends_holds_up_nobody() -> None:
    with another() as endless, another() as writer, endless.transaction():
        record(endless)
        for _ in range(3):
            acts = record(writer, 2)
            assert log.sequence() == 2
            assert the_log(writer)[-2:] == acts


def test_what_is_rolled_back_has_no_position_and_leaves_no_gap() -> None:
    with another() as writer:
        with writer.transaction(force_rollback=True):
            record(writer)
        kept = record(writer)
        assert log.sequence() == 1
        assert the_log(writer) == kept


def test_the_position_at_an_instant_is_the_last_given_by_then() -> None:
    before = datetime.now(UTC)
    with another() as writer:
        acts = record(writer, 2)
    log.sequence()
    between = datetime.now(UTC)
    with another() as writer:
        acts += record(writer)

    assert [log.position_of(act) for act in acts] == [1, 2, 3]
    assert log.position_at(before - timedelta(seconds=1)) == 0
    assert log.position_at(between) == 2
    assert log.position_at(datetime.now(UTC) + timedelta(days=1)) == log.last_position() == 3
    assert log.position_of(uuid4()) is None


def test_positions_are_given_outside_of_what_is_being_written_and_in_a_fresh_snapshot() -> None:
    with transaction.atomic():
        World()
        with pytest.raises(Error, match="has written nothing"):
            log.sequence()
        transaction.set_rollback(True)
    with another() as reader:
        reader.execute("SET default_transaction_isolation TO 'repeatable read'")
        with pytest.raises(psycopg.Error, match="READ COMMITTED"):
            reader.execute("SELECT acts_sequence_acts(true, false)")


def test_only_the_sequencer_gives_positions() -> None:
    with another() as writer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        writer.execute("INSERT INTO acts_position (position, act_id, at) VALUES (1, gen_random_uuid(), now())")


def test_acts_of_a_restored_backup_are_found_by_looking_at_all() -> None:
    World().holder("abc")
    with another() as writer:
        record(writer)
        log.sequence()
        # A dump keeps the numbers that transactions had on the server where it was made.
        writer.execute(
            RECORD.replace("result)", "result, written_by)").replace("'{}' FROM", "'{}', '3' FROM"), [[uuid4()]]
        )
    assert log.sequence() == 0
    assert log.sequence(thorough=True) == 1


def test_a_failing_sequencer_does_not_disturb_an_act(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    with monkeypatch.context() as patched:
        patched.setattr(log, "_run", _fail)
        assert world.do("register_participant", ADMINISTRATOR, key="v", kind="verifier", name="V").ok
    assert log.last_position() == 1


def _fail(**_: bool) -> int:
    raise Error("no answer")


@pytest.mark.parametrize("seed", range(3))
def test_parallel_writers_long_and_short_leave_one_log_that_only_grows(seed: int) -> None:
    """Whatever was read once stays as it was: every log that a reader saw is the beginning of the last one."""
    committed: list[list[UUID]] = [[] for _ in range(6)]
    seen: list[list[UUID]] = []
    ending = time.monotonic() + 2

    def write(number: int) -> None:
        chance = random.Random(f"{seed}/{number}")  # noqa: S311
        with another() as writer:
            while time.monotonic() < ending:
                acts: list[UUID] = []
                try:
                    with writer.transaction():
                        for _ in range(chance.randint(1, 3)):
                            acts += record(writer, chance.randint(1, 5))
                            time.sleep(chance.choice((0, 0, 0.001, 0.05)))
                        if chance.random() < 0.2:
                            raise ZeroDivisionError
                    committed[number] += acts
                    writer.execute("SELECT acts_sequence_acts(false, false)")
                except ZeroDivisionError:
                    pass

    def read() -> None:
        with another() as reader:
            while time.monotonic() < ending:
                reader.execute("SELECT acts_sequence_acts(true, false)")
                seen.append(the_log(reader))
                time.sleep(0.02)

    threads = [threading.Thread(target=write, args=[number]) for number in range(6)] + [threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.sequence()

    with another() as reader:
        whole = the_log(reader)
    assert sorted(whole) == sorted(act for acts in committed for act in acts)
    assert all(whole[: len(known)] == known for known in seen)
    # The acts of one writer come in the order in which it wrote them.
    places = {act: place for place, act in enumerate(whole)}
    assert all([places[act] for act in acts] == sorted(places[act] for act in acts) for acts in committed)


def test_the_sequencer_reads_the_new_acts_alone() -> None:
    """Nothing that grows with the log: behind 20,000 acts, the index finds the three that are new."""
    with another() as writer, another() as sequencer:
        record(writer, 20_000)
        log.sequence()
        record(writer, 3)
        with sequencer.transaction():
            assert sequencer.execute("SELECT acts_sequence_acts(true, false)").fetchone() == (3,)
            # What this transaction has read so far.
            read = sequencer.execute(
                "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'acts_actrecord'"
            ).fetchone()
    assert read == (0, 3)


def test_what_was_read_survives_a_server_that_is_killed() -> None:
    """Acts get their position without waiting for the disk; reading it makes it durable, whatever comes then."""
    with (
        tempfile.TemporaryDirectory(prefix="tanso-log-") as open_folder,
        PrivateServer(Path(open_folder) / "postgres").running() as server,
    ):
        Path(open_folder).chmod(0o755)
        connect.use(server)
        migrate(server)
        connections.close_all()
        with psycopg.connect(server.application_url, autocommit=True) as writer:
            for _ in range(20):
                record(writer, 3)
                writer.execute("SELECT acts_sequence_acts(false, false)")
            writer.execute("SELECT acts_sequence_acts(true, false)")
            read = the_log(writer)
            record(writer, 2)
            writer.execute("SELECT acts_sequence_acts(false, false)")
        postmaster = Path(open_folder) / "postgres" / "cluster" / "postmaster.pid"
        os.kill(int(postmaster.read_text().split("\n", 1)[0]), signal.SIGKILL)
        with (
            PrivateServer(Path(open_folder) / "postgres").running() as again,
            psycopg.connect(again.application_url, autocommit=True) as reader,
        ):
            reader.execute("SELECT acts_sequence_acts(true, false)")
            assert the_log(reader)[: len(read)] == read
            assert (len(read), len(the_log(reader))) == (60, 62)
