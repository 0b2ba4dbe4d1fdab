"""How days, tonnes and serial numbers are written in the two languages. Pure text, no HTML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tanso.kernel.serials import SerialRange, printed
from tanso.kernel.texts import Text

NO_BREAK_SPACE = "\u00a0"

# The first day of each era, latest first. Days before the last one here are written without an era.
_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def era_year(day: date) -> str:
    """The year of `day` in the Japanese era, 平成26年 or 令和元年; empty before Showa."""
    for first_day, era in _ERAS:
        if day >= first_day:
            number = day.year - first_day.year + 1
            return f"{era}{'元' if number == 1 else number}年"
    return ""


def long_day(day: date) -> Text:
    """A day in full: 2014年4月1日（平成26年4月1日） and 1 April 2014."""
    month_and_day = f"{day.month}月{day.day}日"
    era = era_year(day)
    return Text(
        ja=f"{day.year}年{month_and_day}" + (f"（{era}{month_and_day}）" if era else ""),
        en=f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    )


def short_day(day: date) -> Text:
    """A day for tables: 2014年4月1日 and 1 Apr 2014."""
    return Text(ja=f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}")


def month(number: int) -> Text:
    """A month as the head of a column: 4月 and Apr."""
    return Text(ja=f"{number}月", en=_MONTHS[number - 1][:3])


def fiscal_year(year: int) -> Text:
    """A Japanese fiscal year: 2014年度（平成26年度） and FY2014."""
    # Fiscal year 2019 began in 平成 and is called 令和元年度: the era of 1 May decides.
    era = era_year(date(year, 5, 1)).removesuffix("年")
    return Text(ja=f"{year}年度" + (f"（{era}年度）" if era else ""), en=f"FY{year}")


def whole_number(value: int) -> str:
    """A whole number with thousands separators and a true minus sign."""
    return f"{value:,}".replace("-", "\u2212")


def signed(value: int) -> str:
    """A change: with its sign, also where it is positive."""
    return f"+{value:,}" if value > 0 else whole_number(value)


def tonnes(value: int) -> str:
    """A quantity with its unit, on one line: 63,694 t."""
    return f"{whole_number(value)}{NO_BREAK_SPACE}t"


def serials(ranges: Iterable[SerialRange]) -> str:
    """Serial numbers as people read them, both ends included and ungrouped, as they are numbers: 1–9000, 9101."""
    return printed(ranges)
