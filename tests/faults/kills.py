"""The kills: which kinds there are, and how each is done. Only what the harness started is ended, by its number."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg

from tests.faults.traps import Trap

if TYPE_CHECKING:
    from tests.faults.run import Run

PATIENCE_S = 60.0


def _client_at_random(run: Run, chance: Random) -> None:
    run.clients.kill(chance.randrange(run.clients.count))


def _trapped(trap: Trap) -> Callable[[Run, Random], None]:
    def kill(run: Run, chance: Random) -> None:
        run.clients.set_trap(chance.randrange(run.clients.count), trap)

    return kill


def _connection_ended_by_the_server(run: Run, chance: Random) -> None:
    with psycopg.connect(run.server.admin_url or "", autocommit=True) as connection:
        for pid, _ in sorted(_backends(connection, run), key=lambda found: (not found[1], chance.random())):
            if connection.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,):
                return
    raise LookupError("no client is connected")


def _server_process(run: Run, chance: Random) -> None:
    """SIGKILL a process of the server that works for a client: the server then ends all others and recovers."""
    with psycopg.connect(run.server.admin_url or "", autocommit=True) as connection:
        found = sorted(_backends(connection, run), key=lambda found: (not found[1], chance.random()))
    pid = found[0][0] if found else 0
    if not pid or _parent(pid) != run.server_pid():
        raise LookupError("no client is connected")
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _until(lambda: not Path(f"/proc/{pid}").exists())


def _server(run: Run, chance: Random) -> None:
    """SIGKILL the postmaster and start it again by our launcher, which recovers from the write-ahead log."""
    pid = run.server_pid()
    os.kill(pid, signal.SIGKILL)
    _until(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid))
    time.sleep(chance.uniform(0.0, 0.3))
    run.start_server_again()


def _backends(connection: psycopg.Connection, run: Run) -> Iterator[tuple[int, bool]]:
    """The server's processes that work for clients, and whether each is in a transaction."""
    rows = connection.execute(
        "SELECT pid, xact_start IS NOT NULL FROM pg_stat_activity WHERE usename = %s AND datname = %s",
        [run.server.application_role, run.server.database],
    )
    yield from rows.fetchall()


def _parent(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return 0


def _is_zombie(pid: int) -> bool:
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    return True


def _until(done: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > give_up_at:
            raise TimeoutError
        time.sleep(0.005)


KILLS: dict[str, Callable[[Run, Random], None]] = {
    "client, at any moment": _client_at_random,
    "client, before its commit": _trapped(Trap.DIE_BEFORE_COMMIT),
    "client, commit just sent": _trapped(Trap.DIE_WHEN_COMMIT_IS_SENT),
    "client, committed but not noted": _trapped(Trap.DIE_BEFORE_ACKNOWLEDGING),
    "connection, ended by the server": _connection_ended_by_the_server,
    "connection, cut before the commit": _trapped(Trap.CUT_BEFORE_COMMIT),
    "connection, cut before the answer": _trapped(Trap.CUT_WHEN_COMMIT_IS_SENT),
    "server, one process": _server_process,
    "server, the postmaster": _server,
}
_TWICE_A_ROUND = ("client, at any moment", "connection, ended by the server", "server, the postmaster")


def in_turn(chance: Random, only: tuple[str, ...] = ()) -> Iterator[str]:
    """Kinds of kills without end: each round has every kind, the common ones twice, in an order of its own."""
    names = [name for name in (*KILLS, *_TWICE_A_ROUND) if name in (only or KILLS)]
    while True:
        chance.shuffle(names)
        yield from names
