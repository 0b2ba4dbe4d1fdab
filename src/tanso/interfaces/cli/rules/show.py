"""`tanso rules show SCHEME`: everything that a scheme says, by kind, with the values of a day or all of them."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tanso.interfaces.cli.rules import books
from tanso.interfaces.cli.rules.printing import Printer
from tanso.interfaces.cli.speech import both, language
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook import Rulebook
    from tanso.rulebook.entry import Entry

_HEAD = Text("{title}（{scheme}、版 {version}）", "{title} ({scheme}, version {version})")
_ON = Text("{day}の値", "Values of {day}")


def register(rules_app: typer.Typer) -> None:
    """Add the command `show`."""

    @rules_app.command("show", help=both("制度の規則と値を示します。", "Show the rules and values of a scheme."))
    def show_command(
        scheme: Annotated[str, typer.Argument(help=both("制度又はそのフォルダー", "A scheme, or its folder."))],
        on: Annotated[
            str | None, typer.Option("--on", metavar="DAY", help=both("その日の値だけ", "Values of that day alone."))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
        files: Annotated[
            bool, typer.Option("--files", help=both("運用上の変更を含めない", "Without the installation's overrides."))
        ] = False,
    ) -> None:
        day = None if on is None else books.read_day(on)
        show(books.book_of(scheme, files_only=files), day, as_json=as_json)


def show(book: Rulebook, day: date | None, *, as_json: bool = False) -> None:
    """Print the scheme; with a day, the values of that day."""
    from tanso.rulebook.showing import entries, on_day  # noqa: PLC0415

    found = entries(book)
    if day is not None:
        found = on_day(found, day)
    if as_json:
        told = {
            "scheme": book.scheme,
            "title": book.title.as_json(),
            "version": book.version,
            "day": None if day is None else day.isoformat(),
            "entries": [entry.as_json() for entry in found],
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    _print(book, found, day)


def _print(book: Rulebook, found: tuple[Entry, ...], day: date | None) -> None:
    from tanso.rulebook.entry import KINDS  # noqa: PLC0415

    printer = Printer(language())
    facts = {"scheme": book.scheme, "version": book.version[:12]}
    head = Text(_HEAD.ja.format(title=book.title.ja, **facts), _HEAD.en.format(title=book.title.en, **facts))
    printer.line(printer.said(head), "bold")
    if day is not None:
        printer.line(printer.said(_ON.filled({"day": day.isoformat()})))
    for kind, label in KINDS.items():
        of_kind = [entry for entry in found if entry.kind == kind]
        if of_kind:
            printer.line("")
            printer.line(printer.said(label), "bold underline")
        for entry in of_kind:
            printer.brief(entry)
