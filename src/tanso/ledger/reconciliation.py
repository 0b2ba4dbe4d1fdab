"""Does the ledger say what its journal says, and are its guards in place? Shares no code with posting.

`verify` recomputes every holding and the whereabouts of every serial from the journal in plain SQL, follows the account
history, and looks in PostgreSQL's catalogues for what the owner or a superuser could have changed. Each check is one
statement, hence one snapshot: postings may go on meanwhile. Guards are in `guards`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text
from tanso.ledger.differences import Difference
from tanso.ledger.guards import (
    changed_functions,
    changed_grants,
    missing_constraints,
    missing_triggers,
    strange_triggers,
)

__all__ = ["Difference", "verify"]


def verify() -> list[Difference]:
    """Every difference found, guards last; an empty list means that the ledger is sound."""
    return [difference for check in CHECKS for difference in check()]


# For each account, class and stretch of serials: how often the journal says that it is there, and how often the queue
# holds it. A serial's count goes up where its range starts and down where it ends; summed along the numbers this gives
# the count on every stretch between two ends. All issuance accounts together are account 0, and there every number that
# the class has allotted must have left once.
_WHEREABOUTS = """
    WITH ranges AS (
        SELECT unit_class_id, to_account_id AS account_id, part, 1 AS journal, 0 AS held
          FROM ledger_journal CROSS JOIN unnest(serials) AS part
         UNION ALL
        SELECT unit_class_id, from_account_id, part, -1, 0 FROM ledger_journal CROSS JOIN unnest(serials) AS part
         UNION ALL
        SELECT unit_class_id, account_id, part, 0, 1 FROM ledger_holding CROSS JOIN unnest(queue) AS part
         UNION ALL
        SELECT id, 0, int8range(1, next_serial), 0, -1 FROM ledger_unit_class WHERE next_serial > 1
    ), ends AS (
        SELECT unit_class_id, place.id AS account_id, point, sum(sign * journal) AS journal, sum(sign * held) AS held
          FROM ranges
         CROSS JOIN LATERAL (VALUES (lower(part), 1), (upper(part), -1)) AS edge (point, sign)
         CROSS JOIN LATERAL (
                   SELECT CASE WHEN EXISTS (SELECT FROM ledger_account AS account
                                             WHERE account.id = ranges.account_id AND account.role = 'issuance')
                               THEN 0 ELSE ranges.account_id END AS id
               ) AS place
         GROUP BY unit_class_id, place.id, point
    ), stretches AS (
        SELECT unit_class_id, account_id, point AS start, lead(point) OVER along AS stop,
               sum(journal) OVER along AS journal, sum(held) OVER along AS held
          FROM ends
        WINDOW along AS (PARTITION BY unit_class_id, account_id ORDER BY point)
    )
    SELECT unit_class_id, account_id, start, stop, journal::bigint, held::bigint
      FROM stretches
     WHERE journal <> held OR held NOT IN (0, CASE WHEN account_id = 0 THEN -1 ELSE 1 END)
     ORDER BY unit_class_id, account_id, start
"""


def misplaced_serials() -> list[Difference]:
    """Serials that an account holds and the journal does not give it, or the reverse, or that are there twice."""
    grouped: dict[tuple[int, int, int, int], list[SerialRange]] = {}
    for class_id, account_id, start, stop, journal, held in _rows(_WHEREABOUTS):
        grouped.setdefault((class_id, account_id, journal, held), []).append(SerialRange(start, stop))
    names = _Names()
    return [
        Difference(
            kind="serials",
            message=Text(
                "識別番号の所在が記録と一致しません（仕訳帳：{journal}、残高：{held}）。",
                "Serials are not where the journal says (times in the journal: {journal}, in the holding: {held}).",
            ),
            account=names.account(account_id) if account_id else "issuance",
            unit_class=names.unit_class(class_id),
            serials=tuple(serials),
            facts={"journal": journal, "held": held},
        )
        for (class_id, account_id, journal, held), serials in grouped.items()
    ]


def wrong_quantities() -> list[Difference]:
    """Holdings whose quantity is not what the journal received less what it sent."""
    rows = _rows(
        """
        SELECT account_id, unit_class_id, sum(journal)::bigint, sum(held)::bigint
          FROM (SELECT to_account_id AS account_id, unit_class_id, quantity AS journal, 0 AS held FROM ledger_journal
                 UNION ALL
                SELECT from_account_id, unit_class_id, -quantity, 0 FROM ledger_journal
                 UNION ALL
                SELECT account_id, unit_class_id, 0, quantity FROM ledger_holding) AS legs
         WHERE NOT EXISTS (SELECT FROM ledger_account AS account
                            WHERE account.id = legs.account_id AND account.role = 'issuance')
         GROUP BY account_id, unit_class_id
        HAVING sum(journal) <> sum(held)
         ORDER BY account_id, unit_class_id
        """
    )
    names = _Names()
    return [
        Difference(
            kind="quantity",
            message=Text(
                "残高{held}が仕訳帳の合計{journal}と一致しません。",
                "The holding says {held}, the journal adds up to {journal}.",
            ),
            account=names.account(account_id),
            unit_class=names.unit_class(class_id),
            facts={"journal": journal, "held": held},
        )
        for account_id, class_id, journal, held in rows
    ]


def overdrawn_on_the_way() -> list[Difference]:
    """Accounts that, in the order of the journal, sent more than they had by then."""
    rows = _rows(
        """
        SELECT account_id, unit_class_id, min(id), min(balance)::bigint
          FROM (SELECT id, account_id, unit_class_id,
                       sum(change) OVER (PARTITION BY account_id, unit_class_id ORDER BY id) AS balance
                  FROM (SELECT id, to_account_id AS account_id, unit_class_id, quantity AS change FROM ledger_journal
                         UNION ALL
                        SELECT id, from_account_id, unit_class_id, -quantity FROM ledger_journal) AS legs) AS running
         WHERE balance < 0
           AND NOT EXISTS (SELECT FROM ledger_account AS account
                            WHERE account.id = running.account_id AND account.role = 'issuance')
         GROUP BY account_id, unit_class_id
         ORDER BY account_id, unit_class_id
        """
    )
    names = _Names()
    return [
        Difference(
            kind="overdrawn",
            message=Text(
                "仕訳{posting}の時点で残高が{balance}になっています。",
                "With posting {posting} the account stood at {balance}.",
            ),
            account=names.account(account_id),
            unit_class=names.unit_class(class_id),
            facts={"posting": posting, "balance": balance},
        )
        for account_id, class_id, posting, balance in rows
    ]


def broken_rows() -> list[Difference]:
    """Rows whose quantity is not the number of their serials, or that name an account or class that is not there."""
    rows = _rows(
        """
        SELECT source, account_id, unit_class_id, quantity, counted::bigint
          FROM (SELECT 'ledger_journal:' || id AS source, side.account_id, unit_class_id, quantity,
                       (SELECT sum(upper(part) - lower(part)) FROM unnest(serials) AS part) AS counted
                  FROM ledger_journal
                 CROSS JOIN LATERAL (VALUES (from_account_id), (to_account_id)) AS side (account_id)
                 UNION ALL
                SELECT 'ledger_holding', account_id, unit_class_id, quantity,
                       (SELECT coalesce(sum(upper(part) - lower(part)), 0) FROM unnest(queue) AS part)
                  FROM ledger_holding) AS rows
         WHERE counted IS DISTINCT FROM quantity OR quantity < 0
            OR NOT EXISTS (SELECT FROM ledger_account AS account WHERE account.id = rows.account_id)
            OR NOT EXISTS (SELECT FROM ledger_unit_class AS class WHERE class.id = rows.unit_class_id)
         ORDER BY source, account_id, unit_class_id
        """
    )
    names = _Names()
    return [
        Difference(
            kind="row",
            message=Text(
                "{source}の数量{quantity}と識別番号の数{counted}が一致しないか、口座または区分が存在しません。",
                "{source} says {quantity} and has {counted} serials, or its account or class does not exist.",
            ),
            account=names.account(account_id),
            unit_class=names.unit_class(class_id),
            facts={"source": source, "quantity": quantity, "counted": counted},
        )
        for source, account_id, class_id, quantity, counted in rows
    ]


def accounts_off_their_history() -> list[Difference]:
    """Accounts whose kind, status or opening day is not what their events say."""
    rows = _rows(
        """
        SELECT account.number, account.kind, account.status, latest.kind, latest.status
          FROM ledger_account AS account
          LEFT JOIN LATERAL (SELECT event.kind, event.status FROM ledger_account_event AS event
                              WHERE event.account_id = account.id ORDER BY event.id DESC LIMIT 1) AS latest ON true
          LEFT JOIN LATERAL (SELECT event.day, event.status FROM ledger_account_event AS event
                              WHERE event.account_id = account.id ORDER BY event.id LIMIT 1) AS first ON true
         WHERE (account.kind, account.status, account.opened_on, 'open')
               IS DISTINCT FROM (latest.kind, latest.status, first.day, first.status)
         ORDER BY account.id
        """
    )
    return [
        Difference(
            kind="account",
            message=Text(
                "口座の種類・状態（{kind}・{status}）が履歴（{event_kind}・{event_status}）と一致しません。",
                "It says {kind} and {status}, its history {event_kind} and {event_status}, or another first day.",
            ),
            account=number,
            facts={"kind": kind, "status": status, "event_kind": event_kind, "event_status": event_status},
        )
        for number, kind, status, event_kind, event_status in rows
    ]


CHECKS: tuple[Callable[[], list[Difference]], ...] = (
    wrong_quantities,
    misplaced_serials,
    overdrawn_on_the_way,
    broken_rows,
    accounts_off_their_history,
    missing_triggers,
    strange_triggers,
    missing_constraints,
    changed_functions,
    changed_grants,
)


class _Names:
    """Account numbers and unit class labels by id, read when the first difference needs them."""

    def __init__(self) -> None:
        self._accounts: dict[int, str] | None = None
        self._classes: dict[int, str] | None = None

    def account(self, account_id: int) -> str:
        if self._accounts is None:
            self._accounts = dict(_rows("SELECT id, number FROM ledger_account"))
        return self._accounts.get(account_id, f"? (id {account_id})")

    def unit_class(self, class_id: int) -> str:
        if self._classes is None:
            self._classes = dict(
                _rows("SELECT id, concat_ws('/', scheme, unit_type, phase, nullif(origin, '')) FROM ledger_unit_class")
            )
        return self._classes.get(class_id, f"? (id {class_id})")


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
