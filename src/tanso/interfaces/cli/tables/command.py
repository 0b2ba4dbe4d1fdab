"""`tanso example NAME` for a published table: live its rows, and print the table as published and as worked out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tanso.interfaces.cli.speech import here
from tanso.interfaces.cli.tables.reader import read_example
from tanso.kernel.texts import Text

DOES_NOT_RECONCILE = 1


def run(folder: Path, *, as_json: bool) -> int:
    """Live the example in a database of its own and print what came of it; 1 where something does not agree."""
    from tanso.interfaces.cli.with_database import throw_away_database  # noqa: PLC0415

    example = read_example(folder)
    with throw_away_database():
        from tanso.interfaces.cli.tables.comparing import compared  # noqa: PLC0415
        from tanso.interfaces.cli.tables.life import live  # noqa: PLC0415
        from tanso.interfaces.cli.tables.printing import Report, as_document, print_report  # noqa: PLC0415
        from tanso.ledger.reconciliation import verify  # noqa: PLC0415

        with _progress(Console(stderr=True)) as progress:
            done = live(example, progress=progress)
        tables = {name: compared(example, name) for name in example.shape.tables}
        report = Report(example, done, tables, verify())
    if as_json:
        print(json.dumps(as_document(report), ensure_ascii=False, indent=1))
    else:
        print_report(Console(), report)
    return 0 if report.agrees else DOES_NOT_RECONCILE


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int, int, date], None]]:
    """A bar that shows the day of the story; nothing where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int, day: date) -> None:
            bar.update(task, completed=done, total=total, description=here(Text(f"{day} まで", f"up to {day}")))

        yield show
