"""`tanso bench ledger`: what the ledger does in a second and what that costs, beside PostgreSQL's own benchmark.

Exit status: 0 with the figures; 1 where the serials, the disk or the verification did not hold, because figures of a
ledger that is wrong are worth nothing. Whether the goals are met is printed and changes no status.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tanso.interfaces.cli.speech import both, here
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.interfaces.cli.benching.plan import Plan
    from tanso.interfaces.cli.benching.session import Say

DOES_NOT_HOLD = 1


def register(app: typer.Typer) -> None:
    """Add the command `bench ledger`."""
    bench = typer.Typer(help=both("速さを測ります。", "Measure speed."), no_args_is_help=True)
    app.add_typer(bench, name="bench")

    @bench.callback()
    def group() -> None:
        """One command so far, which is still called by its name."""

    @bench.command(
        "ledger",
        help=both(
            "元帳の速さと CPU 時間を、pgbench と交互に測ります（専用のサーバーを作り、終われば消します）。",
            "Measure the ledger's speed and CPU time beside pgbench's (on a server of its own, removed at the end).",
        ),
    )
    def ledger(  # noqa: PLR0917 (options, which Typer passes by name)
        as_json: Annotated[bool, typer.Option("--json", help=both("JSON で出力", "Print JSON."))] = False,
        quick: Annotated[
            bool,
            typer.Option("--quick", help=both("ごく小さく一度だけ（動作確認用）", "Tiny and once, to see it work.")),
        ] = False,
        rounds: Annotated[int | None, typer.Option(min=1, help=both("繰返し（既定 3）", "How often (3)."))] = None,
        seconds: Annotated[
            int | None, typer.Option(min=1, help=both("一計測の秒数（既定 15）", "Seconds of each timed part (15)."))
        ] = None,
        accounts: Annotated[
            int | None, typer.Option(min=2, help=both("口座の数（既定 10000）", "How many accounts (10000)."))
        ] = None,
        sizes: Annotated[
            list[int] | None,
            typer.Option("--size", min=1, help=both("一括の件数（複数可）", "A size of batches; may be given again.")),
        ] = None,
        seed: Annotated[int | None, typer.Option(help=both("乱数の種（既定 1）", "Seed of the draws (1)."))] = None,
    ) -> None:
        from tanso.interfaces.cli.benching.plan import DEFAULT, QUICK  # noqa: PLC0415

        chosen = (QUICK if quick else DEFAULT).changed(
            rounds=rounds, seconds=seconds, accounts=accounts, sizes=tuple(sizes or ()) or None, seed=seed
        )
        raise typer.Exit(run(chosen, as_json=as_json))


def run(plan: Plan, *, as_json: bool) -> int:
    """Measure by the plan and print. Raises TansoErrors."""
    from tanso.interfaces.cli.with_database import own_server  # noqa: PLC0415

    with own_server("bench") as server:
        from tanso.interfaces.cli.benching import printing, session  # noqa: PLC0415 -- needs Django to be ready

        with _progress(plan) as say:
            results = session.measured(plan, server, say)
    if as_json:
        print(json.dumps(results.as_json()))
    else:
        printing.print_results(Console(), results)
    return 0 if results.holds else DOES_NOT_HOLD


@contextmanager
def _progress(plan: Plan) -> Iterator[Say]:
    """A bar on the error stream, where somebody looks. It is drawn once a second, because its time is counted too."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, refresh_per_second=1
    ) as bar:
        task = bar.add_task("", total=plan.steps)

        def say(step: Text | None, made: int = 0) -> None:
            bar.update(task, advance=made, description=None if step is None else here(step))

        yield say
