"""`tanso administrator add`: the authority's own logins, which nobody registers."""

from __future__ import annotations

from typing import Annotated

import typer

from tanso.interfaces.cli.speech import both, say
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

_Login = Annotated[str, typer.Argument(metavar="LOGIN", help=both("ログインID", "The login ID."))]
_Person = Annotated[str, typer.Option(help=both("担当者の氏名", "Who it is."))]
_Mail = Annotated[str, typer.Option(help=both("メールアドレス", "Mail address."))]
_Added = Text(
    ja="管理者 {login} の一度限りのパスワード：{password}\n最初のログインで、ご自身のパスワードを決めます。",
    en="One-time password of administrator {login}: {password}\nThe first sign-in asks for a password of one's own.",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help=both("管理者のログイン", "Logins of the authority."), no_args_is_help=True)
    app.add_typer(group, name="administrator")

    @group.command(
        "add",
        help=both(
            "管理者を加え（既にあれば再発行し）、一度限りのパスワードを表示します。",
            "Add an administrator, or let one in again, and print a one-time password.",
        ),
    )
    def add(login: _Login, person: _Person = "", mail: _Mail = "") -> None:
        from tanso.interfaces.cli.with_database import database, set_up_django  # noqa: PLC0415

        settings = set_up_django()
        with database(migrated=settings.TANSO.database_url is None):
            password = let_in(login, person=person, mail=mail)
        say(_Added.filled({"login": login, "password": password}))


def let_in(login_id: str, *, person: str = "", mail: str = "") -> str:
    """A one-time password for an administrator, new or known; what let that login in before no longer does.

    Raises TansoError `administrator.login_taken` where the login ID is a participant's.
    """
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    from tanso.parties import credentials  # noqa: PLC0415
    from tanso.parties.actions import add_administrator  # noqa: PLC0415

    login = add_administrator(login_id=login_id, person=person, mail=mail)
    if login.role != "administrator":
        raise TansoError(
            code="administrator.login_taken",
            message=Text(
                ja="ログインID {login} は、参加者のものです。", en="Login {login} belongs to a participant."
            ).filled({"login": login_id}),
            next_step=Text(ja="別のログインIDにしてください。", en="Choose another login ID."),
            facts={"login": login_id},
        )
    password = credentials.one_time_password()
    credentials.hand_out(login, password)
    Authenticator.objects.filter(user=login).delete()
    return password
