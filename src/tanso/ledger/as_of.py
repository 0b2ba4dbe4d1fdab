"""Two clocks: what an account held, and what it was, on a day as it was known at a position of the log.

`day` is the day on which a posting or a change counts (the whole day included). `known` is a position of the log of
acts (`acts.log.position_at` gives that of an instant); None: all that is known now. What was recorded after that
position, a correction among it, does not show, however early it counts; an answer once given is given again for ever.

Everything comes from the journal and the accounts' history, in one query whatever the number of accounts, by the
indexes on account and day. Serials are given in their own order: the order of acquisition is a matter of now.
"""

# ruff: noqa: S608 (statements are put together from fixed texts only)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection

from tanso.kernel.serials import SerialRange
from tanso.ledger.records import AccountEvent, Holding, UnitClass

_KNOWN = """AND EXISTS (SELECT FROM acts_position AS place
                         WHERE place.act_id = row.act_id AND place.position <= %(known)s)"""


def holdings(account_ids: Iterable[int], *, day: date, known: int | None = None) -> dict[int, list[Holding]]:
    """What each account held at the end of `day`, by unit type, phase and origin; serials in ascending order."""
    ids = list(account_ids)
    found: dict[int, list[Holding]] = {account_id: [] for account_id in ids}
    # At the first serial of a range something comes (+1) or goes (-1), behind the last one the opposite. Where the sum
    # is above nothing, the account held the serials; equal edges are summed first, so that what continues is one range.
    rows = _rows(
        f"""
        WITH edges AS (
            SELECT account_id, unit_class_id, edge, sum(step) AS step
              FROM ({_legs(known)}) AS leg
             CROSS JOIN LATERAL generate_series(1, cardinality(leg.serials), 2) AS part (place)
             CROSS JOIN LATERAL (VALUES (leg.serials[place], leg.sign), (leg.serials[place + 1], -leg.sign))
                        AS one (edge, step)
             GROUP BY account_id, unit_class_id, edge
            HAVING sum(step) <> 0
        ), ranges AS (
            SELECT account_id, unit_class_id, edge AS first, lead(edge) OVER serial AS behind,
                   sum(step) OVER serial AS holds
              FROM edges
            WINDOW serial AS (PARTITION BY account_id, unit_class_id ORDER BY edge)
        )
        SELECT ranges.account_id, sum(ranges.behind - ranges.first)::bigint,
               array_agg(ranges.first ORDER BY ranges.first), array_agg(ranges.behind ORDER BY ranges.first),
               class.id, class.scheme, class.unit_type, class.phase, class.origin
          FROM ranges JOIN ledger_unit_class AS class ON class.id = ranges.unit_class_id
         WHERE ranges.holds > 0
         GROUP BY ranges.account_id, class.id
         ORDER BY ranges.account_id, class.scheme, class.unit_type, class.phase NULLS LAST, class.origin
        """,
        {"accounts": ids, "day": day, "known": known},
    )
    for account_id, quantity_t, firsts, behinds, *unit_class in rows:
        found[account_id].append(
            Holding(
                account_id=account_id,
                unit_class=UnitClass(*unit_class),
                quantity_t=quantity_t,
                serials=tuple(SerialRange(first, behind) for first, behind in zip(firsts, behinds, strict=True)),
            )
        )
    return found


def balance_t(account_id: int, unit_type: str, phase: int | None = None, *, day: date, known: int | None = None) -> int:
    """The tonnes of a unit type and phase that the account held at the end of `day`, of all schemes and origins."""
    (total,) = _rows(
        f"""
        SELECT coalesce(sum(leg.sign * leg.quantity), 0)::bigint
          FROM ({_legs(known)}) AS leg JOIN ledger_unit_class AS class ON class.id = leg.unit_class_id
         WHERE class.unit_type = %(unit_type)s AND class.phase IS NOT DISTINCT FROM %(phase)s
        """,
        {"accounts": [account_id], "day": day, "known": known, "unit_type": unit_type, "phase": phase},
    )[0]
    return int(total)


def status(account_ids: Iterable[int], *, day: date, known: int | None = None) -> dict[int, AccountEvent]:
    """Kind, status and restrictions of each account at the end of `day`: the event that set them.

    An account that was not open yet, or not known, is left out.
    """
    rows = _rows(
        f"""
        SELECT latest.account_id, latest.day, latest.kind, latest.status, latest.act_id, latest.at, latest.restricted,
               latest.reason, latest.until
          FROM unnest(%(accounts)s::bigint[]) AS wanted (account_id)
         CROSS JOIN LATERAL (
                   SELECT row.* FROM ledger_account_event AS row
                    WHERE row.account_id = wanted.account_id AND row.day <= %(day)s::date
                      {"" if known is None else _KNOWN}
                    ORDER BY row.id DESC LIMIT 1
               ) AS latest
        """,
        {"accounts": list(account_ids), "day": day, "known": known},
    )
    return {
        account_id: AccountEvent(
            account_id=account_id,
            day=since,
            kind=kind,
            status=state,
            act_id=act_id,
            at=at,
            restricted=tuple(restricted),
            reason=reason,
            until=until,
        )
        for account_id, since, kind, state, act_id, at, restricted, reason, until in rows
    }


def _legs(known: int | None) -> str:
    """What came into the accounts (sign 1) and went out of them (-1) by the day, as far as it was known."""
    return " UNION ALL ".join(
        f"""SELECT row.{own} AS account_id, row.unit_class_id, row.quantity, row.serials, {sign} AS sign
              FROM ledger_journal AS row
             WHERE row.{own} = ANY(%(accounts)s) AND row.valid_day <= %(day)s::date
               {"" if known is None else _KNOWN}"""
        for own, sign in (("to_account_id", 1), ("from_account_id", -1))
    )


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
