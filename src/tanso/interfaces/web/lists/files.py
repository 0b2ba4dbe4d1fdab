"""A list as a file: the rows that its filters leave, of all pages, in the columns and the language of the page."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports.csv_file import csv_chunks
from tanso.interfaces.exports.excel import write_excel
from tanso.interfaces.exports.paper import Column, Kind, Paper, Row, Table, plain_text
from tanso.interfaces.web import limits
from tanso.interfaces.web.describe import here
from tanso.interfaces.web.downloads import EXCEL, file_response
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.listing import Listing
from tanso.interfaces.web.words import long_day, whole_number

# A file is made while its reader waits; whoever asks for more narrows the list.
MOST_ROWS = 20_000
_MOST_AN_HOUR = 120
_AN_HOUR = 3600
_AT_ONCE = 500


def answer(listing: Listing) -> HttpResponseBase:
    """The file that is asked for; 429 where somebody asks for very many."""
    request = listing.request
    login = getattr(request.user, "login", "")
    who = f"login {login}" if login else f"address {limits.address_of(request)}"
    done, wait_seconds = limits.count("list file", who, seconds=_AN_HOUR)
    if done > _MOST_AN_HOUR:
        return limits.too_many(request, wait_seconds)
    # For the trail of looks.
    request.list_file = f"?as={listing.file_form}"  # type: ignore[attr-defined]
    listed, language = paper(listing), get_language() or "en"
    if listing.file_form == "csv":
        content = b"".join(csv_chunks(listed.flat, language))
        return file_response(content, listed.file_name("csv"), media_type="text/csv; charset=utf-8")
    file = io.BytesIO()
    write_excel(listed, language, file)
    return file_response(file.getvalue(), listed.file_name("xlsx"), media_type=EXCEL)


def paper(listing: Listing) -> Paper:
    """The list as a paper, which says by what it was narrowed and in which order it is."""
    desk = listing.request.desk  # type: ignore[attr-defined]
    today: date = desk.today
    columns = [column for column in listing.columns if column.in_file]
    table = Table(
        title=plain_text(listing.title),
        columns=tuple(Column(plain_text(_label(one.label, one.kind)), one.kind, one.width) for one in columns),
        rows=lambda: _rows(listing, columns),
        row_count=listing.count,
    )
    by, direction = listing.sorted_by
    facts = [
        (_("Scheme"), here(desk.rulebook.title)),
        (_("Day"), here(long_day(today))),
        (_("Rows"), whole_number(listing.count)),
        *(
            (_("Narrowed by"), one.said(listing.asked[one.name]))
            for one in listing.filters
            if one.name in listing.asked
        ),
        *([] if by is None else [(_("Sorted by"), f"{by.label} ({direction_name(direction)})")]),
    ]
    return Paper(
        title=plain_text(listing.title),
        name=f"{desk.scheme}-{listing.name}-{today.isoformat()}",
        facts=tuple((plain_text(label), plain_text(value)) for label, value in facts),
        tables=(table,),
        flat=table,
        printed_on=today,
    )


def direction_name(direction: str) -> str:
    """Up or down, in words."""
    return _("ascending") if direction == "ascending" else _("descending")


def _label(label: str, kind: Kind) -> str:
    """The label of a column; on the page each tonne has its unit beside it."""
    return f"{label} (t)" if kind in (Kind.TONNES, Kind.CHANGE) else label


def _rows(listing: Listing, columns: Sequence[Any]) -> Iterator[Row]:
    for rows in _portions(listing.found):
        for line in listing.lines(rows):
            yield [cells.value(column.cell(line)) for column in columns]


def _portions(found: Any) -> Iterator[list[Any]]:
    """All rows, so many at once that what belongs to them is read in few queries."""
    if not isinstance(found, QuerySet):
        yield from (found[start : start + _AT_ONCE] for start in range(0, len(found), _AT_ONCE))
        return
    rows = found.iterator(chunk_size=_AT_ONCE)
    while portion := list(islice(rows, _AT_ONCE)):
        yield portion
