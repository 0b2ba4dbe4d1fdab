"""Folders and processes for the tests of the private server, each on its own server."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.memory import roomy_memory

HOLDS_THE_SERVER = """
import sys, time
from pathlib import Path
from tanso.database.private import PrivateServer
with PrivateServer(Path(sys.argv[1])).running() as server:
    print("up", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A new folder that everyone may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="tanso-database-", dir=roomy_memory()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder(open_folder: Path) -> Path:
    """Where a private server may settle."""
    return open_folder / "postgres"


@pytest.fixture
def command(folder: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start another process that uses the server in `folder` until it reads a line."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDS_THE_SERVER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
