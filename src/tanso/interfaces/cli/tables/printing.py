"""The tables of an example on the terminal and as JSON: as published, as worked out again, and where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from tanso.interfaces.cli.speech import here
from tanso.interfaces.cli.tables.comparing import Cell
from tanso.interfaces.cli.tables.model import TableShape
from tanso.interfaces.cli.tables.reader import Example
from tanso.kernel.texts import Text
from tanso.ledger.differences import Difference

# A bar grows by so many signs for each digit of the figure: rows differ by thousands of times.
_SIGNS_A_DIGIT = 4
_PLACES = Decimal("0.01")
_AGREES, _DIFFERS = "green", "bold red"


@dataclass(frozen=True, slots=True)
class Report:
    """All there is to say about a run."""

    example: Example
    acts: Counter[str]
    tables: dict[str, list[Cell]]
    differences: Sequence[Difference]

    @property
    def agrees(self) -> bool:
        """Whether every figure comes out as printed, or not for the reason told, and the ledger is sound."""
        return not self.differences and all(cell.is_settled for cells in self.tables.values() for cell in cells)


def print_report(console: Console, report: Report) -> None:
    """Each table, then what was done, and the check of the ledger."""
    shape = report.example.shape
    console.print(Line(here(shape.title.text), style="bold"))
    console.print(here(shape.notice.text), highlight=False)
    for name, cells in report.tables.items():
        console.print()
        console.print(_table(shape.tables[name], cells))
        for chart in _bars(shape.tables[name], cells):
            console.print(chart)
        agreeing = sum(cell.agrees for cell in cells)
        said = Text(f"{len(cells)} 個の数値のうち {agreeing} 個が一致", f"{agreeing} of {len(cells)} figures agree")
        console.print(Line(here(said), style=_AGREES if all(cell.is_settled for cell in cells) else _DIFFERS))
        for cell in cells:
            if cell.why is not None:
                console.print(_explanation(shape.tables[name], cell))
    for remark in shape.remarks:
        console.print(here(remark.text), highlight=False)
    console.print(", ".join(f"{name} {number:,}" for name, number in report.acts.most_common()), highlight=False)
    for difference in report.differences:
        console.print(Line(here(difference.sentence()), style=_DIFFERS))
    clean = Text("台帳は仕訳と一致しています。", "The ledger agrees with its journal.")
    console.print(here(Text("台帳に相違があります。", "The ledger has differences.") if report.differences else clean))


def _table(shape: TableShape, cells: Sequence[Cell]) -> Table:
    table = Table(
        title=here(shape.title.text),
        caption=here(Text("上：公表値、下：登録簿から", "Above as published, below from the register")),
        box=box.SIMPLE_HEAD,
        padding=0,
        show_edge=False,
    )
    table.add_column(here(shape.heading.text), overflow="fold")
    for column in shape.columns.values():
        table.add_column(here(column.label.text), justify="right", no_wrap=True)
    found = {(cell.row, cell.column): cell for cell in cells}
    for row, label in shape.rows.items():
        table.add_row(here(label.text), *(_figure(found.get((row, column))) for column in shape.columns))
    for cell in cells:
        if cell.row not in shape.rows or cell.column not in shape.columns:
            table.add_row(f"{cell.row} {cell.column}", _figure(cell))
    return table


def _figure(cell: Cell | None) -> Line:
    """What is printed; below it what came out, where that has more places or differs."""
    if cell is None:
        return Line("")
    printed = "–" if cell.printed is None else f"{cell.printed.value:,}"
    line = Line(printed, style=_AGREES if cell.agrees else _DIFFERS)
    if cell.printed is None or cell.ours != cell.printed.value:
        line.append(f"\n{cell.ours.quantize(_PLACES):,}", style="dim" if cell.agrees else _DIFFERS)
    return line


def _explanation(shape: TableShape, cell: Cell) -> Line:
    """A figure that cannot agree, and why."""
    printed = "" if cell.printed is None else cell.printed.text
    place = f"{here(shape.rows[cell.row].text)}, {here(shape.columns[cell.column].label.text)}"
    said = "" if cell.why is None else here(cell.why)
    return Line(f"  {place}: {printed} / {cell.shown:,} — {said}", style="yellow" if cell.is_settled else _DIFFERS)


def _bars(shape: TableShape, cells: Sequence[Cell]) -> Iterator[Table]:
    """Each column that is to be drawn."""
    found = {(cell.row, cell.column): cell for cell in cells}
    for column, about in shape.columns.items():
        if not about.bar:
            continue
        label = about.label.text
        title = Text(f"{label.ja}（対数目盛）", f"{label.en} (log scale)")
        chart = Table(title=here(title), box=None, padding=(0, 1), show_header=False, title_justify="left")
        for row, words in shape.rows.items():
            cell = found.get((row, column))
            if cell is not None:
                chart.add_row(here(words.text), Line(f"{cell.shown:,}", justify="right"), _bar(cell))
        yield chart


def _bar(cell: Cell) -> Line:
    digits = max(Decimal(0), abs(cell.ours).log10() + 1) if cell.ours else Decimal(0)
    signs = int(digits * _SIGNS_A_DIGIT) + 1
    return Line("█" * signs, style="green") if cell.ours > 0 else Line("▒" * signs, style="yellow")


def as_document(report: Report) -> dict[str, object]:
    """The same for programs."""
    return {
        "example": report.example.name,
        "title": report.example.shape.title.text.as_json(),
        "notice": report.example.shape.notice.text.as_json(),
        "tables": {
            name: [
                {
                    "row": cell.row,
                    "column": cell.column,
                    "printed": None if cell.printed is None else cell.printed.text,
                    "source": None if cell.printed is None else cell.printed.source,
                    "ours": str(cell.ours),
                    "shown": str(cell.shown),
                    "agrees": cell.agrees,
                    "why": None if cell.why is None else cell.why.as_json(),
                }
                for cell in cells
            ]
            for name, cells in report.tables.items()
        },
        "acts": dict(report.acts),
        "ledger_differences": [difference.sentence().as_json() for difference in report.differences],
        "agrees": report.agrees,
    }
