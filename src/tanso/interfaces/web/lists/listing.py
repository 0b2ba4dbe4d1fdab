"""Lists of the pages: declared once, they sort, filter, page, and go out as CSV and Excel.

A view says what its rows are, which columns they have and what they can be narrowed by, and answers with
`answering.answer`. The address of the page carries all of it: `sort=day` or `sort=-day`, the filters by name, `page`,
and `as=csv` or `as=excel` for the same rows as a file. The file comes out of the page's own view, so whoever may not
see the page gets no file, it holds no more than the page, and a look at it is kept where a look at the page is.

Rows are a query, which the database sorts by a column's `sort` fields, or a short list, sorted here by a key. Equal
rows keep one order on all pages. A template shows the list by `{% include "web/parts/list.html" %}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest

from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.cells import Cell
from tanso.interfaces.web.lists.filters import Filter

ROWS_A_PAGE = 50
UP, DOWN = "ascending", "descending"
FORMS = {"csv": "CSV", "excel": "Excel"}


class Given(Enum):
    """The order in which rows come that can only be read by the page: turned round, they are read from the end."""

    UP = UP
    DOWN = DOWN


Sort = str | tuple[str, ...] | Callable[[Any], Any] | Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its key in the address, its label, and what of a line stands in it.

    `sort` are the fields that a query is sorted by, or the key of a row in memory, or says that rows come in this
    order; without it nobody can sort by the column. What only leads on to something is not `in_file`.
    """

    key: str
    label: str
    cell: Callable[[Any], Cell]
    kind: Kind = Kind.TEXT
    sort: Sort | None = None
    in_file: bool = True
    width: int = 20

    @property
    def is_number(self) -> bool:
        return self.kind in cells.NUMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """A leading column of tick boxes, of a form of the page (`form` is its id): value and name of a line.

    A line without a value has none.
    """

    form: str
    name: str
    value: Callable[[Any], str]
    about: Callable[[Any], str]


@dataclass(kw_only=True)
class Listing:
    """A list of one request.

    `order` is the first order, as the address would say it. `lines` makes what the columns read, of many rows at once;
    `foot` makes sums of all rows that are left, by the keys of their columns.
    """

    request: HttpRequest
    name: str
    title: str
    rows: Any
    columns: Sequence[Column]
    order: str = ""
    filters: Sequence[Filter] = ()
    lines: Callable[[Sequence[Any]], Iterable[Any]] = list
    empty: str = ""
    empty_filtered: str = ""
    rows_a_page: int = ROWS_A_PAGE
    # What keeps equal rows of a query in order; rows in memory keep that in which they come.
    tie: str = "pk"
    # Stands before the keys in the address, where a page has several lists.
    prefix: str = ""
    ticks: Ticks | None = None
    foot: Callable[[Any], dict[str, Cell]] | None = None
    has_files: bool = True
    is_dense: bool = True
    # Further style classes of the table.
    css: str = ""

    @cached_property
    def given(self) -> dict[str, str]:
        """What the address says of this list, without its prefix."""
        start = len(self.prefix)
        given = self.request.GET.dict()
        return {key[start:]: str(value) for key, value in given.items() if key.startswith(self.prefix)}

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The values of the filters that narrow the list, by their names."""
        found = {one.name: one.read(self.given) for one in self.filters}
        return {name: value for name, value in found.items() if value is not None}

    @cached_property
    def sorted_by(self) -> tuple[Column | None, str]:
        """The column that the list is sorted by, and in which direction."""
        for asked in (self.given.get("sort", ""), self.order):
            direction, key = (DOWN, asked[1:]) if asked.startswith("-") else (UP, asked)
            found = next((one for one in self.columns if one.key == key and one.sort is not None), None)
            if found is not None:
                return found, direction
        return None, UP

    @property
    def file_form(self) -> str:
        """The form of the file that is asked for; nothing for the page."""
        asked = self.given.get("as", "")
        return asked if self.has_files and asked in FORMS else ""

    @cached_property
    def found(self) -> Any:
        """All rows that the filters leave, sorted."""
        rows = self.rows
        for one in self.filters:
            if one.name in self.asked:
                rows = one.narrow(rows, self.asked[one.name])
        column, direction = self.sorted_by
        if column is None or column.sort is None:
            return rows
        if isinstance(column.sort, Given):
            return rows if column.sort.value == direction else Turned(rows)
        if isinstance(column.sort, str | tuple):
            fields = (column.sort,) if isinstance(column.sort, str) else column.sort
            return _ordered(rows, fields, self.tie, is_down=direction == DOWN)
        return _sorted(rows, column.sort, is_down=direction == DOWN)

    @cached_property
    def page(self) -> Page[Any]:
        """The rows of the page that is asked for; of the first or the last one where there is no such page."""
        return Paginator(self.found, self.rows_a_page).get_page(self.given.get("page"))

    @property
    def count(self) -> int:
        return self.page.paginator.count


class Turned(Sequence[Any]):
    """Rows from the last to the first. They are read by slices, as what they turn round may be."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            raise TypeError("rows are read by the page")
        first, last, _step = place.indices(len(self))
        return list(self._rows[len(self) - last : len(self) - first])[::-1]


def _ordered(rows: QuerySet[Any], fields: Sequence[str], tie: str, *, is_down: bool) -> QuerySet[Any]:
    """Rows of a query by these fields; what has no value comes last, either way."""
    order: list[Any] = []
    for name in (*fields, *((tie,) if tie else ())):
        # Said only where there may be none: an index on a column that is never empty could not be used otherwise.
        last = {"nulls_last": True} if _may_be_empty(rows.model, name) else {}
        order.append(F(name).desc(**last) if is_down else F(name).asc(**last))
    return rows.order_by(*order)


def _may_be_empty(model: type[Model], path: str) -> bool:
    if path == "pk":
        return False
    here: Any = model
    for part in path.split("__"):
        # What is not there of a row on the other side of a relation, or within a document, may be missing.
        if here is None:
            return True
        try:
            field = here._meta.get_field(part)
        except FieldDoesNotExist:
            # What a query works out.
            return True
        if field.null or not field.concrete:
            return True
        here = field.related_model
    return False


def _sorted(rows: Iterable[Any], key: Callable[[Any], Any], *, is_down: bool) -> list[Any]:
    """Rows in memory by a key; what has none comes last, either way. Equal ones stay in order."""
    keyed = [(key(row), row) for row in rows]
    present = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=is_down)
    return [row for _key, row in present] + [row for found, row in keyed if found is None]
