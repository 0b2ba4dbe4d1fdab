"""A list as its page shows it: heads that sort, the form that narrows it, rows, pages, and the links to its files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tanso.interfaces.web.lists import cells, files
from tanso.interfaces.web.lists.files import direction_name
from tanso.interfaces.web.lists.listing import FORMS, Column, Listing
from tanso.interfaces.web.words import whole_number

_UP, _DOWN = "ascending", "descending"
_NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the address that sorts by it, how it is sorted now, and both in words."""

    column: Column
    address: str
    direction: str
    words: str


class ShownList:
    """What the template `web/parts/list.html` reads of a list."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.ticks = listing.ticks
        self.css = " ".join(filter(None, ("table", "table--dense" if listing.is_dense else "", listing.css)))
        self.title = listing.title

    @property
    def page(self) -> Page[Any]:
        return self.listing.page

    @property
    def count(self) -> int:
        return self.listing.count

    @property
    def is_filtered(self) -> bool:
        return bool(self.listing.asked)

    @property
    def empty(self) -> str:
        """What stands instead of rows."""
        fitting = self.listing.empty_filtered or _("Nothing fits. Show all, or choose something else.")
        return fitting if self.is_filtered else self.listing.empty

    def address(self, **changes: str | None) -> str:
        """The address of the list with some of its keys changed; None leaves a key out."""
        query = self.listing.request.GET.copy()
        for name, value in {"as": None, **changes}.items():
            key = f"{self.listing.prefix}{name}"
            if value is None:
                query.pop(key, None)
            else:
                query[key] = value
        text = query.urlencode()
        return f"?{text}" if text else "?"

    @cached_property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.listing.columns]

    def _head(self, column: Column) -> Head:
        by, direction = self.listing.sorted_by
        if column.sort is None:
            return Head(column, "", "", "")
        is_it = column is by
        turned = _DOWN if is_it and direction == _UP else _UP
        offer = _("sort %(direction)s") % {"direction": direction_name(turned)}
        return Head(
            column=column,
            address=self.address(sort=_order(column, turned), page=None),
            direction=direction if is_it else "",
            words=f"{direction_name(direction)}; {offer}" if is_it else offer,
        )

    @property
    def summary(self) -> str:
        """How many rows, and in which order, in words."""
        by, direction = self.listing.sorted_by
        if by is None:
            return _("Rows: %(count)s") % {"count": whole_number(self.count)}
        told = {"count": whole_number(self.count), "column": by.label, "direction": direction_name(direction)}
        return _("Rows: %(count)s. Sorted by: %(column)s (%(direction)s)") % told

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """The orders to choose from where the heads are not seen: value, words, whether it is so now."""
        by, direction = self.listing.sorted_by
        return [
            (_order(one, way), f"{one.label} ({direction_name(way)})", one is by and way == direction)
            for one in self.listing.columns
            if one.sort is not None
            for way in (_UP, _DOWN)
        ]

    @property
    def is_sorted(self) -> bool:
        return self.listing.sorted_by[0] is not None

    @property
    def sort_name(self) -> str:
        return f"{self.listing.prefix}sort"

    @property
    def has_form(self) -> bool:
        """Whether there is anything to narrow or to sort."""
        return self.is_filtered or (self.count > 1 and bool(self.listing.filters or self.orders))

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The filters as fields of a form."""
        prefix = self.listing.prefix
        return [
            {
                "filter": one,
                "names": [f"{prefix}{name}" for name in one.parameters()],
                "id": f"{prefix}filter-{one.name}",
                "value": self.listing.asked.get(one.name, ""),
                "pairs": [(f"{prefix}{name}", self.listing.given.get(name, "")) for name in one.parameters()],
            }
            for one in self.listing.filters
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address says, for the form to say it again."""
        ours = [name for one in self.listing.filters for name in one.parameters()]
        own = {f"{self.listing.prefix}{name}" for name in (*ours, "sort", "page", "as")}
        return [(key, str(value)) for key, value in self.listing.request.GET.dict().items() if key not in own]

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What narrows the list now, in words, each with the address without it."""
        asked = self.listing.asked
        return [
            (one.said(asked[one.name]), self.address(page=None, **one.off()))
            for one in self.listing.filters
            if one.name in asked
        ]

    @property
    def show_all(self) -> str:
        """The address without any filter."""
        return self.address(page=None, **{key: said for one in self.listing.filters for key, said in one.off().items()})

    @property
    def previous(self) -> str:
        return self.address(page=str(self.page.previous_page_number()))

    @property
    def next(self) -> str:
        return self.address(page=str(self.page.next_page_number()))

    @property
    def files(self) -> list[tuple[str, str]]:
        """The forms of the file with their addresses; none where there are too many rows for one."""
        if not self.listing.has_files or self.count > files.MOST_ROWS:
            return []
        return [(label, self.address(**{"page": None, "as": form})) for form, label in FORMS.items()]

    @property
    def too_long(self) -> str:
        """Why there is no file, and what to do."""
        if not self.listing.has_files or self.count <= files.MOST_ROWS:
            return ""
        most = whole_number(files.MOST_ROWS)
        return _("A file takes %(most)s rows at most. Narrow the list to get one.") % {"most": most}

    @property
    def problem(self) -> str:
        """The same where a file was asked for all the same."""
        return self.too_long if self.listing.file_form else ""

    @property
    def body(self) -> SafeString:
        """The rows of the page. Made here: a template would take several times as long over a thousand cells."""
        starts = [_start(column, is_first=not number) for number, column in enumerate(self.listing.columns)]
        lines = self.listing.lines(list(self.page.object_list))
        return SafeString("".join(self._row(line, starts) for line in lines))

    def _row(self, line: Any, starts: list[SafeString]) -> str:
        parts = ['<tr role="row">', self._tick(line)]
        for number, (column, start) in enumerate(zip(self.listing.columns, starts, strict=True)):
            cell = column.cell(line)
            inner = "div" if isinstance(cell, cells.Shown) and cell.is_block else "span"
            outer = "td" if number else "th"
            parts.append(f"{start}<{inner}>{cells.html(cell, column.kind)}</{inner}></{outer}>")
        return "".join([*parts, "</tr>\n"])

    def _tick(self, line: Any) -> SafeString:
        ticks = self.ticks
        if ticks is None:
            return _NOTHING
        value = ticks.value(line)
        if not value:
            return SafeString('<td role="cell" class="table__tick"></td>')
        about = _("Select %(name)s") % {"name": ticks.about(line)}
        return format_html(
            '<td role="cell" class="table__tick"><label class="choice"><input type="checkbox" form="{}" name="{}"'
            ' value="{}"><span class="visually-hidden">{}</span></label></td>',
            *(ticks.form, ticks.name, value, about),
        )

    @property
    def foot(self) -> SafeString:
        """The sums below the rows."""
        if self.listing.foot is None:
            return _NOTHING
        sums = self.listing.foot(self.listing.found)
        parts = [SafeString('<td role="cell"></td>')] if self.ticks else []
        for number, column in enumerate(self.listing.columns):
            shown = cells.html(sums.get(column.key), column.kind)
            if number == 0:
                parts.append(format_html('<th scope="row" role="rowheader">{}</th>', _("Total")))
            elif shown:
                parts.append(_start(column, is_first=False) + format_html("<span>{}</span></td>", shown))
            else:
                parts.append(SafeString('<td role="cell"></td>'))
        return SafeString("".join(parts))


def _order(column: Column, direction: str) -> str:
    """An order as the address says it."""
    return f"-{column.key}" if direction == _DOWN else column.key


def _start(column: Column, *, is_first: bool) -> SafeString:
    """The opening tag of a column's cells."""
    of_number = SafeString(' class="table__number"') if column.is_number else _NOTHING
    if is_first:
        return format_html('<th scope="row" role="rowheader"{}>', of_number)
    return format_html('<td role="cell"{} data-label="{}">', of_number, conditional_escape(column.label))
