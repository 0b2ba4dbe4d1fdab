"""The `tanso` command. Each command imports what it needs when it runs, so that help and light commands stay quick."""

from __future__ import annotations

import atexit
import importlib.util
import os
import sys
from typing import Annotated

import typer

from tanso.interfaces.cli import balance, looking_back, rules, rules_coverage
from tanso.interfaces.cli.speech import ENDED_BY_ERROR, both, say, say_error
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

app = typer.Typer(
    help=both("排出量取引制度を動かします。", "Runs emissions-trading schemes."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(help=both("制度の規則", "The rules of the schemes."), no_args_is_help=True)
ledger_app = typer.Typer(help=both("台帳", "The ledger."), no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(ledger_app, name="ledger")

# Rooms of the shell that register their own commands, where they are built.
_WITH_COMMANDS = ("calculate", "workbook", "play", "example", "bench", "results", "work", "administrators")


@app.command(help=both("データベースの表を最新にします。", "Bring the database's tables up to date."))
def migrate() -> None:
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415
    from tanso.interfaces.cli.with_database import migrate as bring_up_to_date  # noqa: PLC0415

    with database(migrated=False, needs_owner=True) as server:
        bring_up_to_date(server)
        say(
            Text(ja="データベース {name} の表は最新です。", en="The tables of database {name} are up to date.").filled(
                {"name": server.database}
            )
        )


@app.command(help=both("画面を提供します。", "Serve the pages."))
def serve(
    host: Annotated[str | None, typer.Option(help=both("待ち受ける名前（既定 localhost）", "Where to listen."))] = None,
    port: Annotated[int | None, typer.Option(help=both("待ち受けるポート（既定 8000）", "Which port."))] = None,
) -> None:
    from tanso.database.roles import refuse_owner  # noqa: PLC0415
    from tanso.interfaces.cli import serving  # noqa: PLC0415
    from tanso.interfaces.cli.with_database import database, set_up_django  # noqa: PLC0415

    settings = set_up_django()
    where, which = host or settings.TANSO.host, port or settings.TANSO.port
    if where not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append(where)
    sockets = serving.listen(where, which)
    address = Text(ja="http://{host}:{port} で動いています。", en="Serving http://{host}:{port}.")
    with database(migrated=settings.TANSO.database_url is None) as server:
        refuse_owner(server.application_url)
        serving.serve(sockets, ready=lambda: say(address.filled({"host": where, "port": str(which)})))


@app.command(help=both("例を読み込んで、この機械で試します。", "Try Tanso on this machine, with an example loaded."))
def demo() -> None:
    from tanso.interfaces.cli import demo as demonstration  # noqa: PLC0415

    demonstration.run()


@app.command(
    help=both(
        "期日の到来した手続を行い、台帳を検証します（毎日の実行用）。",
        "Perform what is due, then check the ledger (daily).",
    )
)
def due() -> None:
    from tanso.interfaces.cli import falling_due  # noqa: PLC0415

    raise typer.Exit(falling_due.run())


@ledger_app.command("verify", help=both("仕訳から残高を計算し直して比べます。", "Recompute all holdings and compare."))
def ledger_verify(
    as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
    touched: Annotated[
        bool,
        typer.Option(
            "--touched", help=both("前回の検証後に動いた口座だけ", "Only accounts that moved since the last check.")
        ),
    ] = False,
    no_freeze: Annotated[
        bool,
        typer.Option(
            "--no-freeze", help=both("見るだけで、凍結も通知もしない", "Only look: freeze nothing, tell nobody.")
        ),
    ] = False,
) -> None:
    from tanso.interfaces.cli import checking  # noqa: PLC0415

    raise typer.Exit(checking.verify_ledger(as_json=as_json, touched=touched, freeze=not no_freeze))


looking_back.register(ledger_app)
balance.register(ledger_app)
rules.register(rules_app)
rules_coverage.register(rules_app)
for _name in _WITH_COMMANDS:
    if importlib.util.find_spec(f"tanso.interfaces.cli.{_name}") is not None:
        importlib.import_module(f"tanso.interfaces.cli.{_name}").register(app)


def _say_nothing_more() -> None:
    """DuckDB's binding reports its own objects as leaked when the interpreter ends, which tells nobody anything."""
    if "duckdb" in sys.modules:
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def run() -> None:
    """The console script: anticipated errors become a sentence and exit status 2, never a traceback."""
    atexit.register(_say_nothing_more)  # registered first, called last
    try:
        app()
    except TansoError as error:
        say_error(error)
        sys.exit(ENDED_BY_ERROR)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
