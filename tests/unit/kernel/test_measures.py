"""Units of measure: however they are spelt, and never across dimensions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanso.kernel.measures import MEASURES, label, read_measure


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("t", "t"),
        ("トン", "t"),
        ("㌧", "t"),
        ("ｔ", "t"),
        ("kL", "kL"),
        ("KL", "kL"),
        ("㎘", "kL"),
        ("キロリットル", "kL"),
        ("ℓ", "L"),
        ("m3", "m3"),
        ("m³", "m3"),
        ("㎥", "m3"),
        ("千m3", "thousand_m3"),
        ("千㎥", "thousand_m3"),
        ("千立方メートル", "thousand_m3"),
        ("1,000 m3", "thousand_m3"),
        ("10³m³", "thousand_m3"),
        ("thousand m³", "thousand_m3"),
        ("Nm3", "Nm3"),
        ("千Nm3", "thousand_Nm3"),
        ("千Nm³", "thousand_Nm3"),
        ("ｋＷｈ", "kWh"),
        ("kwh", "kWh"),
        ("MWh", "MWh"),
        ("千kWh", "MWh"),
        ("GJ", "GJ"),
    ],
)
def test_a_unit_is_read_however_it_is_spelt(written: str, name: str) -> None:
    assert read_measure(written) == MEASURES[name]


@pytest.mark.parametrize("written", ["", " ", "km3", "foo", "m", "gallon", "kcal", "t/h", "\x00", "千"])
def test_what_is_no_unit_is_never_guessed(written: str) -> None:
    assert read_measure(written) is None


def test_a_thousand_litres_are_a_kilolitre_and_a_cubic_metre_of_liquid() -> None:
    assert MEASURES["L"].times_in(MEASURES["kL"]) == Decimal("0.001")
    assert MEASURES["m3"].times_in(MEASURES["kL"]) == 1


@pytest.mark.parametrize(("given", "table"), [("t", "kL"), ("kL", "thousand_m3"), ("Nm3", "kL"), ("kWh", "GJ")])
def test_dimensions_are_not_mixed(given: str, table: str) -> None:
    assert not MEASURES[given].counts_in(MEASURES[table])
    with pytest.raises(ValueError, match="cannot be written"):
        MEASURES[given].times_in(MEASURES[table])


def test_every_unit_has_a_label_in_both_languages() -> None:
    assert all(label(measure).ja and label(measure).en for measure in MEASURES.values())
