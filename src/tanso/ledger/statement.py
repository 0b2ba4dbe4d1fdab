"""The statement of an account for a period: what it held, what moved, what it held then. From the journal alone.

A statement goes by the day on which a posting is valid; postings of one day stand in the order in which they were made.
Opening and closing balances are summed apart from each other, and opening + received - sent = closing is a property
that tests hold it to. The balance of an issuance account is negative: minus what it has issued.
"""

# ruff: noqa: S608 (statements are put together from fixed column names only)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from tanso.kernel.periods import Period
from tanso.ledger import queries
from tanso.ledger.movements import NAMES, SELECT, Movement, Side, movement, rows_of, streamed
from tanso.ledger.records import Account, AccountEvent, UnitClass


@dataclass(frozen=True, slots=True)
class ClassSums:
    """One unit class over the period, in tonnes: balance at its begin and end, and what came in and went out."""

    unit_class: UnitClass
    opening_t: int
    in_t: int
    out_t: int
    closing_t: int


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An event of the account with the one before it; None where the account was opened by it."""

    event: AccountEvent
    before: AccountEvent | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything of a statement but its lines, of which there may be very many: `lines` reads those."""

    account: Account
    period: Period
    sums: tuple[ClassSums, ...]
    changes: tuple[AccountChange, ...]
    line_count: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A posting as the account sees it: `change_t` is positive for what came in; `balance_t` is of its unit class."""

    movement: Movement
    counterparty: Side
    change_t: int
    balance_t: int


# Every posting of the account as its own change of balance.
CHANGES = """
    (SELECT unit_class_id, valid_day, id, quantity AS change FROM ledger_journal WHERE to_account_id = %(account)s
      UNION ALL
     SELECT unit_class_id, valid_day, id, -quantity FROM ledger_journal WHERE from_account_id = %(account)s) AS leg
"""
_SUMS = f"""
    SELECT class.id, class.scheme, class.unit_type, class.phase, class.origin,
           coalesce(sum(change) FILTER (WHERE valid_day < %(from_day)s), 0)::bigint,
           coalesce(sum(change) FILTER (WHERE valid_day >= %(from_day)s AND change > 0), 0)::bigint,
           coalesce(-sum(change) FILTER (WHERE valid_day >= %(from_day)s AND change < 0), 0)::bigint,
           sum(change)::bigint,
           count(*) FILTER (WHERE valid_day >= %(from_day)s)
      FROM {CHANGES}
      JOIN ledger_unit_class AS class ON class.id = leg.unit_class_id
     WHERE valid_day < %(to_day)s
     GROUP BY class.id
     ORDER BY class.scheme, class.unit_type, class.phase NULLS LAST, class.origin, class.id
"""
_BEFORE_LINE = f"""
    SELECT unit_class_id, sum(change)::bigint
      FROM (SELECT unit_class_id, change FROM {CHANGES}
             WHERE valid_day >= %(from_day)s AND valid_day < %(to_day)s
             ORDER BY valid_day, id LIMIT %(offset)s) AS earlier
     GROUP BY unit_class_id
"""


def _own(side: str) -> str:
    return f"""
        SELECT * FROM ledger_journal
         WHERE {side} = %(account)s AND valid_day >= %(from_day)s AND valid_day < %(to_day)s
    """


def _lines(order: str) -> str:
    return f"""
    {SELECT}
      FROM (SELECT * FROM ({_own("to_account_id")} UNION ALL {_own("from_account_id")}) AS both_sides
             ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s) AS row
    {NAMES}
     ORDER BY {", ".join(f"row.{column.strip()}" for column in order.split(","))}
"""


def read(account: Account, from_day: date, to_day: date) -> Statement:
    """The statement of `account` from `from_day` up to, not including, `to_day`; classes it never held are left out.

    Read it and its lines inside one `movements.snapshot()`, so that they agree. Raises ValueError unless from < to.
    """
    period = Period(from_day, to_day)
    found = rows_of(_SUMS, {"account": account.id, "from_day": from_day, "to_day": to_day})
    events = queries.account_events(account.id)
    return Statement(
        account=account,
        period=period,
        sums=tuple(
            ClassSums(UnitClass(*row[:5]), opening_t=row[5], in_t=row[6], out_t=row[7], closing_t=row[8])
            for row in found
            if row[9] or row[5]
        ),
        changes=tuple(
            AccountChange(event, before)
            for before, event in zip(chain([None], events), events, strict=False)
            if event.day in period
        ),
        line_count=sum(row[9] for row in found),
    )


def lines(statement: Statement, *, offset: int = 0, limit: int | None = None) -> Iterator[StatementLine]:
    """The lines of a statement in order of day, from the `offset`-th on, `limit` of them or all; read as they are used.

    The balance that a line shows counts everything before it, also what an offset leaves out.
    """
    values = {
        "account": statement.account.id,
        "from_day": statement.period.start,
        "to_day": statement.period.end,
        "offset": offset,
        "limit": limit,
    }
    balance_t = {row.unit_class.id: row.opening_t for row in statement.sums}
    if offset:
        for class_id, change_t in rows_of(_BEFORE_LINE, values):
            balance_t[class_id] += change_t
    for row in streamed(_lines("valid_day, id"), values):
        moved = movement(row)
        is_in = moved.target.id == statement.account.id
        change_t = moved.quantity_t if is_in else -moved.quantity_t
        balance_t[moved.unit_class.id] += change_t
        yield StatementLine(
            movement=moved,
            counterparty=moved.source if is_in else moved.target,
            change_t=change_t,
            balance_t=balance_t[moved.unit_class.id],
        )


def count(account_id: int) -> int:
    """How many postings the account has."""
    return int(rows_of(f"SELECT count(*) FROM {CHANGES}", {"account": account_id})[0][0])


def latest(account_id: int, *, offset: int, limit: int) -> list[Movement]:
    """Postings of the account in the order of posting, the last one first."""
    values = {
        "account": account_id,
        "from_day": "-infinity",
        "to_day": "infinity",
        "offset": offset,
        "limit": limit,
    }
    return [movement(row) for row in rows_of(_lines("id DESC"), values)]
