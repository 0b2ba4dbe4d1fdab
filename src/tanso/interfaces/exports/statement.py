"""The statement of an account as a paper: cover, sums by unit, events of the account, and every posting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from heapq import merge
from itertools import islice

from tanso.interfaces.exports.names import STATUSES, Names
from tanso.interfaces.exports.paper import Cell, Column, Kind, Paper, Row, Table, plain_text
from tanso.interfaces.web import words
from tanso.kernel.prices import price_text
from tanso.kernel.texts import Text
from tanso.ledger import statement as ledger
from tanso.ledger.models import ROLE_ISSUANCE
from tanso.ledger.movements import Movement
from tanso.ledger.statement import AccountChange, Statement, StatementLine
from tanso.registry import queries as registry
from tanso.registry.terms import Terms

TITLE = Text("口座明細書", "Account statement")
_AT_ONCE = 1000
_OPENING = Text("繰越残高", "Opening balance")
_CLOSING = Text("期末残高", "Closing balance")
_POSTING = Text("移動", "Posting")
_EVENT = Text("口座の変更", "Account event")
_REVERSAL = Text("No. {number}の取戻し", "Reversal of no. {number}")
_BY_DAY = Text(
    "期間は取引の効力の日によります。数値はすべて台帳の仕訳から計算しています。",
    "The period goes by the day on which a posting is valid. All figures are computed from the ledger's journal.",
)
_ISSUANCE = Text(
    "発行口座の残高は、発行した数量だけ負になります。",
    "The balance of an issuance account is negative by what it has issued.",
)

_NUMBER = Column(Text("No.", "No."), Kind.CODE, 9)
_DAY = Column(Text("日付", "Day"), Kind.DAY, 12)
_RECORDED = Column(Text("記録日時", "Recorded at"), Kind.INSTANT, 20, in_print=False)
_ACT = Column(Text("手続", "Act"), Kind.TEXT, 16)
_ACT_ID = Column(Text("手続の記録番号", "Record of the act"), Kind.CODE, 38, in_print=False)
_COUNTERPARTY = Column(Text("相手口座", "Other account"), Kind.TEXT, 18)
_UNIT = Column(Text("排出枠の種別", "Unit"), Kind.TEXT, 18)
_QUANTITY = Column(Text("増減 (t)", "Change (t)"), Kind.CHANGE, 14)
_BALANCE = Column(Text("残高 (t)", "Balance (t)"), Kind.TONNES, 14)
_SERIALS = Column(Text("識別番号", "Serial numbers"), Kind.SERIALS, 30)
_REMARK = Column(Text("摘要", "Remark"), Kind.TEXT, 18)
_KIND = Column(Text("移転区分", "Kind of transfer"), Kind.TEXT, 12)
_PRICE = Column(Text("価格 (円)", "Price (yen)"), Kind.TONNES, 14)


def entry_columns(names: Names) -> tuple[Column, ...]:
    """The columns of a posting; kind and price of transfers where the scheme tells them."""
    told = (_KIND, _PRICE) if names.tells_kinds() else ()
    moved = (_NUMBER, _DAY, _RECORDED, _ACT, _COUNTERPARTY, _UNIT, _QUANTITY, _BALANCE, _SERIALS, _REMARK, _ACT_ID)
    return (*moved, *told)


def period_text(statement: Statement) -> Text:
    """The period as people say it, with both of its days."""
    first, last = words.short_day(_first(statement)), words.short_day(_last(statement))
    return Text(f"{first.ja}から{last.ja}まで（両日を含む）", f"{first.en} to {last.en}, both days included")


def statement_paper(statement: Statement, *, printed_on: date) -> Paper:
    """The paper of a statement. Its rows are read when a writer asks for them: write it inside the same snapshot.

    The holder is named as on the last day of the period, so that a statement of earlier days reads as it did then.
    """
    names = Names(statement.account.scheme)
    account = statement.account
    entries = Table(
        title=Text("移動の明細", "Postings"),
        columns=entry_columns(names),
        rows=lambda: (entry_row(names, *told) for told in with_operations(names, ledger.lines(statement))),
        row_count=statement.line_count,
        if_empty=Text("この期間に移動はありません。", "Nothing moved in this period."),
    )
    holder = registry.holder_on(account, _last(statement))
    facts = [
        (Text("制度", "Scheme"), names.title()),
        (Text("口座番号", "Account number"), plain_text(account.number)),
        (Text("口座名義人", "Account holder"), plain_text(holder[0]) if holder else names.account_kind(account.kind)),
        *([(Text("法人名", "Corporation"), plain_text(holder[1]))] if holder else []),
        (Text("口座の種類", "Kind of account"), names.account_kind(account.kind)),
        (Text("現在の状態", "Status now"), STATUSES.get(account.status, plain_text(account.status))),
        (Text("期間", "Period"), period_text(statement)),
        (Text("印刷日", "Printed on"), words.short_day(printed_on)),
    ]
    return Paper(
        title=TITLE,
        name=f"{account.number}_{_first(statement)}_{_last(statement)}",
        facts=tuple(facts),
        tables=(sums_table(names, statement), changes_table(names, statement), entries),
        flat=_flat(names, statement),
        printed_on=printed_on,
        notes=(_BY_DAY, _ISSUANCE) if account.role == ROLE_ISSUANCE else (_BY_DAY,),
    )


def row_count(statement: Statement) -> int:
    """How many rows the paper of a statement has."""
    return len(statement.sums) + len(statement.changes) + statement.line_count


def with_operations(names: Names, lines: Iterable[StatementLine]) -> Iterator[tuple[StatementLine, Text, Terms | None]]:
    """Each line with what its act was, and of a transfer its terms; asked for many at a time."""
    waiting = iter(lines)
    while some := list(islice(waiting, _AT_ONCE)):
        found = names.operations({line.movement.act_id for line in some})
        terms = names.terms(line.movement for line in some)
        for line in some:
            yield line, found.get(line.movement.act_id, plain_text("")), terms.get(line.movement.id)


def remark(movement: Movement) -> Text | None:
    """What a posting takes back, where it does."""
    return None if movement.reverses_id is None else _REVERSAL.filled({"number": str(movement.reverses_id)})


def terms_text(names: Names, moved: Movement, terms: Terms | None) -> Text | None:
    """Kind and price of a transfer in one line; nothing where the scheme tells no kinds apart."""
    if terms is None or not terms.kind:
        return None
    kind = names.transfer_kind(terms.kind)
    if terms.price_yen is None:
        return kind
    price = price_text(terms.price_yen, moved.quantity_t)
    return Text(f"{kind.ja}・{price.ja}", f"{kind.en}, {price.en}")


def entry_row(names: Names, line: StatementLine, act: Text, terms: Terms | None) -> Row:
    """A line of the statement as the cells of `entry_columns`."""
    moved = line.movement
    kind = names.transfer_kind(terms.kind) if terms is not None and terms.kind else None
    told = (kind, None if terms is None else terms.price_yen) if names.tells_kinds() else ()
    return (
        str(moved.id),
        moved.valid_day,
        moved.recorded_at.astimezone(names.timezone),
        act,
        names.side(line.counterparty),
        names.unit(moved.unit_class),
        line.change_t,
        line.balance_t,
        moved.serials,
        remark(moved),
        str(moved.act_id),
        *told,
    )


def sums_table(names: Names, statement: Statement) -> Table:
    """Opening balance, what came in and went out, and closing balance of each unit class."""
    labels = (_OPENING, Text("受入", "In"), Text("払出", "Out"), _CLOSING)
    columns = (_UNIT, *(Column(Text(f"{each.ja} (t)", f"{each.en} (t)"), Kind.TONNES, 16) for each in labels))
    rows = [(names.unit(row.unit_class), row.opening_t, row.in_t, row.out_t, row.closing_t) for row in statement.sums]
    return Table(
        title=Text("残高の集計", "Balances"),
        columns=columns,
        rows=lambda: rows,
        row_count=len(rows),
        if_empty=Text("保有も移動もありません。", "Nothing was held or moved."),
    )


def changes_table(names: Names, statement: Statement) -> Table:
    """What happened to the account itself."""
    rows = [
        (change.event.day, names.change(change), change.event.at.astimezone(names.timezone), str(change.event.act_id))
        for change in statement.changes
    ]
    return Table(
        title=Text("口座の変更", "Account events"),
        columns=(_DAY, Column(Text("内容", "What happened"), Kind.TEXT, 40), _RECORDED, _ACT_ID),
        rows=lambda: rows,
        row_count=len(rows),
        if_empty=Text("この期間に変更はありません。", "Nothing changed in this period."),
    )


def _flat(names: Names, statement: Statement) -> Table:
    """Everything as one table, a kind of row in the first column; events and postings together in order of day."""
    kind = Column(Text("区分", "Row"), Kind.TEXT, 12)
    columns = (kind, *entry_columns(names))

    def balance(label: Text, day: date, sums: ledger.ClassSums, balance_t: int) -> Row:
        return _row(label, columns, {_DAY: day, _UNIT: names.unit(sums.unit_class), _BALANCE: balance_t})

    def event(change: AccountChange) -> Row:
        return _row(
            _EVENT,
            columns,
            {
                _DAY: change.event.day,
                _RECORDED: change.event.at.astimezone(names.timezone),
                _REMARK: names.change(change),
                _ACT_ID: str(change.event.act_id),
            },
        )

    def rows() -> Iterator[Row]:
        for sums in statement.sums:
            yield balance(_OPENING, _first(statement), sums, sums.opening_t)
        acts = names.operations({change.event.act_id for change in statement.changes})
        place = columns.index(_ACT)
        events = []
        for change in statement.changes:
            row = list(event(change))
            row[place] = acts.get(change.event.act_id, "")
            events.append((change.event.day, 0, row))
        entries = (
            (told[0].movement.valid_day, 1, [_POSTING, *entry_row(names, *told)])
            for told in with_operations(names, ledger.lines(statement))
        )
        for _day, _order, row in merge(events, entries, key=lambda item: item[:2]):
            yield row
        for sums in statement.sums:
            yield balance(_CLOSING, _last(statement), sums, sums.closing_t)

    return Table(
        title=TITLE,
        columns=columns,
        rows=rows,
        row_count=2 * len(statement.sums) + len(statement.changes) + statement.line_count,
    )


def _row(label: Text, columns: tuple[Column, ...], cells: dict[Column, Cell]) -> Row:
    return [label, *(cells.get(column) for column in columns[1:])]


def _first(statement: Statement) -> date:
    assert statement.period.start is not None, "statements have both days"  # noqa: S101
    return statement.period.start


def _last(statement: Statement) -> date:
    assert statement.period.end is not None, "statements have both days"  # noqa: S101
    return statement.period.end - timedelta(days=1)
