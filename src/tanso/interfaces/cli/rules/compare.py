"""`tanso rules diff`: two days of a scheme, or two versions of its folder.

Exit status: 0 where nothing differs, 1 where something does, as `diff` has it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tanso.interfaces.cli.rules import books
from tanso.interfaces.cli.rules.printing import Printer
from tanso.interfaces.cli.speech import both, language
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook.differences import Difference, Differences, Side

SAME, DIFFERENT = 0, 1

_NOTHING = Text("違いはありません。", "Nothing differs.")
_ABSENT = Text("なし", "not in force")
_TOUCHED = Text("これらを読む規則", "Rules that read these")
_READS = Text("読むもの", "reads")


def register(rules_app: typer.Typer) -> None:
    """Add the command `diff`."""

    @rules_app.command(
        "diff",
        help=both(
            "制度の二つの日（SCHEME DAY1 DAY2）、又は二つの版のフォルダー（DIR1 DIR2）を比べます。",
            "Compare two days of a scheme (SCHEME DAY1 DAY2) or two versions of its folder (DIR1 DIR2).",
        ),
    )
    def diff_command(
        what: Annotated[list[str], typer.Argument(metavar="SCHEME DAY1 DAY2 | DIR1 DIR2")],
        as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
        files: Annotated[
            bool, typer.Option("--files", help=both("運用上の変更を含めない", "Without the installation's overrides."))
        ] = False,
    ) -> None:
        found = compare(what, files_only=files)
        if as_json:
            sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) + "\n")
        else:
            _print(found)
        raise typer.Exit(DIFFERENT if found.found else SAME)


def compare(what: list[str], *, files_only: bool = False) -> Differences:
    """What differs. Raises TansoError where neither form was given."""
    from tanso.rulebook.differences import between_days, between_versions  # noqa: PLC0415

    if len(what) == 3:
        first, second = books.read_day(what[1]), books.read_day(what[2])
        return between_days(books.book_of(what[0], files_only=files_only), first, second)
    if len(what) == 2:
        before, after = (books.book_of(place, files_only=True) for place in what)
        return between_versions(before, after)
    raise TansoError(
        code="rules.diff",
        message=Text("比べるものが分かりません。", "It is not clear what to compare."),
        next_step=Text(
            "`tanso rules diff 制度 日 日` 又は `tanso rules diff フォルダー フォルダー` と書いてください。",
            "Write `tanso rules diff SCHEME DAY1 DAY2` or `tanso rules diff DIR1 DIR2`.",
        ),
    )


def _print(found: Differences) -> None:
    from tanso.rulebook.entry import KINDS  # noqa: PLC0415

    printer = Printer(language())
    if not found.found:
        printer.line(printer.said(_NOTHING))
    kind = ""
    for difference in sorted(found.found, key=lambda item: list(KINDS).index(item.kind)):
        if difference.kind != kind:
            kind = difference.kind
            printer.line(printer.said(KINDS[kind]), "bold underline")
        _print_one(printer, difference)
    if found.touched:
        printer.line(printer.said(_TOUCHED), "bold underline")
    for rule in found.touched:
        clause = f"{rule.source.document} {rule.source.clause}"
        printer.line(f"  {rule.code}  {printer.said(rule.title)}  [{clause}]")
        printer.line(f"      {printer.said(_READS)}: {', '.join(rule.reads)}", "dim")


def _print_one(printer: Printer, difference: Difference) -> None:
    part = f" · {printer.said(difference.part)}" if difference.part is not None else ""
    printer.line(f"  {difference.code}  {printer.said(difference.title)}{part}", "bold")
    for sign, side, style in (("-", difference.before, "red"), ("+", difference.after, "green")):
        printer.line(f"    {sign} {_side(printer, side)}", style)


def _side(printer: Printer, side: Side | None) -> str:
    if side is None:
        return printer.said(_ABSENT)
    if side.source is None:
        return printer.said(side.shown)
    document = side.source.document or printer.said(side.source.title)
    return f"{printer.said(side.shown)}  [{document} {side.source.clause}]"
