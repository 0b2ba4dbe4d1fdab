"""The tables of factors: the statute's own digits, chosen by day, found by name; and what a wrong file is told."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tanso.kernel.measures import read_measure
from tanso.rulebook import Rulebook, RulebookError, load
from tanso.rulebook.factors import without_brackets
from tanso.rulebook.library import shipped_schemes

STATUTE = Path(__file__).parents[2] / "data" / "japan_factors"


def rows(name: str) -> list[dict[str, str]]:
    with (STATUTE / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


FUELS = rows("fuel_heat_and_carbon_factors_by_effective_date.csv")
PROCESSES = rows("process_factors_by_effective_date.csv")


@pytest.mark.parametrize("row", FUELS, ids=lambda row: f"{row['in_force_from']} {row['item_no']} {row['fuel']}")
def test_every_line_of_the_fuel_tables_is_in_force_on_its_day(asset: Rulebook, row: dict[str, str]) -> None:
    found = asset.factors.find(row["fuel"], date.fromisoformat(row["in_force_from"])).factor

    assert found is not None
    assert (found.category, found.item, found.name.ja) == ("fuel", row["item_no"], row["fuel"])
    assert (found.gj_per_unit, found.tc_per_gj) == (Decimal(row["GJ_per_unit"]), Decimal(row["tC_per_GJ"]))
    assert found.unit == read_measure("thousand_m3" if "立方" in row["unit"] else row["unit"])
    if "立方" in row["unit"]:
        assert found.gas_state is not None
        new = row["in_force_from"] >= "2024"
        assert (found.gas_state.temperature_c, found.gas_state.pressure_kpa) == (
            (Decimal(25), Decimal(100)) if new else (Decimal(0), Decimal("101.325"))
        )


@pytest.mark.parametrize(
    "row", PROCESSES, ids=lambda row: f"{row['in_force_from']} {row['table']} {row['item_no']} {row['item']}"
)
def test_every_line_of_the_process_tables_is_in_force_on_its_day(asset: Rulebook, row: dict[str, str]) -> None:
    in_force = asset.factors.on(date.fromisoformat(row["in_force_from"]))
    found = [
        factor
        for factor in in_force
        if (factor.category, factor.statute.clause, factor.item) == ("process", row["table"], row["item_no"])
    ]

    assert [factor.t_per_unit for factor in found] == [Decimal(row["tCO2_per_unit"])]
    assert found[0].name.ja.endswith(row["item"])
    hydrogen = row["item"] == "水素"
    assert found[0].unit.name == ("m3" if hydrogen else found[0].unit.name)


@pytest.mark.parametrize(
    ("day", "gj"),
    [
        (date(2010, 4, 1), "25.7"),
        (date(2015, 4, 1), "25.7"),
        (date(2024, 3, 31), "25.7"),
    ],
)
def test_steam_coal_has_the_value_of_2010_until_the_table_of_2024(asset: Rulebook, day: date, gj: str) -> None:
    found = asset.factors.find("一般炭", day).factor

    assert found is not None
    assert found.gj_per_unit == Decimal(gj)


def test_from_2024_on_steam_coal_is_two_things(asset: Rulebook) -> None:
    found = asset.factors.find("一般炭", date(2024, 4, 1))

    assert found.factor is None
    assert found.problem == "split"
    assert [factor.name.ja for factor in found.candidates] == ["輸入一般炭", "国産一般炭"]


def test_before_2010_nothing_is_loaded(asset: Rulebook) -> None:
    found = asset.factors.find("一般炭", date(2010, 4, 1) - timedelta(days=1))

    assert (found.factor, found.problem) == (None, "not_loaded")


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("都市ガス", "city_gas"),
        ("city_gas", "city_gas"),
        ("city-gas", "city_gas"),
        ("City gas", "city_gas"),
        ("A重油", "heavy_oil_a"),
        ("Ａ重油", "heavy_oil_a"),
        (" a重油 ", "heavy_oil_a"),
        ("B・C重油", "heavy_oil_bc"),
        ("Ｂ･Ｃ重油", "heavy_oil_bc"),
        ("液化石油ガス", "lpg"),
        ("液化石油ガス（ＬＰＧ）", "lpg"),
        ("液化石油ガス(LPG)", "lpg"),
        ("LPG", "lpg"),
        ("天然ガス", "natural_gas"),
        ("天然ガス（液化天然ガス（ＬＮＧ）を除く。）", "natural_gas"),
        ("ガソリン", "gasoline"),
        ("揮発油", "gasoline"),
        ("石油コークス", "petroleum_coke"),
        ("ﾅﾌｻ", "naphtha"),
    ],
)
@pytest.mark.parametrize("day", [date(2015, 4, 1), date(2026, 4, 1)])
def test_a_fuel_is_found_as_people_write_it(asset: Rulebook, written: str, slug: str, day: date) -> None:
    found = asset.factors.find(written, day).factor

    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize("written", ["", " ", "（ＬＰＧ）", "ガス", "油", "\x00", "a" * 100_000, "（" * 1000])
def test_what_names_nothing_finds_nothing(asset: Rulebook, written: str) -> None:
    assert asset.factors.find(written, date(2015, 4, 1)).factor is None


def test_brackets_are_dropped_with_what_they_hold(asset: Rulebook) -> None:
    assert without_brackets("原油（コンデンセート（ＮＧＬ）を除く。）") == "原油"
    assert without_brackets("Ａ（１）重油【新】") == "A重油"
    assert without_brackets("閉じない（かっこ") == "閉じない(かっこ"


def test_every_factor_says_where_it_is_written_in_both_languages(asset: Rulebook) -> None:
    for factor in asset.factors.factors:
        assert factor.name.ja
        assert factor.name.en
        assert factor.statute.clause
        assert factor.statute.document.ja != factor.statute.document.en


def test_no_electricity_factor_is_shipped(asset: Rulebook) -> None:
    electricity = [factor for factor in asset.factors.factors if factor.category == "electricity"]

    assert [(factor.t_per_unit, factor.tc_per_gj) for factor in electricity] == [(None, None)]
    assert asset.factors.suppliers == ()


# -- wrong files ------------------------------------------------------------------------------------------------------

TABLE = """\
- category: fuel
  from: 2000-04-01
  to: 2010-03-31
  reference: {document: 平成18年の表, clause: 別表第一}
  carbon_to_co2: [44, 12]
  gas_state: {temperature_c: "0", pressure_kpa: "101.325"}
  rows:
    steam_coal: {name: {ja: 一般炭, en: Steam coal}, unit: t, gj_per_unit: "26.6", tc_per_gj: "0.0247"}
"""


def test_a_table_of_ones_own_joins_the_schemes(asset: Rulebook, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(TABLE, encoding="utf-8")

    book = asset.factors_with(file)

    old = book.find("一般炭", date(2010, 3, 31)).factor
    new = book.find("一般炭", date(2010, 4, 1)).factor
    assert old is not None
    assert new is not None
    assert (old.gj_per_unit, new.gj_per_unit) == (Decimal("26.6"), Decimal("25.7"))
    assert old.statute.document.en == "平成18年の表"


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("to: 2010-03-31", "to: 2010-04-01", 8, "[0].rows.steam_coal", "two factors on one day"),
        ("to: 2010-03-31", "to: 2000-03-31", 3, "[0].to", "before the first"),
        ("unit: t,", "unit: tt,", 8, "[0].rows.steam_coal.unit", "no unit `tt`"),
        ("unit: t,", "unit: Nm3,", 8, "[0].rows.steam_coal.unit", "gas_state"),
        ('"26.6"', "26.6", 8, "[0].rows.steam_coal.gj_per_unit", "decimal in quotes"),
        ('"26.6"', '"0"', 8, "[0].rows.steam_coal.gj_per_unit", "above zero"),
        ('"26.6"', '"-1"', 8, "[0].rows.steam_coal.gj_per_unit", "above zero"),
        ('"26.6"', '"1e3"', 8, "[0].rows.steam_coal.gj_per_unit", "pattern"),
        ("  carbon_to_co2: [44, 12]\n", "", 7, "[0].rows.steam_coal.tc_per_gj", "carbon_to_co2"),
        ("tc_per_gj:", "tc_per_jg:", 8, "[0].rows.steam_coal.tc_per_jg", "Unknown key"),
        ("category: fuel", "category: fule", 1, "[0].category", "'fuel'"),
        ("category: fuel", "category: supplied", 1, "[0].category", "suppliers"),
        ("rows:\n", "instead: {炭: [coal]}\n  rows:\n", 7, "[0].instead.炭[0]", "no row `coal`"),
        (
            "reference: {document: 平成18年の表, clause: 別表第一}",
            "checked_on: 2026-01-01",
            1,
            "[0].reference",
            "missing",
        ),
        ("- category: fuel", "- category: yes\n  category: fuel", 1, "[0].category", "yes"),
    ],
)
def test_a_wrong_table_is_told_with_line_and_key(  # noqa: PLR0917
    asset: Rulebook, tmp_path: Path, old: str, new: str, line: int, key: str, words: str
) -> None:
    file = tmp_path / "old.yaml"
    assert old in TABLE
    file.write_text(TABLE.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(RulebookError) as caught:
        asset.factors_with(file)

    found = [problem for problem in caught.value.problems if problem.key == key]
    assert found, caught.value.problems
    assert words in found[0].message.en
    assert found[0].message.ja
    assert (found[0].file, found[0].line) == ("old.yaml", line)


SUPPLIED = """\
- category: supplied
  from: 2014-04-01
  to: 2015-03-31
  reference: {document: 係数一覧, clause: "1"}
  suppliers:
    - {of: electricity, supplier: 北電力, unit: kWh, basic_t_per_unit: "0.00053"}
"""


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("of: electricity", "of: electricty", "[0].suppliers[0].of", "Did you mean `electricity`"),
        ("unit: kWh", "unit: t", "[0].suppliers[0].unit", "converts to kWh"),
        ("basic_t_per_unit:", "basic_t_per_kwh:", "[0].suppliers[0].basic_t_per_kwh", "Unknown key"),
        (', basic_t_per_unit: "0.00053"', "", "[0].suppliers[0]", "basic_t_per_unit"),
        ('"0.00053"', '"-0.00053"', "[0].suppliers[0].basic_t_per_unit", "zero or a number above"),
    ],
)
def test_a_wrong_supplier_is_told_by_key(  # noqa: PLR0917
    asset: Rulebook, tmp_path: Path, old: str, new: str, key: str, words: str
) -> None:
    file = tmp_path / "suppliers.yaml"
    assert old in SUPPLIED
    file.write_text(SUPPLIED.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(RulebookError) as caught:
        asset.factors_with(file)

    assert [(problem.key, words in problem.message.en) for problem in caught.value.problems] == [(key, True)]


def test_files_of_ones_own_join_each_other_and_may_not_overlap(asset: Rulebook, tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(SUPPLIED, encoding="utf-8")
    other.write_text(TABLE, encoding="utf-8")

    book = asset.factors_with(one, other)

    assert len(book.supplied("electricity", "北電力", "", date(2014, 4, 1))) == 1
    assert book.find("灯油", date(2014, 4, 1)).factor is not None
    assert book.find("一般炭", date(2009, 4, 1)).factor is not None
    other.write_text(SUPPLIED, encoding="utf-8")
    with pytest.raises(RulebookError, match="two factors on one day"):
        asset.factors_with(one, other)


def test_a_name_may_not_lead_to_two_rows(tmp_path: Path) -> None:
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    fuels = tmp_path / "japan" / "factors" / "fuels.yaml"
    fuels.write_text(fuels.read_text().replace("also: [petcoke, oil coke]", "also: [灯油]", 1))

    with pytest.raises(RulebookError) as caught:
        load(tmp_path / "asset")

    [problem] = caught.value.problems
    assert (problem.file, problem.key) == ("japan/factors/fuels.yaml", "[0].rows.petroleum_coke.also[0]")
    assert "`kerosene`" in problem.message.en


def test_factors_are_part_of_the_rulebooks_version(asset: Rulebook, tmp_path: Path) -> None:
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    fuels = tmp_path / "japan" / "factors" / "fuels.yaml"
    fuels.write_text(fuels.read_text().replace('"25.7"', '"25.8"', 1))

    assert load(tmp_path / "asset").version != asset.version
