"""Laws that hold for every calculation: linear, blind to order and spelling, exact both ways, and never a traceback."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanso.emissions.calculation import Calculation, calculate, load_json, read_request
from tanso.emissions.calculation.gas import converted
from tanso.emissions.calculation.numbers import EXACT, clean
from tanso.kernel.measures import MEASURES
from tanso.rulebook import Rulebook, load
from tanso.rulebook.factors import GasState
from tanso.rulebook.library import shipped_schemes

RULEBOOK: Rulebook = load(shipped_schemes() / "asset")

FUELS = [("一般炭", "t"), ("灯油", "kL"), ("A重油", "kL"), ("LPG", "t"), ("都市ガス", "千m3"), ("天然ガス", "千m3")]
lightly = settings(max_examples=40, deadline=None)
quantities = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False)
fuels = st.sampled_from(FUELS)
temperatures = st.decimals(min_value=-50, max_value=200, places=2)
pressures = st.decimals(min_value=50, max_value=5000, places=3)


def answer(*sources: dict[str, Any], fiscal_year: int = 2015) -> Calculation:
    request = {"scheme": "asset", "fiscal_year": fiscal_year, "sources": list(sources)}
    return calculate(read_request(request), RULEBOOK)


def source(fuel: tuple[str, str], quantity: Decimal, **more: Any) -> dict[str, Any]:
    return {"point": "p", "activity": fuel[0], "quantity": quantity, "unit": fuel[1], **more}


def total(*sources: dict[str, Any]) -> Decimal:
    calculation = answer(*sources)
    assert calculation.findings == []
    assert calculation.total_t is not None
    return clean(calculation.total_t)


@lightly
@given(fuels, quantities, quantities)
def test_two_quantities_emit_what_their_sum_emits(fuel: tuple[str, str], one: Decimal, other: Decimal) -> None:
    assert total(source(fuel, one), source(fuel, other)) == total(source(fuel, one + other))


@lightly
@given(fuels, quantities, st.integers(min_value=0, max_value=1000))
def test_a_multiple_emits_as_many_times_as_much(fuel: tuple[str, str], quantity: Decimal, times: int) -> None:
    one, many = total(source(fuel, quantity)), total(source(fuel, quantity * times))

    assert abs(EXACT.subtract(EXACT.multiply(one, Decimal(times)), many)) <= Decimal("1E-26")


@lightly
@given(st.lists(st.tuples(fuels, quantities), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_sources_does_not_matter(drawn: list[tuple[Any, Decimal]], random: Any) -> None:
    sources = [source(fuel, quantity) for fuel, quantity in drawn]
    shuffled = random.sample(sources, len(sources))

    first, second = answer(*sources), answer(*shuffled)

    assert first.total_reported_t == second.total_reported_t
    assert first.as_json()["total_t"] == second.as_json()["total_t"]


@lightly
@given(st.lists(st.tuples(fuels, quantities), min_size=1, max_size=12))
def test_the_total_is_the_sum_of_its_sources_and_reported_is_its_whole_part(drawn: list[tuple[Any, Decimal]]) -> None:
    told = answer(*(source(fuel, quantity) for fuel, quantity in drawn)).as_json()

    parts = Decimal(0)
    for each in told["sources"]:
        parts = EXACT.add(parts, Decimal(each["emissions_t"]))
    assert abs(EXACT.subtract(parts, Decimal(told["total_t"]))) <= Decimal("1E-28")
    assert 0 <= EXACT.subtract(Decimal(told["total_t"]), Decimal(told["total_reported_t"])) < 1


@lightly
@given(fuels, quantities)
def test_what_is_passed_on_whole_leaves_nothing(fuel: tuple[str, str], quantity: Decimal) -> None:
    assert total(source(fuel, quantity), source(fuel, quantity, use="transferred")) == 0


@lightly
@given(st.sampled_from([("灯油", "L"), ("LPG", "kg"), ("都市ガス", "m3"), ("都市ガス", "Nm3")]), quantities)
def test_a_thousand_small_units_are_one_large_one(fuel: tuple[str, str], quantity: Decimal) -> None:
    large = {"灯油": "kL", "LPG": "t", "都市ガス": "千m3"}[fuel[0]]

    assert total(source(fuel, quantity * 1000)) == total(source((fuel[0], large), quantity))


@lightly
@given(st.sampled_from(sorted(MEASURES)), st.sampled_from(sorted(MEASURES)))
def test_units_convert_there_and_back(one: str, other: str) -> None:
    first, second = MEASURES[one], MEASURES[other]
    if first.counts_in(second) and second.counts_in(first):
        assert first.times_in(second) * second.times_in(first) == 1


@lightly
@given(quantities, temperatures, pressures, temperatures, pressures)
def test_gas_converts_there_and_back(
    volume: Decimal, one_c: Decimal, one_kpa: Decimal, other_c: Decimal, other_kpa: Decimal
) -> None:
    one, other = GasState(one_c, one_kpa), GasState(other_c, other_kpa)

    assert clean(converted(converted(volume, one, other), other, one)) == clean(volume)
    assert converted(volume, one, one) == volume


@lightly
@given(quantities, temperatures, temperatures)
def test_warmer_gas_is_less_gas(volume: Decimal, one_c: Decimal, other_c: Decimal) -> None:
    cold, warm = sorted((one_c, other_c))
    meters = [{"temperature_c": each, "gauge_kpa": 2} for each in (cold, warm)]

    at_cold, at_warm = (total(source(("都市ガス", "m3"), volume, meter=meter)) for meter in meters)

    assert at_cold >= at_warm


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["point", "activity", "quantity", "unit", "meter", "factor", "calorific_value", "carbon_content", "use", "missing",
     "small_source", "biomass", "earlier", "uncertainty", "metre", "share"]
)  # fmt: skip
INNER = st.dictionaries(
    st.sampled_from(
        ["temperature_c", "gauge_kpa", "t_per_kwh", "source", "supplier", "share", "rule", "values", "length"]
    ),
    JSON,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.dictionaries(KEYS, JSON | INNER | st.sampled_from(["灯油", "都市ガス", "kL", "千m3"]), max_size=8),
        max_size=3,
    ),
    JSON,
    st.sampled_from([2009, 2015, 2025]) | JSON,
)
def test_no_input_ends_in_a_traceback(sources: list[Any], phase: Any, fiscal_year: Any) -> None:
    request = {"scheme": "asset", "phase": phase, "fiscal_year": fiscal_year, "sources": sources}
    calculation = calculate(read_request(request), RULEBOOK)

    json.dumps(calculation.as_json(), ensure_ascii=False).encode("utf-8")
    assert (calculation.total_t is None) == (calculation.total_reported_t is None)
    assert calculation.refused == (calculation.total_t is None)
    for finding in calculation.findings:
        assert finding.message.ja
        assert finding.next_step.en


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_end_in_a_traceback(data: bytes) -> None:
    value, problem = load_json(data)
    if problem is None:
        assert calculate(read_request(value), RULEBOOK).refused


@pytest.mark.parametrize("fiscal_year", [2010, 2015, 2023, 2024, 2025, 2026])
def test_every_fuel_of_a_year_is_found_by_its_own_names_and_has_a_number(fiscal_year: int) -> None:
    own = {"calorific_value": {"gj_per_unit": 1, "source": "x"}, "carbon_content": {"tc_per_gj": 1, "source": "x"}}
    for factor in RULEBOOK.factors.on(date(fiscal_year, 4, 1)):
        if factor.category != "fuel":
            continue
        for name in (factor.slug, factor.name.ja):
            calculation = answer(source((name, factor.unit.name), Decimal(2), **own), fiscal_year=fiscal_year)
            assert calculation.findings == [], name
