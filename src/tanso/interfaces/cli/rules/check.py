"""`tanso rules check [DIR]`: every problem as file:line: key: message. No database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text as Line

from tanso.interfaces.cli.rules import books
from tanso.interfaces.cli.speech import both, here, say
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook import Rulebook
    from tanso.rulebook.errors import Problem

SOUND, FOUND = 0, 1

_SOUND = Text("{scheme}：問題ありません（版 {version}）。", "{scheme}: no problem (version {version}).")


def register(rules_app: typer.Typer) -> None:
    """Add the command `check`."""

    @rules_app.command("check", help=both("制度の規則を検査します。", "Check the rules of schemes."))
    def check_command(
        place: Annotated[
            str | None,
            typer.Argument(
                metavar="[DIR]",
                help=both("制度又は制度のフォルダー（既定はすべて）", "A scheme, or a folder of one or several (all)."),
            ),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
    ) -> None:
        raise typer.Exit(check_rules(place, as_json=as_json))


def check_rules(place: str | None = None, *, as_json: bool = False) -> int:
    """Load the schemes and print every problem; 1 if there is any. Raises TansoError where there is no scheme."""
    status = SOUND
    told = []
    for folder in _folders(place):
        book, problems = _checked(folder)
        status = FOUND if problems else status
        told.append(
            {
                "scheme": folder.name if book is None else book.scheme,
                "version": None if book is None else book.version,
                "problems": [_as_json(problem) for problem in problems],
            }
        )
        if not as_json:
            _say(book, problems)
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return status


def _folders(place: str | None) -> Iterator[Path]:
    from tanso.rulebook import library  # noqa: PLC0415

    if place is None:
        yield from (library().folder(scheme) for scheme in library().schemes())
    elif books.is_folder(place):
        yield from books.scheme_folders(Path(place))
    elif place in library().schemes():
        yield library().folder(place)
    else:
        raise books.no_such_scheme(place)


def _checked(folder: Path) -> tuple[Rulebook | None, list[Problem]]:
    from tanso.rulebook import RulebookError  # noqa: PLC0415
    from tanso.rulebook.coverage import load_coverage  # noqa: PLC0415
    from tanso.rulebook.errors import Problem  # noqa: PLC0415

    book = None
    try:
        book = books.load_folder(folder)
        if book.scheme != folder.resolve().name:
            return book, [Problem(f"{folder.name}/scheme.yaml", 1, "scheme", _OTHER_NAME)]
        load_coverage(folder, book)
    except RulebookError as error:
        return book, error.problems
    return book, []


_OTHER_NAME = Text("制度の名前とフォルダーの名前が異なります。", "The scheme and its folder must have the same name.")


def _say(book: Rulebook | None, problems: list[Problem]) -> None:
    for problem in problems:
        place = f"{problem.file}:{problem.line}: {problem.key}" if problem.line else f"{problem.file}: {problem.key}"
        Console().print(Line(f"{place}: {here(problem.message)}"), soft_wrap=True)
    if book is not None and not problems:
        say(_SOUND.filled({"scheme": book.scheme, "version": book.version[:12]}))


def _as_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "key": problem.key,
        "message": problem.message.as_json(),
    }
