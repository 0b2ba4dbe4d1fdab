"""One source after the other: fuels, own figures, processes, electricity, heat, gas, deductions, biomass, gaps."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tanso.rulebook import Rulebook

from .conftest import Answer, codes, places, source

FACTOR = {"t_per_kwh": "0.000530", "source": "the supplier, fiscal year 2013"}


# -- which table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fiscal_year", "activity", "total_t"),
    [
        (2010, "灯油", Decimal("2.489483333333333333333333333333")),
        (2023, "灯油", Decimal("2.489483333333333333333333333333")),
        (2024, "灯油", Decimal("2.502683333333333333333333333333")),
        (2026, "灯油", Decimal("2.502683333333333333333333333333")),
    ],
)
def test_the_table_is_that_of_the_fiscal_year(
    answer: Answer, fiscal_year: int, activity: str, total_t: Decimal
) -> None:
    calculation = answer(source(activity, 1, "kL"), fiscal_year=fiscal_year)

    assert calculation.as_json()["total_t"] == str(total_t)


def test_a_year_before_the_first_table_is_refused(answer: Answer) -> None:
    calculation = answer(source("灯油", 1, "kL"), fiscal_year=2009)

    assert places(calculation) == [("factor.year_not_loaded", "sources[0].activity")]
    assert calculation.findings[0].facts["first_day"] == "2010-04-01"
    assert calculation.total_t is None


def test_a_year_before_the_first_table_is_calculated_once_its_table_is_loaded(
    answer: Answer, rulebook: Rulebook, tmp_path: Path
) -> None:
    table = tmp_path / "2006.yaml"
    table.write_text(
        """
- category: fuel
  from: 2006-04-01
  to: 2010-03-31
  reference: {document: 平成18年の省令, clause: 別表第一}
  carbon_to_co2: [44, 12]
  rows:
    steam_coal: {name: {ja: 一般炭, en: Steam coal}, unit: t, gj_per_unit: "26.6", tc_per_gj: "0.0247"}
""",
        encoding="utf-8",
    )

    calculation = answer(source("一般炭", 3, "t"), fiscal_year=2009, book=rulebook.factors_with(table))

    assert calculation.total_t == Decimal("26.6") * Decimal("0.0247") * 11
    assert "平成18年の省令 別表第一" in calculation.as_json()["sources"][0]["factor"]["source"]["ja"]


def test_a_name_that_the_table_splits_has_candidates_and_no_number(answer: Answer) -> None:
    calculation = answer(source("一般炭"), source("輸入一般炭"), fiscal_year=2025)

    told = calculation.as_json()
    assert places(calculation) == [("activity.split", "sources[0].activity")]
    assert [(each["slug"], each["ja"]) for each in told["findings"][0]["facts"]["candidates"]] == [
        ("imported_steam_coal", "輸入一般炭"),
        ("domestic_steam_coal", "国産一般炭"),
    ]
    assert [each["emissions_t"] for each in told["sources"]] == [None, "2.32551"]
    assert (told["total_t"], told["total_reported_t"]) == (None, None)


@pytest.mark.parametrize(
    ("activity", "fiscal_year", "code"),
    [
        ("原料炭", 2023, None),
        ("原料炭", 2024, "activity.split"),
        ("石炭", 2015, "activity.split"),
        ("輸入一般炭", 2015, "activity.renamed"),
        ("輸入一般炭", 2024, None),
        ("潤滑油", 2023, "activity.not_in_year"),
        ("潤滑油", 2024, None),
        ("重油", 2015, "activity.split"),
        ("石灰石", 2026, "activity.split"),
        ("廃プラスチック類", 2026, "activity.ambiguous"),
        ("蒸気", 2015, "activity.ambiguous"),
        ("薪", 2015, "activity.unknown"),
    ],
)
def test_a_name_is_one_thing_or_is_asked_about(
    answer: Answer, activity: str, fiscal_year: int, code: str | None
) -> None:
    unit = {"潤滑油": "kL", "重油": "kL", "蒸気": "GJ"}.get(activity, "t")

    assert codes(answer(source(activity, 1, unit), fiscal_year=fiscal_year)) == ([code] if code else [])


# -- the formula ------------------------------------------------------------------------------------------------------


def test_a_result_explains_itself_with_numbers_statute_and_dates(answer: Answer) -> None:
    [told] = answer(source("A重油", "12,000", "L")).as_json()["sources"]

    assert [step["formula"]["en"] for step in told["steps"]] == [
        "12,000 L = 12 kL",
        "12 kL × 39.1 GJ/kL = 469.2 GJ",
        "469.2 GJ × 0.0189 tC/GJ × 44/12 = 32.51556 t-CO2",
    ]
    assert told["factor"]["clause"] == "別表第一"
    assert (told["factor"]["in_force_from"], told["factor"]["in_force_to"]) == ("2010-04-01", "2024-03-31")
    assert "算定に関する省令" in told["factor"]["source"]["ja"]
    assert "15の項" in told["factor"]["source"]["ja"]
    assert "item 15" in told["factor"]["source"]["en"]
    assert (told["heat_gj"], told["emissions_t"]) == ("469.2", "32.51556")


def test_an_own_measured_heat_value_replaces_the_tables_and_names_its_source(answer: Answer) -> None:
    own = {"gj_per_unit": "26.0", "source": "analysis of 2015-06-01"}
    [told] = answer(source("一般炭", 100, calorific_value=own)).as_json()["sources"]

    assert told["heat_gj"] == "2600"
    assert Decimal(told["emissions_t"]).quantize(Decimal("0.0001")) == Decimal("235.4733")
    assert told["factor"]["source"]["en"].endswith("; analysis of 2015-06-01")


def test_an_own_heat_value_may_be_in_megajoules(answer: Answer) -> None:
    in_mj = {"mj_per_unit": "45000", "source": "the supplier's certificate"}
    in_gj = {"gj_per_unit": "45", "source": "the supplier's certificate"}

    assert (
        answer(source("都市ガス", 1, "千m3", calorific_value=in_mj)).total_t
        == answer(source("都市ガス", 1, "千m3", calorific_value=in_gj)).total_t
    )


@pytest.mark.parametrize(
    ("activity", "quantity", "unit", "fiscal_year", "total_t"),
    [
        ("エチレン（ナフサから製造されたものに限る。）", 100, "t", 2025, "156"),
        ("ナフサから製造されたエチレン", 100, "t", 2025, "156"),
        ("カーボンブラック", 10, "t", 2025, "21"),
        ("水素", 1000, "m3", 2025, "0.85"),
        ("cement_clinker", 1000, "t", 2026, "515"),
        ("潤滑油の使用", 10, "kL", 2025, "5.87"),
        ("RPF", 10, "t", 2015, "15.7"),
        ("electrode_of_steel_furnace", 3, "t", 2026, "11"),
    ],
)
def test_processes_have_tonnes_a_unit(  # noqa: PLR0917
    answer: Answer, activity: str, quantity: int, unit: str, fiscal_year: int, total_t: str
) -> None:
    calculation = answer(source(activity, quantity, unit), fiscal_year=fiscal_year)

    assert calculation.as_json()["total_t"] == total_t


# -- electricity and heat ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("quantity", "unit"), [("100500", "kWh"), ("100.5", "MWh"), ("0.1005", "GWh")])
def test_electricity_is_counted_by_the_factor_that_is_brought(answer: Answer, quantity: str, unit: str) -> None:
    calculation = answer(source("electricity", quantity, unit, factor=FACTOR))

    [told] = calculation.as_json()["sources"]
    assert told["emissions_t"] == "53.265"
    assert told["heat_gj"] is None
    assert told["factor"]["source"]["en"] == "the supplier, fiscal year 2013"


@pytest.mark.parametrize("fiscal_year", [1999, 2009, 2015, 2025])
def test_electricity_has_no_default_in_any_year(answer: Answer, fiscal_year: int) -> None:
    calculation = answer(source("電気", 1, "kWh"), fiscal_year=fiscal_year)

    assert places(calculation) == [("factor.needed", "sources[0].factor")]
    assert calculation.total_t is None


def test_a_factor_needs_its_source(answer: Answer) -> None:
    calculation = answer(source("electricity", 1, "kWh", factor={"t_per_kwh": "0.0005"}))

    assert places(calculation) == [("factor.source_missing", "sources[0].factor.source")]


def test_a_factor_must_fit_the_unit(answer: Answer) -> None:
    calculation = answer(source("electricity", 1, "kWh", factor={"t_per_gj": "0.05", "source": "x"}))

    assert places(calculation) == [("factor.unfit", "sources[0].factor")]


SUPPLIERS = """
- category: supplied
  from: 2014-04-01
  to: 2015-03-31
  reference: {document: 電気事業者別排出係数, clause: 平成25年度実績}
  suppliers:
    - {of: electricity, supplier: 北電力, unit: kWh, basic_t_per_unit: "0.000530", adjusted_t_per_unit: "0.000521"}
    - {of: electricity, supplier: 北電力, contract: メニューA, unit: kWh, adjusted_t_per_unit: "0"}
    - {of: city_gas, supplier: 南ガス, unit: 千m3, basic_t_per_unit: "2.21"}
"""


@pytest.mark.parametrize(
    ("choice", "fiscal_year", "outcome"),
    [
        ({"supplier": "北電力"}, 2014, "530"),
        ({"supplier": "北電力", "kind": "adjusted"}, 2014, "521"),
        ({"supplier": "北電力", "contract": "メニューＡ", "kind": "adjusted"}, 2014, "0"),
        ({"supplier": "北電力", "contract": "メニューA"}, 2014, "factor.kind_missing"),
        ({"supplier": "北電力"}, 2013, "factor.not_loaded"),
        ({"supplier": "北電力"}, 2015, "factor.not_loaded"),
        ({"supplier": "西電力"}, 2014, "factor.not_loaded"),
        ({"supplier": "南ガス"}, 2014, "factor.not_loaded"),
        ({"supplier": "北電力", "kind": "other"}, 2014, "input.unknown_word"),
    ],
)
def test_suppliers_factors_are_loaded_dated_and_never_taken_for_another_year(  # noqa: PLR0917
    answer: Answer, rulebook: Rulebook, tmp_path: Path, choice: dict[str, str], fiscal_year: int, outcome: str
) -> None:
    table = tmp_path / "suppliers.yaml"
    table.write_text(SUPPLIERS, encoding="utf-8")

    calculation = answer(
        source("electricity", "1000", "MWh", factor=choice),
        fiscal_year=fiscal_year,
        book=rulebook.factors_with(table),
    )

    assert (calculation.as_json()["total_t"] or codes(calculation)[0]) == outcome


@pytest.mark.parametrize(
    ("activity", "fiscal_year", "t_per_gj"),
    [
        ("産業用蒸気", 2015, "0.06"),
        ("産業用蒸気", 2023, "0.06"),
        ("産業用蒸気", 2024, "0.0654"),
        ("温水", 2015, "0.057"),
        ("冷水", 2023, "0.057"),
        ("産業用以外の蒸気", 2015, "0.057"),
        ("waste_heat", 2024, "0"),
    ],
)
def test_heat_is_counted_by_the_gigajoule(answer: Answer, activity: str, fiscal_year: int, t_per_gj: str) -> None:
    [told] = answer(source(activity, 1000, "MJ"), fiscal_year=fiscal_year).as_json()["sources"]

    assert (told["heat_gj"], told["emissions_t"]) == ("1", t_per_gj)


def test_since_2024_other_heat_needs_the_suppliers_factor(answer: Answer) -> None:
    without = answer(source("温水", 1, "GJ"), fiscal_year=2024)
    given = answer(source("温水", 1, "GJ", factor={"t_per_gj": "0.0532", "source": "the supplier"}), fiscal_year=2024)

    assert codes(without) == ["factor.needed"]
    assert given.total_t == Decimal("0.0532")


# -- gas --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["千m3", "千Nm3", "thousand_m3"])
def test_before_2024_a_normal_cubic_metre_is_the_tables_own(answer: Answer, unit: str) -> None:
    assert answer(source("都市ガス", 1, unit)).as_json()["sources"][0]["heat_gj"] == "44.8"


def test_since_2024_a_normal_cubic_metre_is_brought_to_25_degrees_and_one_bar(answer: Answer) -> None:
    at_reference = answer(source("天然ガス", 1, "千m3"), fiscal_year=2024)
    normal = answer(source("天然ガス", 1, "千Nm3"), fiscal_year=2024)

    assert at_reference.total_t is not None
    assert normal.total_t is not None
    ratio = normal.total_t / at_reference.total_t
    assert ratio.quantize(Decimal("0.00001")) == Decimal("1.10599")


@pytest.mark.parametrize(
    ("fiscal_year", "temperature_c", "gauge_kpa"), [(2023, "0", "0"), (2024, "25", "-1.325"), (2026, "25", "-1.325")]
)
def test_a_meter_at_the_tables_own_state_changes_nothing(
    answer: Answer, fiscal_year: int, temperature_c: str, gauge_kpa: str
) -> None:
    metered = answer(
        source("天然ガス", 7, "千m3", meter={"temperature_c": temperature_c, "gauge_kpa": gauge_kpa}),
        fiscal_year=fiscal_year,
    )

    assert metered.total_t == answer(source("天然ガス", 7, "千m3"), fiscal_year=fiscal_year).total_t


def test_the_airs_own_pressure_may_be_measured(answer: Answer) -> None:
    mountain = {"temperature_c": "0", "gauge_kpa": "0", "atmospheric_kpa": "81.06"}
    calculation = answer(source("都市ガス", 1, "千m3", meter=mountain))

    assert calculation.as_json()["sources"][0]["heat_gj"] == "35.84"


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({"unit": "千Nm3", "meter": {"temperature_c": 15, "gauge_kpa": 2}}, "meter.already_normal", "meter"),
        ({"meter": {"temperature_c": -300, "gauge_kpa": 2}}, "meter.impossible", "meter.temperature_c"),
        ({"meter": {"temperature_c": 15, "gauge_kpa": "-101.4"}}, "meter.impossible", "meter.gauge_kpa"),
        ({"meter": {"temperature_c": 15}}, "input.missing", "meter.gauge_kpa"),
        ({"meter": {"temperature_c": "15C", "gauge_kpa": 2}}, "number.not_a_number", "meter.temperature_c"),
        ({"meter": [15, 2]}, "input.wrong_type", "meter"),
        ({"activity": "灯油", "unit": "kL", "meter": {"temperature_c": 15, "gauge_kpa": 2}}, "meter.not_gas", "meter"),
    ],
)
def test_a_meter_that_cannot_be_is_refused(answer: Answer, more: dict[str, Any], code: str, place: str) -> None:
    calculation = answer({**source("都市ガス", 1, "千m3"), **more})

    assert places(calculation) == [(code, f"sources[0].{place}")]
    assert calculation.total_t is None


# -- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activity", "unit", "code"),
    [
        ("灯油", "t", "unit.dimension"),
        ("灯油", "kWh", "unit.dimension"),
        ("灯油", "Nm3", "unit.dimension"),
        ("LPG", "kL", "unit.dimension"),
        ("都市ガス", "L", "unit.dimension"),
        ("都市ガス", "kWh", "unit.dimension"),
        ("一般炭", "GJ", "unit.dimension"),
        ("electricity", "GJ", "unit.dimension"),
        ("産業用蒸気", "t", "unit.dimension"),
        ("都市ガス", "km3", "unit.ambiguous"),
        ("灯油", "ガロン", "unit.unknown"),
    ],
)
def test_a_unit_of_another_dimension_is_refused(answer: Answer, activity: str, unit: str, code: str) -> None:
    more = {"factor": FACTOR} if activity == "electricity" else {}
    calculation = answer(source(activity, 1, unit, **more))

    assert places(calculation) == [(code, "sources[0].unit")]


@pytest.mark.parametrize(
    ("activity", "one", "other"),
    [
        ("灯油", ("1", "kL"), ("1000", "L")),
        ("灯油", ("1", "kL"), ("1", "m3")),
        ("LPG", ("1", "t"), ("1000", "kg")),
        ("都市ガス", ("1", "千m3"), ("1000", "m3")),
        ("都市ガス", ("1", "千Nm3"), ("1000", "Nm3")),
    ],
)
def test_the_same_quantity_in_another_unit_is_the_same(
    answer: Answer, activity: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert answer(source(activity, *one)).total_t == answer(source(activity, *other)).total_t


# -- sold, transferred, biomass, small sources, gaps ------------------------------------------------------------------


@pytest.mark.parametrize("use", ["sold", "transferred"])
def test_what_is_sold_or_passed_on_is_deducted(answer: Answer, use: str) -> None:
    calculation = answer(source("灯油", 10, "kL"), source("灯油", 4, "kL", use=use))

    assert calculation.total_t == answer(source("灯油", 6, "kL")).total_t


def test_more_cannot_be_passed_on_than_was_emitted(answer: Answer) -> None:
    calculation = answer(source("灯油", 4, "kL"), source("灯油", 10, "kL", use="sold"))

    assert codes(calculation) == ["total.negative"]
    assert calculation.total_reported_t is None


def test_a_share_of_biomass_is_reported_beside(answer: Answer) -> None:
    biomass = {"share": "0.25", "source": "analysis"}
    told = answer(source("RPF", 100, biomass=biomass)).as_json()

    assert (told["total_t"], told["biomass_t"]) == ("117.75", "39.25")


def test_wood_emits_nothing_and_keeps_its_heat(answer: Answer) -> None:
    told = answer(source("木材", 10), fiscal_year=2025).as_json()

    assert (told["sources"][0]["heat_gj"], told["total_t"], told["biomass_t"]) == (
        "132",
        "0",
        None or told["biomass_t"],
    )
    assert told["findings"] == []


def test_a_small_source_is_left_out_up_to_the_limit(answer: Answer) -> None:
    def with_small(kerosene_kl: str) -> Any:
        return answer(
            source("electricity", "999000", "kWh", factor={"t_per_kwh": "0.001", "source": "round"}),
            source(
                "electricity", kerosene_kl, "kWh", factor={"t_per_kwh": "0.001", "source": "round"}, small_source=True
            ),
        )

    within, over = with_small("1000"), with_small("1001")

    assert within.as_json()["total_t"] == "999"
    assert within.as_json()["left_out_t"] == "1"
    assert codes(over) == ["small_sources.over_limit"]
    assert over.total_t is None


def test_a_gap_is_filled_by_ratio_and_rate(answer: Answer) -> None:
    gap = {"rule": "ratio", "known_quantity": "300", "known_activity": "30", "gap_activity": "2"}
    told = answer(source("一般炭", 300, missing=gap)).as_json()

    assert told["sources"][0]["steps"][0]["formula"]["en"] == "300 t / 30 × 2 × 1.075 = 21.5 t"
    assert told["sources"][0]["heat_gj"] == str(Decimal("321.5") * Decimal("25.7"))


def test_a_gap_is_filled_by_mean_and_two_deviations(answer: Answer) -> None:
    gap = {"rule": "spread", "values": ["8", "10", "12"], "length": 5}
    told = answer(source("一般炭", 0, missing=gap)).as_json()

    # Mean 10, standard deviation of the sample 2: (10 + 2 × 2) × 5.
    assert told["sources"][0]["heat_gj"] == "1799"


@pytest.mark.parametrize(
    ("gap", "code", "place"),
    [
        ({"rule": "spread", "values": ["8"], "length": 5}, "missing_data.impossible", "missing"),
        ({"rule": "spread", "values": ["8", "x"], "length": 5}, "number.not_a_number", "missing.values[1]"),
        (
            {"rule": "ratio", "known_quantity": 1, "known_activity": 0, "gap_activity": 1},
            "number.zero",
            "missing.known_activity",
        ),
        ({"rule": "guess"}, "input.unknown_word", "missing.rule"),
        ({}, "input.missing", "missing.rule"),
    ],
)
def test_a_gap_that_cannot_be_filled_is_refused(answer: Answer, gap: Any, code: str, place: str) -> None:
    assert places(answer(source("一般炭", 1, missing=gap))) == [(code, f"sources[0].{place}")]


# -- what looks wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activity", "unit", "quantity", "code"),
    [
        ("灯油", "kL", "12000", "plausibility.thousandfold"),
        ("灯油", "kL", "121", "plausibility.changed"),
        ("灯油", "kL", "120", None),
        ("灯油", "kL", "1.2", None),
        ("灯油", "kL", "1.19", "plausibility.changed"),
        ("灯油", "kL", "0.012", "plausibility.thousandfold"),
        ("都市ガス", "千Nm3", "12000", "plausibility.thousandfold"),
    ],
)
def test_a_quantity_unlike_earlier_years_is_pointed_out_and_still_counted(
    answer: Answer, activity: str, unit: str, quantity: str, code: str | None
) -> None:
    earlier = [{"fiscal_year": 2013, "quantity": 10}, {"fiscal_year": 2014, "quantity": "14"}]
    calculation = answer(source(activity, quantity, unit, earlier=earlier))

    assert codes(calculation) == ([code] if code else [])
    assert calculation.total_t is not None


def test_the_unit_that_was_probably_meant_is_named(answer: Answer) -> None:
    earlier = [{"fiscal_year": 2014, "quantity": "12"}]
    [finding] = answer(source("灯油", "12000", "kL", earlier=earlier)).findings

    assert "kL and L may be confused" in finding.message.en
    assert "kL と L" in finding.message.ja


def test_heat_beyond_the_size_of_the_site_is_pointed_out(answer: Answer) -> None:
    floor = {"floor_area_m2": "1000"}
    usual = answer(source("灯油", "13.6", "kL"), site=floor)
    thousandfold = answer(source("灯油", "13600", "kL"), site=floor)

    assert codes(usual) == []
    assert codes(thousandfold) == ["plausibility.site_size"]


def test_an_electricity_factor_in_kilograms_is_pointed_out(answer: Answer) -> None:
    calculation = answer(source("electricity", 1, "kWh", factor={"t_per_kwh": "0.555", "source": "bill"}))

    assert places(calculation) == [("plausibility.factor_in_kg", "sources[0].factor")]
    assert calculation.total_t == Decimal("0.555")
