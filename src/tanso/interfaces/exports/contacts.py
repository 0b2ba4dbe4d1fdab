"""The list of contacts as a paper: what its readers see on the page, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tanso.interfaces.exports.paper import Cell, Column, Kind, Paper, Table
from tanso.kernel.texts import Text
from tanso.parties.contact_data import FIELDS
from tanso.parties.contact_list import Listed
from tanso.rulebook import Rulebook

_TITLE = Text("担当者情報リスト", "List of contacts")
_NOTE = Text(
    "同意した参加者の間で、排出枠の取引相手を探すためにのみ用いるものです。",
    "Shared among participants who agreed, to find counterparties and for nothing else.",
)


def contact_paper(rulebook: Rulebook, lines: Sequence[Listed], day: date, *, with_consent: bool) -> Paper:
    """The lines as a paper. For the administrator each says whether its participant agrees to be on the list."""
    label = rulebook.texts.text
    columns = [
        Column(Text("口座番号", "Account number"), Kind.CODE, 12),
        Column(Text("口座名", "Account name"), Kind.TEXT, 30),
        Column(Text("参加者区分", "Kind"), Kind.TEXT, 16),
        Column(Text("法人名", "Corporation"), Kind.TEXT, 30),
        Column(Text("法人名（ひらがな）", "Reading of the corporation"), Kind.TEXT, 30),
        *(Column(label("contact_fields", name), Kind.TEXT, 20) for name in (*FIELDS, "mail_A")),
    ]
    if with_consent:
        columns.append(Column(Text("公開への同意", "Agrees to be on the list"), Kind.TEXT, 10))
    table = Table(
        title=_TITLE,
        columns=tuple(columns),
        rows=lambda: (_row(rulebook, line, with_consent=with_consent) for line in lines),
        row_count=len(lines),
    )
    return Paper(
        title=_TITLE,
        name=f"{rulebook.scheme}-contacts-{day.isoformat()}",
        facts=((Text("作成日", "Made on"), Text(day.isoformat(), day.isoformat())),),
        tables=(table,),
        flat=table,
        printed_on=day,
        notes=(_NOTE,),
    )


def _row(rulebook: Rulebook, line: Listed, *, with_consent: bool) -> list[Cell]:
    cells: list[Cell] = [
        line.number,
        line.account_name,
        rulebook.participant_kinds[line.kind].label,
        line.organisation,
        line.organisation_kana,
        *line.contact.as_json().values(),
        line.mail,
    ]
    if with_consent:
        cells.append(Text("同意する", "yes") if line.agrees else Text("同意しない", "no"))
    return cells
