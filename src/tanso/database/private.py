"""The private PostgreSQL: a server of our own in one folder, started by whoever needs it first, stopped by the last.

What holds, whatever is killed when:

- Everyone who uses the server holds a shared `flock` on `users.lock`; starting and stopping happen under an exclusive
  one on `start.lock`. Both vanish with their process, so a killed command stops nobody. A server that outlived its
  command is found by its pid file and used again, and stopped by the next command that is last.
- `cluster` appears by a rename once it is complete; a `cluster.….new` is a leftover and is made anew.
- The server listens on a socket in a 0700 folder only, and asks everyone for a password.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tanso.database import memory, problems, roles, server_user, urls
from tanso.database.home import Home, settle
from tanso.database.postmaster import Life, Postmaster
from tanso.kernel.texts import Text

DATABASE = "tanso"
_MAINTENANCE_DATABASE = "postgres"
_PATIENCE_S = 120


class PrivateServer:
    """The private PostgreSQL in `folder` (which is its alone).

    `temporary` is for tests: the data are gone when the last user leaves, and safety against power loss is given up for
    speed. `cache_mb` is the server's own cache; its size follows from the machine's memory where that is None. `say`
    receives the few sentences that a person should see. Errors are TansoErrors of `database.problems`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        temporary: bool = False,
        cache_mb: int | None = None,
        say: Callable[[Text], None] = lambda _: None,
    ) -> None:
        self._folder = folder.absolute()
        self._temporary = temporary
        self._cache_mb = cache_mb
        self._say = say

    @contextmanager
    def running(self) -> Iterator[urls.Server]:
        """Database `tanso` on the running server, for as long as the block lasts; starts it if nobody has."""
        with problems.explained(self._folder):
            home = settle(self._folder, self._say)
            users = home.open_lock("users.lock")
        try:
            with _alone(home):
                fcntl.flock(users, fcntl.LOCK_SH)
                try:
                    server = self._started(home)
                except BaseException:
                    self._stop_if_last(home, users)
                    raise
            mine = os.getpid()
            try:
                yield server
            finally:
                # A forked child (a worker of the web server) shares the lock with its parent, who still needs it.
                if os.getpid() == mine:
                    with _alone(home):
                        self._stop_if_last(home, users)
        finally:
            os.close(users)

    def _started(self, home: Home) -> urls.Server:
        with problems.explained(home.path):
            passwords = self._initialised(home)
            postmaster = Postmaster(home.path, home.user)
            server = _answering(postmaster, passwords)
            if server is None:
                self._start(home, postmaster)
                server = _answering(postmaster, passwords)
        if server is None:
            raise problems.program_failed("postgres", postmaster.last_words(), postmaster.log)
        roles.ensure_roles(server.admin_url or "", passwords)
        roles.ensure_database(server, DATABASE)
        return server.on(DATABASE)

    def _initialised(self, home: Home) -> dict[str, str]:
        """Make the cluster where there is none. Returns the password of each role."""
        cluster = home.path / "cluster"
        if cluster.is_dir() and not any(cluster.iterdir()):
            cluster.rmdir()
        if not cluster.exists():
            self._initialise(home)
        for lacking in ("cluster/PG_VERSION", "cluster/global/pg_control", "passwords.json"):
            if not (home.path / lacking).exists():
                raise problems.incomplete(home.path, lacking)
        passwords: dict[str, str] = json.loads((home.path / "passwords.json").read_text())
        return passwords

    def _initialise(self, home: Home) -> None:
        """Make the cluster aside, then give it its name: a killed start leaves only a leftover to remove.

        The name carries our process, because the initdb of a killed command may still be writing into its own.
        """
        programs = home.programs()
        for leftover in home.path.glob("cluster.*.new"):
            shutil.rmtree(leftover, ignore_errors=True)
        passwords = {role: secrets.token_urlsafe(24) for role in (roles.ADMIN, roles.OWNER, roles.APPLICATION)}
        home.write("passwords.json", json.dumps(passwords))
        home.write("password.new", passwords[roles.ADMIN])
        new = f"cluster.{os.getpid()}.new"
        command = [programs.program("initdb"), "-D", new, "--username", roles.ADMIN, "--pwfile=password.new"]
        command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-instructions"]
        command += ["--no-sync"] if self._temporary else []
        made = home.user.run(command, cwd=home.path)
        (home.path / "password.new").unlink(missing_ok=True)
        if made.returncode != 0:
            raise problems.program_failed("initdb", made.stdout, home.path)
        (home.path / new).rename(home.path / "cluster")

    def _start(self, home: Home, postmaster: Postmaster) -> None:
        programs = home.programs(int((home.path / "cluster" / "PG_VERSION").read_text()))
        postmaster.forget_foreign_pid()
        home.write("cluster/postgresql.conf", self._settings(home.new_socket_folder()))
        home.write("cluster/pg_hba.conf", "local all all scram-sha-256\n")
        command = [programs.program("pg_ctl"), "start", "-D", "cluster", "-l", "postgres.log", "-w", "-t", "60", "-s"]
        for attempt in range(5):
            done = home.user.run(command, cwd=home.path)
            if done.returncode == 0 or postmaster.life() is not None:  # the start of a killed command came first
                return
            if "pre-existing shared memory block" not in postmaster.last_words():
                break
            time.sleep(0.2 * 2**attempt)  # processes of a killed server still have to notice its death
        raise problems.program_failed("pg_ctl", postmaster.last_words() or done.stdout, postmaster.log)

    def _settings(self, socket_folder: Path) -> str:
        """The whole postgresql.conf, written anew at each start by the machine's size; else as PostgreSQL has it."""
        lines = [
            "listen_addresses = ''",
            f"unix_socket_directories = '{socket_folder}'",
            "unix_socket_permissions = 0700",
            "password_encryption = 'scram-sha-256'",
            "max_connections = 100",
            "jit = off",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "datestyle = 'iso, ymd'",
        ]
        memory_mb = memory.machine_memory_mb()
        if self._temporary:
            lines += memory.lines_of_a_temporary_server(memory_mb=memory_mb)
        else:
            disk_mb = memory.disk_free_mb(self._folder)
            lines += memory.lines(memory_mb=memory_mb, disk_mb=disk_mb, cache_mb=self._cache_mb)
        return "\n".join(lines) + "\n"

    def _stop_if_last(self, home: Home, users: int) -> None:
        """Stop the server unless somebody else uses it. Only while `_alone`, because the lock is given up first."""
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        Postmaster(home.path, home.user).stop()
        if self._temporary:
            shutil.rmtree(home.path / "cluster", ignore_errors=True)


def remove(folder: Path) -> None:
    """Stop the private server in `folder`, whoever uses it, and delete all its data. Nothing happens where none is."""
    place = folder.resolve()
    if place.exists():
        Postmaster(place, server_user.choose(place)).stop()
        shutil.rmtree(place, ignore_errors=True)
    if folder.is_symlink():
        folder.unlink()


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Nobody else starts or stops the server meanwhile. Raises TansoError `database.locked` after two minutes."""
    with problems.explained(home.path):
        lock = home.open_lock("start.lock")
    give_up_at = time.monotonic() + _PATIENCE_S
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up_at:
                    raise problems.locked_for_long(home.path) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(lock)


def _answering(postmaster: Postmaster, passwords: dict[str, str]) -> urls.Server | None:
    """The server that lives in the folder, once it answers; None if nobody lives there, or not any longer.

    One that was found may still be starting, recovering, or ending because its command was killed while it ended it.
    """
    give_up_at = time.monotonic() + _PATIENCE_S
    while (life := postmaster.life()) is not None:
        server = _server(life, passwords)
        try:
            psycopg.connect(server.admin_url or "", connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password" in str(error):
                raise problems.program_failed("postgres", str(error), postmaster.log) from error
            if time.monotonic() > give_up_at:
                raise problems.unresponsive(life.pid, postmaster.log) from error
            time.sleep(0.05)
        else:
            return server
    return None


def _server(life: Life, passwords: dict[str, str]) -> urls.Server:
    def url(role: str) -> str:
        return urls.compose(
            user=role, password=passwords[role], database=_MAINTENANCE_DATABASE, socket_folder=life.socket_folder
        )

    return urls.Server(owner_url=url(roles.OWNER), application_url=url(roles.APPLICATION), admin_url=url(roles.ADMIN))
