"""`python -m tests.faults`: run it, with a bar, a summary, and a status other than 0 where something was wrong."""

from __future__ import annotations

import argparse
import os
import secrets
import sys

for _name in [name for name in os.environ if name.startswith("TANSO_") and name != "TANSO_POSTGRES_BIN"]:
    del os.environ[_name]  # the developer's own installation is none of this


def main() -> int:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from tanso.interfaces.cli.with_database import set_up_django  # noqa: PLC0415

    set_up_django()
    from tests.faults import kills, plants, run, summary  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None, help="repeats the acts and kills of an earlier run")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=20.0, help="gives up, as a failure, after so long")
    parser.add_argument("--plant", choices=plants.ALL, default="", help="plant a fault, to see it found")
    parser.add_argument("--only", action="append", choices=list(kills.KILLS), default=[], help="this kind of kill only")
    parser.add_argument("--keep", action="store_true", help="keep the data folder")
    given = parser.parse_args()
    seed = secrets.randbelow(10**9) if given.seed is None else given.seed
    plan = run.Plan(
        given.kills,
        seed,
        given.clients,
        given.minutes,
        only=tuple(given.only),
        plant=given.plant,
        keeps_data=given.keep,
    )
    console = Console(stderr=True)
    console.print(f"seed {seed}, {plan.clients} clients, {plan.kills} kills")
    columns = (TextColumn("killing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with run.ended_properly(), Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=plan.kills)

        def advance() -> None:
            progress.advance(task)
            done = int(progress.tasks[task].completed)
            if done % 20 == 0 and not console.is_terminal:  # a log has no bar
                console.print(f"{done} kills")

        report = run.carry_out(plan, advance=advance)
    summary.show(report, Console())
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main())
