"""What every test may ask for: a fresh, migrated database of its own, as the application sees it.

Where many tests of a module begin with one story, `once` lives it for the first of them; the others get a clone.

One private server serves the whole run and all its workers: it lives in `.tanso/test` and is stopped by the last one
who uses it. Nothing truncates: each test gets a clone of a template that the real migrations made.
Unit tests ask for no database and start none.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings

from tanso.database import clones
from tanso.database.private import PrivateServer
from tanso.database.urls import Server
from tanso.interfaces.cli.with_database import ensure_template, set_up_django
from tests.support.memory import roomy_memory
from tests.support.stories import Once, Stories

# Tests do not time: the machines are shared.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CHECKOUT = Path(__file__).resolve().parents[1]
_programs = os.environ.get("TANSO_POSTGRES_BIN", "")
TEST_FOLDER = CHECKOUT / ".tanso" / ("test" + (hashlib.sha256(_programs.encode()).hexdigest()[:6] if _programs else ""))


# The developer's own installation is not the tests' business.
for _name in [name for name in os.environ if name.startswith("TANSO_") and name != "TANSO_POSTGRES_BIN"]:
    del os.environ[_name]
os.environ["TANSO_DATA_FOLDER"] = str(TEST_FOLDER)
os.environ["TANSO_DEMO"] = "1"

# Commands are started by the hundred: none of them, and no worker, shall compile anew what another one compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Here and not in a hook, because the conftest files of folders below import models.
set_up_django().PASSWORD_HASHERS = ["tests.support.hashing.QuickHasher"]


def _in_memory(folder: Path) -> Path:
    """`folder`, as a link into memory where there is enough of it."""
    memory = roomy_memory()
    if folder.is_symlink() and not folder.exists():  # the machine was started anew
        folder.unlink()
    if not folder.exists() and memory is not None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.symlink_to(tempfile.mkdtemp(prefix="tanso-test-", dir=memory))
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The private PostgreSQL of the tests; fast, and not safe against a power cut."""
    with PrivateServer(_in_memory(TEST_FOLDER / "postgres"), temporary=True).running() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """The name of the template database that all migrations make."""
    from tanso.interfaces import connect  # noqa: PLC0415

    connect.use_secret_key(TEST_FOLDER)
    return ensure_template(server)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Where several workers test, each keeps to neighbours, which share worlds, until it helps another one out."""
    if config.getoption("numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


@pytest.fixture
def database(server: Server, template: str) -> Iterator[Server]:
    """A database of this test's own, connected: all tables, no rows."""
    from django.db import connections  # noqa: PLC0415

    from tanso.interfaces import connect  # noqa: PLC0415

    clone = clones.clone(server, template)
    connect.use(clone)
    try:
        yield clone
    finally:
        connections.close_all()
        clones.drop(clone)


@pytest.fixture(scope="module")
def stories(server: Server) -> Iterator[Stories]:
    """The stories that tests of this module began with, each in a database that nobody changes any more."""
    stories = Stories(server)
    yield stories
    stories.forget()


@pytest.fixture
def once(database: Server, stories: Stories) -> Once:
    """Live a story in this test's database; from the second time on in this module, clone what it left.

    A story takes a world that is always the same, and needs nothing else of its test.
    """
    return lambda story, world: stories.lived(story, world, database)
