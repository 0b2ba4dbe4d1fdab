"""Excel workbooks: numbers that can be summed, days that can be sorted, headers in both languages, no formulas."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from tanso.interfaces.exports import excel
from tanso.interfaces.exports.excel import write_excel
from tanso.interfaces.exports.paper import Paper
from tanso.kernel.errors import TansoError
from tanso.kernel.serials import SerialRange
from tests.unit.exports.papers import ROW, paper, row


def written(paper: Paper, language: str = "ja") -> bytes:
    file = io.BytesIO()
    write_excel(paper, language, file)
    return file.getvalue()


def opened(paper: Paper, language: str = "ja") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(paper, language)))


def test_numbers_are_numbers_and_days_are_days() -> None:
    sheet = opened(paper())["明細"]

    cells = next(iter(sheet.iter_rows(min_row=3)))
    assert [cell.value for cell in cells] == [
        "登録簿",
        datetime(2014, 4, 1),  # noqa: DTZ001 -- Excel knows no zones
        datetime(2014, 4, 1, 9, 30),  # noqa: DTZ001
        -1500,
        "12, 1–10",
    ]
    assert [cell.data_type for cell in cells] == ["s", "d", "d", "n", "s"]
    assert cells[1].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(("language", "headers"), [("ja", ("相手", "Other side")), ("en", ("Other side", "相手"))])
def test_the_header_is_in_both_languages_the_readers_first_and_stays_in_sight(
    language: str, headers: tuple[str, str]
) -> None:
    book = opened(paper(), language)
    sheet = book.worksheets[1]

    assert (sheet["A1"].value, sheet["A2"].value) == headers
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.auto_filter.ref == "A2:E3"
    assert set(str(book.worksheets[0]["A1"].value).split(" / ")) == {"口座明細書", "Account statement"}


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "@x", "+1", "http://example.org", "{=1}"])
def test_text_never_becomes_a_formula_or_a_link(text: str) -> None:
    book = opened(paper([row(text=text)], holder=text))

    for cell in (book.worksheets[0]["B3"], book.worksheets[1]["A3"]):
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert written(paper()) == written(paper())
    assert written(paper()) != written(replace(paper(), printed_on=date(2015, 4, 1)))


def test_a_cell_takes_as_many_serials_as_fit_and_says_how_many_more_there_are() -> None:
    serials = tuple(SerialRange(10**17 + 3 * number, 10**17 + 3 * number + 2) for number in range(5_000))

    shown = opened(paper([row(serials=serials)])).worksheets[1]["E3"].value

    assert len(shown) <= 32_767
    assert shown.endswith("ほか4,200範囲")


def test_more_rows_than_a_sheet_has_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 1)

    with pytest.raises(TansoError) as caught:
        written(paper([ROW, ROW]))

    assert caught.value.code == "export.too_many_rows"
    assert caught.value.message.en == "There are 2 rows; Excel takes 1 at most."
    assert "CSV" in caught.value.next_step.ja
