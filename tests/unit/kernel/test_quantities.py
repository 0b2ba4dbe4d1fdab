"""Whatever a person types as a quantity is either read or no number; whether it is allowed, the rules say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.kernel.quantities import BOUND_T, Quantity, read_quantity


@pytest.mark.parametrize(
    ("written", "tonnes"),
    [
        (1000, 1000),
        ("1000", 1000),
        ("1,000", 1000),
        ("1,234,567", 1234567),
        ("１，０００", 1000),
        ("１０００", 1000),
        ("  12 ", 12),
        ("-3", -3),
        ("+3", 3),
        (0, 0),
        ("1.0", 1),
        (Decimal("7"), 7),
    ],
)
def test_whole_tonnes_are_read_as_people_write_them(written: int | str | Decimal, tonnes: int) -> None:
    assert read_quantity(written) == Quantity(t=tonnes, is_whole=True)


@pytest.mark.parametrize("written", ["1.5", "0.1", "1,000.5", Decimal("2.25"), "-0.5", "１．５"])
def test_a_fraction_is_read_and_said_to_be_one(written: str | Decimal) -> None:
    assert not read_quantity(written).is_whole


@pytest.mark.parametrize("written", ["", "ten", "1,00", "1 000", "12t", "--1", "1e", "0x10", "一"])
def test_what_is_no_number_is_not_read(written: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        read_quantity(written)


def test_true_is_not_one_tonne() -> None:
    with pytest.raises(ValueError, match="not true or false"):
        read_quantity(True)


@pytest.mark.parametrize("written", ["9" * 40, "9" * 400, 10**40, Decimal(10) ** 30, BOUND_T + 1])
def test_enormous_numbers_stop_at_the_bound(written: str | int | Decimal) -> None:
    assert read_quantity(written) == Quantity(t=BOUND_T, is_whole=True)


@pytest.mark.parametrize("written", ["-" + "9" * 40, "-" + "9" * 400, -(10**40)])
def test_enormous_negative_numbers_stop_at_the_other_bound(written: str | int) -> None:
    assert read_quantity(written) == Quantity(t=-BOUND_T, is_whole=True)


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_no_whole_quantity(written: str) -> None:
    assert not read_quantity(written).is_whole


@given(st.integers(-BOUND_T, BOUND_T))
def test_a_number_reads_the_same_plain_grouped_and_as_a_number(tonnes: int) -> None:
    assert read_quantity(tonnes) == read_quantity(str(tonnes)) == read_quantity(f"{tonnes:,}")
    assert read_quantity(tonnes).t == tonnes
