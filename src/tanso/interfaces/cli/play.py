"""`tanso play FILE…`: read scenarios, play each in an empty database of its own, tell what came of every step.

Exit status: 0 when every expectation of every file holds, 1 when one fails, 2 when a file cannot be read. Files that
can be read are played even where another cannot. The last line is `N passed, N failed`; with --json it goes to the
error stream, because the output then is JSON and nothing else.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tanso.interfaces.cli.scenarios import report
from tanso.interfaces.cli.scenarios.model import Scenario, UnreadableScenarioError
from tanso.interfaces.cli.scenarios.story import Story
from tanso.interfaces.cli.speech import both, language

HELD, FAILED, UNREADABLE = 0, 1, 2


def register(app: typer.Typer) -> None:
    """Add the command `play`."""

    @app.command(name="play", help=both("シナリオを演じて確かめます。", "Play scenarios and check what comes of them."))
    def play_command(
        files: Annotated[
            list[Path],
            typer.Argument(help=both("シナリオのファイル（YAML）", "Scenario files (YAML)."), metavar="FILE…"),
        ],
        as_json: Annotated[
            bool,
            typer.Option("--json", help=both("1ファイル1行の JSON で出します。", "One JSON object a line and file.")),
        ] = False,
    ) -> None:
        raise typer.Exit(play_files(files, as_json=as_json))


@dataclass(frozen=True, slots=True)
class _Read:
    """A file, and either its scenario or why it cannot be read."""

    path: Path
    scenario: Scenario | None
    error: UnreadableScenarioError | None


def play_files(files: Sequence[Path], *, as_json: bool = False) -> int:
    """Read all files, play the readable ones in their order, print; returns the exit status."""
    _survive_narrow_encodings()
    output = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False, markup=False)
    read = _read(files)
    unreadable = [item.error for item in read if item.error is not None]
    for error in unreadable:
        report.print_problems(error.problems, errors, language())
    passed = failed = 0
    for item, story in _played(read, output, errors, as_json=as_json):
        if story is None:
            told = report.unreadable_as_json(item.path, () if item.error is None else item.error.problems)
        else:
            passed, failed = passed + story.passed, failed + story.failed
            told = story.as_json()
        report.print_traces(story, errors)
        if as_json:
            print(report.json_line(told), flush=True)
        elif story is not None:
            report.print_story(story, output, language())
    (errors if as_json else output).print(report.tally(passed, failed))
    if unreadable:
        return UNREADABLE
    return FAILED if failed else HELD


def _survive_narrow_encodings() -> None:
    """A terminal that cannot show a character shows a question mark; nobody's story ends for that."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _read(files: Sequence[Path]) -> list[_Read]:
    from tanso.interfaces.cli.scenarios.reader import read_scenario  # noqa: PLC0415
    from tanso.rulebook import library  # noqa: PLC0415

    read: list[_Read] = []
    for path in files:
        try:
            read.append(_Read(path, read_scenario(path, library()), None))
        except UnreadableScenarioError as error:
            read.append(_Read(path, None, error))
    return read


def _played(
    read: Sequence[_Read], output: Console, errors: Console, *, as_json: bool
) -> Iterator[tuple[_Read, Story | None]]:
    """Each file with its story, None for an unreadable one. Where no file can be played, no server is started."""
    if all(item.scenario is None for item in read):
        yield from ((item, None) for item in read)
        return
    from tanso.interfaces.cli.with_database import throw_away_databases  # noqa: PLC0415

    with throw_away_databases() as fresh, _progress(read, output, errors, as_json=as_json) as advance:
        from tanso.interfaces.cli.scenarios.player import play  # noqa: PLC0415 -- needs Django to be ready

        for item in read:
            if item.scenario is None:
                yield item, None
                continue
            with fresh():
                story = play(item.scenario, after_step=advance)
            yield item, story


@contextmanager
def _progress(
    read: Sequence[_Read], output: Console, errors: Console, *, as_json: bool
) -> Iterator[Callable[[Story], None]]:
    """A bar over all steps of all files, below the story where that goes to a terminal, else on the error stream."""
    console = output if output.is_terminal and not as_json else errors
    shown = console.is_terminal and not (as_json and output.is_terminal)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not shown) as progress:
        steps = sum(len(item.scenario.steps) for item in read if item.scenario is not None)
        task = progress.add_task(both("演じています", "playing"), total=steps)
        yield lambda _story: progress.advance(task)
