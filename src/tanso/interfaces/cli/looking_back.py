"""`tanso ledger statement` and `tanso ledger serial`: what happened to an account, and to a tonne."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from tanso.interfaces.cli.speech import both, here, language, say
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.interfaces.exports.paper import Paper
    from tanso.ledger.life import Life
    from tanso.ledger.records import Account, UnitClass

_STANDARD_OUTPUT = Path("-")


class FileForm(StrEnum):
    """The forms of a file."""

    CSV = "csv"
    EXCEL = "xlsx"
    PDF = "pdf"
    JSON = "json"


def register(ledger_app: typer.Typer) -> None:
    """Add the commands to `tanso ledger`."""
    ledger_app.command("statement", help=both("口座の明細書を作ります。", "Write the statement of an account."))(
        statement
    )
    ledger_app.command("serial", help=both("識別番号の経路を示します。", "Show where a serial number has been."))(
        serial
    )


_FORM = typer.Option(
    "--format", help=both("ファイルの形式（既定は -o の拡張子）", "Form of the file (or -o's ending).")
)
_OUTPUT = typer.Option("--output", "-o", help=both("書き込むファイル（既定は標準出力）", "Which file to write."))


def statement(
    account: Annotated[str, typer.Argument(help=both("口座番号", "Account number."))],
    first: Annotated[
        str | None,
        typer.Option("--from", help=both("最初の日（既定は開設日）", "First day (the opening's if absent).")),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", help=both("最後の日、その日を含む（既定は今日）", "Last day, included (today).")),
    ] = None,
    form: Annotated[FileForm | None, _FORM] = None,
    output: Annotated[Path, _OUTPUT] = _STANDARD_OUTPUT,
) -> None:
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    from_day, last_day = _read_day(first), _read_day(last)
    chosen = _chosen(form, output)
    with database():
        from tanso.interfaces.exports.json_file import statement_json  # noqa: PLC0415
        from tanso.interfaces.exports.statement import statement_paper  # noqa: PLC0415
        from tanso.ledger import movements  # noqa: PLC0415
        from tanso.ledger import statement as ledger  # noqa: PLC0415

        found = _account(account)
        today = _today(found.scheme)
        from_day, last_day = from_day or found.opened_on, last_day or today
        if last_day < from_day or last_day == date.max:
            raise _wrong_period(from_day, last_day)
        with movements.snapshot(), _opened(output) as file:
            read = ledger.read(found, from_day, last_day + timedelta(days=1))
            if chosen is FileForm.JSON:
                _write_pieces(file, statement_json(read, printed_on=today))
            else:
                _write(file, chosen, statement_paper(read, printed_on=today))
    _say_written(output)


def serial(
    unit: Annotated[str, typer.Argument(help=both("単位（種類、期があれば / と期）", "Unit: type, then / and phase."))],
    number: Annotated[str, typer.Argument(help=both("識別番号", "Serial number."))],
    *,
    scheme: Annotated[str | None, typer.Option(help=both("制度", "Scheme."))] = None,
    origin: Annotated[str | None, typer.Option(help=both("単位の由来", "Origin of the unit."))] = None,
    form: Annotated[FileForm | None, _FORM] = None,
    output: Annotated[Path, _OUTPUT] = _STANDARD_OUTPUT,
) -> None:
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    wanted = _one_number(number)
    with database():
        from tanso.interfaces.exports.life import life_paper  # noqa: PLC0415
        from tanso.ledger.life import life_of  # noqa: PLC0415

        life = life_of(_unit_class(unit, scheme, origin), wanted)
        book = life.unit_class.scheme
        paper = life_paper(life, life.hops, scheme=book, printed_on=_today(book), is_whole=True)
        if form is None and output == _STANDARD_OUTPUT:
            _print_life(paper, life)
            return
        chosen = _chosen(form, output)
        if chosen is FileForm.JSON:
            raise _not_that_form()
        with _opened(output) as file:
            _write(file, chosen, paper)
    _say_written(output)


# --- finding ---------------------------------------------------------------------------------------------------------


def _account(number: str) -> Account:
    from tanso.ledger.errors import UnknownAccountError  # noqa: PLC0415
    from tanso.ledger.queries import account_by_number  # noqa: PLC0415

    found = account_by_number(number)
    if found is None:
        raise UnknownAccountError({"account": number})
    return found


def _today(scheme: str) -> date:
    from tanso.acts import rulebooks  # noqa: PLC0415
    from tanso.interfaces.clock import today_in  # noqa: PLC0415

    return today_in(rulebooks.current(scheme))


def _unit_class(written: str, scheme: str | None, origin: str | None) -> UnitClass:
    from tanso.kernel.units import UnitName  # noqa: PLC0415
    from tanso.ledger.life import unit_classes  # noqa: PLC0415

    try:
        name = UnitName.parse(written)
    except ValueError:
        name = None
    known = unit_classes(scheme=scheme, name=name) if name is not None else []
    fitting = [one for one in known if origin is None or one.origin == origin]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"{one.scheme} {one.label}" for one in (fitting or unit_classes(scheme=scheme)))
    if fitting:
        raise TansoError(
            code="ledger.unit_ambiguous",
            message=Text("単位{unit}は複数あります：{listed}", "There are several units {unit}: {listed}").filled(
                {"unit": written, "listed": listed}
            ),
            next_step=Text("--scheme または --origin で選んでください。", "Choose with --scheme or --origin."),
        )
    raise TansoError(
        code="ledger.unit_unknown",
        message=Text("単位{unit}は台帳にありません。", "The ledger has no unit {unit}.").filled({"unit": written}),
        next_step=Text("あるのは次の単位です：{listed}", "It has: {listed}").filled({"listed": listed or "—"}),
    )


# --- reading what was written ----------------------------------------------------------------------------------------


def _read_day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TansoError(
            code="cli.day_unreadable",
            message=Text("「{text}」は日付として読めません。", "“{text}” cannot be read as a day.").filled(
                {"text": text}
            ),
            next_step=Text("2014-04-01のように書いてください。", "Write it like 2014-04-01."),
        ) from None


def _wrong_period(first: date, last: date) -> TansoError:
    return TansoError(
        code="statement.wrong_period",
        message=Text(
            "期間の最後の日{last}が最初の日{first}より前です。", "The last day, {last}, lies before {first}."
        ).filled({"first": first.isoformat(), "last": last.isoformat()}),
        next_step=Text("--from と --to を確認してください。", "Check --from and --to."),
    )


def _one_number(text: str) -> int:
    from tanso.kernel.serials import SerialSet  # noqa: PLC0415

    named = SerialSet.parse(text)
    if named.quantity_t != 1:
        raise TansoError(
            code="serials.not_one",
            message=Text("識別番号が複数指定されています。", "More than one serial number is named."),
            next_step=Text("一つの番号を指定してください。", "Name one number."),
        )
    return named.ranges[0].start


# --- writing ---------------------------------------------------------------------------------------------------------


def _chosen(form: FileForm | None, output: Path) -> FileForm:
    """The form that was asked for, or that the file's name says; CSV where neither does."""
    ending = output.suffix.removeprefix(".").lower()
    chosen = form or (FileForm(ending) if ending in list(FileForm) else FileForm.CSV)
    if output == _STANDARD_OUTPUT and chosen in (FileForm.EXCEL, FileForm.PDF) and sys.stdout.isatty():
        raise TansoError(
            code="cli.not_to_a_terminal",
            message=Text("この形式は端末に表示できません。", "A terminal cannot show this form."),
            next_step=Text("-o でファイルを指定してください。", "Name a file with -o."),
        )
    return chosen


def _not_that_form() -> TansoError:
    return TansoError(
        code="cli.no_such_form",
        message=Text("この形式では書き出せません。", "This is not written in that form."),
        next_step=Text("csv、xlsx、pdfから選んでください。", "Choose csv, xlsx or pdf."),
    )


@contextmanager
def _opened(output: Path) -> Iterator[IO[bytes]]:
    """Where to write: the file, complete or as it was before, or the standard output."""
    if output == _STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(output)
    except OSError as error:
        raise TansoError(
            code="cli.file_unwritable",
            message=Text("{file}に書き込めません：{why}", "{file} cannot be written: {why}").filled(
                {"file": str(output), "why": error.strerror or str(error)}
            ),
            next_step=Text("書き込める場所を指定してください。", "Name a place that can be written."),
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def _write(file: IO[bytes], form: FileForm, paper: Paper) -> None:
    from tanso.interfaces.exports.csv_file import csv_chunks  # noqa: PLC0415
    from tanso.interfaces.exports.excel import write_excel  # noqa: PLC0415
    from tanso.interfaces.exports.pdf import pdf_bytes  # noqa: PLC0415

    writers: dict[FileForm, Callable[[], None]] = {
        FileForm.CSV: lambda: _write_pieces(file, csv_chunks(paper.flat, language())),
        FileForm.EXCEL: lambda: write_excel(paper, language(), file),
        FileForm.PDF: lambda: _write_pieces(file, [pdf_bytes(paper, language())]),
    }
    writers[form]()


def _write_pieces(file: IO[bytes], pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        file.write(piece)


def _say_written(output: Path) -> None:
    if output != _STANDARD_OUTPUT:
        say(Text("{file} に書き込みました。", "Wrote {file}.").filled({"file": str(output)}))


def _print_life(paper: Paper, life: Life) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from tanso.interfaces.exports.paper import Kind, shown  # noqa: PLC0415

    (hops,) = paper.tables
    places = [place for place, column in enumerate(hops.columns) if column.in_print]
    table = Table(title=f"{life.unit_class.label} {life.number}", title_justify="left")
    for place in places:
        column = hops.columns[place]
        table.add_column(here(column.label), justify="right" if column.kind is Kind.TONNES else "left")
    for row in hops.rows():
        table.add_row(*(shown(row[place], language()) for place in places))
    console = Console()
    console.print(table)
    for label, value in paper.facts:
        console.print(f"{here(label)}: {here(value)}", markup=False, highlight=False)
