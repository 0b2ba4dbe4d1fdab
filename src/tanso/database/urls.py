"""Addresses of one PostgreSQL database: who connects where, as libpq URLs.

A private server listens on a Unix socket only, so its folder stands in the `host` parameter of the URL.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import conninfo

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Server:
    """One database of one server, as its two roles reach it.

    `owner_url` owns the database and its tables (migrations, clones); `application_url` may only use them.
    `admin_url` is the superuser of a private server, None where somebody else runs the server.
    """

    owner_url: str = field(repr=False)
    application_url: str = field(repr=False)
    admin_url: str | None = field(default=None, repr=False)

    def on(self, database: str) -> Server:
        """The same server and roles, another database."""
        return replace(
            self,
            owner_url=with_database(self.owner_url, database),
            application_url=with_database(self.application_url, database),
            admin_url=None if self.admin_url is None else with_database(self.admin_url, database),
        )

    @property
    def database(self) -> str:
        return parts(self.application_url)["dbname"]

    @property
    def application_role(self) -> str:
        return parts(self.application_url)["user"]


def parts(url: str) -> dict[str, str]:
    """The named parts of `url` (dbname, user, password, host, port and options); `dbname` and `user` are always there.

    Raises TansoError `database.url_unreadable` without repeating the URL, which may hold a password.
    """
    try:
        found = {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError as error:
        found = {}
        reason = str(error).strip().splitlines()[0] if "://" in url else ""
    else:
        reason = ""
    if "user" not in found or "dbname" not in found:
        raise TansoError(
            code="database.url_unreadable",
            message=Text(ja="データベースの URL を読めません。", en="The URL of the database cannot be read."),
            next_step=Text(
                ja="postgresql://利用者:パスワード@ホスト:ポート/データベース の形で書いてください。",
                en="Write it as postgresql://user:password@host:port/database.",
            ),
            facts={"reason": reason.replace(url, "…")},
        )
    return found


def compose(*, user: str, password: str, database: str, socket_folder: Path) -> str:
    """The URL of a database behind a Unix socket."""
    place = urlencode({"host": str(socket_folder)}, quote_via=quote)
    return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@/{quote(database, safe='')}?{place}"


def with_database(url: str, database: str) -> str:
    """`url` with another database name, everything else kept."""
    found = parts(url)
    user, password = quote(found.pop("user"), safe=""), found.pop("password", None)
    found.pop("dbname")
    secret = "" if password is None else f":{quote(password, safe='')}"
    rest = urlencode(found, quote_via=quote)
    return f"postgresql://{user}{secret}@/{quote(database, safe='')}" + (f"?{rest}" if rest else "")
