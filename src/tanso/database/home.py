"""The folder of the private PostgreSQL: found or made where the user who runs the server can reach it.

No parent folder's mode is touched. Where root's server user cannot come in (a checkout below /root), the data live in
`RELOCATED` and a link points there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tanso.database import binaries, problems, server_user
from tanso.database.postmaster import Postmaster
from tanso.database.server_user import ServerUser
from tanso.kernel.texts import Text

RELOCATED = Path("/var/lib/tanso")
_LONGEST_SOCKET_PATH = 100  # the system's bound is 104 to 108 bytes
_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder, and the user who owns everything in it."""

    path: Path
    user: ServerUser

    def write(self, name: str, content: str) -> None:
        """Write a file that only the server's user may read, all at once."""
        unfinished = self.path / f"{name}.tmp"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
        self.user.own(unfinished, 0o600).rename(self.path / name)

    def open_lock(self, name: str) -> int:
        """A descriptor of a file that exists only to be locked."""
        descriptor = os.open(self.path / name, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.user.own(self.path / name, 0o600)
        return descriptor

    def new_socket_folder(self) -> Path:
        """An empty 0700 folder: our own, or a short one where ours is too long or holds signs with a meaning."""
        own = self.path / "socket"
        if len(bytes(own / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and not re.search(r"[\"'\\,\n]", str(own)):
            shutil.rmtree(own, ignore_errors=True)  # a killed server leaves its socket's lock
            own.mkdir()
            return self.user.own(own, 0o700)
        for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 (mkdtemp makes a 0700 folder that nobody can guess)
            if len(parent) < 60 and self.user.reaches(Path(parent)):
                break
        return self.user.own(Path(tempfile.mkdtemp(prefix="tanso-", dir=parent)), 0o700)

    def programs(self, major: int | None = None) -> binaries.Binaries:
        """PostgreSQL's programs, copied where its user cannot reach them."""
        found = binaries.find(major=major)
        if self.user.reaches(found.folder / "postgres"):
            return found
        with _relocating():
            return binaries.copied_to(found, RELOCATED)


def settle(asked: Path, say: Callable[[Text], None]) -> Home:
    """Find or make the folder `asked`, or the one that stands for it. `say` hears it when another one has to.

    Raises TansoError `database.folder_unreachable` and OSErrors.
    """
    asked.parent.mkdir(parents=True, exist_ok=True)
    path = asked.resolve()
    user = server_user.choose(path)
    if not user.reaches(path.parent if path.parent.exists() else asked.parent):
        path = _relocated(asked, user, say)
    path.mkdir(mode=0o700, exist_ok=True)
    # An ordinary user is refused here in a folder of somebody else's.
    if user.changed or not os.access(path, os.W_OK | os.X_OK):
        user.own(path, 0o700)
    return Home(path, user)


def _relocated(asked: Path, user: ServerUser, say: Callable[[Text], None]) -> Path:
    """The folder below `RELOCATED` that stands for `asked`, which becomes a link to it.

    What an earlier folder of this name left there is set aside: whoever deleted `.tanso` wants to begin anew.
    """
    home = RELOCATED / hashlib.sha256(bytes(asked)).hexdigest()[:12]
    with _relocating():
        if asked.is_symlink():
            return home
        if asked.exists():
            try:
                asked.rmdir()
            except OSError as error:
                raise problems.unreachable(asked, user.name) from error
        if home.exists():
            with suppress(OSError):
                Postmaster(home, server_user.choose(home)).stop()
            aside = home.with_suffix(".previous")
            shutil.rmtree(aside, ignore_errors=True)
            home.rename(aside)
        home.mkdir(mode=0o700)
        asked.symlink_to(home)
    say(
        Text(
            ja="PostgreSQL の利用者 {user} が {asked} に入れないため、データベースを {home} に置きます。",
            en="The database lives in {home}, because PostgreSQL's user {user} cannot enter {asked}.",
        ).filled({"user": user.name, "asked": asked, "home": home})
    )
    return home


@contextmanager
def _relocating() -> Iterator[None]:
    """Alone in making something below `RELOCATED`, which everyone may enter."""
    RELOCATED.mkdir(parents=True, exist_ok=True)
    RELOCATED.chmod(0o755)
    lock = os.open(RELOCATED, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
