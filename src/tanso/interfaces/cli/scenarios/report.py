"""Tell played stories: one line a step for people, one JSON object a file for programs.

Nothing here decides what passed; it only prints. Texts are printed as plain text, so that brackets in a file's own
words are never taken for markup.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text as Line

from tanso.interfaces.cli.scenarios import wording
from tanso.interfaces.cli.scenarios.model import Problem
from tanso.interfaces.cli.scenarios.story import FellDue, Story, Told
from tanso.kernel.outcomes import Finding
from tanso.kernel.texts import Text

_STATUS = {
    "done": Text(ja="実行", en="done"),
    "refused": Text(ja="拒否", en="refused"),
    "proposed": Text(ja="起案", en="proposed"),
    "error": Text(ja="不具合", en="error"),
}
_ACTOR_WIDTH = 8


def print_story(story: Story, console: Console, language: str) -> None:
    """The title, then a line for each step, check and thing that fell due; refusals with code, sentence and clause."""
    console.print()
    console.print(Line(story.scenario.title, style="bold"), Line(f"({story.scenario.file})", style="dim"))
    width = len(str(len(story.scenario.steps)))
    for line in story.lines:
        if isinstance(line, FellDue):
            _print_due(line, console, language, width)
        else:
            _print_told(line, console, language, width)


def story_text(story: Story, language: str = "en") -> str:
    """The story as plain text, with the trace of each defect: the message of a failing test."""
    text = io.StringIO()
    print_story(story, Console(file=text, soft_wrap=True, color_system=None, highlight=False), language)
    return text.getvalue() + "".join(told.trace for told in story.told)


def _print_due(line: FellDue, console: Console, language: str, width: int) -> None:
    by_itself = Text(ja="期日", en="due").in_language(language)
    outcome = _outcome(line.outcome, language)
    text = f"      {'':>{width}} {line.day}  {by_itself:<{_ACTOR_WIDTH}} {line.operation} {line.what}: {outcome}"
    console.print(Line(text, style="dim"))


def _print_told(told: Told, console: Console, language: str, width: int) -> None:
    mark = Line("ok  ", style="green") if told.ok else Line("FAIL", style="bold red")
    said = f"{told.does} {told.what}".rstrip()
    outcome = wording.value(told.figure, told.outcome) if told.figure else _outcome(told.outcome, language)
    outcome = f"{outcome}, {told.remark}" if told.remark else outcome
    line = Line.assemble(
        mark, f"  {told.n:>{width}} {told.day}  {told.who:<{_ACTOR_WIDTH}} ", said, ": ", (outcome, "bold")
    )
    console.print(line)
    indent = " " * (width + 7)
    if told.wanting is not None:
        console.print(Line(f"{indent}{told.wanting.in_language(language)}", style="red"))
    for finding in told.findings:
        console.print(_finding(finding, indent, language))


def _finding(finding: Finding, indent: str, language: str) -> Line:
    sentence = finding.message.in_language(language)
    return Line.assemble(indent, (finding.code, "yellow"), f"  {sentence} ", (f"[{finding.clause}]", "dim"))


def _outcome(outcome: str | int | None, language: str) -> str:
    if isinstance(outcome, str) and outcome in _STATUS:
        return _STATUS[outcome].in_language(language)
    return "null" if outcome is None else str(outcome)


def print_traces(story: Story | None, console: Console) -> None:
    """What programmers need about each defect that a story met; nothing where there was none."""
    for told in () if story is None else story.told:
        if told.trace:
            console.print(Line(told.trace, style="dim"))


def print_problems(problems: Iterable[Problem], console: Console, language: str) -> None:
    """What is wrong with a file that cannot be read, one line each."""
    for problem in problems:
        console.print(Line(problem.in_language(language)))


def json_line(value: dict[str, Any]) -> str:
    """One object on one line, characters as they are."""
    return json.dumps(value, ensure_ascii=False)


def unreadable_as_json(path: Path, problems: Sequence[Problem]) -> dict[str, Any]:
    """A file that was not played, in the shape of those that were; `problems` says why."""
    return {
        "scenario": str(path),
        "passed": 0,
        "failed": 0,
        "steps": [],
        "problems": [problem.as_json() for problem in problems],
    }


def tally(passed: int, failed: int) -> str:
    """The last line of `tanso play`, the same in every language: programs read it."""
    return f"{passed} passed, {failed} failed"
