"""How days, tonnes and serial numbers are written."""

from __future__ import annotations

from datetime import date

import pytest

from tanso.interfaces.web import words
from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(1988, 4, 1), "1988年4月1日（昭和63年4月1日）"),
        (date(1989, 1, 7), "1989年1月7日（昭和64年1月7日）"),
        (date(1989, 1, 8), "1989年1月8日（平成元年1月8日）"),
        (date(2014, 4, 1), "2014年4月1日（平成26年4月1日）"),
        (date(2019, 4, 30), "2019年4月30日（平成31年4月30日）"),
        (date(2019, 5, 1), "2019年5月1日（令和元年5月1日）"),
        (date(2021, 11, 30), "2021年11月30日（令和3年11月30日）"),
        (date(1900, 1, 1), "1900年1月1日"),
    ],
)
def test_a_day_in_japanese_carries_its_era(day: date, written: str) -> None:
    assert words.long_day(day).ja == written


def test_a_day_in_english_has_no_era() -> None:
    assert words.long_day(date(2014, 4, 1)).en == "1 April 2014"
    assert words.short_day(date(2014, 11, 30)) == Text(ja="2014年11月30日", en="30 Nov 2014")


def test_a_fiscal_year_is_named_after_the_era_of_may() -> None:
    assert words.fiscal_year(2014) == Text(ja="2014年度（平成26年度）", en="FY2014")
    assert words.fiscal_year(2019).ja == "2019年度（令和元年度）"
    assert words.fiscal_year(2018).ja == "2018年度（平成30年度）"


def test_tonnes_have_separators_and_their_unit_on_one_line() -> None:
    assert words.tonnes(63_694) == "63,694\u00a0t"
    assert words.tonnes(0) == "0\u00a0t"
    assert words.tonnes(-1_000) == "\u22121,000\u00a0t"


def test_serial_numbers_are_read_with_both_ends() -> None:
    assert words.serials([SerialRange(1, 9_001), SerialRange(9_101, 9_102)]) == "1–9000, 9101"
