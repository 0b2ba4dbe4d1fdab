"""What a bench found, for people: a row a part, what it cost beside pgbench, and whether the goal is met."""

from __future__ import annotations

from dataclasses import dataclass

from rich import box
from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from tanso.interfaces.cli.benching.plan import ACTION, PGBENCH, SINGLE
from tanso.interfaces.cli.benching.session import Results, shown
from tanso.interfaces.cli.speech import both, here
from tanso.kernel.texts import Text

_BAR_WIDTH = 16
_ONE_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Goal:
    """At most so many CPU seconds for 10,000, and how people write it."""

    most_cpu_s: float
    shown: str

    def is_met(self, cpu_s: float) -> bool:
        return cpu_s <= self.most_cpu_s


def goals(rival_cpu_s: float) -> dict[str | int, Goal]:
    """What is asked of each part where pgbench's transaction costs so many CPU seconds for 10,000."""
    return {
        SINGLE: Goal(rival_cpu_s, "≤ pgbench"),
        ACTION: Goal(20.0, "≤ 20"),
        _ONE_BATCH: Goal(min(0.30, rival_cpu_s / 20), "≤ 0.30, ≤ pgbench/20"),
    }


def print_results(console: Console, results: Results) -> None:
    """The table, then what was read afterwards."""
    rival = results.cpu_s_per_10k(PGBENCH)
    asked = goals(rival)
    most = max(results.cpu_s_per_10k(name) for name in results.parts)
    table = Table(
        "", box=box.SIMPLE, pad_edge=False, title=both("元帳の速さ（中央値）", "The ledger's speed (medians)")
    )
    for heading in (both("件/秒", "a second"), both("範囲/秒", "ranges/s"), both("CPU秒/1万件", "CPU-s/10,000")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column(both("pgbench比", "pgbench ×"), justify="right", no_wrap=True)
    table.add_column(both("目標", "goal"), no_wrap=True)
    for name in results.parts:
        cpu_s, goal, ranges = results.cpu_s_per_10k(name), asked.get(name), results.ranges_per_s(name)
        table.add_row(
            here(shown(name)),
            f"{results.tps(name):,.0f}",
            f"{ranges:,.0f}" if ranges else "",
            f"{cpu_s:.2f}",
            Bar(size=most, begin=0, end=cpu_s, width=_BAR_WIDTH),
            f"{cpu_s / rival:.2f}",
            "" if goal is None else _told(goal, cpu_s),
        )
    console.print(table)
    console.print(here(_afterwards(results)), highlight=False)


def _told(goal: Goal, cpu_s: float) -> Line:
    met = goal.is_met(cpu_s)
    return Line(f"{'✓' if met else '✗'} {goal.shown}", style="green" if met else "red")


def _afterwards(results: Results) -> Text:
    def yes(it: bool) -> Text:
        return Text("はい", "yes") if it else Text("いいえ", "no")

    serials, fsync, verified = yes(results.serials), yes(results.fsync), yes(results.verified)
    delivery = f"{results.delivery_cpu_s_per_10k:.2f}"
    steal, refused = f"{results.steal_pct:.1f} %", f"{results.refused:,}"
    return Text(
        ja=f"奪われた時間 {steal}。残高不足で却下 {refused} 件。全仕訳に識別番号：{serials.ja}。"
        f"ディスク書込みを待つ：{fsync.ja}。検証一致：{verified.ja}。手続き後の通知の配信：{delivery} CPU秒/1万件。",
        en=f"Stolen time {steal}. Refused for want of units: {refused}. Every posting carries its serials: "
        f"{serials.en}. Commits wait for the disk: {fsync.en}. Verified afterwards: {verified.en}. "
        f"Delivery after the acts: {delivery} CPU-s for 10,000.",
    )
