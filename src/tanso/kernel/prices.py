"""Prices of transfers: kept as the whole yen of the whole transfer, told with what that comes to a tonne.

The whole is what the parties agreed on and what is paid; it is always a whole number of yen. A price a tonne is not
(1,000,000 yen for 3,000 t), and an average of such prices would have to be weighed by quantities again.
"""

from __future__ import annotations

from tanso.kernel.texts import Text


def yen_a_tonne(price_yen: int, quantity_t: int) -> int:
    """What a price comes to a tonne, rounded to the yen, half up. `quantity_t` is at least 1."""
    return (2 * price_yen + quantity_t) // (2 * quantity_t)


def yen(price_yen: int) -> Text:
    """An amount as people write it."""
    return Text(f"{price_yen:,}円", f"{price_yen:,} yen")


def price_text(price_yen: int | None, quantity_t: int) -> Text:
    """The price of a transfer and what it comes to a tonne; that none was told, where none was."""
    if price_yen is None:
        return Text("記載なし", "not told")
    whole, each = yen(price_yen), yen(yen_a_tonne(price_yen, quantity_t))
    about = Text("約", "about ") if price_yen % quantity_t else Text("", "")
    return Text(f"{whole.ja}（1tにつき{about.ja}{each.ja}）", f"{whole.en} ({about.en}{each.en} a tonne)")
