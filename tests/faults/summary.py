"""The end of a run as a table, and what was wrong in full."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tests.faults.run import Report


def show(report: Report, console: Console) -> None:
    """Kills by kind, acts by outcome, looks and verifications; then every violation with the seed."""
    table = Table("what", "times", title=f"faults, seed {report.plan.seed}: {report.seconds:.0f} s")
    for kind, times in sorted(report.kills.items()):
        table.add_row(f"killed: {kind}", str(times))
    table.add_row("killed in all", str(report.kills.total()), end_section=True)
    for what, times in sorted(report.tally.items()):
        table.add_row(what, str(times))
    table.add_row("ledger verify", str(report.verified))
    console.print(table)
    for violation in report.violations[:20]:
        console.print(violation, markup=False, highlight=False, soft_wrap=True)
    if report.sound:
        console.print("Every acknowledged act is there once, every other one whole or absent, the ledger agrees.")
        return
    console.print(f"{len(report.violations)} violations; seed {report.plan.seed}; the data are in {report.folder}")
