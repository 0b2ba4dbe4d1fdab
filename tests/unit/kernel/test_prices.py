"""Prices: the whole of a transfer is kept, what it comes to a tonne is told."""

from __future__ import annotations

import pytest

from tanso.kernel.prices import price_text, yen_a_tonne


@pytest.mark.parametrize(
    ("price_yen", "quantity_t", "each"),
    [(1000, 10, 100), (0, 7, 0), (1_000_000, 3000, 333), (5, 10, 1), (4, 10, 0), (10**15, 1, 10**15), (7, 2, 4)],
)
def test_a_price_a_tonne_is_rounded_half_up_to_the_yen(price_yen: int, quantity_t: int, each: int) -> None:
    assert yen_a_tonne(price_yen, quantity_t) == each


def test_a_price_is_told_with_what_it_comes_to_a_tonne() -> None:
    assert price_text(120_000, 100).as_json() == {
        "ja": "120,000円（1tにつき1,200円）",
        "en": "120,000 yen (1,200 yen a tonne)",
    }


def test_what_is_rounded_is_called_about() -> None:
    assert price_text(1_000_000, 3000).en == "1,000,000 yen (about 333 yen a tonne)"


def test_where_no_price_was_told_that_is_said() -> None:
    assert price_text(None, 10).en == "not told"
