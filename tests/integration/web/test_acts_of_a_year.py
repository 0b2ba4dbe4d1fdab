"""Acts about a year are told in the words of their scheme."""

from __future__ import annotations

from tanso.interfaces.web.describe import arguments
from tanso.rulebook import library


def test_a_figure_is_called_as_the_scheme_calls_it() -> None:
    given = {"participant": "abc", "fiscal_year": 2008, "figure": "target_t", "value": 1000}

    told = [(line.label, line.value) for line in arguments(library().get("trial-2008"), given)]

    assert ("年度", "2008") in told
    assert ("数値の名称", "排出総量目標（t）") in told


def test_a_loan_is_told_with_its_year_and_quantity() -> None:
    given = {"account": "TRL-1001", "fiscal_year": 2008, "quantity_t": 1000}

    told = [line.value for line in arguments(library().get("trial-2008"), given)]

    assert told == ["2008", "TRL-1001", "1,000\N{NO-BREAK SPACE}t"]
