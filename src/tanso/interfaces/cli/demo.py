"""`tanso demo`: everything that a newcomer needs, from nothing, on one machine."""

from __future__ import annotations

import os

from rich.console import Console
from rich.table import Table

from tanso.interfaces.cli.demo_example import Demonstration, load_example
from tanso.interfaces.cli.speech import both, here, say
from tanso.kernel.texts import Text


def run() -> None:
    """Start the database, migrate, load the example, serve. Ctrl-C ends all of it. Raises TansoErrors."""
    os.environ.setdefault("TANSO_DEMO", "1")
    from tanso.interfaces.cli import serving  # noqa: PLC0415
    from tanso.interfaces.cli.with_database import database, set_up_django  # noqa: PLC0415

    settings = set_up_django()
    host, port = settings.TANSO.host, settings.TANSO.port
    sockets = serving.listen(host, port)  # before the slow work: a taken port is said at once
    say(Text(ja="データベースを準備しています…", en="Preparing the database…"))
    with database():
        demonstration = load_example(say)
        serving.serve(sockets, ready=lambda: _welcome(f"http://{host}:{port}", demonstration))


def _welcome(address: str, demonstration: Demonstration | None) -> None:
    console = Console()
    console.print()
    console.print(both("Tanso が動いています：", "Tanso runs at ") + f"[bold]{address}[/bold]")
    if demonstration is not None:
        say(demonstration.notice)
        table = Table(both("だれ", "Who"), both("ログイン", "Login"), both("パスワード", "Password"))
        for sign_in in demonstration.sign_ins:
            table.add_row(here(sign_in.who), sign_in.login, sign_in.password)
        console.print(table)
        for number, step in enumerate(demonstration.try_first, start=1):
            console.print(f"{number}. {here(step)}", markup=False, highlight=False)
    console.print(both("終えるには Ctrl-C を押してください。", "Press Ctrl-C to stop everything."))
