"""The private PostgreSQL: a server of our own in one folder, started by whoever needs it first, stopped by the last.

What holds, whatever is killed when:

- Everyone who uses the server holds a shared `flock` on `users.lock`; starting and stopping happen under an exclusive
  one on `start.lock`. Both vanish with their process, so a killed command stops nobody. A server that outlived its
  command is found by its pid file and used again, and stopped by the next command that is last.
- `cluster` appears by a rename once it is complete; a `cluster.….new` is a leftover and is made anew.
- The server listens on a socket in a 0700 folder and asks everyone for a password.
- No parent folder's mode is touched. Where root's server user cannot come in, the data live in `RELOCATED` instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tanso.database import binaries, problems, roles, server_user, urls
from tanso.kernel.texts import Text

RELOCATED = Path("/var/lib/tanso")
MAINTENANCE_DATABASE = "postgres"
_LONGEST_SOCKET_PATH = 100  # the system's bound is 104 to 108 bytes
_SOCKET_NAME = ".s.PGSQL.5432"
_PATIENCE_S = 120


class PrivateServer:
    """The private PostgreSQL in `folder` (which is its alone).

    `temporary` is for tests: the data are gone when the last user leaves, and safety against power loss is given up for
    speed. `say` receives the few sentences that a person should see. Errors are TansoErrors of `database.problems`.
    """

    def __init__(self, folder: Path, *, temporary: bool = False, say: Callable[[Text], None] = lambda _: None) -> None:
        self._asked = folder.absolute()
        self._temporary = temporary
        self._say = say

    @contextmanager
    def running(self) -> Iterator[urls.Server]:
        """The running server, for as long as the block lasts; starts it if nobody has."""
        with problems.explained(self._asked):
            self._settle()
            users = os.open(self.home / "users.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with self._starting():
                fcntl.flock(users, fcntl.LOCK_SH)
                try:
                    server = self._started()
                except BaseException:
                    self._stop_if_last(users)
                    raise
            mine = os.getpid()
            try:
                yield server
            finally:
                # A forked child (a worker of the web server) shares the lock with its parent, who still needs it.
                if os.getpid() == mine:
                    with self._starting():
                        self._stop_if_last(users)
        finally:
            os.close(users)

    # --- the folder -------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Find or make the folder, where the user who runs the server can reach it."""
        self._asked.parent.mkdir(parents=True, exist_ok=True)
        self.home = self._asked.resolve()
        self._user = server_user.choose(self.home)
        if not self.home.exists():
            if not self._user.reaches(self._asked.parent):
                self._relocate()
            self.home.mkdir(mode=0o700, exist_ok=True)
        elif not self._user.reaches(self.home.parent):
            self._relocate()
        if self._user.changed or not os.access(self.home, os.W_OK):
            self._user.own(self.home, 0o700)

    def _relocate(self) -> None:
        """Move to `RELOCATED`, leaving a link; what an earlier, deleted folder of this name left there is set aside."""
        name = hashlib.sha256(bytes(self._asked)).hexdigest()[:12]
        RELOCATED.mkdir(parents=True, exist_ok=True)
        RELOCATED.chmod(0o755)
        self.home = RELOCATED / name
        if not self._asked.is_symlink():
            if self._asked.exists():
                self._asked.rmdir()  # never begun, else its owner could enter it
            if self.home.exists():
                aside = self.home.with_suffix(".previous")
                self._end_orphan(self.home)
                shutil.rmtree(aside, ignore_errors=True)
                self.home.rename(aside)
            self._asked.symlink_to(self.home)
        self._say(
            Text(
                ja="PostgreSQL の利用者 {user} が {asked} に入れないため、データベースを {home} に置きます。",
                en="The database lives in {home}, because PostgreSQL's user {user} cannot enter {asked}.",
            ).filled({"user": self._user.name, "asked": self._asked, "home": self.home})
        )

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Alone in starting or stopping."""
        with problems.explained(self.home):
            lock = os.open(self.home / "start.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with suppress(PermissionError):  # somebody else's file: it is readable, and that is enough
                self._user.own(self.home / "start.lock", 0o600)
                self._user.own(self.home / "users.lock", 0o600)
            give_up_at = time.monotonic() + _PATIENCE_S
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > give_up_at:
                        raise problems.locked_for_long(self.home) from None
                    time.sleep(0.02)
            yield
        finally:
            os.close(lock)

    # --- start ------------------------------------------------------------------------------------------------------

    def _started(self) -> urls.Server:
        cluster = self.home / "cluster"
        with problems.explained(self.home):
            if cluster.is_dir() and not any(cluster.iterdir()):
                cluster.rmdir()
            if not cluster.exists():
                self._initialise()
            for lacking in ("cluster/PG_VERSION", "cluster/global/pg_control", "passwords.json"):
                if not (self.home / lacking).exists():
                    raise problems.incomplete(self.home, lacking)
            self._passwords: dict[str, str] = json.loads((self.home / "passwords.json").read_text())
            server = self._found()
            if server is None:
                self._start()
                server = self._found()
        if server is None or server.admin_url is None:
            raise problems.program_failed("postgres", self._log_end(), self.home / "postgres.log")
        roles.ensure_roles(server.admin_url, self._passwords)
        roles.ensure_database(server, "tanso")
        return server.on("tanso")

    def _programs(self, major: int | None = None) -> binaries.Binaries:
        found = binaries.find(major=major)
        if self._user.reaches(found.folder / "postgres"):
            return found
        RELOCATED.mkdir(parents=True, exist_ok=True)
        RELOCATED.chmod(0o755)
        return binaries.copied_to(found, RELOCATED)

    def _initialise(self) -> None:
        """Make the cluster aside, then give it its name: a killed start leaves only a leftover to remove.

        The name carries our process, because the initdb of a killed command may still be writing into its own.
        """
        programs = self._programs()
        for leftover in self.home.glob("cluster.*.new"):
            shutil.rmtree(leftover, ignore_errors=True)
        passwords = {role: secrets.token_urlsafe(24) for role in (roles.ADMIN, roles.OWNER, roles.APPLICATION)}
        self._write("passwords.json", json.dumps(passwords))
        self._write("password.new", passwords[roles.ADMIN])
        new = f"cluster.{os.getpid()}.new"
        command = [programs.program("initdb"), "-D", new, "--username", roles.ADMIN, "--pwfile=password.new"]
        command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-instructions"]
        command += ["--no-sync"] if self._temporary else []
        made = self._user.run(command, cwd=self.home)
        (self.home / "password.new").unlink(missing_ok=True)
        if made.returncode != 0:
            raise problems.program_failed("initdb", made.stdout, self.home)
        (self.home / new).rename(self.home / "cluster")

    def _start(self) -> None:
        cluster = self.home / "cluster"
        programs = self._programs(int((cluster / "PG_VERSION").read_text()))
        self._forget_foreign_pid(cluster)
        self._write("cluster/postgresql.conf", self._settings())
        self._write("cluster/pg_hba.conf", "local all all scram-sha-256\n")
        command = [programs.program("pg_ctl"), "start", "-D", "cluster", "-l", "postgres.log", "-w", "-t", "60", "-s"]
        for attempt in range(5):
            done = self._user.run(command, cwd=self.home)
            if done.returncode == 0 or self._life(self.home) is not None:  # the start of a killed command came first
                return
            if "pre-existing shared memory block" not in self._log_end():
                break
            time.sleep(0.2 * 2**attempt)  # processes of a killed server still have to notice its death
        raise problems.program_failed("pg_ctl", self._log_end() or done.stdout, self.home / "postgres.log")

    @staticmethod
    def _forget_foreign_pid(cluster: Path) -> None:
        """Remove the pid file of a dead server whose number another process bears now; PostgreSQL would not dare to.

        Files that name no process at all are left to PostgreSQL, which looks more closely than we can.
        """
        pid_file = cluster / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError):
            os.kill(int(pid_file.read_text().splitlines()[0]), 0)
            pid_file.unlink()

    def _settings(self) -> str:
        lines = [
            "listen_addresses = ''",
            f"unix_socket_directories = '{self._socket_folder()}'",
            "unix_socket_permissions = 0700",
            "password_encryption = 'scram-sha-256'",
            "max_connections = 100",
            "shared_buffers = 128MB",
            "jit = off",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "datestyle = 'iso, ymd'",
        ]
        if self._temporary:
            lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"]
            lines += ["wal_level = minimal", "max_wal_senders = 0", "max_wal_size = 128MB", "min_wal_size = 32MB"]
        return "\n".join(lines) + "\n"

    def _socket_folder(self) -> Path:
        """A 0700 folder for the socket: ours, or a short one where ours is too long or holds signs with a meaning."""
        own = self.home / "socket"
        if len(bytes(own / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and not re.search(r"[\"'\\,\n]", str(own)):
            shutil.rmtree(own, ignore_errors=True)  # a killed server leaves its socket's lock
            own.mkdir()
            return self._user.own(own, 0o700)
        for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 (mkdtemp makes a 0700 folder that nobody can guess)
            if len(parent) < 60 and self._user.reaches(Path(parent)):
                break
        return self._user.own(Path(tempfile.mkdtemp(prefix="tanso-", dir=parent)), 0o700)

    def _write(self, name: str, content: str) -> None:
        """Write a file that only the server's user may read, all at once."""
        unfinished = self.home / f"{name}.tmp"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
        self._user.own(unfinished, 0o600).rename(self.home / name)

    def _log_end(self) -> str:
        with suppress(OSError):
            return "\n".join((self.home / "postgres.log").read_text(errors="replace").splitlines()[-3:])
        return ""

    # --- find and stop ----------------------------------------------------------------------------------------------

    def _found(self) -> urls.Server | None:
        """The server that lives in the folder, waiting while it starts or recovers; None if there is none."""
        give_up_at = time.monotonic() + _PATIENCE_S
        while (life := self._life(self.home)) is not None:
            pid, socket_folder = life
            server = self._server(socket_folder)
            try:
                psycopg.connect(server.admin_url or "", connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password" in str(error):
                    raise problems.program_failed("postgres", str(error), self.home / "postgres.log") from error
                if time.monotonic() > give_up_at:
                    raise problems.unresponsive(pid, self.home / "postgres.log") from error
                time.sleep(0.05)
            else:
                return server
        return None

    def _server(self, socket_folder: Path) -> urls.Server:
        def url(role: str) -> str:
            secret = self._passwords[role]
            return urls.compose(user=role, password=secret, database=MAINTENANCE_DATABASE, socket_folder=socket_folder)

        return urls.Server(url(roles.OWNER), url(roles.APPLICATION), url(roles.ADMIN))

    def _life(self, home: Path) -> tuple[int, Path] | None:
        """Process and socket folder of the server in `home`; None also for a pid file that a dead server left.

        A pid may since belong to somebody else, so what counts is that the process works in this cluster.
        """
        try:
            lines = (home / "cluster" / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        if Path("/proc/self").exists():
            works_in = self._user.run(["readlink", f"/proc/{pid}/cwd"], cwd=Path("/")).stdout.strip()
            if works_in != str((home / "cluster").resolve()):
                return None
        else:
            shown = self._user.run(["ps", "-o", "args=", "-p", str(pid)], cwd=Path("/")).stdout
            if "postgres" not in shown:
                return None
        return pid, Path(lines[4]) if len(lines) > 4 and lines[4] else home / "socket"

    def _stop_if_last(self, users: int) -> None:
        """Stop the server unless somebody else uses it. Only under the start lock, since the lock is given up first."""
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._end_orphan(self.home)
        if self._temporary:
            shutil.rmtree(self.home / "cluster", ignore_errors=True)

    def _end_orphan(self, home: Path) -> None:
        """Stop the server that lives in `home`, first politely."""
        life = self._life(home)
        if life is None:
            return
        pid, socket_folder = life
        for polite in (signal.SIGINT, signal.SIGQUIT):  # "fast", "immediate" in PostgreSQL's words
            with suppress(ProcessLookupError):
                os.kill(pid, polite)
            give_up_at = time.monotonic() + 60
            while self._pid_file_names(home, pid) and time.monotonic() < give_up_at:
                time.sleep(0.01)
            if not self._pid_file_names(home, pid):
                break
        else:
            raise problems.unresponsive(pid, home / "postgres.log")
        if socket_folder != home / "socket":
            shutil.rmtree(socket_folder, ignore_errors=True)

    @staticmethod
    def _pid_file_names(home: Path, pid: int) -> bool:
        try:
            return (home / "cluster" / "postmaster.pid").read_text().startswith(f"{pid}\n")
        except OSError:
            return False
