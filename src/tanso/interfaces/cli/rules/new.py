"""`tanso rules new SCHEME`: the files of a new scheme, which pass `tanso rules check` and live a small story."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text as Line

from tanso.interfaces.cli.rules import books
from tanso.interfaces.cli.speech import both, here, say
from tanso.kernel.texts import Text

_WRITTEN = Text("{count}個のファイルを {folder} に書きました。", "{count} files were written to {folder}.")
_NEXT = Text("次に試すこと：", "Try next:")


def register(rules_app: typer.Typer) -> None:
    """Add the command `new`."""

    @rules_app.command("new", help=both("新しい制度の雛形を書きます。", "Write the skeleton of a new scheme."))
    def new_command(
        scheme: Annotated[str, typer.Argument(help=both("制度の名前（例：my-scheme）", "Its name, like my-scheme."))],
        into: Annotated[
            Path, typer.Option("--into", metavar="DIR", help=both("置き場所（既定 schemes）", "Where (schemes)."))
        ] = Path("schemes"),
        first_year: Annotated[
            int | None,
            typer.Option(min=1900, max=8000, help=both("最初の対象年度（既定は今年）", "Its first year (this year).")),
        ] = None,
    ) -> None:
        from tanso.rulebook.new_scheme import write_skeleton  # noqa: PLC0415

        written = write_skeleton(scheme, into=into, day=books.today(), first_year=first_year)
        folder = into / scheme
        say(_WRITTEN.filled({"count": len(written), "folder": str(folder)}))
        console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
        for path in written:
            console.print(Line(f"  {path}"))
        console.print(Line(here(_NEXT)))
        for command in (
            f"tanso rules check {folder}",
            f"export TANSO_SCHEMES={os.path.abspath(into)}",
            f"tanso play {written[-1]}",
        ):
            console.print(Line(f"  {command}"))
