"""What stands in a cell of a list: plain values that show themselves by the kind of their column, and richer ones.

A richer cell carries both at once, how the page shows it and what a file says: no file says more than its page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tanso.interfaces.exports import paper
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import words
from tanso.interfaces.web.describe import here
from tanso.kernel.texts import Text

NUMBERS = frozenset({Kind.TONNES, Kind.CHANGE, Kind.NUMBER})
_NOTHING = SafeString("")
_BREAK = SafeString("<br>")


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell that is more than its words: `html` on the page, `value` in a file. `is_block` is for lists inside."""

    html: SafeString
    value: paper.Cell
    is_block: bool = False


Cell = Shown | str | Text | int | date | datetime | None


def html(cell: Cell, kind: Kind = Kind.TEXT) -> SafeString:
    """A cell on the page, by the kind of its column. Nothing for None: a figure is blank until it exists."""
    if cell is None:
        return _NOTHING
    if isinstance(cell, Shown):
        return cell.html
    if isinstance(cell, date):
        return _time(cell)
    if isinstance(cell, int):
        return format_html('<span class="number">{}</span>', _number(cell, kind))
    text = here(cell) if isinstance(cell, Text) else cell
    if kind is Kind.CODE and text:
        return format_html('<span class="code">{}</span>', text)
    return conditional_escape(text)


def _time(value: date) -> SafeString:
    """A day, or an instant in the time zone of the page."""
    if isinstance(value, datetime):
        return format_html('<span class="nowrap">{}</span>', timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S"))
    return format_html('<time class="nowrap" datetime="{}">{}</time>', value.isoformat(), here(words.short_day(value)))


def _number(value: int, kind: Kind) -> str:
    if kind is Kind.TONNES:
        return words.tonnes(value)
    if kind is Kind.CHANGE:
        return f"{words.signed(value)}{words.NO_BREAK_SPACE}t"
    return words.whole_number(value) if kind is Kind.NUMBER else str(value)


def value(cell: Cell) -> paper.Cell:
    """A cell in a file."""
    found = cell.value if isinstance(cell, Shown) else cell
    return timezone.localtime(found) if isinstance(found, datetime) else found


def text(cell: Cell) -> str:
    """A cell in words, to look for something in it."""
    found = value(cell)
    return found if isinstance(found, str) else paper.shown(found, get_language() or "en")


# --- richer cells -------------------------------------------------------------------------------------------------


def link(shown: Cell, address: str, *, about: str = "", style: str = "table__target", kind: Kind = Kind.TEXT) -> Cell:
    """A cell that leads somewhere. `about` is read out before it where the words alone would not say to what."""
    if not address:
        return shown
    hidden = format_html('<span class="visually-hidden">{} </span>', about) if about else ""
    return Shown(
        format_html('<a class="{}" href="{}">{}{}</a>', style, address, hidden, html(shown, kind)), value(shown)
    )


def button(label: str, address: str, *, about: str) -> Shown:
    """A link to something that can be done with the row."""
    inside = format_html('{}<span class="visually-hidden"> {}</span>', label, about)
    return Shown(
        format_html('<a class="button button--secondary button--small" href="{}">{}</a>', address, inside), label
    )


def tag(label: str, tone: str = "") -> Cell:
    """A state as a coloured word; nothing for none."""
    if not label:
        return None
    return Shown(format_html('<span class="tag{}">{}</span>', f" tag--{tone}" if tone else "", label), label)


def strong(shown: str) -> Shown:
    """Words that count most."""
    return Shown(format_html("<strong>{}</strong>", shown), shown)


def small(shown: str) -> Cell:
    """Words that count less; nothing for none."""
    return Shown(format_html('<span class="small">{}</span>', shown), shown) if shown else None


def soft(shown: str) -> Shown:
    """Words that stand where nothing else does."""
    return Shown(format_html('<span class="soft">{}</span>', shown), shown)


def code(shown: str) -> Cell:
    """A number or name as machines have it."""
    return Shown(format_html('<span class="code">{}</span>', shown), shown) if shown else None


def beside(main: Cell, small: Cell, *, kind: Kind = Kind.TEXT, small_kind: Kind = Kind.TEXT) -> Cell:
    """A cell with something smaller below it; both stand in a file."""
    if small in (None, ""):
        return main
    below = format_html('<span class="small soft">{}</span>', html(small, small_kind))
    return Shown(html(main, kind) + _BREAK + below, " · ".join(filter(None, (text(main), text(small)))))


def several(cells: Iterable[Cell], *, between: str = " · ", kind: Kind = Kind.TEXT) -> Shown:
    """Cells behind one another; `between` a line break stands each on a line of its own."""
    kept = [cell for cell in cells if cell not in (None, "")]
    glue = _BREAK if between == "\n" else conditional_escape(between)
    return Shown(
        # Each is safe already; to escape it once more took a tenth of a page of a thousand cells.
        SafeString(glue.join([html(cell, kind) for cell in kept])),
        (" · " if between == "\n" else between).join([text(cell) for cell in kept]),
    )
