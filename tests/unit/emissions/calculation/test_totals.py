"""The total, its one rounding, the base year, and how sure it all is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tanso.emissions.calculation import calculate, read_request
from tanso.emissions.calculation.missing_data import by_month, by_year
from tanso.emissions.calculation.numbers import whole_tonnes, written
from tanso.emissions.calculation.uncertainty import of_product, of_sum
from tanso.rulebook import Rulebook
from tanso.rulebook.overrides import Override

from .conftest import Answer, codes, places, source

ONE_TONNE = {"t_per_kwh": "0.001", "source": "round"}


@pytest.mark.parametrize(
    ("kwh", "total_t", "reported"),
    [("999.999", "0.999999", 0), ("1000", "1", 1), ("1999", "1.999", 1), ("0", "0", 0)],
)
def test_reported_tonnes_are_rounded_down_once(answer: Answer, kwh: str, total_t: str, reported: int) -> None:
    told = answer(source("electricity", kwh, "kWh", factor=ONE_TONNE)).as_json()

    assert (told["total_t"], told["total_reported_t"]) == (total_t, reported)
    assert "reported_rounding" in told["assumed"]


def test_the_total_is_rounded_and_not_its_parts(answer: Answer) -> None:
    told = answer(*[source("electricity", "600", "kWh", factor=ONE_TONNE)] * 5).as_json()

    assert (told["total_t"], told["total_reported_t"]) == ("3", 3)


def test_thirds_that_make_a_whole_are_a_whole(answer: Answer) -> None:
    # Each is 1 tC × 44/12, which has no end; three of them are 11 t and not 10.999….
    electrodes = [source("electrode_of_steel_furnace", 1)] * 3
    told = answer(*electrodes, fiscal_year=2026).as_json()

    assert told["sources"][0]["emissions_t"] == "3.666666666666666666666666666667"
    assert (told["total_t"], told["total_reported_t"]) == ("11", 11)


@pytest.mark.parametrize(("rounding", "reported"), [("down", 2), ("half_up", 3), ("up", 3)])
def test_the_rounding_is_the_schemes_parameter(rulebook: Rulebook, rounding: str, reported: int) -> None:
    request = {
        "scheme": "asset",
        "fiscal_year": 2015,
        "sources": [source("electricity", "2500", "kWh", factor=ONE_TONNE)],
    }
    changed = rulebook.with_settings({"reported_rounding": rounding})

    assert calculate(read_request(request), changed).total_reported_t == reported


def test_whole_tonnes_and_written_numbers() -> None:
    assert written(Decimal("1E+3")) == "1000"
    assert written(Decimal("-0.000")) == "0"
    assert written(Decimal("10.500")) == "10.5"
    assert whole_tonnes(Decimal("2.0") / 3 * 3, "down") == 2


# -- base year --------------------------------------------------------------------------------------------------------


def years(*totals: tuple[int, str]) -> list[dict[str, object]]:
    return [{"fiscal_year": year, "total_t": total} for year, total in totals]


def test_the_base_year_is_the_mean_of_three_years(answer: Answer) -> None:
    calculation = answer(source("灯油", 1, "kL"), base_years=years((2010, "100"), (2011, "101"), (2012, "103")))

    assert calculation.base_year is not None
    assert written(calculation.base_year.mean_t).startswith("101.333333")
    assert calculation.base_year.reported_t == 101


def test_each_year_of_the_base_is_calculated_by_its_own_table(answer: Answer) -> None:
    base = [{"fiscal_year": year, "sources": [source("灯油", 100, "kL")]} for year in (2022, 2023, 2024)]
    calculation = answer(source("灯油", 1, "kL"), fiscal_year=2025, base_years=base)

    told = calculation.as_json()["base_year"]
    assert Decimal(told["years"]["2023"]).quantize(Decimal("0.01")) == Decimal("248.95")
    assert Decimal(told["years"]["2024"]).quantize(Decimal("0.01")) == Decimal("250.27")


def test_a_change_of_boundary_changes_the_years_before_it(answer: Answer) -> None:
    calculation = answer(
        source("灯油", 1, "kL"),
        base_years=years((2010, "100"), (2011, "100"), (2012, "130")),
        boundary_changes=[{"fiscal_year": 2012, "change_t": "30", "reason": "a second building"}],
    )

    assert calculation.as_json()["base_year"]["years"] == {"2010": "130", "2011": "130", "2012": "130"}


@pytest.mark.parametrize(
    ("base", "code"),
    [
        (years((2010, "1"), (2011, "1")), "base_year.count"),
        (years((2010, "1"), (2011, "1"), (2013, "1")), "base_year.gap"),
        (years((2010, "1"), (2011, "1"), (2011, "1")), "base_year.gap"),
    ],
)
def test_a_base_of_other_years_is_refused(answer: Answer, base: list[dict[str, object]], code: str) -> None:
    assert codes(answer(source("灯油", 1, "kL"), base_years=base)) == [code]


def test_a_finding_of_a_base_year_names_its_place(answer: Answer) -> None:
    base = [{"fiscal_year": year, "sources": [source("灯油", 1, "kL")]} for year in (2008, 2009, 2010)]

    assert places(answer(source("灯油", 1, "kL"), base_years=base)) == [
        ("factor.year_not_loaded", "base_years[0].sources[0].activity"),
        ("factor.year_not_loaded", "base_years[1].sources[0].activity"),
    ]


# -- uncertainty and whole years of missing data ----------------------------------------------------------------------


def test_uncertainties_propagate_in_quadrature() -> None:
    assert of_product([Decimal(3), Decimal(4)]) == 5
    # 60 ± 5 % and 40 ± 10 %: the root of 3² + 4² over 100.
    assert of_sum([(Decimal(60), Decimal(5)), (Decimal(40), Decimal(10))]) == 5
    assert of_sum([]) is None


def test_the_total_says_how_uncertain_it_is_where_a_source_does(answer: Answer) -> None:
    sure = answer(source("electricity", "1000", "kWh", factor=ONE_TONNE))
    stated = answer(
        source("electricity", "1000", "kWh", factor=ONE_TONNE, uncertainty={"quantity_percent": 3, "factor_percent": 4})
    )

    assert sure.as_json()["uncertainty_percent"] is None
    assert stated.as_json()["uncertainty_percent"] == "5"


def test_a_month_or_a_year_without_measurement_takes_the_larger_figure() -> None:
    rate = Decimal("1.075")

    # GX ordinance, article 9(2): allocation × 1.075, or measured + daily mean × 1.075 × days.
    assert by_month(
        allocation_t=Decimal(1000), measured_t=Decimal(900), measured_days=300, gap_days=65, rate=rate
    ) == Decimal("1109.625")
    assert by_month(
        allocation_t=Decimal(2000), measured_t=Decimal(900), measured_days=300, gap_days=65, rate=rate
    ) == Decimal(2150)
    assert by_year(allocation_t=Decimal(1000), last_year_t=Decimal(1100), rate=rate) == Decimal("1182.5")
    assert by_year(allocation_t=Decimal(1200), last_year_t=Decimal(1100), rate=rate) == Decimal(1290)


MEASURED = source("electricity", "900000", "kWh", factor=ONE_TONNE)
PART = {"rule": "part", "allocation_t": "1000", "measured_days": 300, "gap_days": 65}


@pytest.mark.parametrize(
    ("gap", "sources", "total_t"),
    [
        (PART, [MEASURED], "1109.625"),
        ({**PART, "allocation_t": "2000"}, [MEASURED], "2150"),
        ({"rule": "year", "allocation_t": "1000", "last_year_t": "1100"}, [], "1182.5"),
        ({"rule": "year", "allocation_t": "1200", "last_year_t": "1100"}, [], "1290"),
    ],
)
def test_a_long_gap_is_substituted_in_the_total(
    answer: Answer, gap: object, sources: list[object], total_t: str
) -> None:
    told = answer(*sources, gap=gap).as_json()

    assert (told["total_t"], told["findings"]) == (total_t, [])
    assert (
        "max(" in told["steps"][-2]["text"]["en"] if "text" in told["steps"][-2] else "max(" in str(told["steps"][-2])
    )


@pytest.mark.parametrize(
    ("gap", "code", "place"),
    [
        ({**PART, "gap_days": 0}, "gap.days", "gap.gap_days"),
        ({**PART, "measured_days": 367}, "gap.days", "gap.measured_days"),
        ({**PART, "gap_days": None}, "input.missing", "gap.gap_days"),
        ({**PART, "allocation_t": None}, "input.missing", "gap.allocation_t"),
        ({"rule": "year", "allocation_t": "1"}, "input.missing", "gap.last_year_t"),
        ({"rule": "month"}, "input.unknown_word", "gap.rule"),
        ({"allocation_t": "1"}, "input.missing", "gap.rule"),
    ],
)
def test_what_is_wrong_with_a_long_gap_is_told_at_its_place(answer: Answer, gap: object, code: str, place: str) -> None:
    told = answer(MEASURED, gap=gap)

    assert (code, place) in places(told)
    assert told.total_t is None


def test_without_sources_only_a_whole_year_can_be_substituted(answer: Answer) -> None:
    assert "sources.empty" in codes(answer(gap=PART))


def test_a_parameter_that_the_installation_overrides_is_named_in_the_answer(rulebook: Rulebook) -> None:
    electricity = source("electricity", "2500", "kWh", factor=ONE_TONNE)
    request = {"scheme": "asset", "fiscal_year": 2015, "sources": [electricity]}
    entry = Override("reported_rounding", "up", date(2015, 4, 1), None, "A decision.")

    told = calculate(read_request(request), rulebook.with_overrides([entry])).as_json()

    assert told["total_reported_t"] == 3
    assert "A decision." in told["overridden"]["reported_rounding"]["en"]
    assert calculate(read_request(request), rulebook).as_json()["overridden"] == {}
