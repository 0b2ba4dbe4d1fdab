"""Throw-away databases: a template built once by the real migrations, cloned in some 50 ms, dropped after use.

Tables that only grow refuse TRUNCATE, so tests and `tanso play` never empty a database, they drop a clone. A template's
name holds a hash of the migration files, so that another version of the code builds another one. Names of clones hold
the machine and process that made them, so that the clones of a killed process are dropped by the next one.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import platform
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from tanso.database import roles, urls

_TEMPLATE = "tanso_template_"
_CLONE = "tanso_clone_"
_BUILDING = 7_261_530_001  # advisory lock: one process builds a template while others wait
_KEPT_TEMPLATES = 3  # another command may run another version of the code at this moment
_counter = itertools.count(1)


def template_name(files: Iterable[Path], *, server_version: int) -> str:
    """The name of the template that `files` (all migrations, in any order) make on that PostgreSQL version."""
    digest = hashlib.sha256(str(server_version).encode())
    for path in sorted(files):
        digest.update(f"\0{path.parent.parent.name}/{path.name}\0".encode())
        digest.update(path.read_bytes())
    return _TEMPLATE + digest.hexdigest()[:16]


def ensure_template(server: urls.Server, *, files: Iterable[Path], migrate: Callable[[urls.Server], None]) -> str:
    """The name of the template for `files`; where it is missing, `migrate` fills a new database with the tables.

    Drops clones whose process is gone and, when it builds, old templates of other versions of the code.
    """
    maintenance = _maintenance(server)
    with roles.connected(maintenance) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_BUILDING])
        drop_stale(server)
        name = template_name(files, server_version=connection.info.server_version)
        there = [row[0] for row in connection.execute("SELECT datname FROM pg_database ORDER BY oid DESC")]
        if name in there:
            return name
        for old in [other for other in there if other.startswith(_TEMPLATE)][_KEPT_TEMPLATES:]:
            with suppress(psycopg.OperationalError):  # somebody clones it at this moment
                _drop(connection, old)
        unfinished = f"{name}_new"
        _drop(connection, unfinished)  # a killed process left it half-made
        roles.ensure_database(server, unfinished)
        migrate(server.on(unfinished))
        _execute(connection, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", unfinished)
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            [unfinished],
        )
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
        )
    return name


def clone(server: urls.Server, template: str) -> urls.Server:
    """A new database like `template`; give it back with `drop`."""
    name = f"{_CLONE}{_machine()}_{os.getpid()}_{next(_counter)}"
    with roles.connected(_maintenance(server)) as connection:
        _copy(connection, template, name)
    return server.on(name)


def replace(server: urls.Server, template: str) -> None:
    """Make the database that `clone` returned once more, like `template`, ending whatever is still connected to it."""
    name = _checked(server)
    with roles.connected(_maintenance(server)) as connection:
        _drop(connection, name)
        _copy(connection, template, name)


def drop(server: urls.Server) -> None:
    """Drop the database that `clone` returned, ending whatever is still connected to it."""
    name = _checked(server)
    with roles.connected(_maintenance(server)) as connection:
        _drop(connection, name)


def drop_stale(server: urls.Server) -> None:
    """Drop the clones that processes of this machine made and did not live to drop."""
    prefix = f"{_CLONE}{_machine()}_"
    with roles.connected(_maintenance(server)) as connection:
        names = [row[0] for row in connection.execute("SELECT datname FROM pg_database")]
        for name in names:
            if name.startswith(prefix) and not lives(int(name.removeprefix(prefix).split("_")[0])):
                with suppress(psycopg.Error):  # another process drops it at this moment
                    _drop(connection, name)


def _maintenance(server: urls.Server) -> str:
    """The owner's way to a database that is never cloned or dropped itself."""
    return server.on("postgres").owner_url


def _checked(server: urls.Server) -> str:
    """The name of the server's database, which is a clone."""
    if not server.database.startswith(_CLONE):
        raise ValueError(f"{server.database} is not a clone")
    return server.database


def _copy(connection: psycopg.Connection, template: str, name: str) -> None:
    # Copied files ask for checkpoints: quick where no disk is waited for, and else a burden to everybody.
    fears_no_power_cut = _setting(connection, "fsync") == "off"
    strategy = sql.SQL("FILE_COPY" if fears_no_power_cut else "WAL_LOG")
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(name), sql.Identifier(template), strategy
        )
    )
    # A clone is thrown away: nobody waits for the disk on its account. What a commit shows is the same.
    _execute(connection, "ALTER DATABASE {} SET synchronous_commit = off", name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    try:
        _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    except psycopg.errors.InsufficientPrivilege:
        # FORCE may not end an autovacuum worker that looks at the database at this moment, because the worker is the
        # superuser's. Without FORCE, the server itself asks such workers to leave, and waits for them.
        _execute(connection, "DROP DATABASE IF EXISTS {}", name)


def _setting(connection: psycopg.Connection, name: str) -> str:
    (value,) = connection.execute("SELECT current_setting(%s)", [name]).fetchone() or ("",)
    return str(value)


def _execute(connection: psycopg.Connection, statement: LiteralString, name: str) -> None:
    connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:6]


def lives(pid: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
