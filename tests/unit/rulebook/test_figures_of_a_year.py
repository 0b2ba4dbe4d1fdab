"""Figures, loans and sums of a year, as the rules of a scheme see them; the facts come straight from here."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tanso.rulebook import RulebookError, library
from tanso.rulebook.library import shipped_schemes
from tanso.rulebook.loading import load

BOOK = library().get("trial-2008")
DAY = date(2009, 7, 1)
ABSOLUTE = {"participant.kind": "target_setter", "participant.attribute.target_form": "absolute"}


def year(**figures: Any) -> dict[str, Any]:
    """A year of a target setter with an absolute target of 1,000 t; more facts by their last names."""
    facts: dict[str, Any] = {
        **ABSOLUTE,
        "participant.attribute.settlement": "ex_post",
        "day": DAY,
        "obligation.exists": True,
        "obligation.year": 2008,
        "obligation.has_figure.target_t": True,
        "obligation.figure.target_t": 1000,
        "obligation.has_emissions": True,
    }
    return facts | {f"obligation.{name}": value for name, value in figures.items()}


@pytest.mark.parametrize(
    ("settlement", "issued_t", "emissions_t", "to_repay_t", "required_t"),
    [
        ("ex_post", 0, 1000, 0, 0),
        ("ex_post", 0, 1001, 0, 1),
        ("ex_post", 0, 1000, 30, 30),
        ("ex_post", 100, 900, 0, 0),
        ("ex_ante", 1000, 800, 0, 800),
        ("ex_ante", 970, 800, 30, 800),
        ("ex_ante", 1000, 800, 30, 830),
        ("ex_ante", 0, 1200, 1100, 1300),
    ],
)
def test_all_but_the_surplus_of_what_was_issued_is_handed_back(
    settlement: str, issued_t: int, emissions_t: int, to_repay_t: int, required_t: int
) -> None:
    facts = year(emissions_t=emissions_t, issued_t=issued_t, has_issued=issued_t > 0, to_repay_t=to_repay_t)
    facts["participant.attribute.settlement"] = settlement

    assert BOOK.derive("required_t", facts) == required_t


def test_a_sum_runs_over_what_was_surrendered_and_not_over_what_is_held() -> None:
    def units(unit_type: str, quantity_t: int) -> dict[str, Any]:
        return {"unit.type": unit_type, "unit.has_phase": False, "unit.phase": 0, "quantity_t": quantity_t}

    facts = year() | {"holdings": [units("KC", 7)], "surrendered": [units("KC", 2), units("DC", 3), units("TA", 5)]}

    assert BOOK.derive("plan_credits_t", facts) == 5


def test_a_year_is_not_grouped_in_a_sentence() -> None:
    finding = BOOK.decide("open_year", {"day": DAY, "obligation.year": 2013}).findings[0]

    assert finding.message.en == "The scheme has no fiscal year 2013."


MISTAKES = (
    ("checks.yaml", "figure.id == 'target_reviewed'", "figure.id == 'target_revewed'", ".when", "target_reviewed"),
    ("units.yaml", "  quantity_from: issue_quantity_t\n", "", "operations.borrow", "exactly one"),
    ("figures.yaml", "  type: decimal\n", "  type: fraction\n", "plan_target_intensity.type", "decimal"),
    ("checks.yaml", "obligation.figure.target_reviewed", "obligation.figure.target_seen", "", "target_seen"),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[3] or mistake[4])
def test_a_mistake_about_figures_and_loans_is_found_at_load(tmp_path: Path, mistake: tuple[str, ...]) -> None:
    file, old, new, key, words = mistake
    shutil.copytree(shipped_schemes(), tmp_path / "schemes")
    path = tmp_path / "schemes" / "trial-2008" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(RulebookError) as caught:
        load(tmp_path / "schemes" / "trial-2008", search=[tmp_path / "schemes"])
    assert any(key in problem.key and words in str(problem) for problem in caught.value.problems)
