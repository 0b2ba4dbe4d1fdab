"""What is filled in is read back, recomputed and compared; people may write as they do; what is wrong has its cell."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tanso.emissions import workbooks
from tanso.emissions.calculation import calculate, load_json, read_request
from tanso.emissions.workbooks.carrying import carried_over
from tanso.rulebook import library
from tests.support import workbooks as make

RULEBOOK = library().get("asset")
FIXTURES = sorted((make.HERE).glob("*.xlsx"))
DYE_WORKS = Path(__file__).parents[4] / "examples/calculation/dye-works.json"
TOTAL = 2479


def read(content: bytes, **expected: Any) -> workbooks.Reading:
    return workbooks.read(content, RULEBOOK, expected=workbooks.Expected(**expected))


def changed(*changes: tuple[tuple[Any, ...], object]) -> bytes:
    """The workbook of the site with some cells changed, saved by another library."""

    def change(book: Any) -> None:
        for slot, value in changes:
            make.cell(book, *slot).value = value

    return make.changed(make.filled(make.site(), holder="abc"), change)


def codes(reading: workbooks.Reading) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for told in reading.findings:
        found.setdefault(told.code, []).append(f"{told.sheet} {told.cell}".strip())
    return found


def at(*slot: Any) -> str:
    place = make.place(*slot)
    return f"{place.sheet} {place.cell}"


def test_the_total_is_that_of_the_calculation_to_the_last_digit() -> None:
    value, _ = load_json(DYE_WORKS.read_bytes())

    reading = read(make.filled(value, year="target"))

    assert reading.findings == []
    assert reading.calculation is not None
    answer = calculate(read_request(value), RULEBOOK)
    assert reading.calculation.total_t == answer.total_t
    assert reading.calculation.base_year == answer.base_year
    assert reading.compared > 60


def test_the_input_that_is_read_back_fills_the_same_workbook() -> None:
    once = make.filled(make.site(), holder="abc")

    again = read(once).input

    assert make.filled(again, holder="abc") == once
    assert again["workbook"]["cover"]["name"] == "株式会社見本"
    assert again["workbook"]["sites"][0]["inside"] == "inside"
    assert again["sources"][0]["workbook"]["months"][0] == Decimal("12.5")


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_workbooks_of_other_programs_are_read(file: Path) -> None:
    reading = read(file.read_bytes(), phase=2, year="base", fiscal_year=2013, holder="abc")

    assert [told.code for told in reading.findings if told.level == "refused"] == []
    assert reading.emissions is not None
    assert reading.emissions.t == TOTAL


def test_what_libreoffice_computed_is_what_was_recomputed() -> None:
    reading = read((make.HERE / "saved-by-libreoffice.xlsx").read_bytes())

    assert reading.findings == []
    assert reading.compared == 79


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed; its files are in tests/data")
def test_libreoffice_computes_the_same_on_this_machine() -> None:
    reading = read(make.by_libreoffice(changed()))

    assert reading.findings == []
    assert reading.compared == 79


def test_formulas_that_were_never_computed_are_not_compared() -> None:
    reading = read(changed((("fuel_use", "annual", 1), 200_000)))

    assert reading.findings == []
    assert reading.compared == 0
    assert reading.emissions is not None
    assert reading.emissions.t < TOTAL


@pytest.mark.parametrize(
    "text", ["２６３，４５０", "263,450", " 263450 ", "263 450", "263\u00a0450", "２６３４５０．０", "\u3000263450"]
)
def test_numbers_are_read_as_people_write_them(text: str) -> None:
    reading = read(changed((("fuel_use", "annual", 1), text)))

    assert reading.emissions is not None
    assert reading.emissions.t == TOTAL


@pytest.mark.parametrize("text", ["many", "1e5", "0x10", "1_000", "12:30", "10²", "1,23", "263450 m3", "-", "010"])
def test_what_may_mean_two_things_is_refused_at_its_cell(text: str) -> None:
    reading = read(changed((("fuel_use", "annual", 1), text)))

    assert codes(reading) == {"number.not_a_number": [at("fuel_use", "annual", 1)]}
    assert reading.findings[0].found == text
    assert reading.emissions is None


def test_everything_wrong_is_told_at_once_with_found_and_expected() -> None:
    reading = read(
        changed(
            (("fuel_use", "month", 0, 2), "ten"),
            (("fuel_use", "month", 0, 5), -4),
            (("points_fuel", "unit", 1), "kg"),
            (("points_fuel", "activity", 2), "石炭"),
            (("points_other", "use", 0), "rented"),
            (("gaps", "line", 0), "F99"),
            (("electricity_use", "annual", 0), "=1/0"),
        )
    )

    assert codes(reading) == {
        "cell.formula": [at("electricity_use", "annual", 0)],
        "number.not_a_number": [at("fuel_use", "month", 0, 2)],
        "number.negative": [at("fuel_use", "month", 0, 5)],
        "cell.not_a_word": [at("points_other", "use", 0)],
        "gap.no_point": [at("gaps", "line", 0)],
        "unit.dimension": [at("points_fuel", "unit", 1)],
        "activity.split": [at("points_fuel", "activity", 2)],
        "input.missing": [at("electricity_use", "annual", 0)],
    }
    assert all(told.message.ja and told.message.en and told.next_step.ja for told in reading.findings)


def test_a_figure_that_the_sheet_shows_wrongly_is_told_with_what_it_should_be() -> None:
    reading = read(changed((("result", "reported"), 2000), (("totals", "total"), 2000.5)))

    assert codes(reading) == {"shown.differs": [at("result", "reported"), at("totals", "total")]}
    first, second = reading.findings
    assert (first.found, first.expected) == ("2000", str(TOTAL))
    assert second.expected is not None
    assert str(second.expected).startswith("2479.03")
    assert reading.emissions is None


def test_a_figure_that_was_wiped_out_is_told_as_a_dash() -> None:
    reading = read(changed((("totals", "total"), None)))

    assert [(told.code, told.found) for told in reading.findings] == [("shown.differs", "—")]


def test_a_computed_sheet_with_an_input_changed_afterwards_shows_what_is_stale() -> None:
    """As a program does that changes a cell and leaves the results of formulas alone."""
    content = make.filled(make.site(), holder="abc")
    place = make.place("fuel_use", "annual", 3)
    stale = patched(content, place, "<v>96.2</v>", "<v>97.5</v>")

    reading = read(stale)

    assert set(codes(reading)) == {"shown.differs"}
    assert at("totals", "total") in codes(reading)["shown.differs"]
    assert at("fuel_use", "total", 3) in codes(reading)["shown.differs"]


def patched(content: bytes, place: workbooks.Place, old: str, new: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in archive.namelist():
            data = archive.read(part)
            if part.startswith("xl/worksheets/sheet") and f'r="{place.cell}"'.encode() in data and old.encode() in data:
                start = data.index(f'r="{place.cell}"'.encode())
                if data[start : start + 60].find(old.encode()) > 0:
                    data = data[:start] + data[start:].replace(old.encode(), new.encode(), 1)
            copy.writestr(part, data)
    return stream.getvalue()


def test_a_gap_named_twice_is_told() -> None:
    reading = read(changed((("gaps", "line", 1), "f4"), (("gaps", "rule", 1), "比")))

    assert codes(reading)["gap.twice"] == [at("gaps", "line", 1)]


def test_the_statutes_name_in_another_spelling_is_understood() -> None:
    reading = read(changed((("points_fuel", "activity", 0), "a重油"), (("points_fuel", "unit", 0), "キロリットル")))

    assert reading.findings == []
    assert reading.emissions is not None
    assert reading.emissions.t == TOTAL


# -- is it the form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "word"),
    [
        ({"phase": 3}, "phase"),
        ({"year": "target"}, "kind of year"),
        ({"fiscal_year": 2014}, "fiscal year"),
        ({"holder": "xyz"}, "holder"),
    ],
)
def test_a_form_of_another_report_is_refused(expected: dict[str, Any], word: str) -> None:
    reading = read(make.filled(make.site(), holder="abc"), **expected)

    assert [told.code for told in reading.findings] == ["form.another_report"]
    assert word in reading.reason.en
    assert reading.emissions is None


def test_a_form_that_names_no_holder_is_anybodys() -> None:
    reading = read(make.filled(make.site()), phase=2, year="base", fiscal_year=2013, holder="xyz")

    assert reading.findings == []


def test_a_mark_that_was_changed_breaks_the_seal() -> None:
    def change(book: Any) -> None:
        for row in book["_form"].iter_rows():
            if row[0].value == "fiscal_year":
                row[1].value = "2012"

    reading = read(make.changed(make.filled(make.site()), change))

    assert [told.code for told in reading.findings] == ["form.marks_changed"]


def test_another_version_of_the_form_is_refused_with_both_versions() -> None:
    def change(book: Any) -> None:
        for row in book["_form"].iter_rows():
            if row[0].value == "version":
                row[1].value = "1"

    reading = read(make.changed(make.filled(make.site()), change))

    assert [(told.code, told.found, told.expected) for told in reading.findings] == [("form.version", "1", "2")]


def test_any_other_workbook_is_not_the_form() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 10_000
    stream = io.BytesIO()
    book.save(stream)

    reading = read(stream.getvalue())

    assert [told.code for told in reading.findings] == ["form.not_prescribed"]
    assert reading.reason.ja


def test_a_changed_label_a_missing_and_an_extra_sheet_are_told_together() -> None:
    def change(book: Any) -> None:
        book["表紙"]["A1"] = "Another form"
        book.remove(book["欠測"])
        book.create_sheet("memo")["A1"] = "mine"

    reading = read(make.changed(make.filled(make.site()), change))

    found = codes(reading)
    assert found["cell.changed"] == ["表紙 A1"]
    assert found["sheet.missing"] == ["欠測"]
    assert found["sheet.extra"] == ["memo"]


def test_hidden_sheets_are_read_and_pointed_out() -> None:
    def hide(book: Any) -> None:
        book["燃料の月別使用量"].sheet_state = "hidden"

    reading = read(make.changed(make.filled(make.site()), hide))

    assert codes(reading) == {"sheet.hidden": ["燃料の月別使用量"]}
    assert reading.emissions is not None
    assert reading.emissions.t == TOTAL


def test_merged_inputs_are_refused_where_their_value_may_be_anybodys() -> None:
    def merge(book: Any) -> None:
        first, last = make.place("fuel_use", "month", 0, 0), make.place("fuel_use", "month", 0, 3)
        book[first.sheet].merge_cells(f"{first.cell}:{last.cell}")

    reading = read(make.changed(make.filled(make.site()), merge))

    assert codes(reading) == {"cell.merged": [at("fuel_use", "month", 0, 0)]}


def test_what_stands_below_the_last_line_is_refused_and_what_stands_beside_is_a_note() -> None:
    place = make.place("fuel_use", "annual", 14)

    def write(book: Any) -> None:
        for row in range(place.row + 2, place.row + 10_002):
            book[place.sheet].cell(row, place.column + 1, 5)
        book["表紙"]["H30"] = "a note"

    begin = time.process_time()
    reading = read(make.changed(make.filled(make.site()), write))

    assert codes(reading)["lines.beyond"] == [f"{place.sheet} Q{place.row + 2}"]
    assert "9999" in next(told.message.en for told in reading.findings if told.code == "lines.beyond")
    assert codes(reading)["cell.outside"] == ["表紙 H30"]
    assert time.process_time() - begin < 10


def test_thousands_of_sources_are_filled_in_and_read_back() -> None:
    source = {"activity": "A重油", "quantity": "1.5", "unit": "kL"}
    sources = [source | {"point": f"boiler {number}"} for number in range(2_000)]
    value = {"scheme": "asset", "phase": 2, "fiscal_year": 2013, "sources": sources}
    content = make.filled(value)

    begin = time.process_time()
    reading = read(content)

    assert reading.findings == []
    assert reading.calculation is not None
    assert reading.calculation.total_t == calculate(read_request(value), RULEBOOK).total_t
    assert time.process_time() - begin < 60


def test_one_source_more_than_the_form_takes_is_told() -> None:
    sources = [{"point": "b", "activity": "A重油", "quantity": "1", "unit": "kL"}] * 10_001

    with pytest.raises(Exception, match="10000"):
        make.filled({"scheme": "asset", "phase": 2, "fiscal_year": 2013, "sources": sources})


def test_numbers_with_more_digits_than_a_spreadsheet_keeps_stay_exact() -> None:
    exact = "123456789.123456789123456789"
    source = {"point": "b", "activity": "A重油", "quantity": exact, "unit": "L"}

    reading = read(make.filled({"scheme": "asset", "phase": 2, "fiscal_year": 2013, "sources": [source]}))

    assert not reading.refused
    assert reading.input["sources"][0]["quantity"] == Decimal(exact)


def test_only_inputs_are_unlocked_and_every_sheet_is_protected_and_fits_a4() -> None:
    book = openpyxl.load_workbook(io.BytesIO(make.filled(make.site())))
    form = make.content(make.site()).form

    for tab, cells in form.cells.items():
        sheet = book[tab]
        assert sheet.protection.sheet
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        for (row, column), slot in cells.items():
            assert sheet.cell(row + 1, column + 1).protection.locked != form.is_input(slot), (tab, row, column)
    assert book["_form"].sheet_state == "veryHidden"


def test_fuels_are_chosen_by_the_names_of_the_years_statute() -> None:
    def names(fiscal_year: int) -> set[str]:
        made = workbooks.Made("asset", None, "", fiscal_year)
        form = workbooks.form_for(RULEBOOK, made)
        return set(form.tables.choices["fuels"])

    assert "一般炭" in names(2015)
    assert "一般炭" not in names(2025)
    assert {"輸入一般炭", "国産一般炭"} <= names(2025)


def test_next_years_form_has_this_years_points_and_compares_with_its_quantities() -> None:
    this_year = read(make.filled(make.site(), holder="abc")).input

    next_year = carried_over(this_year, 2014)

    first = next_year["sources"][0]
    assert first["point"] == "ボイラー1号"
    assert "quantity" not in first
    assert [entry["fiscal_year"] for entry in first["earlier"]] == [2013, 2012, 2011]
    assert first["earlier"][0]["quantity"] == Decimal("121.5")
    assert all("factor" not in source for source in next_year["sources"])
    assert next_year["workbook"]["sites"] == this_year["workbook"]["sites"]
