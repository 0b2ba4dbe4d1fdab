"""`tanso results`: what came of each phase of a scheme, for people, as JSON or as CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from tanso.interfaces.cli.speech import both, here, language
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.interfaces.exports import paper
    from tanso.rulebook import Rulebook


def register(app: typer.Typer) -> None:
    """Add the command to `tanso`."""
    app.command("results", help=both("期ごとの実績を示します。", "Show the results of each phase."))(results)


def results(
    scheme: Annotated[str, typer.Argument(help=both("制度の記号", "The scheme."))],
    phase: Annotated[int | None, typer.Option("--phase", help=both("この期だけ", "This phase alone."))] = None,
    published: Annotated[
        bool, typer.Option("--published", help=both("公表されるものだけ", "Only what the public sees."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", help=both("このファイルにCSVで書く", "Write this CSV file."))
    ] = None,
) -> None:
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    with database():
        from tanso.interfaces.clock import today_in  # noqa: PLC0415
        from tanso.interfaces.exports import results as exports  # noqa: PLC0415
        from tanso.interfaces.exports.csv_file import csv_chunks  # noqa: PLC0415
        from tanso.registry import publishing  # noqa: PLC0415
        from tanso.registry import results as registry  # noqa: PLC0415

        rulebook = _rulebook(scheme, phase)
        day = today_in(rulebook)
        found = registry.results(scheme, day, phase=phase)
        if published:
            found = [publishing.told(rulebook, one, day) for one in found]
        answer = exports.as_json(scheme, found, day)
        table = exports.results_table(rulebook, found)
    if csv is not None:
        csv.write_bytes(b"".join(csv_chunks(table, language())))
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    elif csv is None:
        _print(table)


def _rulebook(scheme: str, phase: int | None) -> Rulebook:
    from tanso.acts import rulebooks  # noqa: PLC0415
    from tanso.rulebook import library  # noqa: PLC0415

    known = library().schemes()
    if scheme not in known:
        raise TansoError(
            code="cli.scheme_unknown",
            message=Text("制度「{scheme}」はありません。", "There is no scheme {scheme}.").filled({"scheme": scheme}),
            next_step=Text("ある制度：{known}", "There are: {known}.").filled({"known": ", ".join(known)}),
        )
    rulebook = rulebooks.current(scheme)
    if rulebook.results is None:
        raise TansoError(
            code="results.not_declared",
            message=Text("この制度には期ごとの実績の定めがありません。", "This scheme does not say what results are."),
            next_step=Text("制度の results.yaml に書きます。", "Say it in the scheme's results.yaml."),
        )
    if phase is not None and phase not in rulebook.phases:
        raise TansoError(
            code="cli.phase_unknown",
            message=Text("第{phase}期はありません。", "There is no phase {phase}.").filled({"phase": phase}),
            next_step=Text("ある期：{known}", "There are: {known}.").filled(
                {"known": ", ".join(str(number) for number in rulebook.phases)}
            ),
        )
    return rulebook


def _print(table: paper.Table) -> None:
    """Each phase as a list of its figures: there are more of them than a screen is wide."""
    from tanso.interfaces.exports.paper import shown  # noqa: PLC0415

    console = Console(highlight=False)
    shape = Table(box=None, pad_edge=False)
    rows = list(table.rows())
    if not rows:
        console.print(here(Text("まだ実績がありません。", "There are no results yet.")))
        return
    shape.add_column("")
    for row in rows:
        shape.add_column(shown(row[0], language()), justify="right")
    for place, column in enumerate(table.columns[1:], start=1):
        shape.add_row(here(column.label), *(shown(row[place], language()) or "–" for row in rows))
    console.print(shape)
