"""Ten million transfers: does memory stay flat, and are serial ranges moved as cheaply at the end as at the start?

    .venv/bin/python benchmarks/ledger_ten_million.py [--count 10000000] [--picture FILE.svg] [--figures FILE.csv]
    .venv/bin/python benchmarks/ledger_ten_million.py --read FILE.csv [--picture FILE.svg]

Ten thousand accounts of 20 ranges of 1,000 t; batches of 10,000 transfers of 1 to 100 t, by the client and on the
private server of `tanso bench ledger`. Every step of 100,000 transfers is a line of the figures. Takes some 10 CPU-min
and 8 GB of disk, which are given back.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import linear_regression, median
from typing import TYPE_CHECKING

import psycopg
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tanso.interfaces.cli.benching import processes
from tanso.interfaces.cli.with_database import own_server

if TYPE_CHECKING:
    from tanso.interfaces.cli.benching.crew import Crew

BATCH = 10_000
WINDOW = 5  # steps at each end whose median is compared
WITHIN = 0.20


@dataclass(frozen=True)
class Step:
    """What one step of transfers moved and cost, and the memory held after it. `transfers` counts from the start."""

    transfers: int
    done: int
    ranges: int
    wall_s: float
    client_cpu_s: float
    server_cpu_s: float
    stolen_s: float
    client_mb: float
    server_mb: float

    @property
    def cpu_s(self) -> float:
        return self.client_cpu_s + self.server_cpu_s


def measured(admin: psycopg.Connection, clients: Crew, postmaster: int, *, transfers: int, size: int) -> Step:
    """The step that ends at `transfers` in all."""
    clients.one_does("draw_batches", size=min(BATCH, size), count=max(1, size // BATCH))
    (last,) = admin.execute("SELECT coalesce(max(id), 0) FROM ledger_journal").fetchone() or (0,)
    meter = processes.Meter(postmaster)
    counted = clients.one_does("batches")
    spent = meter.spent()
    query = "SELECT coalesce(sum(cardinality(serials) / 2), 0)::bigint FROM ledger_journal WHERE id > %s"
    (ranges,) = admin.execute(query, [last]).fetchone() or (0,)
    return Step(
        transfers=transfers,
        done=counted["done"],
        ranges=ranges,
        wall_s=round(spent.wall_s, 3),
        client_cpu_s=round(spent.client_s, 3),
        server_cpu_s=round(spent.server_s, 3),
        stolen_s=round(spent.stolen_s, 3),
        client_mb=round(processes.memory_mb(clients.pids[0]), 1),
        server_mb=round(processes.memory_mb(postmaster), 1),
    )


def run(count: int, size: int, figures: Path | None) -> tuple[list[Step], bool, str]:
    """All steps, whether the ledger verifies afterwards, and how large the tables have become."""
    with own_server("bench") as server:
        from tanso.interfaces.cli.benching import market, session  # noqa: PLC0415 -- needs Django to be ready
        from tanso.interfaces.cli.benching.crew import crew  # noqa: PLC0415

        with (
            Progress(console=Console(stderr=True), refresh_per_second=1) as bar,
            open(figures or "/dev/null", "w") as to,
        ):
            writer = csv.DictWriter(to, [field.name for field in fields(Step)])
            writer.writeheader()
            task = bar.add_task("accounts and ranges", total=10_000 * 21)
            built = market.built(
                accounts=10_000, traders=1, ranges=20, range_t=1_000, progress=lambda made: bar.advance(task, made)
            )
            task = bar.add_task("transfers", total=count)
            steps: list[Step] = []
            with psycopg.connect(server.admin_url or "", autocommit=True) as admin:
                admin.execute("VACUUM (ANALYZE)")
                postmaster = processes.parent_of(admin.info.backend_pid)
                with crew(server, built, size=1, seed=1) as clients:
                    for transfers in range(size, count + 1, size):
                        steps.append(measured(admin, clients, postmaster, transfers=transfers, size=size))
                        writer.writerow(asdict(steps[-1]))
                        to.flush()
                        bar.advance(task, size)
                (room,) = admin.execute(
                    """SELECT string_agg(format('%s %s', relname, pg_size_pretty(pg_total_relation_size(oid))), ', '
                                         ORDER BY pg_total_relation_size(oid) DESC)
                         FROM pg_class WHERE relname IN ('ledger_journal', 'ledger_holding', 'ledger_segment')"""
                ).fetchone() or ("",)
                bar.add_task("verify", total=None)
                holds = session.serials_are_carried(admin) and session.is_verified()
    return steps, holds, str(room)


def read(figures: Path) -> list[Step]:
    """The steps that an earlier run wrote, or one that still runs."""
    with figures.open() as file:
        return [
            Step(**{field.name: (int if field.type == "int" else float)(row[field.name]) for field in fields(Step)})
            for row in csv.DictReader(file)
        ]


def told(steps: list[Step]) -> bool:
    """Print what came of it; whether ranges were moved as cheaply as at the start."""
    first, last = steps[:WINDOW], steps[-WINDOW:]
    cpu = [median(step.ranges / step.cpu_s for step in ends) for ends in (first, last)]
    wall = [median(step.ranges / step.wall_s for step in ends) for ends in (first, last)]
    transfers = [median(10_000 * step.cpu_s / step.done for step in ends) for ends in (first, last)]
    millions = [step.transfers / 1_000_000 for step in steps]
    table = Table("", f"at {first[-1].transfers:,}", f"at {last[-1].transfers:,}", "change")
    for what, pair in (
        ("serial ranges moved for a CPU second", cpu),
        ("serial ranges moved a second by the clock", wall),
        ("CPU seconds for 10,000 transfers", transfers),
        ("ranges of a transfer", [median(step.ranges / step.done for step in ends) for ends in (first, last)]),
    ):
        table.add_row(
            what, *(f"{one:,.2f}" if one < 100 else f"{one:,.0f}" for one in pair), f"{pair[1] / pair[0] - 1:+.1%}"
        )
    for who in ("client", "server"):
        held = [getattr(step, f"{who}_mb") for step in steps]
        slope = linear_regression(millions[WINDOW:], held[WINDOW:]).slope if len(steps) > WINDOW + 1 else 0.0
        table.add_row(
            f"memory of the {who}, MB",
            f"{held[0]:.0f}",
            f"{held[-1]:.0f}",
            f"{slope:+.2f} a million, most {max(held):.0f}",
        )
    Console(width=120).print(table)
    stolen = sum(step.stolen_s for step in steps)
    print(
        f"{sum(step.done for step in steps):,} transfers, {sum(step.ranges for step in steps):,} ranges, "
        f"{sum(step.cpu_s for step in steps):.0f} CPU-s, {sum(step.wall_s for step in steps):.0f} s by the clock, "
        f"{stolen:.1f} s stolen"
    )
    return cpu[1] >= (1 - WITHIN) * cpu[0]


def draw(steps: list[Step], picture: Path) -> None:
    """Two charts over the same transfers: what a CPU second moves, and what the processes hold."""
    import altair  # noqa: PLC0415 -- a development package

    over = altair.X("transfers:Q", title="transfers 移転の数", axis=altair.Axis(format="~s"))
    moved = [{"transfers": step.transfers, "ranges": step.ranges / step.cpu_s} for step in steps]
    held = [
        {"transfers": step.transfers, "who": who, "mb": mb}
        for step in steps
        for who, mb in (("client クライアント", step.client_mb), ("server サーバー", step.server_mb))
    ]
    sized = {"width": 640, "height": 180}
    above = (
        altair.Chart(
            altair.Data(values=moved), title="Serial ranges moved for a CPU second  CPU 1 秒あたりの識別番号範囲"
        )
        .mark_line(color="#0017C1", strokeWidth=1.5)
        .encode(over, altair.Y("ranges:Q", title=None, scale=altair.Scale(zero=True), axis=altair.Axis(format="~s")))
        .properties(**sized)
    )
    below = (
        altair.Chart(altair.Data(values=held), title="Memory held, MB  使用メモリ（MB）")
        .mark_line(strokeWidth=1.5)
        .encode(
            over,
            altair.Y("mb:Q", title=None, scale=altair.Scale(zero=True)),
            altair.Color("who:N", title=None, scale=altair.Scale(range=["#0017C1", "#C74700"])),
            altair.StrokeDash("who:N", title=None),
        )
        .properties(**sized)
    )
    (above & below).configure(font="Noto Sans JP, Hiragino Sans, sans-serif", background="white").save(picture)


def main() -> None:
    """Measure, print, draw; status 1 where it did not hold."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=10_000_000, help="transfers in all")
    asked.add_argument("--step", type=int, default=100_000, help="transfers of one step")
    asked.add_argument("--figures", type=Path, help="write every step to this CSV file as it ends")
    asked.add_argument("--picture", type=Path, help="draw the steps into this SVG or PNG file")
    asked.add_argument("--read", type=Path, help="only print and draw the steps that an earlier run wrote to this file")
    chosen = asked.parse_args()
    if chosen.read is not None:
        steps, holds = read(chosen.read), True
    else:
        steps, holds, room = run(chosen.count, min(chosen.step, chosen.count), chosen.figures)
        print(f"{room}; serials carried and ledger verified: {holds}")
    if chosen.picture is not None:
        draw(steps, chosen.picture)
    sys.exit(0 if told(steps) and holds else 1)


if __name__ == "__main__":
    main()
