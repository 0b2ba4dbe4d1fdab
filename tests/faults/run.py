"""One run: a server of its own, eight clients, kills in turn, a look after each, a summary."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

import psycopg
from django.db import Error, OperationalError, connections

from tanso.database import urls
from tanso.database.private import PrivateServer
from tanso.interfaces import connect
from tanso.interfaces.cli import with_database
from tests.faults import client, kills, plants, stage
from tests.faults.clients import ClientDiedError, Clients
from tests.faults.examination import Examination
from tests.faults.wishes import Stage

_VERIFIES_EVERY = 10  # kills


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard. `minutes` bounds the run: what is not killed by then counts as a failure."""

    kills: int = 200
    seed: int = 0
    clients: int = 8
    minutes: float = 20.0
    only: tuple[str, ...] = ()
    plant: str = ""
    keeps_data: bool = False


@dataclass
class Report:
    """What a run did and found."""

    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0
    verified: int = 0
    folder: Path | None = None

    @property
    def sound(self) -> bool:
        return not self.violations


def carry_out(plan: Plan, *, advance: Callable[[], None] = lambda: None) -> Report:
    """Do it. Whatever is found wrong is in the report; the server and all clients are gone at the end."""
    report = Report(plan)
    began = time.monotonic()
    # The fork server is asked for before there is any connection or thread that a fork must not copy.
    multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.faults.client"])
    folder = Path(tempfile.mkdtemp(prefix="tanso-faults-"))
    folder.chmod(0o711)  # the server's own user passes through, where we are root
    run = Run(plan, folder, report)
    try:
        with run.started():
            run.kill_until_done(advance)
    except (TimeoutError, ClientDiedError, AssertionError, psycopg.Error, Error) as error:
        report.violations.append(f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()
        run.examination.read()  # what a client that broke had to say
        report.tally.update(run.examination.tally)
        report.tally["acts acknowledged"] = run.examination.acknowledged
        report.violations[:0] = run.examination.violations
        report.seconds = time.monotonic() - began
        if plan.keeps_data or not report.sound:
            report.folder = folder
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return report


class Run:
    """The server, the clients and the examination of one run."""

    def __init__(self, plan: Plan, folder: Path, report: Report) -> None:
        self.plan = plan
        self.report = report
        self._folder = folder
        self._notes = folder / "notebooks"
        self._notes.mkdir(mode=0o700)
        self._users = ExitStack()
        notebooks = [self._notes / f"client-{number}.jsonl" for number in range(plan.clients)]
        self.examination = Examination(notebooks)
        self.server: urls.Server
        self.clients: Clients
        self._stage: Stage

    @contextmanager
    def started(self) -> Iterator[None]:
        """The server with the stage on it, and the clients at work."""
        try:
            self.server = self._users.enter_context(self._launched())
            connect.use(self.server)
            with_database.migrate(self.server)
            self._stage = stage.build()
            plants.at_the_beginning(self.plan.plant, self)
            connections.close_all()
            self.clients = Clients(self.plan.clients, self._start_client)
            try:
                yield
            finally:
                self.clients.end()
        finally:
            connections.close_all()
            self._users.close()

    def _launched(self) -> AbstractContextManager[urls.Server]:
        # Not `temporary`: with fsync and synchronous_commit, as an installation has it.
        return PrivateServer(self._folder / "postgres").running()

    def start_server_again(self) -> None:
        """Start the server that was killed. Its earlier use is given up once the new one has begun."""
        stack = ExitStack()
        server = stack.enter_context(self._launched())
        self._users.close()
        self._users = stack
        assert server == self.server, "it listens where it did"

    def server_pid(self) -> int:
        """The postmaster of our folder."""
        pid = int((self._folder / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0])
        home = os.readlink(f"/proc/{pid}/cwd") if os.access(f"/proc/{pid}/cwd", os.R_OK) else ""
        assert not home or home == str((self._folder / "postgres" / "cluster").resolve()), "it is ours"
        return pid

    def _start_client(self, number: int, trap: ctypes.c_int, last_call: ctypes.c_int) -> ForkServerProcess:
        errand = client.Errand(
            client=number,
            server=self.server,
            stage=self._stage,
            seed=self.plan.seed,
            clients=self.plan.clients,
            notebook=self.examination.notebooks[number],
            acknowledges_early=self.plan.plant == plants.ACKNOWLEDGE_EARLY,
        )
        process = multiprocessing.get_context("forkserver").Process(
            target=client.run, args=(errand, trap, last_call), daemon=True
        )
        process.start()
        return process

    def kill_until_done(self, advance: Callable[[], None]) -> None:
        """The kills, a look after each, and at the end the last answers and a thorough look."""
        chance = Random(f"{self.plan.seed}/kills")  # noqa: S311 (can be repeated)
        give_up_at = time.monotonic() + 60 * self.plan.minutes
        turn = kills.in_turn(chance, self.plan.only)
        self._wait_for_answers()
        for number in range(1, self.plan.kills + 1):
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"{number - 1} kills in {self.plan.minutes} minutes, not {self.plan.kills}")
            time.sleep(chance.uniform(0.0, 0.4))
            kind = next(turn)
            self._kill(kind, chance)
            self.report.kills[kind] += 1
            plants.after_kill(self.plan.plant, self, number)
            self._wait_for_answers()
            self._look(thoroughly=number % _VERIFIES_EVERY == 0)
            if self.examination.violations:
                return
            advance()
        self.clients.finish()
        self._look(thoroughly=True)
        if self.examination.unanswered:
            raise TimeoutError(f"never answered: {self.examination.unanswered}")
        self._end_with_the_command()

    def _kill(self, kind: str, chance: Random) -> None:
        """Kill once. Where nobody was there to be killed, a moment later."""
        give_up_at = time.monotonic() + kills.PATIENCE_S
        while True:
            try:
                kills.KILLS[kind](self, chance)
                return
            except (LookupError, psycopg.OperationalError):  # nobody connected, or the server still recovers
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.05)

    def _wait_for_answers(self) -> None:
        """Return once every client has got an answer: the house is open again for everybody."""
        self.examination.read()
        before = dict(self.examination.last_answered)
        give_up_at = time.monotonic() + kills.PATIENCE_S
        while True:
            self.clients.revive()
            self.examination.read()
            now = self.examination.last_answered
            late = [number for number in range(self.plan.clients) if now.get(number, 0) <= before.get(number, 0)]
            if not late or self.examination.violations:
                return
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"clients {late} got no answer for {kills.PATIENCE_S:.0f} s")
            time.sleep(0.01)

    def _look(self, *, thoroughly: bool) -> None:
        """Look, as soon as the server lets us: one that was killed a moment ago may still be about to notice."""
        give_up_at = time.monotonic() + kills.PATIENCE_S
        while True:
            try:
                return self._look_now(thoroughly=thoroughly)
            except (psycopg.OperationalError, OperationalError):
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.1)

    def _look_now(self, *, thoroughly: bool) -> None:
        self.examination.examine(self.server.application_url, thoroughly=thoroughly)
        if not thoroughly:
            return
        from tanso.ledger import queries  # noqa: PLC0415

        try:
            for difference in queries.verify(with_acts=True):
                self.examination.violations.append(f"ledger verify: {difference.sentence().en}")
            self.examination.remember_positions(self.server.application_url)
        finally:
            connections.close_all()
        self.report.verified += 1

    def _end_with_the_command(self) -> None:
        """`tanso ledger verify` itself, as an administrator runs it, and everything told that waits to be told."""
        from tanso.acts import outbox  # noqa: PLC0415
        from tanso.acts.models import OutboxMessage  # noqa: PLC0415

        outbox.deliver()
        waiting = OutboxMessage.objects.filter(delivered_at=None).count()
        if waiting:
            self.examination.violations.append(f"{waiting} messages wait although all were delivered")
        connections.close_all()
        done = subprocess.run(
            [sys.executable, "-m", "tanso.interfaces.cli.main", "ledger", "verify"],
            env={
                **os.environ,
                "TANSO_DATABASE_URL": self.server.application_url,
                "TANSO_OWNER_DATABASE_URL": self.server.owner_url,
                "TANSO_DATA_FOLDER": str(self._folder),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            self.examination.violations.append(f"`tanso ledger verify` ended with {done.returncode}: {done.stdout}")


@contextmanager
def ended_properly() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into a normal end, so that what was started is also stopped."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    with suppress(ValueError):
        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGHUP, leave)
    yield
