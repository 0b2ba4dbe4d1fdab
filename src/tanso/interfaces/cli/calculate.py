"""`tanso calculate FILE.json`: from what meters showed to tonnes of CO2, with every finding and every formula.

Exit status: 0 when there is a total, 1 when something was refused, 2 when the file cannot be read. No database.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from tanso.interfaces.cli.speech import both, here, language
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.emissions.calculation import Calculation, CalculationFinding
    from tanso.emissions.calculation.steps import Step
    from tanso.rulebook import Rulebook
    from tanso.rulebook.factors import FactorBook

CALCULATED, REFUSED, UNREADABLE = 0, 1, 2


def register(app: typer.Typer) -> None:
    """Add the command `calculate`."""

    @app.command(
        name="calculate", help=both("活動量から排出量を計算します。", "Calculate emissions from activity data.")
    )
    def calculate_command(
        file: Annotated[
            Path, typer.Argument(help=both("入力（JSON、- は標準入力）", "Input (JSON; - is the standard input)."))
        ],
        as_json: Annotated[
            bool, typer.Option("--json", help=both("結果を JSON で出します。", "Answer as JSON."))
        ] = False,
        factors: Annotated[
            list[Path] | None,
            typer.Option("--factors", help=both("追加する係数の表（YAML）", "Tables of factors to add (YAML).")),
        ] = None,
    ) -> None:
        raise typer.Exit(calculate_file(file, as_json=as_json, factor_files=factors or []))


def calculate_file(file: Path, *, as_json: bool = False, factor_files: list[Path] | None = None) -> int:
    """Read, calculate, print; returns the exit status. Raises RulebookError where a file of factors is wrong."""
    from tanso.emissions.calculation import CalculationFinding, calculate, load_json, read_request  # noqa: PLC0415
    from tanso.emissions.calculation.findings import printable  # noqa: PLC0415
    from tanso.rulebook import library  # noqa: PLC0415

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a character shows a question mark
    data = _read(file)
    if isinstance(data, Text):
        facts = {"file": printable(file), "reason": data}
        return _print_unreadable(CalculationFinding("input.no_file", "", facts=facts), as_json=as_json)
    value, problem = load_json(data)
    if problem is not None:
        return _print_unreadable(problem, as_json=as_json)
    request = read_request(value)
    schemes = library().schemes()
    if request.scheme not in schemes:
        return _print(_without_scheme(request, schemes), as_json=as_json)
    rulebook = library().get(request.scheme)
    book = _with_files(rulebook, factor_files or [])
    return _print(calculate(request, rulebook, book=book), as_json=as_json)


def _read(file: Path) -> bytes | Text:
    """The bytes of the input, never more than it may have; or why there are none."""
    from tanso.emissions.calculation.fields import LARGEST_FILE  # noqa: PLC0415

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with file.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Text(reason, reason)
    except ValueError:
        return Text("名前が正しくありません", "its name is impossible")


def _with_files(rulebook: Rulebook, paths: list[Path]) -> FactorBook:
    from tanso.rulebook.errors import refused  # noqa: PLC0415

    try:
        return rulebook.factors_with(*paths)
    except OSError as error:
        name = Path(str(error.filename)).name
        reason = error.strerror or type(error).__name__
        message = Text(f"ファイルを開けません（{reason}）。", f"The file cannot be opened ({reason}).")
        raise refused(name, message, file=name) from None


def _without_scheme(request: Any, schemes: list[str]) -> Calculation:
    from tanso.emissions.calculation import Calculation, CalculationFinding  # noqa: PLC0415
    from tanso.emissions.calculation.findings import printable  # noqa: PLC0415

    findings = list(request.findings)
    if request.scheme:
        facts = {"scheme": printable(request.scheme), "schemes": schemes}
        findings.insert(0, CalculationFinding("scheme.unknown", "scheme", facts=facts))
    return Calculation(request, findings=findings)


# -- what is printed --------------------------------------------------------------------------------------------------


def _json_line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=not (sys.stdout.encoding or "").lower().startswith("utf"), indent=2)


def _print_unreadable(finding: CalculationFinding, *, as_json: bool) -> int:
    if as_json:
        nothing = {"sources": [], "total_t": None, "total_reported_t": None, "findings": [finding.as_json()]}
        print(_json_line(nothing))
    else:
        _print_findings(Console(highlight=False, soft_wrap=True), [finding])
    return UNREADABLE


def _print(answer: Calculation, *, as_json: bool) -> int:
    if as_json:
        print(_json_line(answer.as_json()))
    else:
        _print_table(answer)
    return REFUSED if answer.refused else CALCULATED


def _print_table(answer: Calculation) -> None:
    from tanso.emissions.calculation.findings import printable  # noqa: PLC0415

    console = Console(highlight=False, emoji=False, markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column(both("監視点", "point"))
    table.add_column(both("活動", "activity"))
    table.add_column(both("数量", "quantity"), justify="right")
    table.add_column(both("熱量 GJ", "heat GJ"), justify="right")
    table.add_column(both("排出量 t-CO2", "emissions t-CO2"), justify="right")
    for result in answer.sources:
        source = result.source
        deducted = "-" if result.sign < 0 else ""
        table.add_row(
            Line(printable(source.point)),
            Line(printable(source.activity)),
            Line(f"{_amount(source.quantity)} {printable(source.unit)}"),
            _amount(result.heat_gj),
            f"{deducted}{_amount(result.emissions_t)}",
        )
    console.print(table)
    for name, amount in (
        (both("合計（端数処理前）", "total, unrounded"), answer.total_t),
        (both("バイオマス（別記）", "biomass, beside"), answer.biomass_t),
        (both("少量排出源（除外）", "small sources, left out"), answer.left_out_t),
    ):
        if amount is not None:
            console.print(Line(f"{name}: {_amount(amount)} t-CO2"))
    if answer.total_reported_t is not None:
        console.print(Line(f"{both('報告する排出量', 'reported')}: {answer.total_reported_t:,} t-CO2", style="bold"))
    if answer.base_year is not None:
        mean, reported = _amount(answer.base_year.mean_t), f"{answer.base_year.reported_t:,}"
        console.print(Line(f"{both('基準年度排出量', 'base year')}: {mean} → {reported} t-CO2"))
    _print_formulas(console, answer)
    _print_findings(Console(highlight=False, soft_wrap=True, emoji=False, markup=False), answer.findings)


def _print_formulas(console: Console, answer: Calculation) -> None:
    from tanso.emissions.calculation.findings import printable  # noqa: PLC0415

    for result in answer.sources:
        if result.emissions_t is None or result.applied is None:
            continue
        console.print()
        name = here(result.applied.name)
        console.print(Line(f"{printable(result.source.point)}: {name}", style="bold"), soft_wrap=True)
        for step in result.steps:
            console.print(Line(f"  {here(step.sentence())}"), soft_wrap=True)
        console.print(Line(f"  {here(result.applied.source())}", style="dim"), soft_wrap=True)
    if answer.steps:
        _print_steps(console, both("合計", "total"), answer.steps)
    if answer.base_year is not None:
        _print_steps(console, both("基準年度", "base year"), answer.base_year.steps)


def _print_steps(console: Console, title: str, steps: Iterable[Step]) -> None:
    console.print()
    console.print(Line(title, style="bold"))
    for step in steps:
        console.print(Line(f"  {here(step.sentence())}"), soft_wrap=True)


def _print_findings(console: Console, findings: list[CalculationFinding]) -> None:
    for finding in findings:
        mark = both("誤り", "refused") if finding.level == "refused" else both("注意", "warning")
        place = f"{finding.place}: " if finding.place else ""
        console.print()
        console.print(Line(f"{mark} {place}{finding.message.in_language(language())} [{finding.code}]"))
        console.print(Line(f"  {finding.next_step.in_language(language())}"))


def _amount(amount: Decimal | None) -> str:
    from tanso.emissions.calculation.numbers import shown  # noqa: PLC0415

    return "-" if amount is None else shown(amount, decimals=4)
