"""docs/explanation/security.md answers every requirement of levels 1 and 2 of ASVS 5.0.0, and names what exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
# Requirements of levels 1 and 2 by section: how many, from the first on (those of level 3 come last in each section).
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1,
    "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4,
    "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
# Chapters about what Tanso has nothing of, each in one line.
WHOLE_CHAPTERS = {"9.1.1–9.2.4", "10.1.1–10.7.3", "17.1.1–17.3.2"}
LINES = re.findall(r"^\| (\d[\d.–]*) \| (yes|no|–|you) \| (.+) \|$", DOCUMENT, re.MULTILINE)


def test_every_requirement_has_a_line_and_no_other() -> None:
    expected = {f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)}

    answered = [number for number, _answer, _how in LINES]

    assert sorted(expected | WHOLE_CHAPTERS) == sorted(answered)


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:src|docs|tests|requirements|schemes)/[^`]+)`", DOCUMENT))
    linked = set(re.findall(r"\]\(\.\./([^)#]+)", DOCUMENT))

    assert len(named) > 30
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
    assert sorted(name for name in linked if not (ROOT / "docs" / name).exists()) == []


def test_what_is_not_met_says_why() -> None:
    unmet = {number: how for number, answer, how in LINES if answer == "no"}

    assert unmet
    assert all(len(how) > 40 for how in unmet.values())
