"""`tanso workbook`: make the prescribed workbook, fill one from JSON, read one and compare it with its recalculation.

Exit status of `read`: 0 when the workbook may be registered, 1 when something in it is refused, 2 when there is no
file. `new` and `fill`: 0 when a file was written, 1 when something of the input is refused, 2 when it cannot be read.
Only `new --holder` needs the database.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text as Line

from tanso.interfaces.cli.speech import both, here, say
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.emissions.workbooks import Content, Made, Reading, WorkbookFinding
    from tanso.rulebook import Rulebook

DONE, REFUSED, UNREADABLE = 0, 1, 2


class WorkbookCommandError(TansoError):
    """What was asked for cannot be made."""

    def __init__(self, code: str, message: Text, next_step: Text) -> None:
        super().__init__(code=code, message=message, next_step=next_step)


def register(app: typer.Typer) -> None:
    """Add the commands of `tanso workbook`."""
    group = typer.Typer(help=both("指定様式（Excel）", "The prescribed workbook (Excel)."), no_args_is_help=True)
    app.add_typer(group, name="workbook")
    group.command("new", help=both("指定様式を作ります。", "Make a form to fill in."))(_new)
    group.command("fill", help=both("JSON から記入済みの様式を作ります。", "Make a form filled in from JSON."))(_fill)
    group.command("read", help=both("様式を読み、計算し直して照合します。", "Read a form, recompute it and compare."))(
        _read
    )


_Output = Annotated[Path | None, typer.Option("-o", "--output", help=both("出力するファイル", "The file to write."))]
_Lines = Annotated[
    int | None, typer.Option("--lines", min=1, help=both("監視点の行数（種類ごと）", "Lines for points of each kind."))
]


def _new(  # noqa: PLR0917 -- one parameter an option
    scheme: Annotated[str, typer.Argument(help=both("制度", "The scheme."))],
    year: Annotated[str, typer.Option("--year", help=both("年度区分（base など）", "Kind of year (base …)."))],
    phase: Annotated[int | None, typer.Option("--phase", help=both("参加期", "The phase."))] = None,
    holder: Annotated[
        str | None,
        typer.Option("--holder", help=both("参加者（登録内容を記入）", "A participant, whose data are filled in.")),
    ] = None,
    lines: _Lines = None,
    output: _Output = None,
) -> None:
    rulebook = _rulebook(scheme)
    made: Made
    value: Mapping[str, Any]
    if holder is None:
        made, name, value = _made_for(rulebook, phase, year), "", {}
    else:
        made, name, value = _of_holder(rulebook, holder, phase, year)
    raise typer.Exit(_make(rulebook, value, made=made, name=name, lines=lines, output=output))


def _fill(
    source: Annotated[
        Path,
        typer.Option("--from", help=both("入力（JSON、- は標準入力）", "Input (JSON; - is the standard input).")),
    ],
    year: Annotated[str, typer.Option("--year", help=both("年度区分（JSONより優先）", "Kind of year."))] = "",
    holder: Annotated[str, typer.Option("--holder", help=both("参加者（JSONより優先）", "The participant."))] = "",
    lines: _Lines = None,
    output: _Output = None,
) -> None:
    from tanso.emissions.calculation import load_json  # noqa: PLC0415

    value, problem = load_json(_bytes(source))
    if problem is not None or not isinstance(value, dict):
        message = (
            Text("「{ }」の形の JSON ではありません。", "It is no JSON object.") if problem is None else problem.message
        )
        raise WorkbookCommandError("workbook.input", message, _LIKE_CALCULATE)
    rulebook = _rulebook(str(value.get("scheme", "")))
    made = _made_from(rulebook, value, year=year, holder=holder)
    target = output or (None if str(source) == "-" else source.with_suffix(".xlsx"))
    raise typer.Exit(_make(rulebook, value, made=made, name="", lines=lines, output=target))


def _read(
    file: Annotated[Path, typer.Argument(help=both("読むファイル", "The file to read."))],
    as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
    scheme: Annotated[str, typer.Option("--scheme", help=both("制度（既定は様式による）", "The scheme."))] = "",
) -> None:
    raise typer.Exit(read_file(file, as_json=as_json, scheme=scheme))


# -- new and fill -----------------------------------------------------------------------------------------------------

_LIKE_CALCULATE = Text(
    "tanso calculate の入力と同じ JSON を書いてください（docs/reference/workbook.md）。",
    "Write JSON as for `tanso calculate` (docs/reference/workbook.md).",
)


def _rulebook(scheme: str) -> Rulebook:
    from tanso.rulebook import library  # noqa: PLC0415

    schemes = library().schemes()
    if scheme not in schemes:
        known = ", ".join(schemes)
        message = Text(f"制度「{scheme}」はありません。", f"There is no scheme `{scheme}`.")
        raise WorkbookCommandError("scheme.unknown", message, Text(f"あるもの：{known}", f"There are: {known}."))
    rulebook = library().get(scheme)
    if rulebook.report_form is None:
        message = Text("この制度には指定様式がありません。", "The scheme prescribes no form.")
        raise WorkbookCommandError(
            "form.no_form", message, Text("制度の workbook/ に定めます。", "It would stand in workbook/.")
        )
    return rulebook


def _made_for(rulebook: Rulebook, phase: int | None, year: str, holder: str = "") -> Made:
    from tanso.emissions.workbooks import Made  # noqa: PLC0415

    if phase not in rulebook.phases:
        known = ", ".join(map(str, sorted(rulebook.phases)))
        message = Text(f"第{phase}期はこの制度にありません。", f"The scheme has no phase {phase}.")
        raise WorkbookCommandError(
            "phase.unknown", message, Text(f"--phase に {known} のどれかを。", f"--phase is one of {known}.")
        )
    if year not in rulebook.life.years:
        known = ", ".join(rulebook.life.years)
        message = Text(f"年度区分「{year}」はこの制度にありません。", f"The scheme has no year `{year}`.")
        raise WorkbookCommandError(
            "year.unknown", message, Text(f"--year に {known} のどれかを。", f"--year is one of {known}.")
        )
    fiscal_year = rulebook.life.years[year].fiscal_year_in(rulebook.phases[phase])
    return Made(rulebook.scheme, phase, year, fiscal_year, holder)


def _of_holder(rulebook: Rulebook, key: str, phase: int | None, year: str) -> tuple[Made, str, Mapping[str, Any]]:
    """What the installation knows of a participant: phase, name, and what an earlier report of it says."""
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    with database():
        from tanso.emissions import queries  # noqa: PLC0415

        report = queries.report(rulebook.scheme, key, year)
        found = None if report is None else queries.new_form(rulebook, report)
    if found is None or (phase is not None and found.made.phase != phase):
        message = Text(f"参加者「{key}」にその年度の報告書はありません。", f"{key} has no such report.")
        next_step = Text("参加者・参加期・年度区分を御確認ください。", "Check participant, phase and year.")
        raise WorkbookCommandError("report.unknown", message, next_step)
    return found.made, found.holder_name, found.value


def _made_from(rulebook: Rulebook, value: Mapping[str, Any], *, year: str, holder: str) -> Made:
    """What a form is for, as the JSON says it: the kind of year by itself, or by phase and fiscal year."""
    from tanso.emissions.calculation import read_request  # noqa: PLC0415
    from tanso.emissions.workbooks import Made  # noqa: PLC0415

    request = read_request({**value, "sources": []})
    if request.fiscal_year is None:
        said = next((told for told in request.findings if told.place == "fiscal_year"), None)
        message = Text("年度がありません。", "There is no fiscal year.") if said is None else said.message
        raise WorkbookCommandError("fiscal_year.impossible", message, _LIKE_CALCULATE)
    if request.phase is not None and request.phase not in rulebook.phases:
        _made_for(rulebook, request.phase, "")
    about = value.get("workbook")
    about = about if isinstance(about, Mapping) else {}
    given = year or str(about.get("year") or value.get("year") or "")
    if given and given not in rulebook.life.years:
        _made_for(rulebook, request.phase if request.phase is not None else min(rulebook.phases), given)
    if not given and request.phase is not None:
        fitting = [
            name
            for name, rule in rulebook.life.years.items()
            if rule.fiscal_year_in(rulebook.phases[request.phase]) == request.fiscal_year
        ]
        given = fitting[0] if len(fitting) == 1 else ""
    named = holder or str(about.get("holder") or value.get("holder") or "")
    return Made(rulebook.scheme, request.phase, given, request.fiscal_year, named)


def _make(
    rulebook: Rulebook, value: Mapping[str, Any], *, made: Made, name: str, lines: int | None, output: Path | None
) -> int:
    from tanso.emissions.workbooks import content_of, write  # noqa: PLC0415
    from tanso.emissions.workbooks.filling import TooManyLinesError  # noqa: PLC0415

    least = dict.fromkeys(("fuel", "electricity", "other"), lines) if lines is not None else {}
    try:
        content: Content = content_of(rulebook, value, made=made, holder_name=name, least=least)
    except TooManyLinesError as refused:
        _print_findings(
            [refused.finding], Console(stderr=True, highlight=False, soft_wrap=True, emoji=False, markup=False)
        )
        return REFUSED
    target = output or Path(f"{made.scheme}-{made.fiscal_year}-{made.year or 'report'}.xlsx")
    try:
        target.write_bytes(write(content.form, content.inputs, content.shown))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(f"{target} に書けません（{reason}）。", f"{target} cannot be written ({reason}).")
        next_step = Text("-o に別の名前を指定してください。", "Give another name with -o.")
        raise WorkbookCommandError("workbook.output", message, next_step) from None
    _print_findings(content.findings, Console(stderr=True, highlight=False, soft_wrap=True, emoji=False, markup=False))
    say(Text(f"{target} を作りました。", f"Wrote {target}."))
    return DONE


def _bytes(file: Path) -> bytes:
    from tanso.emissions.calculation.fields import LARGEST_FILE  # noqa: PLC0415

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with file.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise _no_file(file, error) from None


def _no_file(file: Path, error: Exception) -> WorkbookCommandError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    message = Text(f"ファイル {file} を開けません（{reason}）。", f"The file {file} cannot be opened ({reason}).")
    next_step = Text("ファイルの名前と権限を御確認ください。", "Check its name, and whether you may read it.")
    return WorkbookCommandError("workbook.no_file", message, next_step)


# -- read -------------------------------------------------------------------------------------------------------------


def read_file(file: Path, *, as_json: bool, scheme: str = "") -> int:
    """Read, recompute, print; returns the exit status."""
    from tanso.emissions.workbooks import LARGEST_BYTES, finding, read, scheme_of  # noqa: PLC0415
    from tanso.rulebook import library  # noqa: PLC0415

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _no_file(file, error) from None
    schemes = [name for name in library().schemes() if library().get(name).report_form is not None]
    chosen = scheme or scheme_of(content)
    rulebook = _rulebook(chosen if chosen in schemes or scheme else schemes[0])
    reading = read(content, rulebook)
    if file.suffix.casefold() != ".xlsx":
        reading.findings.insert(0, finding("file.extension", found=file.name))
    if as_json:
        print(
            json.dumps(
                _as_json(reading), ensure_ascii=not (sys.stdout.encoding or "").lower().startswith("utf"), indent=2
            )
        )
    else:
        _print_reading(reading)
    return REFUSED if reading.refused else DONE


def _as_json(reading: Reading) -> dict[str, Any]:
    made, answer = reading.made, reading.calculation
    result: dict[str, Any] = {"form": None}
    if made is not None:
        result["form"] = {
            "scheme": made.scheme,
            "phase": made.phase,
            "year": made.year or None,
            "fiscal_year": made.fiscal_year,
            "holder": made.holder or None,
        }
    result |= {"sources": [], "total_t": None, "total_reported_t": None}
    if answer is not None:
        result |= answer.as_json()
    if reading.refused:
        result |= {"total_t": None, "total_reported_t": None}
    return result | {
        "input": _jsonable(reading.input),
        "compared": reading.compared,
        "accepted": not reading.refused,
        "findings": [told.as_json() for told in reading.findings],
    }


def _jsonable(value: Any) -> Any:
    """Numbers as decimal texts: what was read is neither rounded nor turned into a binary fraction."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    return [_jsonable(item) for item in value] if isinstance(value, list) else value


def _print_reading(reading: Reading) -> None:
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    made, answer = reading.made, reading.calculation
    if made is not None:
        about = " · ".join(
            str(part) for part in (made.scheme, made.phase, made.year, made.fiscal_year, made.holder) if part
        )
        console.print(Line(about, style="bold"))
    if answer is not None and answer.total_reported_t is not None and not reading.refused:
        console.print(Line(f"{both('報告する排出量', 'reported')}: {answer.total_reported_t:,} t-CO2"))
        console.print(Line(f"{both('照合した計算式', 'formulas compared')}: {reading.compared}"))
    _print_findings(reading.findings, console)


def _print_findings(findings: Iterable[WorkbookFinding], console: Console) -> None:
    for told in findings:
        mark = both("誤り", "refused") if told.level == "refused" else both("注意", "warning")
        place = here(told.place)
        console.print(Line(f"{mark} {place}{': ' if place else ''}{here(told.message)} [{told.code}]"))
        console.print(Line(f"  {here(told.next_step)}"))
