"""The form of a verification report: what fits, what does not, and what is left uncorrected."""

from __future__ import annotations

from typing import Any

import pytest

from tanso.emissions.verification import ROWS_MAX, TEXT_LENGTH_MAX, facts_of, wrong_fields

WHOLE: dict[str, Any] = {
    "assurance": "reasonable",
    "findings": [
        {"description": "Diesel", "correction": "uncorrected", "effect_t": -20},
        {"description": "A meter", "correction": "uncorrected", "effect_t": 5},
        {"description": "Gas", "correction": "corrected", "effect_t": 900},
    ],
    "site_visits": [{"site": "East", "day": "2014-01-20"}],
    "sampling": "One month in three",
    "remarks": "",
}


def test_a_whole_form_fits_and_so_does_the_least() -> None:
    assert wrong_fields(WHOLE) == []
    assert wrong_fields({"assurance": "limited"}) == []


def test_effects_of_both_signs_add_up_where_nothing_was_corrected() -> None:
    facts = facts_of(WHOLE)
    assert (facts["verification.uncorrected_t"], facts["verification.findings"]) == (25, 3)
    assert facts["verification.site_visits"] == 1


def test_without_a_form_only_that_is_known() -> None:
    assert facts_of(None) == {"verification.has_form": False}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("assurance", "complete"),
        ("assurance", None),
        ("findings", {}),
        ("findings", [{"description": "Diesel"}]),
        ("findings", [{"description": " ", "correction": "corrected", "effect_t": 1}]),
        ("findings", [{"description": "Diesel", "correction": "forgiven", "effect_t": 1}]),
        ("findings", [{"description": "Diesel", "correction": "corrected", "effect_t": "1"}]),
        ("findings", [{"description": "Diesel", "correction": "corrected", "effect_t": True}]),
        ("findings", [{"description": "Diesel", "correction": "corrected", "effect_t": 10**13}]),
        ("findings", [{"description": "Diesel", "correction": "corrected", "effect_t": 1, "more": 1}]),
        ("findings", [WHOLE["findings"][0]] * (ROWS_MAX + 1)),
        ("site_visits", [{"site": "East", "day": "20 January"}]),
        ("site_visits", [{"site": "East", "day": "2014-W04-1"}]),
        ("site_visits", [{"site": "", "day": "2014-01-20"}]),
        ("sampling", "a" * (TEXT_LENGTH_MAX + 1)),
        ("remarks", 7),
        ("stamp", "yes"),
    ],
)
def test_what_does_not_fit_is_named(field: str, value: Any) -> None:
    assert wrong_fields({**WHOLE, field: value}) == [field]


def test_all_mistakes_are_named_at_once_and_none_is_counted() -> None:
    facts = facts_of({"findings": 1, "stamp": "yes"})
    assert facts["verification.wrong_fields"] == ["assurance", "findings", "stamp"]
    assert (facts["verification.uncorrected_t"], facts["verification.assurance"]) == (0, "")
