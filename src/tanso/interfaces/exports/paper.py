"""A paper: title, facts and tables in both languages, before anyone has chosen a format. Pure.

Rows are made when a writer asks for them, so that a paper of a hundred thousand rows is not held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from tanso.interfaces.web import words
from tanso.kernel.serials import SerialRange, printed
from tanso.kernel.texts import Text

Serials = tuple[SerialRange, ...]
Cell = str | Text | int | date | datetime | Serials | None
Row = Sequence[Cell]


class Kind(Enum):
    """What a column holds; a writer chooses alignment and number format by it."""

    TEXT = "text"
    CODE = "code"
    TONNES = "tonnes"
    CHANGE = "change"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"
    SERIALS = "serials"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` is in characters of its usual content. A hidden one is in files, not in print."""

    label: Text
    kind: Kind
    width: int
    in_print: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table with so many rows; `rows` makes them, each time anew."""

    title: Text
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    row_count: int
    if_empty: Text = field(default=Text("ありません。", "None."))


@dataclass(frozen=True, slots=True)
class Paper:
    """What a file says. `flat` is all of it as one table, for CSV. `printed_on` is the day that the file carries."""

    title: Text
    name: str
    facts: tuple[tuple[Text, Text], ...]
    tables: tuple[Table, ...]
    flat: Table
    printed_on: date
    notes: tuple[Text, ...] = ()

    @property
    def row_count(self) -> int:
        return sum(table.row_count for table in self.tables)

    def file_name(self, ending: str) -> str:
        """The name of the file in letters that every system takes."""
        plain = "".join(
            letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in self.name
        )
        return f"{plain}.{ending}"


def plain_text(text: str) -> Text:
    """A name or number that reads the same in both languages."""
    return Text(text, text)


def shown(cell: Cell, language: str, most_ranges: int | None = None) -> str:
    """A cell as people read it in `language`; of serial numbers at most so many ranges, and how many are left out."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, Text):
        return cell.in_language(language)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return words.short_day(cell).in_language(language)
    if isinstance(cell, int):
        return words.whole_number(cell)
    return shortened(cell, language, most_ranges)


def shortened(serials: Serials, language: str, most_ranges: int | None) -> str:
    """Serial numbers in the order of acquisition, of very many ranges the first ones and how many more there are."""
    if most_ranges is None or len(serials) <= most_ranges:
        return printed(serials)
    more = Text("{text} ほか{number}範囲", "{text} and {number} more ranges").filled(
        {"text": printed(serials[:most_ranges]), "number": len(serials) - most_ranges}
    )
    return more.in_language(language)
