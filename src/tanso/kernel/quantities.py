"""Quantities as people hand them in: whole tonnes, or something that a rule must refuse.

A page or a scenario may carry "1,000", "１０００", "1.5", "-3" or a number with forty digits. All are readable; the
rules refuse what is not a whole number in range. What is no number at all is not readable and raises ValueError.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# Beyond any ledger, and still far below the 64-bit limit that rules and the database count in.
BOUND_T = 10**15
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Quantity:
    """`t` in whole tonnes, clamped to ±`BOUND_T`; `is_whole` is false where the text had a fraction."""

    t: int
    is_whole: bool


def read_quantity(value: int | str | Decimal) -> Quantity:
    """Read a quantity from a number or from text (full-width digits, spaces around and thousands separators allowed).

    Raises ValueError where the text is no number.
    """
    if isinstance(value, bool):
        raise ValueError("a quantity is a number of tonnes, not true or false")
    if isinstance(value, int):
        return _clamped(
            Decimal(value) if abs(value) <= BOUND_T else Decimal(BOUND_T).copy_sign(Decimal(1 if value > 0 else -1))
        )
    if isinstance(value, Decimal):
        return _clamped(value)
    text = unicodedata.normalize("NFKC", value).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if len(text) > _LONGEST:
        text_is_digits = re.fullmatch(r"[+-]?\d+(\.\d*)?", text)
        if not text_is_digits:
            raise ValueError(f"not a number of tonnes: {value[:20]}…")
        text = "-" + "9" * 30 if text.startswith("-") else "9" * 30
    try:
        return _clamped(Decimal(text))
    except InvalidOperation:
        raise ValueError(f"not a number of tonnes: {value}") from None


def _clamped(number: Decimal) -> Quantity:
    if not number.is_finite():
        return Quantity(t=0, is_whole=False)
    if abs(number) >= BOUND_T:
        return Quantity(t=BOUND_T if number > 0 else -BOUND_T, is_whole=True)
    whole = number == number.to_integral_value()
    return Quantity(t=int(number), is_whole=whole)
