"""PostgreSQL refuses to run as root: which user runs it then, and what that user can reach."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tanso.database import problems

_OWN_NAME = "tanso"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The user who runs the server; `changed` is false where that is simply the caller."""

    uid: int
    gid: int
    name: str
    changed: bool

    def run(self, command: Sequence[str], *, cwd: Path, timeout_s: int = 180) -> subprocess.CompletedProcess[str]:
        """Run `command` as this user, in a session of its own, so that Ctrl-C in a terminal does not reach it."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "HOME": str(cwd)}
        return subprocess.run(  # noqa: S603 (the commands are ours)
            command,
            cwd=cwd,
            env=environment,
            user=self.uid if self.changed else None,
            group=self.gid if self.changed else None,
            extra_groups=os.getgrouplist(self.name, self.gid) if self.changed else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            timeout=timeout_s,
            check=False,
        )

    def reaches(self, path: Path) -> bool:
        """Whether this user may enter (a folder) or run (a file) `path`. The kernel answers, access lists included."""
        return not self.changed or self.run(["test", "-x", str(path)], cwd=Path("/")).returncode == 0

    def own(self, path: Path, mode: int) -> Path:
        """Give a file or folder of ours to this user."""
        if self.changed:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)
        return path


def choose(folder: Path) -> ServerUser:
    """The caller; for root the owner of `folder` if it exists and is not root's, else a user without rights.

    Raises TansoError `database.no_user`.
    """
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid(), "", changed=False)
    if folder.exists() and folder.stat().st_uid != 0:
        try:
            return _from(pwd.getpwuid(folder.stat().st_uid))
        except KeyError:  # the owner was deleted, or lives outside of this container
            status = folder.stat()
            return ServerUser(status.st_uid, status.st_gid, "nobody", changed=True)
    for name in ("postgres", _OWN_NAME):
        found = _named(name)
        if found is not None:
            return found
    useradd = shutil.which("useradd", path=os.defpath + ":/usr/sbin:/sbin")
    if useradd is not None:
        arguments = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false", _OWN_NAME]
        subprocess.run([useradd, *arguments], capture_output=True, check=False)  # noqa: S603
    found = _named(_OWN_NAME) or _named("nobody")
    if found is None:
        raise problems.no_server_user()
    return found


def _named(name: str) -> ServerUser | None:
    try:
        return _from(pwd.getpwnam(name))
    except KeyError:
        return None


def _from(entry: pwd.struct_passwd) -> ServerUser:
    return ServerUser(entry.pw_uid, entry.pw_gid, entry.pw_name, changed=True)
