"""Each check and each window of the rulebook is removed, negated or moved by a day, and some scenario must notice.

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
BOOK = library().get("asset")

# Checks that no scenario can reach, because a file that breaks them is unreadable; each has a test of its own.
BEYOND_SCENARIOS = {
    "participant.phase_unknown": "tests/unit/rulebook/test_asset_decisions.py",
}
# What only asks when a window ends: moving the first day of such a window changes nothing that a rule says.
_ASKS_FOR_THE_END = {"closes", "last_day"}


@dataclass(frozen=True)
class Mutant:
    """A changed rulebook, and how near a story is to the change."""

    name: str
    make: Callable[[], Rulebook]
    nearness: Callable[[str], int]


def _days_in(story: str) -> set[date]:
    return {date.fromisoformat(found) for found in re.findall(r"day: (\d{4}-\d\d-\d\d)", story)}


def _names(code: str) -> Callable[[str], int]:
    return lambda story: story.count(code)


def _stands_at(window: str, days: set[date]) -> Callable[[str], int]:
    codes = [code for code in BOOK.checks if window in _spoken_by(code)]
    return lambda story: 2 * len(days & _days_in(story)) + 5 * any(code in story for code in codes)


def _spoken_by(code: str) -> str:
    """The conditions of a check, with those of the derived quantities that they use."""
    check = BOOK.checks[code]
    texts = [check.when.text if check.when else "", check.require.text]
    for name, rule in BOOK.derived_rules.items():
        if f"derived.{name}" in " ".join(texts) and rule.condition is not None:
            texts.append(rule.condition.text)
    return " ".join(texts)


def _all_conditions() -> str:
    texts = [_spoken_by(code) for code in BOOK.checks]
    texts += [rule.condition.text for rule in BOOK.derived_rules.values() if rule.condition]
    texts += [rule.exists_when.text for rule in BOOK.derived_rules.values() if rule.exists_when]
    texts += [condition.text for condition in BOOK.due_conditions.values()]
    return " ".join(texts)


def _mutants_of_checks() -> Iterator[Mutant]:
    for code in BOOK.checks:
        if code not in BEYOND_SCENARIOS:
            yield Mutant(f"without {code}", lambda code=code: BOOK.without_check(code), _names(code))
            yield Mutant(f"negated {code}", lambda code=code: BOOK.with_negated_check(code), _names(code))


def _mutants_of_windows() -> Iterator[Mutant]:
    spoken = _all_conditions()
    for window in BOOK.calendar.windows:
        periods = [BOOK.calendar.period(window, phase) for phase in BOOK.phases]
        first_days = {period.start for period in periods if period.start}
        after_days = {period.end for period in periods if period.end}
        near = _stands_at(window, first_days | after_days)
        yield Mutant(f"without {window}", lambda window=window: BOOK.without_window(window), near)
        yield Mutant(f"negated {window}", lambda window=window: BOOK.with_negated_window(window), near)
        asked = set(re.findall(rf"(\w+)\('{window}'", spoken))
        for by in (-1, 1):
            shift = timedelta(days=min(by, 0))
            if asked - _ASKS_FOR_THE_END:
                yield Mutant(
                    f"{window} begins {by:+} day",
                    lambda window=window, by=by: BOOK.with_moved_window(window, first_day_by=by),
                    _stands_at(window, {day + shift for day in first_days}),
                )
            if after_days:
                yield Mutant(
                    f"{window} ends {by:+} day",
                    lambda window=window, by=by: BOOK.with_moved_window(window, last_day_by=by),
                    _stands_at(window, {day + shift for day in after_days}),
                )


MUTANTS = [*_mutants_of_checks(), *_mutants_of_windows()]


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


def _notices(story: Story) -> bool:
    """Whether a step came out otherwise than told.

    Where a rule is gone, the books below may stop what it let through; that is noticed too. A mutant whose conditions
    can no longer be evaluated is merely broken, and says nothing.
    """
    return any(
        isinstance(line, Told) and not line.ok and RulebookError.__name__ not in line.trace for line in story.lines
    )


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_some_scenario_notices(mutant: Mutant, server: Server, template: str) -> None:
    likeliest_first = sorted(STORIES, key=lambda path: (-mutant.nearness(STORIES[path]), len(STORIES[path])))
    library().install(mutant.make())
    try:
        for path in likeliest_first:
            with _empty_database(server, template):
                if _notices(play(read_scenario(path, library()))):
                    return
    finally:
        library().install(BOOK)
    pytest.fail(f"no scenario notices the rulebook {mutant.name}")


def test_every_check_beyond_scenarios_has_a_test_of_its_own() -> None:
    for code, path in BEYOND_SCENARIOS.items():
        assert code in BOOK.checks
        assert code in (HERE.parents[1] / path).read_text(encoding="utf-8")
