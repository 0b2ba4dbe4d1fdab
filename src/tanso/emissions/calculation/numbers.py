"""Exact decimals: how numbers come in, how long they are carried, how they are written.

Everything is carried with 100 significant digits, so that nothing which a person could enter is ever rounded on the
way; only divisions (44/12, gas states) leave dust, far behind the thirtieth decimal. Sums are cleaned of that dust
once, before they are written or rounded to whole tonnes, so that a third three times is one and not 0.999….
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any, Literal

EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
DECIMALS = 30
LARGEST = Decimal(10) ** 15
_DUST = Decimal(1).scaleb(-DECIMALS)
_LONGEST_TEXT = 60
ROUNDINGS = {"down": ROUND_DOWN, "half_up": ROUND_HALF_UP, "up": ROUND_UP}

# Full-width digits and signs only: compatibility normalisation would turn "10²" into 102 and "①" into 1.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")

Wrong = Literal["missing", "not_a_number", "negative", "too_large", "too_fine"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A number that a file holds and no calculation can use: too long for any, or NaN and its like."""

    text: str


def read_number(value: Any, *, largest: Decimal = LARGEST, signed: bool = False) -> Decimal | Wrong:
    """A number from JSON, or from a text as people type it: full-width digits and thousands separators are read.

    Anything that could be read in two ways ("010", "1e5", "1_000", "0x10", "12:30") is none.
    """
    if value is None:
        return "missing"
    if isinstance(value, Unreadable):
        return "too_large" if value.text.lstrip("-")[:1].isdigit() else "not_a_number"
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        return "not_a_number"
    number = _from_text(value) if isinstance(value, str) else Decimal(value)
    if not isinstance(number, Decimal):
        return number
    if not number.is_finite():
        return "not_a_number"
    return "negative" if number < 0 and not signed else _bounded(number, largest)


def _from_text(written_text: str) -> Decimal | Wrong:
    text = written_text.strip().translate(_FULL_WIDTH)
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not text:
        return "missing"
    if not _PLAIN.fullmatch(text):
        return "not_a_number"
    if len(text) > _LONGEST_TEXT:
        return "too_large" if "." not in text else "too_fine"
    return Decimal(text)


def _bounded(number: Decimal, largest: Decimal) -> Decimal | Wrong:
    if number == 0:
        return Decimal(0)
    if number.adjusted() > largest.adjusted() or abs(number) > largest:
        return "too_large"
    exponent = number.as_tuple().exponent
    return "too_fine" if isinstance(exponent, int) and exponent < -DECIMALS else number


def clean(number: Decimal) -> Decimal:
    """The number without what divisions left behind the last decimal that is written."""
    return number.quantize(_DUST, context=EXACT)


def written(number: Decimal) -> str:
    """The number as a plain decimal text: no exponent, no trailing zeros."""
    text = f"{clean(number):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def shown(number: Decimal, *, decimals: int = 6) -> str:
    """The number for reading: grouped, at most `decimals` decimals, with … where more follow."""
    short = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN, context=EXACT)
    text = f"{short:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if short == clean(number) else f"{short:,f}…"


def whole_tonnes(number: Decimal, rounding: str) -> int:
    """The one rounding: whole tonnes, `down`, `half_up` or `up`, away from the dust of divisions."""
    return int(clean(number).to_integral_value(rounding=ROUNDINGS[rounding]))
