"""A story.yaml says who does what on which days, and nothing that it does not mean."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tanso.interfaces.cli.stories.errors import UnreadableStoryError
from tanso.interfaces.cli.stories.reader import examples, read_story, shipped_examples
from tanso.interfaces.cli.stories.schedule import plan, working_day
from tanso.kernel.errors import TansoError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of an example that a test may spoil."""
    return Path(shutil.copytree(shipped_examples() / "kosen", tmp_path / "mine"))


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "story.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(UnreadableStoryError) as refused:
        read_story(str(folder))
    return [problem.shown().en for problem in refused.value.problems]


def test_the_examples_that_come_with_tanso_are_found_by_name() -> None:
    assert "kosen" in examples()
    assert read_story("kosen").shape.scheme == "asset"


def test_a_folder_of_ones_own_is_found_by_its_path(folder: Path) -> None:
    assert read_story(str(folder)).name == "mine"


def test_an_example_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(TansoError) as refused:
        read_story("kousen")

    assert refused.value.code == "example.unknown"
    assert "kosen" in refused.value.next_step.en


def test_a_reduction_target_is_rounded_up_to_whole_tonnes() -> None:
    shape = read_story("kosen").shape

    assert [shape.reduction_target_t(base_t) for base_t in (0, 1, 100, 101, 1634)] == [0, 1, 3, 4, 50]


def test_every_unknown_key_and_wrong_type_is_named_with_its_line(folder: Path) -> None:
    change(folder, "phase: 8", "phase: eight\ncolour: green")

    found = problems(folder)

    assert len(found) == 2
    assert any("phase: Write a whole number." in problem for problem in found)
    assert any("colour: Unknown key." in problem for problem in found)


def test_a_tonne_cannot_be_written_into_a_story(folder: Path) -> None:
    change(folder, "unit: JAA/8, quantity: offered,", "unit: JAA/8, quantity: 400,")

    assert len(problems(folder)) == 1


def test_a_name_that_nobody_has_is_named_with_its_line(folder: Path) -> None:
    change(folder, "who: kushiro, of: [kisarazu, tomakomai]", "who: kushiro, of: [kisaradu, tomakomai]")

    assert [problem.split(" ", 3)[3] for problem in problems(folder)] == ["steps[6]: Nobody here is called `kisaradu`."]


def test_a_site_without_a_key_is_named(folder: Path) -> None:
    change(folder, "    函館: hakodate\n", "")

    assert problems(folder) == ["kankyo2020_co2.csv, line 1 函館: It has no key in holders.sites."]


def test_a_step_that_ends_before_it_begins_is_refused(folder: Path) -> None:
    change(folder, "days: [2020-04-06, 2020-04-30]", "days: [2020-04-30, 2020-04-06]")

    assert problems(folder)[0].endswith("steps[0].days: It ends before it begins.")


def test_a_day_on_a_weekend_moves_to_the_monday_after_it() -> None:
    assert working_day(date(2021, 8, 6)) == date(2021, 8, 6)
    assert working_day(date(2021, 8, 7)) == date(2021, 8, 9)
    assert working_day(date(2021, 8, 8)) == date(2021, 8, 9)


def test_everything_happens_on_working_days_in_order() -> None:
    days = [item.day for item in plan(read_story("kosen"))]

    assert days == sorted(days)
    assert max(day.weekday() for day in days) == 4


def test_each_report_takes_its_steps_in_the_order_of_its_life() -> None:
    items = plan(read_story("kosen"))

    for number in {item.number for item in items if item.verb == "register_report"}:
        lives: dict[str, list[str]] = {}
        for item in items:
            if item.number == number:
                lives.setdefault(item.key, []).append(item.verb)
        assert len(lives) == 56
        assert {tuple(life) for life in lives.values()} == {
            ("register_report", "request_verification", "file_verification", "request_approval", "approve_report")
        }


def test_no_two_things_of_a_story_have_the_same_identity() -> None:
    identities = [item.identity for item in plan(read_story("kosen"))]

    assert len(set(identities)) == len(identities)
