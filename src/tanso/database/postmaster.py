"""The server process that lives in a folder: whether it does, and how it is ended.

PostgreSQL's own pid file says who lives there. A pid may belong to somebody else by now, or to nobody who still works,
so what counts is that the process works in this very folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tanso.database import problems
from tanso.database.server_user import ServerUser

_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Life:
    """A server process, and where it listens."""

    pid: int
    socket_folder: Path


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server of `home`, which `user` runs."""

    home: Path
    user: ServerUser

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def _pid_file(self) -> Path:
        return self.home / "cluster" / "postmaster.pid"

    def life(self) -> Life | None:
        """The process that lives here; None also for the pid file of a dead one."""
        try:
            lines = self._pid_file.read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        if not self._works_here(pid):
            return None
        return Life(pid, Path(lines[4]) if len(lines) > 4 and lines[4] else self.home / "socket")

    def _works_here(self, pid: int) -> bool:
        # The server's own user may always look; root in a container may not.
        if Path("/proc/self").exists():
            works_in = self.user.run(["readlink", f"/proc/{pid}/cwd"], cwd=Path("/")).stdout.strip()
            return works_in == str((self.home / "cluster").resolve())
        return "postgres" in self.user.run(["ps", "-o", "args=", "-p", str(pid)], cwd=Path("/")).stdout

    def forget_foreign_pid(self) -> None:
        """Remove the pid file of a dead server whose number another process bears now; PostgreSQL would not dare to.

        Only where `life` has found nobody. A file that names no process at all is left to PostgreSQL, which looks more
        closely than we can.
        """
        with suppress(OSError, ValueError, IndexError):
            os.kill(int(self._pid_file.read_text().splitlines()[0]), 0)
            self._pid_file.unlink()

    def stop(self) -> None:
        """End the server that lives here, if any; first politely. Raises TansoError `database.unresponsive`."""
        life = self.life()
        if life is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT):  # "fast" and "immediate" in PostgreSQL's words
            with suppress(ProcessLookupError):
                os.kill(life.pid, number)
            give_up_at = time.monotonic() + _PATIENCE_S
            while self._pid_file_names(life.pid) and time.monotonic() < give_up_at:
                time.sleep(0.01)
            if not self._pid_file_names(life.pid):
                break
        else:
            raise problems.unresponsive(life.pid, self.log)
        if life.socket_folder != self.home / "socket":
            shutil.rmtree(life.socket_folder, ignore_errors=True)

    def _pid_file_names(self, pid: int) -> bool:
        try:
            return self._pid_file.read_text().startswith(f"{pid}\n")
        except OSError:
            return False

    def last_words(self) -> str:
        """The end of the server's log, for an error."""
        with suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-3:])
        return ""
