"""The life of one serial number as a paper: each hop with day, act and both accounts, and where it is now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tanso.interfaces.exports.names import Names
from tanso.interfaces.exports.paper import Column, Kind, Paper, Row, Table, plain_text
from tanso.interfaces.exports.statement import remark
from tanso.interfaces.web import words
from tanso.kernel.texts import Text
from tanso.ledger.life import Life
from tanso.ledger.movements import Movement

TITLE = Text("識別番号の履歴", "Life of a serial number")
_COLUMNS = (
    Column(Text("No.", "No."), Kind.CODE, 9),
    Column(Text("日付", "Day"), Kind.DAY, 12),
    Column(Text("手続", "Act"), Kind.TEXT, 20),
    Column(Text("移転元", "From"), Kind.TEXT, 22),
    Column(Text("移転先", "To"), Kind.TEXT, 22),
    Column(Text("同時に移動した数量 (t)", "Moved together (t)"), Kind.TONNES, 20),
    Column(Text("摘要", "Remark"), Kind.TEXT, 20),
    Column(Text("記録日時", "Recorded at"), Kind.INSTANT, 20, in_print=False),
    Column(Text("手続の記録番号", "Record of the act"), Kind.CODE, 38, in_print=False),
)
_OWN_ONLY = Text(
    "ご自身の口座が移転元または移転先である移動だけを示しています。",
    "Only the postings into and out of your own account are shown.",
)


def life_paper(life: Life, hops: Sequence[Movement], *, scheme: str, printed_on: date, is_whole: bool) -> Paper:
    """The paper of a life, of those `hops` that its reader may see; `is_whole` says whether those are all."""
    names = Names(scheme)
    operations = names.operations({hop.act_id for hop in hops})

    def row(hop: Movement) -> Row:
        return (
            str(hop.id),
            hop.valid_day,
            operations.get(hop.act_id, plain_text("")),
            names.side(hop.source),
            names.side(hop.target),
            hop.quantity_t,
            remark(hop),
            hop.recorded_at.astimezone(names.timezone),
            str(hop.act_id),
        )

    rows = [row(hop) for hop in hops]
    table = Table(title=Text("移動の経路", "Hops"), columns=_COLUMNS, rows=lambda: rows, row_count=len(rows))
    facts = [
        (Text("制度", "Scheme"), names.title()),
        (Text("排出枠の種別", "Unit"), names.unit(life.unit_class)),
        (Text("識別番号", "Serial number"), plain_text(str(life.number))),
        (Text("印刷日", "Printed on"), words.short_day(printed_on)),
    ]
    if is_whole:
        facts.insert(3, (Text("現在の口座", "Now in account"), names.side(life.now_at)))
    return Paper(
        title=TITLE,
        name=f"{life.unit_class.label.replace('/', '-')}_{life.number}",
        facts=tuple(facts),
        tables=(table,),
        flat=table,
        printed_on=printed_on,
        notes=() if is_whole else (_OWN_ONLY,),
    )
