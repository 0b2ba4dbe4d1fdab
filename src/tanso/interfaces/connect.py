"""Point Django at a database at run time: a private server's, a clone's, or the configured one.

Every interface and the tests connect through here. Rooms below never choose a database.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connections
from pydantic import SecretStr

from tanso.database import problems, roles, urls
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

_PLACES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
_connected: list[urls.Server] = []


class Configured(Protocol):
    """What is needed from `project.configuration.Configuration`, which this room must not import."""

    @property
    def database_url(self) -> SecretStr | None: ...
    @property
    def owner_database_url(self) -> SecretStr | None: ...
    @property
    def data_folder(self) -> Path: ...


def use(server: urls.Server) -> None:
    """Send everything from now on to `server`'s database; this thread's open connections are closed."""
    connections.close_all()
    for alias, url in (("default", server.application_url), ("owner", server.owner_url)):
        parts = urls.parts(url)
        address = connections.settings[alias]
        address.update({django: parts.pop(libpq, "") for libpq, django in _PLACES.items()})
        # Statements that every act runs are planned once a connection (acts.statements): prepared, and by a plan that
        # serves any values, where PostgreSQL would plan anew for each list of accounts.
        planned_once = {"prepare_threshold": 1, "options": "-c plan_cache_mode=force_generic_plan"}
        address["OPTIONS"] = {**planned_once, **parts}
        settings.DATABASES[alias].update(address)
    settings.TANSO_APPLICATION_ROLE = server.application_role
    _connected[:] = [server]


def is_connected() -> bool:
    """Whether `use` has been called in this process."""
    return bool(_connected)


def configured_server(configured: Configured, *, needs_owner: bool = True) -> urls.Server | None:
    """The server that the installation names, None where it leaves that to Tanso.

    Raises TansoError `database.owner_url_missing` where the owner is needed: without it there is nobody to migrate or
    clone as. Where it is not needed and not named, the application stands in its place.
    """
    if configured.database_url is None:
        return None
    if configured.owner_database_url is None and not needs_owner:
        url = configured.database_url.get_secret_value()
        return urls.Server(owner_url=url, application_url=url)
    if configured.owner_database_url is None:
        raise TansoError(
            code="database.owner_url_missing",
            message=Text(
                ja="TANSO_DATABASE_URL はありますが、TANSO_OWNER_DATABASE_URL がありません。",
                en="TANSO_DATABASE_URL is set, TANSO_OWNER_DATABASE_URL is not.",
            ),
            next_step=Text(
                ja="表を所有する利用者の URL を TANSO_OWNER_DATABASE_URL に指定してください。",
                en="Name the database as the role that owns its tables in TANSO_OWNER_DATABASE_URL.",
            ),
        )
    return urls.Server(
        owner_url=configured.owner_database_url.get_secret_value(),
        application_url=configured.database_url.get_secret_value(),
    )


def use_configured(configured: Configured) -> None:
    """Connect as the installation says, for a process that only serves; refuses to serve as owner of the tables.

    Only the application's URL is needed. Raises TansoError.
    """
    if configured.database_url is None:
        raise TansoError(
            code="database.url_missing",
            message=Text(ja="TANSO_DATABASE_URL がありません。", en="TANSO_DATABASE_URL is not set."),
            next_step=Text(
                ja="`tanso serve` を使うか、TANSO_DATABASE_URL を指定してください。",
                en="Use `tanso serve`, or set TANSO_DATABASE_URL.",
            ),
        )
    url = configured.database_url.get_secret_value()
    owner = configured.owner_database_url
    roles.refuse_owner(url)
    use(urls.Server(owner_url=url if owner is None else owner.get_secret_value(), application_url=url))
    use_secret_key(configured.data_folder)


def use_secret_key(data_folder: Path) -> None:
    """Sign with the configured key; else with one of our own, made once and kept in the data folder."""
    if settings.TANSO.secret_key is not None:
        return
    place = data_folder / "secret-key"
    with problems.explained(data_folder):
        data_folder.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            # Written aside and linked, so that of two first commands both read one whole key.
            aside = place.with_name(f"secret-key.{os.getpid()}")
            with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(aside, place)
            aside.unlink()
        settings.SECRET_KEY = place.read_text().strip()
