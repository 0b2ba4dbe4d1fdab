"""CSV that a spreadsheet reads in Japanese, and that runs nothing on its reader's machine."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.interfaces.exports.csv_file import csv_chunks, neutralised
from tests.unit.exports.papers import ROW, row, table


def read(rows: list[object], language: str = "en") -> list[list[str]]:
    content = b"".join(csv_chunks(table(rows), language))  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_it_starts_with_a_byte_order_mark_and_a_header_in_the_readers_language() -> None:
    content = b"".join(csv_chunks(table(), "ja"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0] == "相手,日付,記録日時,増減,識別番号"


def test_numbers_and_days_are_written_for_programs_and_serials_for_people() -> None:
    assert read([ROW])[1] == ["Registry", "2014-04-01", "2014-04-01T09:30:00+00:00", "-1500", "12, 1–10"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("http://x","y")',
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1+1",
        "＠x",
        "-2+3+cmd|' /C calc'!A0",
    ],
)
def test_text_that_would_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert read([row(text=text)])[1][0] == f"'{text}"


@pytest.mark.parametrize("text", ["", "abc", "1–10", "1 = 1", "a@b", "炭素", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert read([row(text=text)])[1][0] == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20))
def test_whatever_a_person_wrote_comes_back_and_never_starts_as_a_formula(text: str) -> None:
    (cell,) = [line[0] for line in read([row(text=text)])[1:]]

    assert cell in (text, f"'{text}")
    assert not cell.startswith(tuple("=+-@"))
    assert neutralised(cell) == cell


def test_a_long_file_comes_in_pieces_and_no_row_is_held() -> None:
    held: list[int] = []

    def rows():  # type: ignore[no-untyped-def]
        for number in range(100_000):
            held.append(number)
            yield row(change=number)

    from dataclasses import replace  # noqa: PLC0415

    pieces = csv_chunks(replace(table(), rows=rows), "en")
    first = next(pieces)

    assert len(held) < 3_000
    assert len(first) < 1_000_000
    assert len(first) + sum(map(len, pieces)) > 5_000_000
    assert len(held) == 100_000
