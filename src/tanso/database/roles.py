"""The two roles: one owns the tables, the other may only use them.

`tanso_owner` owns every database and table and runs migrations; `tanso_app` serves. What the application must not do
(change history) is then refused by PostgreSQL itself, and neither role is a superuser.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql

from tanso.database import binaries, urls
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

ADMIN = "tanso_admin"
OWNER = "tanso_owner"
APPLICATION = "tanso_app"


def ensure_roles(admin_url: str, passwords: dict[str, str]) -> None:
    """Create both roles of a private server if they are not there."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((APPLICATION, sql.SQL("")), (OWNER, sql.SQL("CREATEDB"))):
            if role not in there:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}").format(
                        sql.Identifier(role), rights, sql.Literal(passwords[role])
                    )
                )
        # A database with connections of the application can only be dropped by who may end them.
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APPLICATION), sql.Identifier(OWNER)))


def ensure_database(server: urls.Server, name: str) -> None:
    """Create database `name` of the owner if it is not there, and let the application in."""
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
            )
    prepare(server.on(name))


def prepare(server: urls.Server) -> None:
    """Before the first migration: the application role may use, not own, whatever the owner makes from now on.

    Works on a server of somebody else too. Raises TansoError `database.too_old`, `database.application_role_missing`,
    `database.roles_same` or `database.unreachable`.
    """
    application = server.application_role
    with connected(server.owner_url) as connection:
        check_version(connection)
        owner = _value(connection, "SELECT current_user")
        if owner == application:
            raise TansoError(
                code="database.roles_same",
                message=Text(
                    ja="TANSO_DATABASE_URL と TANSO_OWNER_DATABASE_URL が同じ利用者です。",
                    en="TANSO_DATABASE_URL and TANSO_OWNER_DATABASE_URL name the same role.",
                ),
                next_step=Text(
                    ja="表を所有する利用者と、使うだけの利用者を分けてください。",
                    en="Use one role that owns the tables and another that only uses them.",
                ),
                facts={"role": application},
            )
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [application]).fetchone() is None:
            raise TansoError(
                code="database.application_role_missing",
                message=Text(
                    ja="データベースに利用者 {role} がありません。", en="The database server has no role {role}."
                ).filled({"role": application}),
                next_step=Text(
                    ja="CREATE ROLE {role} LOGIN PASSWORD '…' で作ってください。",
                    en="Create it with CREATE ROLE {role} LOGIN PASSWORD '…'.",
                ).filled({"role": application}),
                facts={"role": application},
            )
        names = {"owner": sql.Identifier(owner), "application": sql.Identifier(application)}
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {application}").format(**names))
        for rights, things in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
            connection.execute(_default_privilege(rights, things).format(**names))


def _default_privilege(rights: LiteralString, things: LiteralString) -> sql.SQL:
    return sql.SQL(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
        "GRANT " + rights + " ON " + things + " TO {application}"
    )


def refuse_owner(application_url: str) -> None:
    """Refuse to serve as a role that could rewrite history: a superuser or an owner of tables.

    Raises TansoError `database.serves_as_owner`.
    """
    with connected(application_url) as connection:
        check_version(connection)
        owns = connection.execute(
            "SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), count(*)"
            " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND pg_has_role(current_user, relowner, 'USAGE')"
        ).fetchone()
    if owns is not None and (owns[1] or owns[2]):
        raise TansoError(
            code="database.serves_as_owner",
            message=Text(
                ja="利用者 {role} は台帳の表の所有者（または管理者）なので、この利用者では動かしません。",
                en="Role {role} owns the ledger's tables (or is a superuser); Tanso does not serve as it.",
            ).filled({"role": owns[0]}),
            next_step=Text(
                ja="TANSO_DATABASE_URL には表を所有しない利用者を指定してください。",
                en="Name a role that owns no table in TANSO_DATABASE_URL.",
            ),
            facts={"role": owns[0]},
        )


def check_version(connection: psycopg.Connection) -> None:
    """Raise TansoError `database.too_old` before PostgreSQL 15."""
    version = connection.info.server_version // 10000
    if version < binaries.OLDEST_MAJOR:
        raise TansoError(
            code="database.too_old",
            message=Text(
                ja="PostgreSQL {version} は古すぎます。15 以降が必要です。",
                en="PostgreSQL {version} is too old; 15 or later is needed.",
            ).filled({"version": version}),
            next_step=Text(ja="PostgreSQL 15 以降をお使いください。", en="Use PostgreSQL 15 or later."),
            facts={"version": version},
        )


def connected(url: str) -> psycopg.Connection:
    """A connection in autocommit mode. Raises TansoError `database.unreachable`."""
    parts = urls.parts(url)
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise TansoError(
            code="database.unreachable",
            message=Text(
                ja="データベース {database}（利用者 {role}）に接続できません：{reason}",
                en="Database {database} (role {role}) cannot be reached: {reason}",
            ).filled({"database": parts["dbname"], "role": parts["user"], "reason": reason}),
            next_step=Text(
                ja="サーバーが動いているか、TANSO_DATABASE_URL と TANSO_OWNER_DATABASE_URL が正しいかを"
                "確認してください。",
                en="Check that the server runs and that TANSO_DATABASE_URL and TANSO_OWNER_DATABASE_URL are right.",
            ),
            facts={"database": parts["dbname"], "role": parts["user"], "reason": reason},
        ) from error


def _value(connection: psycopg.Connection, query: LiteralString) -> str:
    row = connection.execute(query).fetchone()
    return "" if row is None else str(row[0])
