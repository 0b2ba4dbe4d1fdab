"""Each check and each window of every rulebook is removed, negated or moved by a day, and some scenario must notice.

A rule that can be changed without a scenario failing is a rule that nobody has told a story about. The stories that
name the code, or stand nearest to the end of the window, are played first, so that most mutants live for one story.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from tanso.database import clones
from tanso.database.urls import Server
from tanso.interfaces import connect
from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.interfaces.cli.scenarios.story import Story, Told
from tanso.rulebook import Rulebook, RulebookError, library

HERE = Path(__file__).parent
STORIES = {
    path: path.read_text(encoding="utf-8")
    for path in sorted(HERE.rglob("*.yaml"))
    if not path.is_relative_to(HERE / "unreadable")
}
SCHEMES = ("asset", "eu-ets", "jvets", "trial-2008", "union-registry")
BOOKS = {scheme: library().get(scheme) for scheme in SCHEMES}
STORIES_OF = {
    scheme: {path: text for path, text in STORIES.items() if re.search(rf"^scheme: {scheme}$", text, re.MULTILINE)}
    for scheme in SCHEMES
}

# Checks that no scenario can reach, because a file that breaks them is unreadable; each has a test of its own.
BEYOND_SCENARIOS = {
    "unit.of_another_scheme": "tests/scenarios/jvets/joint-market/jpa-goes-to-the-trial-scheme-and-comes-back.yaml",
    "figure.unknown": "tests/integration/registry/test_figures_of_a_year.py",
    "participant.field_missing": "tests/scenarios/jvets/register/type-a-states-the-effect-of-its-equipment.yaml",
    "participant.field_unknown": "tests/integration/registry/test_fields_of_participants.py",
    "participant.phase_unknown": "tests/unit/rulebook/test_asset_decisions.py",
    # Scenarios tell of acts about emissions and allowances; what is published and asked is none of their words.
    "publication.unknown": "tests/integration/notices/test_publications.py",
    "publication.withdrawn": "tests/integration/notices/test_publications.py",
    "publication.wrong_fields": "tests/integration/notices/test_publications.py",
    "publication.file_missing": "tests/integration/notices/test_publications.py",
    "publication.file_kind": "tests/integration/notices/test_publications.py",
    "publication.file_too_large": "tests/integration/notices/test_publications.py",
    "question.wrong_fields": "tests/integration/notices/test_questions.py",
    "question.unknown": "tests/integration/notices/test_questions.py",
    "question.answered": "tests/integration/notices/test_questions.py",
    "override.window_without_days": "tests/unit/rulebook/test_overrides.py",
}
# What only asks when a window ends: moving the first day of such a window changes nothing that a rule says.
_ASKS_FOR_THE_END = {"closes", "last_day"}


@dataclass(frozen=True)
class Mutant:
    """A changed rulebook, and how near a story is to the change."""

    scheme: str
    name: str
    make: Callable[[], Rulebook]
    nearness: Callable[[str], int]


def _days_in(story: str) -> set[date]:
    return {date.fromisoformat(found) for found in re.findall(r"day: (\d{4}-\d\d-\d\d)", story)}


def _names(code: str) -> Callable[[str], int]:
    return lambda story: story.count(code)


def _stands_at(book: Rulebook, window: str, days: set[date]) -> Callable[[str], int]:
    codes = [code for code in book.checks if window in _spoken_by(book, code)]
    return lambda story: 2 * len(days & _days_in(story)) + 5 * any(code in story for code in codes)


def _spoken_by(book: Rulebook, code: str) -> str:
    """The conditions of a check, with those of the derived quantities that they use."""
    check = book.checks[code]
    texts = [check.when.text if check.when else "", check.require.text]
    for name, rule in book.derived_rules.items():
        if f"derived.{name}" in " ".join(texts) and rule.condition is not None:
            texts.append(rule.condition.text)
    return " ".join(texts)


def _all_conditions(book: Rulebook) -> str:
    texts = [_spoken_by(book, code) for code in book.checks]
    texts += [rule.condition.text for rule in book.derived_rules.values() if rule.condition]
    texts += [rule.exists_when.text for rule in book.derived_rules.values() if rule.exists_when]
    texts += [condition.text for condition in book.due_conditions.values()]
    return " ".join(texts)


def _checks_to_guard(book: Rulebook) -> Iterator[str]:
    """A scheme's own checks, and those of included folders that no scheme above it guards an operation with."""
    above = [BOOKS[scheme] for scheme in SCHEMES[: SCHEMES.index(book.scheme)]]
    for code, check in book.checks.items():
        is_own = code.startswith(f"{book.scheme}.")
        is_new = bool(check.operations) and not any(
            code in other.checks and other.checks[code].operations for other in above
        )
        if code not in BEYOND_SCENARIOS and (is_own or is_new):
            yield code


def _mutants_of_checks(book: Rulebook) -> Iterator[Mutant]:
    for code in _checks_to_guard(book):
        yield Mutant(book.scheme, f"without {code}", lambda code=code: book.without_check(code), _names(code))
        yield Mutant(book.scheme, f"negated {code}", lambda code=code: book.with_negated_check(code), _names(code))


def _mutants_of_windows(book: Rulebook) -> Iterator[Mutant]:
    spoken = _all_conditions(book)
    for window in book.calendar.windows:
        periods = [book.calendar.period(window, number) for number in book.calendar.numbers(window)]
        first_days = {period.start for period in periods if period.start}
        after_days = {period.end for period in periods if period.end}
        near = _stands_at(book, window, first_days | after_days)
        label = f"{book.scheme} {window}"
        yield Mutant(book.scheme, f"without {label}", lambda window=window: book.without_window(window), near)
        yield Mutant(book.scheme, f"negated {label}", lambda window=window: book.with_negated_window(window), near)
        asked = set(re.findall(rf"(\w+)\('{window}'", spoken))
        for by in (-1, 1):
            shift = timedelta(days=min(by, 0))
            if asked - _ASKS_FOR_THE_END:
                yield Mutant(
                    book.scheme,
                    f"{label} begins {by:+} day",
                    lambda window=window, by=by: book.with_moved_window(window, first_day_by=by),
                    _stands_at(book, window, {day + shift for day in first_days}),
                )
            if after_days:
                yield Mutant(
                    book.scheme,
                    f"{label} ends {by:+} day",
                    lambda window=window, by=by: book.with_moved_window(window, last_day_by=by),
                    _stands_at(book, window, {day + shift for day in after_days}),
                )


MUTANTS = [mutant for book in BOOKS.values() for mutant in (*_mutants_of_checks(book), *_mutants_of_windows(book))]


@contextmanager
def _empty_database(server: Server, template: str) -> Iterator[None]:
    from django.db import connections  # noqa: PLC0415 -- Django is set up by then

    clone = clones.clone(server, template)
    connect.use(clone)
    try:
        yield
    finally:
        connections.close_all()
        clones.drop(clone)


class _Noticed(Exception):  # noqa: N818 -- it is no error that a mutant is noticed
    """The story has told what it had to; its rest need not be played."""


def _listen(story: Story) -> None:
    """Raise `_Noticed` once a step came out otherwise than told.

    Where a rule is gone, the books below may stop what it let through; that is noticed too. A mutant whose conditions
    can no longer be evaluated is merely broken, and says nothing.
    """
    if any(isinstance(line, Told) and not line.ok and RulebookError.__name__ not in line.trace for line in story.lines):
        raise _Noticed


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_some_scenario_notices(mutant: Mutant, server: Server, template: str) -> None:
    stories = STORIES_OF[mutant.scheme]
    likeliest_first = sorted(stories, key=lambda path: (-mutant.nearness(stories[path]), len(stories[path])))
    library().install(mutant.make())
    try:
        for path in likeliest_first:
            with _empty_database(server, template):
                play(read_scenario(path, library()), after_step=_listen)
    except _Noticed:
        return
    finally:
        library().install(BOOKS[mutant.scheme])
    pytest.fail(f"no scenario notices the rulebook {mutant.name}")


def test_every_check_beyond_scenarios_has_a_test_of_its_own() -> None:
    for code, path in BEYOND_SCENARIOS.items():
        assert any(code in book.checks for book in BOOKS.values())
        assert code in (HERE.parents[1] / path).read_text(encoding="utf-8")
