"""A small paper to write in every form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from tanso.interfaces.exports.paper import Cell, Column, Kind, Paper, Row, Table, plain_text
from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text

COLUMNS = (
    Column(Text("相手", "Other side"), Kind.TEXT, 18),
    Column(Text("日付", "Day"), Kind.DAY, 12),
    Column(Text("記録日時", "Recorded at"), Kind.INSTANT, 20, in_print=False),
    Column(Text("増減", "Change"), Kind.CHANGE, 12),
    Column(Text("識別番号", "Serial numbers"), Kind.SERIALS, 30),
)
ROW: Row = (
    Text("登録簿", "Registry"),
    date(2014, 4, 1),
    datetime(2014, 4, 1, 9, 30, tzinfo=UTC),
    -1500,
    (SerialRange(12, 13), SerialRange(1, 11)),
)


def row(**changed: Cell) -> Row:
    """The example's row with another text or change."""
    cells = list(ROW)
    for place, name in enumerate(("text", "day", "instant", "change", "serials")):
        cells[place] = changed.get(name, cells[place])
    return cells


def table(rows: Sequence[Row] = (ROW,)) -> Table:
    return Table(title=Text("明細", "Entries"), columns=COLUMNS, rows=lambda: rows, row_count=len(rows))


def paper(rows: Sequence[Row] = (ROW,), *, holder: str = "炭素株式会社", name: str = "X-1_2014") -> Paper:
    return Paper(
        title=Text("口座明細書", "Account statement"),
        name=name,
        facts=((Text("名義人", "Holder"), plain_text(holder)),),
        tables=(table(rows),),
        flat=table(rows),
        printed_on=date(2015, 3, 31),
        notes=(Text("両日を含みます。", "Both days included."),),
    )
