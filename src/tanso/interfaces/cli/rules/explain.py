"""`tanso rules explain CODE`: a check, a value, a derived quantity, a window or a unit, as a person reads it."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tanso.interfaces.cli.rules import books
from tanso.interfaces.cli.rules.printing import Printer
from tanso.interfaces.cli.speech import both, language
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook.entry import Entry


class Language(StrEnum):
    """The languages of explanations."""

    JA = "ja"
    EN = "en"


def register(rules_app: typer.Typer) -> None:
    """Add the command `explain`."""

    @rules_app.command("explain", help=both("規則を説明します。", "Explain a rule as a person reads it."))
    def explain_command(
        code: Annotated[str, typer.Argument(help=both("規則の名前", "The code of a rule, value, window or unit."))],
        scheme: Annotated[
            str | None,
            typer.Option(
                "--scheme", help=both("制度又はそのフォルダー（既定はすべて）", "A scheme, or its folder (all).")
            ),
        ] = None,
        lang: Annotated[Language | None, typer.Option("--lang", help=both("言語", "Language."))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
        files: Annotated[
            bool, typer.Option("--files", help=both("運用上の変更を含めない", "Without the installation's overrides."))
        ] = False,
    ) -> None:
        found = find(code, scheme, files_only=files)
        if as_json:
            told = [{"scheme": name, **entry.as_json()} for name, entry in found]
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            return
        printer = Printer(lang.value if lang else language())
        for position, (name, entry) in enumerate(found):
            if position:
                printer.line("")
            printer.line(name, "dim")
            printer.whole(entry)


def find(code: str, scheme: str | None, *, files_only: bool = False) -> list[tuple[str, Entry]]:
    """Scheme and entry of everything of that name; what schemes have in common, once.

    Raises TansoError with what comes near where there is nothing.
    """
    from tanso.rulebook import library  # noqa: PLC0415
    from tanso.rulebook.showing import entries  # noqa: PLC0415

    found: dict[str, tuple[list[str], Entry]] = {}
    known: dict[str, None] = {}
    for name in [scheme] if scheme is not None else library().schemes():
        book = books.book_of(name, files_only=True)
        if not files_only and any(entry.code == code for entry in entries(book)):
            book = books.book_of(name)
        for entry in entries(book):
            known[entry.code] = None
            if entry.code == code:
                key = json.dumps(entry.as_json(), sort_keys=True)
                found.setdefault(key, ([], entry))[0].append(book.scheme)
    if not found:
        raise _unknown(code, list(known))
    return [(", ".join(schemes), entry) for schemes, entry in found.values()]


def _unknown(code: str, known: list[str]) -> TansoError:
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(code, known, n=5)
    near += [name for name in known if code and code in name and name not in near][: 5 - len(near)]
    listed = ", ".join(near)
    next_step = (
        Text(f"近いもの：{listed}", f"Near it: {listed}")
        if near
        else Text("`tanso rules show 制度` で一覧を御覧ください。", "See `tanso rules show SCHEME` for all of them.")
    )
    return TansoError(
        code="rules.unknown",
        message=Text("「{code}」という規則はありません。", "There is no rule `{code}`.").filled({"code": code}),
        next_step=next_step,
        facts={"code": code, "near": near},
    )
