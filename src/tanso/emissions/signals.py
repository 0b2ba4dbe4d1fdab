"""Signals for those who review a report: what is unusual about its figures. Pure; a signal is a hint, never a rule.

Exact arithmetic throughout: shares are compared by cross-multiplication, fences are those of whole numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tanso.kernel.texts import Text

# Fewer numbers than this say nothing about first digits or round numbers, fewer peers nothing about what is usual.
NUMBERS_MIN, PEERS_MIN = 60, 8
# Benford's shares of the first digits 1 to 9, in ten-thousandths, and the value that chi squared exceeds by chance in
# one case of a thousand with eight degrees of freedom.
_BENFORD = (3010, 1761, 1249, 969, 792, 669, 580, 512, 458)
_CHI_SQUARED = Fraction(26125, 1000)
_ROUND_SHARE = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Signal:
    """One hint: what was looked at, and the sentence with its numbers."""

    code: str
    sentence: Text


def against_other_years(emissions_t: int, others: Mapping[int, int], *, change_rate: Decimal) -> list[Signal]:
    """How far the figure lies from the nearest year before (else after); `others` by fiscal year.

    `change_rate` is the share by which years usually differ at most.
    """
    if not others:
        return []
    year, other_t = sorted(others.items())[-1]
    change_t = emissions_t - other_t
    if abs(change_t) <= change_rate * other_t:
        return []
    share = _percent(Fraction(abs(change_t), other_t)) if other_t else "—"
    more = change_t > 0
    return [
        Signal(
            "other_year",
            Text(
                ja=f"{year}年度（{other_t:,} t）より{share}%{'多い' if more else '少ない'}。",
                en=f"{share} % {'more' if more else 'less'} than in FY{year} ({other_t:,} t).",
            ),
        )
    ]


def against_peers(own: Fraction, peers: Sequence[Fraction], *, measure: Text) -> list[Signal]:
    """Whether emissions per unit of a measure (floor area, output) lie outside the fences of the others'.

    The fences are one and a half times the middle half of the peers beyond its ends.
    """
    if len(peers) < PEERS_MIN:
        return []
    ordered = sorted(peers)
    low, high = ordered[len(ordered) // 4], ordered[(3 * len(ordered)) // 4]
    reach = (high - low) * 3 / 2
    if low - reach <= own <= high + reach:
        return []
    return [
        Signal(
            "peers",
            Text(
                ja=f"{measure.ja}当たりの排出量（{_plain(own)}）が、同種の{len(peers)}者の通常の範囲"
                f"（{_plain(max(low - reach, Fraction(0)))}～{_plain(high + reach)}）の外にある。",
                en=f"Emissions for each {measure.en} ({_plain(own)}) lie outside what is usual among"
                f" {len(peers)} others ({_plain(max(low - reach, Fraction(0)))} to {_plain(high + reach)}).",
            ),
        )
    ]


def of_numbers(numbers: Sequence[Decimal]) -> list[Signal]:
    """What the numbers that were entered look like: first digits as nature has them, and not too many round ones."""
    entered = [number for number in numbers if number > 0]
    return [*_first_digits(entered), *_round_numbers(entered)]


def _first_digits(numbers: Sequence[Decimal]) -> list[Signal]:
    if len(numbers) < NUMBERS_MIN:
        return []
    counted = Counter(number.as_tuple().digits[0] for number in (each.normalize() for each in numbers))
    total = len(numbers)
    chi_squared = sum(
        (counted.get(digit, 0) - Fraction(total * share, 10_000)) ** 2 / Fraction(total * share, 10_000)
        for digit, share in enumerate(_BENFORD, start=1)
    )
    if chi_squared <= _CHI_SQUARED:
        return []
    often = max(range(1, 10), key=lambda digit: (counted.get(digit, 0), -digit))
    return [
        Signal(
            "first_digits",
            Text(
                ja=f"記入された{total}の数値の最初の桁が、通常の分布から外れている（最も多いのは{often}）。",
                en=f"The first digits of the {total} numbers entered are unusual (most often {often}).",
            ),
        )
    ]


def _round_numbers(numbers: Sequence[Decimal]) -> list[Signal]:
    large = [number for number in numbers if number >= 100]
    if len(large) < NUMBERS_MIN:
        return []
    rounded = sum(1 for number in large if number % 100 == 0)
    if Fraction(rounded, len(large)) < _ROUND_SHARE:
        return []
    return [
        Signal(
            "round_numbers",
            Text(
                ja=f"100以上の{len(large)}の数値のうち{rounded}が100の倍数である。",
                en=f"{rounded} of {len(large)} numbers from 100 on are multiples of 100.",
            ),
        )
    ]


def _percent(share: Fraction) -> str:
    return _plain(share * 100)


def _plain(number: Fraction) -> str:
    """A fraction as people read it: three digits that matter."""
    value = Decimal(number.numerator) / Decimal(number.denominator)
    if value == 0:
        return "0"
    shown = value.quantize(Decimal(1)) if abs(value) >= 100 else Decimal(f"{value:.3g}")
    return f"{shown:f}"
