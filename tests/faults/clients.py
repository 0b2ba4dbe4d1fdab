"""The client processes as the harness holds them: started, killed, started again."""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess

from tests.faults import kills
from tests.faults.traps import Trap

Start = Callable[[int, ctypes.c_int, ctypes.c_int], ForkServerProcess]


class ClientDiedError(Exception):
    """A client ended by itself."""


class Clients:
    """`count` clients. One that dies by SIGKILL is started again, because it was we who killed it."""

    def __init__(self, count: int, start: Start) -> None:
        self.count = count
        self._start = start
        # Numbers in shared memory without locks: a lock would stay taken where its holder is killed.
        self._traps = [self._number() for _ in range(count)]
        self._last_call = self._number()
        self._processes = [start(client, self._traps[client], self._last_call) for client in range(count)]

    @staticmethod
    def _number() -> ctypes.c_int:
        return multiprocessing.get_context("forkserver").RawValue(ctypes.c_int, 0)

    def kill(self, client: int) -> None:
        self._processes[client].kill()
        self._processes[client].join()
        self.revive()

    def set_trap(self, client: int, trap: Trap) -> None:
        """Set a trap into a client's next commit and wait until it has gone off."""
        process = self._processes[client]
        self._traps[client].value = trap
        give_up_at = time.monotonic() + kills.PATIENCE_S
        while self._traps[client].value == trap and process.exitcode is None:
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"client {client} committed nothing for {kills.PATIENCE_S:.0f} s")
            time.sleep(0.002)
        if trap <= Trap.DIE_BEFORE_ACKNOWLEDGING:
            process.join(kills.PATIENCE_S)
        self.revive()

    def revive(self) -> None:
        """Start those again that were killed; raises ClientDiedError where one ended otherwise."""
        for client, process in enumerate(self._processes):
            if process.exitcode is None:
                continue
            if process.exitcode != -signal.SIGKILL:
                raise ClientDiedError(f"client {client} ended by itself with status {process.exitcode}")
            self._traps[client].value = Trap.NONE
            self._processes[client] = self._start(client, self._traps[client], self._last_call)

    def finish(self) -> None:
        """Let every client get its last answer; raises TimeoutError where one gets none."""
        self._last_call.value = 1
        for client, process in enumerate(self._processes):
            process.join(kills.PATIENCE_S)
            if process.exitcode is None:
                raise TimeoutError(f"client {client} gets no answer any more")
            if process.exitcode != 0:
                raise ClientDiedError(f"client {client} ended with status {process.exitcode}")

    def end(self) -> None:
        """End whatever still runs."""
        for process in self._processes:
            if process.exitcode is None:
                process.kill()
                process.join()
