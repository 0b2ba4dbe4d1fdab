"""The example that newcomers run has no finding, and says how its total and its base year came about."""

from __future__ import annotations

from pathlib import Path

from tanso.emissions.calculation import calculate, load_json, read_request
from tanso.rulebook import Rulebook

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "calculation" / "dye-works.json"


def test_the_example_is_calculated_and_explained(rulebook: Rulebook) -> None:
    value, problem = load_json(EXAMPLE.read_bytes())
    calculation = calculate(read_request(value), rulebook)

    assert problem is None
    assert calculation.findings == []
    assert calculation.total_reported_t == 3197
    assert [step.formula.en for step in calculation.steps] == [
        "1,117.180449 + 571.468686… + 1,288.748 + (-75) + 294.766834… = 3,197.163969… t-CO2",
        "3,197.163969… → 3,197 t-CO2",
    ]
    assert calculation.base_year is not None
    assert [step.sentence().en for step in calculation.base_year.steps] == [
        "change of boundary in 2012 (the dormitory was sold on 2012-04-01): 2010, 2011: -41.5 t-CO2",
        "mean of the base years: (3,477.9 + 3,361.4 + 3,377.1) / 3 = 3,405.466666… t-CO2",
        "rounded down to whole tonnes: 3,405.466666… → 3,405 t-CO2",
    ]
