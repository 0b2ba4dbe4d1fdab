"""`tanso rules coverage SCHEME`: each sentence of the sources, and the rule, scenario or reason that answers it.

Exit status: 0 when every sentence is answered, 1 when one is not, or when something is named that does not exist, 2
when there is no such scheme or no `coverage.yaml`. No database.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text as Line

from tanso.interfaces.cli.speech import ENDED_BY_ERROR, both, here
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook import Rulebook
    from tanso.rulebook.coverage import Category, Coverage, Sentence
    from tanso.rulebook.errors import Problem

ANSWERED, UNANSWERED = 0, 1

_LABELS = {
    "ruled": Text("規則", "rule"),
    "informs": Text("案内", "told"),
    "not_modelled": Text("対象外", "not modelled"),
    "open": Text("未了", "open"),
    "unproved": Text("未検証", "unproved"),
    "missing": Text("不足", "missing"),
}
_STYLES = {"not_modelled": "dim", "open": "yellow", "unproved": "bold red", "missing": "bold red"}


def register(app: typer.Typer) -> None:
    """Add the command `coverage`."""

    @app.command(
        name="coverage",
        help=both("資料の各文が、どの規則にあるかを示します。", "Show where each sentence of the sources is kept."),
    )
    def coverage_command(
        scheme: Annotated[str, typer.Argument(help=both("制度", "The scheme."))],
        as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
        missing: Annotated[
            bool, typer.Option("--missing", help=both("足りない文だけ", "Only sentences that wait for something."))
        ] = False,
        tests: Annotated[
            Path | None,
            typer.Option(help=both("scenarios のあるフォルダー", "The folder with `scenarios` (default: beside it).")),
        ] = None,
    ) -> None:
        raise typer.Exit(say_coverage(scheme, as_json=as_json, only_missing=missing, tests=tests))


def say_coverage(scheme: str, *, as_json: bool = False, only_missing: bool = False, tests: Path | None = None) -> int:
    """Read, look everything up, print; returns the exit status. Raises RulebookError for an unknown scheme."""
    from tanso.rulebook import RulebookError, library  # noqa: PLC0415
    from tanso.rulebook.coverage import FAULTS, load_coverage  # noqa: PLC0415

    rulebooks = library()
    book, folder = rulebooks.get(scheme), rulebooks.folder(scheme)
    try:
        coverage = load_coverage(folder, book)
    except RulebookError as error:
        _say_problems(error.problems, as_json=as_json)
        return UNANSWERED
    if coverage is None:
        Console(stderr=True).print(Line(here(_NO_FILE).format(scheme=scheme)))
        return ENDED_BY_ERROR
    problems = list(outside_problems(coverage, folder_of_tests(folder) if tests is None else tests, page_names()))
    if as_json:
        sys.stdout.write(json.dumps(_as_json(coverage, book, problems), ensure_ascii=False) + "\n")
    else:
        _print_sentences(coverage, only_missing=only_missing)
        _print_totals(coverage, book)
        _say_problems(problems, as_json=False)
    totals = coverage.totals()
    return UNANSWERED if problems or any(totals[fault] for fault in FAULTS) else ANSWERED


# -- what only this side of the house can look up -------------------------------------------------------------------


def folder_of_tests(folder: Path) -> Path | None:
    """The `tests` that stand beside the folder of schemes; None in an installation, which ships none."""
    beside = folder.parent.parent / "tests"
    return beside if (beside / "scenarios").is_dir() else None


def page_names() -> set[str]:
    """The names of all pages. Needs Django, but no database."""
    from tanso.interfaces.cli.with_database import set_up_django  # noqa: PLC0415

    set_up_django()
    from django.urls import URLPattern, URLResolver, get_resolver  # noqa: PLC0415

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            elif pattern.name:
                yield pattern.name

    return set(walk(get_resolver().url_patterns))


def outside_problems(coverage: Coverage, tests: Path | None, pages: set[str]) -> Iterator[Problem]:
    """Pages, scenarios, tests and docs that do not exist. Without `tests`, only pages are looked up."""
    from tanso.rulebook.conditions import suggestion  # noqa: PLC0415
    from tanso.rulebook.errors import Problem  # noqa: PLC0415

    for section, name, sentence in coverage.outside():
        ja, en = "", ""
        if section == "pages":
            found = name in pages
            ja, en = suggestion(name, pages)
        elif tests is None:
            continue
        else:
            base = {"scenarios": tests / "scenarios", "tests": tests, "docs": tests.parent / "docs"}[section]
            found = (base / name).is_file() and (base / name).resolve().is_relative_to(base.resolve())
        if not found:
            message = Text(f"「{name}」は{section}にありません。{ja}", f"There is no `{name}` among the {section}.{en}")
            yield Problem(coverage.file, sentence.line, section, message)


# -- what is printed ------------------------------------------------------------------------------------------------


def _print_sentences(coverage: Coverage, *, only_missing: bool) -> None:
    from tanso.rulebook.coverage import FAULTS, Category  # noqa: PLC0415

    waiting = {*FAULTS, Category.OPEN}
    console = Console()
    for clause in coverage.clauses:
        shown = [item for item in clause.sentences if not only_missing or item.category in waiting]
        if not shown:
            continue
        console.print(Line(f"{clause.document} {clause.clause}", style="bold"), soft_wrap=True)
        for sentence in shown:
            label = here(_LABELS[sentence.category])
            head = Line(f"  {sentence.number}. ").append(f"[{label}] ", style=_STYLES.get(sentence.category, "green"))
            console.print(head.append(here(sentence.says)), soft_wrap=True)
            for line in _answers(sentence):
                console.print(Line(f"       {line}", style="dim"), soft_wrap=True)


def _answers(sentence: Sentence) -> Iterator[str]:
    for section, names in sentence.names.items():
        yield f"{section}: {', '.join(names)}"
    if sentence.why_not is not None:
        yield here(sentence.why_not)
    if sentence.issue is not None:
        yield here(Text(f"課題 {sentence.issue}", f"issue {sentence.issue}"))


def _print_totals(coverage: Coverage, book: Rulebook) -> None:
    totals = coverage.totals()
    console = Console()
    counted = ", ".join(f"{here(_LABELS[category])} {count}" for category, count in totals.items() if count)
    everything = Text("{scheme}：{count} 文（{counted}）", "{scheme}: {count} sentences ({counted})")
    console.print(
        Line(
            here(everything).format(scheme=coverage.scheme, count=sum(totals.values()), counted=counted),
            style=_worst_style(totals),
        ),
        soft_wrap=True,
    )
    without = coverage.checks_without_sentence(book)
    if without:
        sentence = Text("どの文にもない検査：{codes}", "Checks that no sentence names: {codes}")
        console.print(Line(here(sentence).format(codes=", ".join(without)), style="yellow"), soft_wrap=True)


def _worst_style(totals: dict[Category, int]) -> str:
    for category in ("missing", "unproved", "open"):
        if any(count for found, count in totals.items() if found == category):
            return _STYLES[category]
    return "green"


def _say_problems(problems: list[Problem], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(
            json.dumps({"problems": [_problem_json(item) for item in problems]}, ensure_ascii=False) + "\n"
        )
        return
    for problem in problems:
        Console().print(
            Line(f"{problem.file}:{problem.line}: {problem.key}: {here(problem.message)}", style="bold red"),
            soft_wrap=True,
        )


def _as_json(coverage: Coverage, book: Rulebook, problems: list[Problem]) -> dict[str, Any]:
    return {
        "scheme": coverage.scheme,
        "version": book.version,
        "totals": {str(category): count for category, count in coverage.totals().items()},
        "clauses": [
            {
                "document": clause.document,
                "clause": clause.clause,
                "sentences": [_sentence_json(sentence) for sentence in clause.sentences],
            }
            for clause in coverage.clauses
        ],
        "checks_without_sentence": coverage.checks_without_sentence(book),
        "problems": [_problem_json(problem) for problem in problems],
    }


def _sentence_json(sentence: Sentence) -> dict[str, Any]:
    found: dict[str, Any] = {
        "n": sentence.number,
        "says": sentence.says.as_json(),
        "category": str(sentence.category),
        "names": {section: list(names) for section, names in sentence.names.items()},
    }
    if sentence.why_not is not None:
        found["why_not"] = sentence.why_not.as_json()
    if sentence.issue is not None:
        found["issue"] = sentence.issue
    return found


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "line": problem.line, "key": problem.key, "message": problem.message.as_json()}


_NO_FILE = Text("制度「{scheme}」には coverage.yaml がありません。", "The scheme `{scheme}` has no coverage.yaml.")
