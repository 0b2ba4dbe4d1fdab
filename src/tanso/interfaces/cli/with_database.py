"""The database behind a command: the configured server, or the private one for as long as the command runs.

Importing this module starts nothing; a command that needs no database does not enter these blocks.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tanso.database import clones, private, roles, urls
from tanso.interfaces.cli.speech import say

_MIGRATING = 7_261_530_002  # advisory lock: one command migrates while others wait


def set_up_django() -> Any:
    """Make Django ready, without a database, and return its settings. Doing it twice is harmless."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanso.project.settings")
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    return settings


@contextmanager
def database(*, migrated: bool = True, needs_owner: bool = False) -> Iterator[urls.Server]:
    """The installation's database, connected, and brought up to date where the owner of its tables is known.

    On somebody else's server the owner's URL is not for everyday use: without it the tables are taken as they are, and
    `tanso migrate`, which needs the owner, brings them up to date. Raises TansoErrors.
    """
    with _server(needs_owner=needs_owner) as server, _connected(server):
        if migrated and server.owner_url != server.application_url:
            migrate(server)
        yield server


@contextmanager
def throw_away_database() -> Iterator[urls.Server]:
    """A new database with all tables and no rows, connected; dropped at the end."""
    with throw_away_databases() as fresh, fresh() as clone:
        yield clone


@contextmanager
def throw_away_databases() -> Iterator[Callable[[], AbstractContextManager[urls.Server]]]:
    """A maker of throw-away databases, one after the other, on a server that runs as long as the block."""
    with _server() as server:
        template = ensure_template(server)

        @contextmanager
        def fresh() -> Iterator[urls.Server]:
            clone = clones.clone(server, template)
            try:
                with _connected(clone):
                    yield clone
            finally:
                clones.drop(clone)

        yield fresh


@contextmanager
def own_server(name: str) -> Iterator[urls.Server]:
    """A private server of this command's own, as careful as an installation's; migrated, connected, removed at the end.

    It lives in the data folder, and so on the disk that an installation's would be on. What a killed command of the
    same `name` left there is removed first.
    """
    from tanso.interfaces import connect  # noqa: PLC0415

    settings = set_up_django()
    for left in settings.TANSO.data_folder.glob(f"{name}-*"):
        maker = left.name.rpartition("-")[2]
        if maker.isdecimal() and not clones.lives(int(maker)):
            private.remove(left / "postgres")
            shutil.rmtree(left, ignore_errors=True)
    folder = settings.TANSO.data_folder / f"{name}-{os.getpid()}"
    try:
        connect.use_secret_key(folder)
        with _ended_properly(), _private(folder / "postgres").running() as server, _connected(server):
            migrate(server)
            yield server
    finally:
        private.remove(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(*, needs_owner: bool = True) -> Iterator[urls.Server]:
    from tanso.interfaces import connect  # noqa: PLC0415

    settings = set_up_django()
    connect.use_secret_key(settings.TANSO.data_folder)
    configured = connect.configured_server(settings.TANSO, needs_owner=needs_owner)
    with _ended_properly(), ExitStack() as stack:
        if configured is not None:
            yield configured
        else:
            yield stack.enter_context(_private(settings.TANSO.data_folder / "postgres").running())


def _private(folder: Path) -> private.PrivateServer:
    return private.PrivateServer(folder, cache_mb=set_up_django().TANSO.postgres_cache_mb, say=say)


@contextmanager
def _connected(server: urls.Server) -> Iterator[None]:
    from django.db import connections  # noqa: PLC0415

    from tanso.interfaces import connect  # noqa: PLC0415

    connect.use(server)
    try:
        yield
    finally:
        connections.close_all()


def migrate(server: urls.Server) -> None:
    """Bring the tables of `server`'s database up to date, as their owner."""
    from django.core.management import call_command  # noqa: PLC0415

    with roles.connected(server.owner_url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        roles.prepare(server)
        call_command("migrate", database="owner", verbosity=0, interactive=False)


def ensure_template(server: urls.Server) -> str:
    """The name of the template database that all migrations of this code make; built where it is missing."""
    from django.db import connections  # noqa: PLC0415

    from tanso.interfaces import connect  # noqa: PLC0415

    set_up_django()

    def fill(template: urls.Server) -> None:
        connect.use(template)
        migrate(template)
        connections.close_all()

    return clones.ensure_template(server, files=migration_files(), migrate=fill)


def migration_files() -> list[Path]:
    """Every file that decides what a migrated database looks like, Django's own included."""
    from django.apps import apps  # noqa: PLC0415

    return [
        path
        for app in apps.get_app_configs()
        for path in (Path(app.path) / "migrations").rglob("*")
        if path.suffix in {".py", ".sql"}
    ]


@contextmanager
def _ended_properly() -> Iterator[None]:
    """Turn every polite signal into a normal end, so that what was started is also stopped.

    SIGINT too: a shell starts background commands with SIGINT ignored, and Python leaves it so.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
