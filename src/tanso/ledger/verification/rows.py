"""What plain SQL answers about rows, in the same snapshot: accounts, segments, acts, positions in the log."""

from __future__ import annotations

from tanso.kernel.texts import Text
from tanso.ledger.differences import Difference
from tanso.ledger.verification.export import Snapshot

_MANY = 20


def differences(moment: Snapshot, *, with_acts: bool) -> list[Difference]:
    """All findings of this module. `with_acts`: also postings and events whose act has no record."""
    found = [*accounts_off_their_history(moment), *segments_out_of_place(moment), *gaps_in_the_log(moment)]
    return found + acts_without_record(moment) if with_acts else found


def accounts_off_their_history(moment: Snapshot) -> list[Difference]:
    """Accounts whose kind, status or opening day is not what their events say."""
    rows = moment.execute(
        """
        SELECT account.number, account.kind, account.status, latest.kind, latest.status
          FROM ledger_account AS account
          LEFT JOIN (SELECT DISTINCT ON (account_id) account_id, kind, status, restricted, reason, until
                       FROM ledger_account_event
                      ORDER BY account_id, id DESC) AS latest ON latest.account_id = account.id
          LEFT JOIN (SELECT DISTINCT ON (account_id) account_id, day, status
                       FROM ledger_account_event ORDER BY account_id, id) AS first ON first.account_id = account.id
         WHERE (account.kind, account.status, account.restricted, account.reason, account.until)
               IS DISTINCT FROM (latest.kind, latest.status, latest.restricted, latest.reason, latest.until)
            OR (account.opened_on, 'open') IS DISTINCT FROM (first.day, first.status)
         ORDER BY account.id
        """
    ).fetchall()
    return [
        Difference(
            kind="account",
            message=Text(
                "口座の種類・状態・凍結の内容（{kind}・{status}）が履歴（{event_kind}・{event_status}）と一致しません。",
                "It says {kind} and {status}, its history {event_kind} and {event_status}, or other terms or days.",
            ),
            account=number,
            facts={"kind": kind, "status": status, "event_kind": event_kind, "event_status": event_status},
        )
        for number, kind, status, event_kind, event_status in rows
    ]


def segments_out_of_place(moment: Snapshot) -> list[Difference]:
    """Queues whose segments are not exactly those that the holding counts, so that posting would not see them all."""
    rows = moment.execute(
        """
        SELECT coalesce(account.number, '? (id ' || account_id || ')'),
               coalesce(concat_ws('/', class.scheme, class.unit_type, class.phase, nullif(class.origin, '')),
                        '? (id ' || unit_class_id || ')'),
               coalesce(found.segments, 0), coalesce(holding.next_segment - holding.first_segment, 0)
          FROM ledger_holding AS holding
          FULL JOIN (SELECT account_id, unit_class_id, count(*) AS segments, min(number) AS first, max(number) AS last
                       FROM ledger_segment GROUP BY account_id, unit_class_id) AS found
               USING (account_id, unit_class_id)
          LEFT JOIN ledger_account AS account ON account.id = account_id
          LEFT JOIN ledger_unit_class AS class ON class.id = unit_class_id
         WHERE coalesce(found.segments, 0) <> coalesce(holding.next_segment - holding.first_segment, 0)
            OR found.first <> holding.first_segment OR found.last <> holding.next_segment - 1
         ORDER BY account_id, unit_class_id
        """
    ).fetchall()
    return [
        Difference(
            kind="segments",
            message=Text(
                "残高の区画{found}件が、記録されている{counted}件と一致しません。",
                "The queue has {found} segments, and not the {counted} that the holding counts.",
            ),
            account=number,
            unit_class=unit_class,
            facts={"found": found, "counted": counted},
        )
        for number, unit_class, found, counted in rows
    ]


def gaps_in_the_log(moment: Snapshot) -> list[Difference]:
    """Positions of the log that nothing has: it must count from 1 without a gap, and each must belong to an act."""
    gaps = moment.execute(
        """
        SELECT before + 1, position - 1
          FROM (SELECT position, lag(position, 1, 0) OVER (ORDER BY position) AS before FROM acts_position) AS placed
         WHERE position <> before + 1 ORDER BY position LIMIT %s
        """,
        [_MANY],
    ).fetchall()
    strangers = moment.execute(
        """
        SELECT position FROM acts_position AS placed
         WHERE NOT EXISTS (SELECT FROM acts_actrecord AS act WHERE act.id = placed.act_id) ORDER BY position LIMIT %s
        """,
        [_MANY],
    ).fetchall()
    return [
        *(
            Difference(
                kind="log",
                message=Text(
                    "記録の通し番号{first}から{last}が欠けています。",
                    "Positions {first} to {last} of the log are missing.",
                ),
                facts={"name": f"{first}-{last}", "first": first, "last": last},
            )
            for first, last in gaps
        ),
        *(
            Difference(
                kind="log",
                message=Text(
                    "通し番号{position}の手続の記録がありません。",
                    "The act at position {position} of the log has no record.",
                ),
                facts={"name": str(position), "position": position},
            )
            for (position,) in strangers
        ),
    ]


def acts_without_record(moment: Snapshot) -> list[Difference]:
    """Postings and account events that name an act which the door has not recorded as done."""
    rows = moment.execute(
        """
        SELECT act_id, min(source), min(row), count(*), min(account.number)
          FROM (SELECT act_id, 'ledger_journal' AS source, id AS row, from_account_id AS account_id FROM ledger_journal
                 UNION ALL
                SELECT act_id, 'ledger_account_event', id, account_id FROM ledger_account_event) AS named
          LEFT JOIN ledger_account AS account ON account.id = named.account_id
         WHERE NOT EXISTS (SELECT FROM acts_actrecord AS act WHERE act.id = named.act_id AND act.status = 'done')
         GROUP BY act_id ORDER BY min(row) LIMIT %s
        """,
        [_MANY],
    ).fetchall()
    return [
        Difference(
            kind="act",
            message=Text(
                "{source}の{row}番（ほか計{count}行）の手続{act}の記録がありません。",
                "Row {row} of {source} ({count} in all) names act {act}, which has no record.",
            ),
            account=number,
            facts={"name": str(act), "act": str(act), "source": source, "row": row, "count": count},
        )
        for act, source, row, count, number in rows
    ]
