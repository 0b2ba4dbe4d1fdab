"""`tanso workbook new`, `fill` and `read`, as a person runs them; no database."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tanso.interfaces.cli.main import app
from tests.support import workbooks as make

DYE_WORKS = Path(__file__).parents[3] / "examples/calculation/dye-works.json"


def tanso(*arguments: str) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"LC_ALL": "C.UTF-8"})


def told(file: Path) -> tuple[int, dict[str, Any]]:
    result = tanso("workbook", "read", file, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_what_fill_writes_read_recomputes_to_the_total_of_calculate(tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"
    assert tanso("workbook", "fill", "--from", DYE_WORKS, "-o", target).exit_code == 0

    status, answer = told(target)
    calculated = json.loads(tanso("calculate", DYE_WORKS, "--json").stdout)

    assert status == 0
    assert answer["findings"] == []
    assert answer["accepted"]
    assert answer["form"] == {"scheme": "asset", "phase": 2, "year": "target", "fiscal_year": 2014, "holder": None}
    for key in ("total_t", "total_reported_t", "biomass_t", "left_out_t", "uncertainty_percent", "base_year"):
        assert answer[key] == calculated[key], key
    by_point = {source["point"]: source["emissions_t"] for source in answer["sources"]}
    assert by_point == {source["point"]: source["emissions_t"] for source in calculated["sources"]}


def test_the_input_that_read_answers_is_what_fill_takes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    tanso("workbook", "fill", "--from", make.HERE / "site.json", "-o", first)
    (tmp_path / "again.json").write_text(json.dumps(told(first)[1]["input"]), encoding="utf-8")

    assert tanso("workbook", "fill", "--from", tmp_path / "again.json", "-o", second).exit_code == 0

    assert second.read_bytes() == first.read_bytes()


def test_a_new_form_is_empty_and_says_so(tmp_path: Path) -> None:
    target = tmp_path / "form.xlsx"
    assert tanso("workbook", "new", "asset", "--phase", "3", "--year", "adjustment", "-o", target).exit_code == 0

    status, answer = told(target)

    assert status == 1
    assert answer["form"]["fiscal_year"] == 2016
    assert [finding["code"] for finding in answer["findings"]] == ["sources.empty"]


def test_lines_make_room(tmp_path: Path) -> None:
    target = tmp_path / "form.xlsx"
    assert (
        tanso("workbook", "new", "asset", "--phase", "2", "--year", "base", "--lines", "70", "-o", target).exit_code
        == 0
    )

    import openpyxl  # noqa: PLC0415

    values = [row[0].value for row in openpyxl.load_workbook(target)["監視点"].iter_rows()]
    assert {"F70", "E70", "G70"} <= set(values)
    assert "F71" not in values


def test_findings_have_sheet_cell_found_and_expected(tmp_path: Path) -> None:
    def spoil(book: Any) -> None:
        make.cell(book, "result", "reported").value = 1
        make.cell(book, "fuel_use", "annual", 1).value = "some"

    target = tmp_path / "spoilt.xlsx"
    target.write_bytes(make.changed(make.filled(make.site()), spoil))

    status, answer = told(target)

    assert status == 1
    assert answer["total_t"] is None
    place = make.place("fuel_use", "annual", 1)
    by_code = {finding["code"]: finding for finding in answer["findings"]}
    assert by_code["number.not_a_number"]["sheet"] == place.sheet
    assert by_code["number.not_a_number"]["cell"] == place.cell
    assert by_code["number.not_a_number"]["found"] == "some"
    assert set(by_code["number.not_a_number"]["message"]) == {"ja", "en"}


def test_numbers_in_the_answer_are_decimal_texts(tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"
    tanso("workbook", "fill", "--from", make.HERE / "site.json", "-o", target)

    source = told(target)[1]["input"]["sources"][0]

    assert Decimal(source["quantity"]) == Decimal("121.5")
    assert source["workbook"]["months"][0] == "12.5"


@pytest.mark.parametrize("name", ["report.xlsm", "report.xls", "report.pdf", "report"])
def test_a_file_of_another_name_is_refused_whatever_it_holds(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_bytes(make.filled(make.site()))

    status, answer = told(target)

    assert status == 1
    assert answer["findings"][0]["code"] == "file.extension"


def test_what_has_no_cell_is_pointed_out(tmp_path: Path) -> None:
    value = {"scheme": "asset", "fiscal_year": 2015, "weather": "fine", "sources": [
        {"point": "b", "activity": "A重油", "quantity": 1, "unit": "kL", "colour": "red",
         "earlier": [{"fiscal_year": 2001, "quantity": 5}]}]}  # fmt: skip
    source = tmp_path / "in.json"
    source.write_text(json.dumps(value), encoding="utf-8")

    result = tanso("workbook", "fill", "--from", source)

    assert result.exit_code == 0
    assert (tmp_path / "in.xlsx").is_file()
    for name in ("weather", "sources[0].colour", "sources[0].earlier 2001"):
        assert name in result.output


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("new", "nowhere", "--phase", "2", "--year", "base"), "nowhere"),
        (("new", "asset", "--phase", "77", "--year", "base"), "77"),
        (("new", "asset", "--year", "base"), "phase"),
        (("new", "asset", "--phase", "2", "--year", "leap"), "leap"),
        (("new", "eu-ets", "--phase", "2", "--year", "base"), "form"),
        (("fill", "--from", "no-such.json"), "no-such.json"),
        (("read", "no-such.xlsx"), "no-such.xlsx"),
    ],
)
def test_what_cannot_be_made_is_said(arguments: tuple[str, ...], word: str) -> None:
    from tanso.kernel.errors import TansoError  # noqa: PLC0415

    result = tanso("workbook", *arguments)

    assert isinstance(result.exception, TansoError)
    assert word in str(result.exception)


def test_a_form_for_a_year_before_the_tables_is_made_and_says_what_is_missing(tmp_path: Path) -> None:
    value = {"scheme": "asset", "fiscal_year": 2005, "sources": [
        {"point": "b", "activity": "A重油", "quantity": 1, "unit": "kL"}]}  # fmt: skip
    (tmp_path / "old.json").write_text(json.dumps(value), encoding="utf-8")
    assert tanso("workbook", "fill", "--from", tmp_path / "old.json").exit_code == 0

    status, answer = told(tmp_path / "old.xlsx")

    assert status == 1
    assert [finding["code"] for finding in answer["findings"]] == ["factor.year_not_loaded"]
    assert answer["findings"][0]["cell"] is not None
