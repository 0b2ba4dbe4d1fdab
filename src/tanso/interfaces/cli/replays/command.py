"""`tanso example NAME --years … --registry …` for a replay: live it, print what came of it and what it cost."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tanso.interfaces.cli.benching.processes import Meter, Spent, parent_of
from tanso.interfaces.cli.replays.reader import read_replay
from tanso.interfaces.cli.speech import here
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

DOES_NOT_RECONCILE = 1
_SERVER = "replay"
_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")


@dataclass(slots=True)
class Cost:
    """What a replay took, whole and by step (client and server CPU seconds); empty where no process can be read."""

    whole: Spent | None = None
    steps: dict[str, tuple[float, float]] = field(default_factory=dict)


def years_of(written: str | None) -> tuple[int, int] | None:
    """`2005-2007` or `2005` as first and last year, None for all. Raises TansoError `example.years`."""
    if written is None:
        return None
    match = _YEARS.fullmatch(written.strip())
    first, last = (0, -1) if match is None else (int(match[1]), int(match[2] or match[1]))
    if last < first:
        raise TansoError(
            code="example.years",
            message=Text(f"「{written}」は年の範囲ではありません。", f"“{written}” is no range of years."),
            next_step=Text("2005-2007 のように書いてください。", "Write them like 2005-2007."),
            facts={"years": written},
        )
    return first, last


def run(folder: Path, *, years: str | None, groups: str | None, as_json: bool, own_server: bool = False) -> int:
    """Live the replay in a database of its own and print what came of it; 1 where something does not agree.

    With `own_server` the server is its own too, so that what it costs is nobody else's.
    """
    from tanso.interfaces.cli import with_database  # noqa: PLC0415

    chosen = [name for name in (groups or "").replace(" ", "").split(",") if name]
    replay = read_replay(folder, years=years_of(years), groups=chosen)
    if not replay.rows:
        raise TansoError(
            code="example.no_rows",
            message=Text(
                "その年と登録簿の行は、データにありません。", "The table has no rows of these years and registries."
            ),
            next_step=Text("--years と --registry を御確認ください。", "Check --years and --registry."),
            facts={},
        )
    with with_database.own_server(_SERVER) if own_server else with_database.throw_away_database():
        from tanso.interfaces.cli.replays.life import live  # noqa: PLC0415
        from tanso.interfaces.cli.replays.outcome import outcome  # noqa: PLC0415
        from tanso.interfaces.cli.replays.printing import Report, as_document, print_report  # noqa: PLC0415
        from tanso.ledger.reconciliation import verify  # noqa: PLC0415

        with _metered() as (cost, step), _progress(Console(stderr=True)) as progress:
            # The rows stay to the end: the collector need not look at them again and again.
            gc.freeze()
            lived = live(replay, progress=progress, step=step)
            step("read_back")
            came = outcome(replay)
            step("verify")
            differences = verify()
            step("")
        report = Report(replay, came, lived, cost, differences)
    if as_json:
        print(json.dumps(as_document(report), ensure_ascii=False, indent=1))
    else:
        print_report(Console(), report)
    return 0 if report.agrees else DOES_NOT_RECONCILE


@contextmanager
def _metered() -> Iterator[tuple[Cost, Callable[[str], None]]]:
    """Count what each named step takes, from its beginning to that of the next."""
    from django.db import connection  # noqa: PLC0415

    cost = Cost()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    try:
        meter: Any = Meter(parent_of(backend))
    except psutil.Error:
        # The server is on another machine, or another user's.
        yield cost, lambda _: None
        return
    at: list[Any] = ["start", meter.spent()]

    def step(name: str) -> None:
        if name == at[0]:
            return
        now = meter.spent()
        client_s, server_s = cost.steps.get(at[0], (0, 0))
        cost.steps[at[0]] = (client_s + now.client_s - at[1].client_s, server_s + now.server_s - at[1].server_s)
        at[:] = [name, now]

    yield cost, step
    cost.whole = meter.spent()


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int, int, int], None]]:
    """A bar that shows the year; nothing where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int, year: int) -> None:
            bar.update(task, completed=done, total=total, description=here(Text(f"{year}年", str(year))))

        yield show
