"""The schedule of a phase: the table of the slides as data, its days from the windows."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tanso.rulebook import Rulebook, RulebookError, load
from tanso.rulebook.library import shipped_schemes
from tanso.rulebook.schedule import ScheduleEntry


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped schemes in a folder of their own, for mistakes to be made in."""
    return Path(shutil.copytree(shipped_schemes(), tmp_path / "schemes"))


def entry(book: Rulebook, name: str, phase: int = 2) -> ScheduleEntry:
    return next(entry for entry in book.schedule(phase) if entry.id == name)


def test_the_years_of_a_phase_follow_one_another(asset: Rulebook):
    years = [entry.year for entry in asset.schedule(2)]
    assert years == sorted(years)
    assert set(years) == {2013, 2014, 2015, 2016}


def test_each_actor_of_the_slide_has_its_steps(asset: Rulebook):
    steps = {(entry.who, entry.year) for entry in asset.schedule(2)}
    for year in (2013, 2015):
        assert {("target_holder", year), ("verifier", year), ("administrator", year)} <= steps
    assert ("verifier", 2016) not in steps  # the adjustment year is received without verification


def test_a_step_in_a_window_has_the_days_of_the_window_in_its_year(asset: Rulebook):
    first, second = entry(asset, "trade_in_target_year"), entry(asset, "trade_in_next_year")
    assert (first.period.start, first.period.last_day) == (date(2014, 4, 1), date(2015, 3, 31))
    assert (second.period.start, second.period.last_day) == (date(2015, 4, 1), date(2015, 11, 30))
    assert first.is_dated


def test_a_step_of_which_the_year_alone_is_known_has_its_whole_year(asset: Rulebook):
    base = entry(asset, "base_report")
    assert (base.period.start, base.period.last_day) == (date(2013, 4, 1), date(2014, 3, 31))
    assert not base.is_dated
    assert base.assumed is not None


def test_a_moved_window_moves_the_schedule(asset: Rulebook):
    moved = asset.with_settings({"bank_window": ["12-05", "01-10"]})
    window = entry(moved, "apply_for_banking").period
    assert (window.start, window.last_day) == (date(2015, 12, 5), date(2016, 1, 10))


def test_an_entry_has_passed_on_the_day_after_its_last(asset: Rulebook):
    surrender = entry(asset, "surrender")
    assert not surrender.has_passed(date(2015, 11, 30))
    assert surrender.has_passed(date(2015, 12, 1))


def test_a_phase_that_the_scheme_has_not_has_no_schedule(asset: Rulebook):
    with pytest.raises(KeyError):
        asset.schedule(99)


MISTAKES = [
    ("    who: verifier\n", "    who: verfier\n", "schedule.base_verification.who", "no actor `verfier`"),
    (
        "    window: banking_window\n    reference: {document: S0, clause: 2.2(8)}\n  adj",
        "    reference: {document: S0, clause: 2.2(8)}\n  adj",
        "schedule.approve_banking",
        "window, fiscal_year or both",
    ),
    (
        "    fiscal_year: target\n    window: jaa_issue\n",
        "    window: jaa_issue\n",
        "schedule.issue.window",
        "needs fiscal_year",
    ),
    (
        "    fiscal_year: target\n    window: jaa_issue\n",
        "    fiscal_year: target\n    window: ja_issue\n",
        "schedule.issue.window",
        "no window `ja_issue`",
    ),
    (
        "  base_report:\n    who: target_holder\n    fiscal_year: adopted\n",
        "  base_report:\n    who: target_holder\n    fiscal_year: year\n",
        "schedule.base_report.fiscal_year",
        "counts from adopted or target",
    ),
    (
        "  base_approval:\n    who: administrator\n",
        "  base_aproval:\n    who: administrator\n",
        "schedule.base_aproval",
        "is missing",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), MISTAKES)
def test_a_mistake_in_the_schedule_is_named_at_load(copied: Path, old: str, new: str, key: str, words: str):
    file = copied / "asset" / "calendar.yaml"
    before = file.read_text(encoding="utf-8")
    assert old in before, "the mistake must change something"
    file.write_text(before.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(RulebookError) as raised:
        load(copied / "asset")

    found = [problem for problem in raised.value.problems if problem.key.replace("/", ".") == key]
    assert any(words in problem.message.en for problem in found), [str(problem) for problem in raised.value.problems]
