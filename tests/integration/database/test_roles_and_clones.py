"""The two roles of a database, and the throw-away databases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tanso.database import clones, roles
from tanso.database.urls import Server
from tanso.interfaces import connect
from tanso.kernel.errors import TansoError


def names(server: Server) -> set[str]:
    with psycopg.connect(server.owner_url) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def test_neither_role_is_a_superuser(server: Server) -> None:
    with psycopg.connect(server.owner_url) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname IN ('tanso_owner', 'tanso_app') ORDER BY rolname"
        ).fetchall()
    assert rows == [("tanso_app", False, False, False), ("tanso_owner", False, True, False)]


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine ()", "ALTER TABLE parties_site ADD mine int", "DROP TABLE parties_site"]
)
def test_the_application_makes_and_changes_no_table(database: Server, statement: str) -> None:
    with (
        psycopg.connect(database.application_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL(statement))  # type: ignore[arg-type]


def test_every_table_belongs_to_the_owner_role(database: Server) -> None:
    with psycopg.connect(database.owner_url) as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert owners == [("tanso_owner",)]


def test_django_serves_as_the_application_and_migrates_as_the_owner(database: Server) -> None:
    from django.db import connections  # noqa: PLC0415

    found = {}
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            found[alias] = cursor.fetchone()
    assert found == {"default": ("tanso_app", database.database), "owner": ("tanso_owner", database.database)}


def test_tanso_does_not_serve_as_owner_of_the_tables(database: Server) -> None:
    roles.refuse_owner(database.application_url)
    for url in (database.owner_url, database.admin_url):
        with pytest.raises(TansoError) as caught:
            roles.refuse_owner(url or "")
        assert caught.value.code == "database.serves_as_owner"


def test_one_role_for_both_urls_is_refused_before_migrating(database: Server) -> None:
    with pytest.raises(TansoError) as caught:
        roles.prepare(Server(owner_url=database.owner_url, application_url=database.owner_url))
    assert caught.value.code == "database.roles_same"


def test_an_application_role_that_is_not_there_is_explained(database: Server) -> None:
    with pytest.raises(TansoError) as caught:
        roles.prepare(
            Server(
                owner_url=database.owner_url, application_url=database.application_url.replace("tanso_app", "nobody")
            )
        )
    assert caught.value.code == "database.application_role_missing"
    assert "nobody" in caught.value.message.ja


def test_a_server_that_does_not_answer_is_explained_without_the_password() -> None:
    with pytest.raises(TansoError) as caught:
        roles.refuse_owner("postgresql://someone:hush@/tanso?host=/nonexistent")
    assert caught.value.code == "database.unreachable"
    assert "hush" not in str(caught.value)


def test_two_clones_do_not_see_each_other(database: Server, template: str) -> None:
    other = clones.clone(database, template)
    try:
        with psycopg.connect(other.application_url) as connection:
            connection.execute("INSERT INTO parties_organisation (name, name_kana) VALUES ('甲', 'コウ')")
        with psycopg.connect(database.application_url) as connection:
            assert connection.execute("SELECT count(*) FROM parties_organisation").fetchone() == (0,)
    finally:
        clones.drop(other)
    assert other.database not in names(database)


def test_a_clone_is_dropped_even_while_somebody_is_connected(server: Server, template: str) -> None:
    clone = clones.clone(server, template)
    with psycopg.connect(clone.application_url):
        clones.drop(clone)
    assert clone.database not in names(server)


def test_clones_of_a_dead_process_are_dropped_by_the_next(server: Server, template: str) -> None:
    code = (
        "import sys; from tanso.database import clones; from tanso.database.urls import Server;"
        f"print(clones.clone(Server(sys.argv[1], sys.argv[1]), {template!r}).database)"
    )
    made = subprocess.run([sys.executable, "-c", code, server.owner_url], capture_output=True, text=True, check=True)
    left = made.stdout.strip()
    assert left in names(server)
    clones.drop_stale(server)
    assert left not in names(server)


def test_a_database_that_is_no_clone_is_never_dropped(server: Server) -> None:
    with pytest.raises(ValueError, match="not a clone"):
        clones.drop(server)


def test_the_template_follows_the_migration_files(tmp_path: Path) -> None:
    migrations = tmp_path / "room" / "migrations"
    migrations.mkdir(parents=True)
    first, second = migrations / "0001_a.py", migrations / "0002_b.py"
    first.write_text("a")
    before = clones.template_name([first], server_version=180000)
    second.write_text("b")
    assert clones.template_name([second, first], server_version=180000) == clones.template_name(
        [first, second], server_version=180000
    )
    after = {
        clones.template_name([first, second], server_version=180000),
        clones.template_name([first], server_version=150000),
    }
    first.write_text("changed")
    after.add(clones.template_name([first], server_version=180000))
    assert len(after | {before}) == 4


def test_connections_follow_a_change_of_database(database: Server, template: str) -> None:
    from django.db import connection  # noqa: PLC0415

    other = clones.clone(database, template)
    try:
        connect.use(other)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == (other.database,)
        connection.close()
    finally:
        connect.use(database)
        clones.drop(other)
