"""What came of a replay, on the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from tanso.interfaces.cli.replays.life import Lived
from tanso.interfaces.cli.replays.outcome import SAME, UNEXPLAINED, Outcome
from tanso.interfaces.cli.replays.reader import Replay
from tanso.interfaces.cli.speech import here
from tanso.kernel.texts import Text

# A figure of thousands of millions, with its commas.
_WIDEST = 13

if TYPE_CHECKING:
    from tanso.interfaces.cli.replays.command import Cost
    from tanso.ledger.differences import Difference


@dataclass(frozen=True, slots=True)
class Report:
    """All there is to say about a run."""

    replay: Replay
    came: Outcome
    lived: Lived
    cost: Cost
    differences: Sequence[Difference]

    @property
    def agrees(self) -> bool:
        return self.came.reconciles and not self.differences


def print_report(console: Console, report: Report) -> None:
    """Totals of each year beside the published ones, statuses by cause, numbers, cost, and the check of the ledger."""
    replay, came, lived, cost, differences = (
        report.replay, report.came, report.lived, report.cost, report.differences
    )  # fmt: skip
    console.print(_totals(replay, came))
    console.print(_causes(replay, came))
    size = came.size
    console.print(
        here(
            Text(
                f"手続 {size.acts:,}、決定 {size.decisions:,}、仕訳 {size.postings:,}、状況 {size.statements:,}",
                f"{size.acts:,} acts, {size.decisions:,} decisions, {size.postings:,} postings, "
                f"{size.statements:,} statuses",
            )
        )
    )
    console.print(", ".join(f"{name} {number:,}" for name, number in lived.acts.most_common()))
    if cost.whole is not None:
        console.print(_cost(cost, size.acts))
    for difference in differences:
        console.print(Line(here(difference.sentence()), style="bold red"))
    clean = Text("台帳は仕訳と一致しています。", "The ledger agrees with its journal.")
    said = clean if not differences else Text("台帳に相違があります。", "The ledger has differences.")
    console.print(Line(here(said), style="bold red" if differences else ""))


def _totals(replay: Replay, came: Outcome) -> Table:
    table = Table(
        title=here(replay.shape.title.text),
        caption=here(replay.shape.notice.text),
        box=box.SIMPLE_HEAD,
        padding=0,
        show_edge=False,
    )
    names = list(dict.fromkeys(figure.name for figure in came.figures))
    table.add_column(here(Text("年", "Year")))
    for name in names:
        table.add_column(name, justify="right", overflow="fold", min_width=_WIDEST)
    table.add_column(here(Text("差", "Diff.")), justify="right")
    for year in replay.years:
        of_year = {figure.name: figure for figure in came.figures if figure.year == year}
        off = [figure for figure in of_year.values() if figure.difference]
        differences = "\n".join(f"{figure.name} {figure.difference:+,}" for figure in off) or "0"
        figures = [f"{of_year[name].ours:,}" for name in names]
        table.add_row(str(year), *figures, Line(differences, style="bold red" if off else ""))
    return table


def _causes(replay: Replay, came: Outcome) -> Table:
    table = Table(
        title=here(Text("確定した状況と公表の記号", "Stated statuses and published codes")),
        box=box.SIMPLE_HEAD,
        padding=0,
        show_edge=False,
    )
    table.add_column(here(Text("件数", "Number")), justify="right")
    table.add_column(here(Text("理由", "Cause")), overflow="fold")
    for cause, rows in came.rows_by_cause().items():
        style = {SAME: "green", UNEXPLAINED: "bold red"}.get(cause, "")
        table.add_row(f"{rows:,}", Line(here(replay.shape.causes_explained[cause].text), style=style))
    return table


def _cost(cost: Cost, acts: int) -> str:
    if cost.whole is None:
        return ""
    whole = cost.whole
    steps = ", ".join(
        f"{name} {client_s:.1f}+{server_s:.1f}" for name, (client_s, server_s) in cost.steps.items() if name
    )
    steal = 100 * whole.stolen_s / whole.machine_s if whole.machine_s else 0
    return here(
        Text(
            f"CPU {whole.cpu_s:.1f} 秒（Python {whole.client_s:.1f}、PostgreSQL {whole.server_s:.1f}、1手続 "
            f"{1_000_000 * whole.cpu_s / acts:.0f} µs）、経過 {whole.wall_s:.1f} 秒、スチール {steal:.1f} %\n{steps}",
            f"CPU {whole.cpu_s:.1f} s (Python {whole.client_s:.1f}, PostgreSQL {whole.server_s:.1f}, "
            f"{1_000_000 * whole.cpu_s / acts:.0f} µs an act), {whole.wall_s:.1f} s wall, steal {steal:.1f} %\n{steps}",
        )
    )


def as_document(report: Report) -> dict[str, object]:
    """The same for programs."""
    came, cost = report.came, report.cost
    return {
        "example": report.replay.name,
        "years": list(report.replay.years),
        "registries": list(report.replay.groups),
        "figures": [{**asdict(figure), "difference": figure.difference} for figure in came.figures],
        "causes": [asdict(cause) for cause in came.causes],
        "rows_by_cause": came.rows_by_cause(),
        "size": asdict(came.size),
        "acts": dict(report.lived.acts),
        "cost": {
            "whole": None if cost.whole is None else asdict(cost.whole),
            "steps": {name: {"client_s": each[0], "server_s": each[1]} for name, each in cost.steps.items()},
        },
        "ledger_differences": [difference.sentence().as_json() for difference in report.differences],
        "agrees": report.agrees,
    }
