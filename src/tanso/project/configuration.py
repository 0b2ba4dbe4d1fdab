"""What an installation may set: environment variables that start with TANSO_, read and checked once.

Nothing has to be set to try Tanso. docs/reference/settings.md lists these fields.
"""

from __future__ import annotations

from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

import tanso
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _is_mail_address(text: str) -> bool:
    """Whether it is one address, with or without a name before it, on one line."""
    _name, address = parseaddr(text, strict=True)
    local, _at, domain = address.rpartition("@")
    return bool(local and domain and address.isascii() and text.isprintable() and not set(address) & set(" ,;<>"))


def _data_folder() -> Path:
    """`.tanso` in the checkout that the code runs from; in the current folder where it is installed as a package."""
    checkout = Path(tanso.__file__).resolve().parents[2]
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / ".tanso"


class Configuration(BaseSettings):
    """All settings, typed. Lists are written with commas; folders in TANSO_SCHEMES with the system's path separator."""

    model_config = SettingsConfigDict(env_prefix="TANSO_", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(
        default=None, description="URL of a PostgreSQL of yours, as the application's role"
    )
    owner_database_url: SecretStr | None = Field(
        default=None, description="The same database as the role that owns the tables"
    )
    data_folder: Path = Field(default_factory=_data_folder, description="Private PostgreSQL and generated secrets")
    postgres_cache_mb: int | None = Field(
        default=None, ge=16, le=65_536, description="Cache (shared_buffers) of the private PostgreSQL, in MB"
    )
    secret_key: SecretStr | None = Field(
        default=None, description="Signs sessions; made and kept in the data folder if absent"
    )
    secret_key_fallbacks: Annotated[list[SecretStr], NoDecode] = Field(
        default_factory=list, description="Former secret keys, whose sessions and seals are still read"
    )
    schemes: str = Field(default="", description="More folders with rulebooks, beside those that come with Tanso")
    name_ja: str = Field(default="", max_length=100, description="Name of the installation, in Japanese")
    name_en: str = Field(default="", max_length=100, description="Name of the installation, in English")
    operator_ja: str = Field(default="", max_length=200, description="Who runs the installation, in Japanese")
    operator_en: str = Field(default="", max_length=200, description="Who runs the installation, in English")
    first_scheme: str = Field(default="", description="The scheme whose public page is the first page")
    demo: bool = Field(
        default=False, description="A demonstration on this machine: plain http is enough for signing in"
    )
    second_factor: bool | None = Field(
        default=None,
        description="Whether logins must have the second factor that a scheme demands; yes, except in a demonstration",
    )
    idle_minutes: int = Field(default=30, ge=1, le=480, description="Signs out a browser that does nothing this long")
    session_hours: int = Field(default=8, ge=1, le=24, description="Signs out a browser this long after signing in")
    confirm_again_after_minutes: int = Field(
        default=5, ge=1, le=60, description="How long a password or code confirms acts that cannot be undone"
    )
    debug: bool = Field(default=False, description="Django's debug pages; never where others can reach the server")
    host: str = Field(default="localhost", description="Where to listen")
    port: int = Field(default=8000, ge=1, le=65535, description="Where to listen")
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Names under which the pages may be asked for"
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=9, description="How many proxies of yours stand before the server and add X-Forwarded-For"
    )
    looks_kept_days: int = Field(
        default=1096, ge=366, le=36_525, description="How long it is kept who looked at whose data"
    )

    mail_host: str | None = Field(default=None, description="SMTP server; without one no mail is sent")
    mail_port: int = Field(default=587, ge=1, le=65535, description="Port of the SMTP server")
    mail_user: str | None = Field(default=None, description="User at the SMTP server, where it asks for one")
    mail_password: SecretStr | None = Field(default=None, description="That user's password")
    mail_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="Encryption towards the SMTP server"
    )
    mail_from: str | None = Field(default=None, description="From whom mails are, as an address or `Name <address>`")

    @field_validator("mail_from")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not _is_mail_address(value):
            raise ValueError("an address, or a name and an address as in `Registry <registry@example.go.jp>`")
        return value

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Configuration:
        if self.mail_host is None:
            return self
        if self.mail_from is None:
            raise ValueError("TANSO_MAIL_HOST needs TANSO_MAIL_FROM")
        if (self.mail_user is None) != (self.mail_password is None):
            raise ValueError("TANSO_MAIL_USER and TANSO_MAIL_PASSWORD go together")
        if self.mail_user is not None and self.mail_tls == "none" and self.mail_host not in _LOOPBACK:
            raise ValueError("TANSO_MAIL_TLS=none would send TANSO_MAIL_PASSWORD for all to read")
        return self

    public_address: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+/?)?$",
        description="Where people reach the pages (https://…), for letters and mails; from host and port if absent",
    )

    @property
    def reached_at(self) -> str:
        """The address that letters and mails print, without a slash at its end."""
        if self.public_address:
            return self.public_address.rstrip("/")
        named = [host for host in self.allowed_hosts if host != "*" and not host.startswith(".")]
        return f"https://{named[0]}" if named else f"http://{self.host}:{self.port}"

    @property
    def demands_second_factor(self) -> bool:
        """As set; left open, everywhere but in a demonstration, which anybody is to try within a minute."""
        return not self.demo if self.second_factor is None else self.second_factor

    @field_validator("allowed_hosts", "secret_key_fallbacks", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("data_folder")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _owner_is_not_alone(self) -> Configuration:
        if self.database_url is None and self.owner_database_url is not None:
            raise ValueError("TANSO_OWNER_DATABASE_URL needs TANSO_DATABASE_URL")
        return self


@cache
def load() -> Configuration:
    """The configuration of this process. Raises TansoError `configuration.wrong`, naming every wrong setting."""
    try:
        return Configuration()
    except ValidationError as error:
        wrong = "; ".join(
            f"TANSO_{'_'.join(str(part) for part in item['loc'][:1]).upper()}: {item['msg']}"
            if item["loc"]
            else item["msg"]
            for item in error.errors()
        )
        raise TansoError(
            code="configuration.wrong",
            message=Text(ja="設定が正しくありません：{wrong}", en="The settings are wrong: {wrong}").filled(
                {"wrong": wrong}
            ),
            next_step=Text(ja="その環境変数を直してください。", en="Correct these environment variables."),
            facts={"wrong": wrong},
        ) from None
