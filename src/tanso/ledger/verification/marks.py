"""What an account held after a posting, as one number, so that the next check need not read older postings.

The serials of a holding are the sum of hash(end) - hash(start) over its ranges. Splitting and joining leave it as it
is, so that *checkpoint + received - sent = the queue now* needs no sorting.
"""

# ruff: noqa: S608 (statements are put together from fixed words only)

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction

from tanso.ledger.verification.export import PARTS, Snapshot
from tanso.ledger.verification.models import Check
from tanso.ledger.verification.recompute import ISSUANCE

SEED = 20130401
_PARTS = PARTS.replace("{}", "{{}}")  # for format()


class Mark(NamedTuple):
    """What an account holds of a class after a posting."""

    account: int
    unit_class: int
    posting: int
    quantity: int
    fingerprint: Decimal


class Sight(NamedTuple):
    """How far a snapshot sees: its last posting, the first transaction that had not begun, and what is settled.

    The numbers of postings are given before their transactions end, so that a smaller one may appear after a larger.
    `settled` is the last posting of an earlier check whose transactions had all ended by now.
    """

    posting: int
    next_transaction: int
    settled: int


def marks_of(moment: Snapshot, last_postings: Iterable[tuple[int, int, int]]) -> list[Mark]:
    """Checkpoints at these latest postings of accounts and classes."""
    held = {(row[0], row[1]): (row[2], row[3]) for row in moment.execute(_ALL_HELD).fetchall()}
    return [
        Mark(account, unit_class, posting, *held[account, unit_class])
        for account, unit_class, posting in last_postings
        if (account, unit_class) in held
    ]


def sight(moment: Snapshot) -> Sight:
    """What to remember of a snapshot, so that the next check knows from which posting to start."""
    row = moment.execute(
        """
        WITH now AS (SELECT (SELECT coalesce(max(id), 0) FROM ledger_journal) AS posting,
                            pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
                            pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next)
        SELECT posting, next,
               greatest(CASE WHEN oldest = next THEN posting ELSE 0 END,
                        (SELECT coalesce(max(earlier.posting_id), 0) FROM ledger_check AS earlier
                          WHERE earlier.next_transaction <= oldest AND earlier.posting_id <= posting))
          FROM now
        """
    ).fetchone()
    assert row is not None, "one row"  # noqa: S101
    return Sight(*row)


def keep(marks: Iterable[Mark], seen: Sight, *, is_whole: bool, differences: int) -> None:
    """Write checkpoints and the check. A checkpoint goes back only where it names a posting that is not there."""
    columns = list(zip(*marks, strict=True)) or [()] * len(Mark._fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO ledger_checkpoint AS known
                   (account_id, unit_class_id, posting_id, quantity, fingerprint)
            SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[])
             ORDER BY 1, 2
            ON CONFLICT (account_id, unit_class_id) DO UPDATE
               SET posting_id = excluded.posting_id, quantity = excluded.quantity, fingerprint = excluded.fingerprint
             WHERE known.posting_id <= excluded.posting_id OR known.posting_id > %s
            """,
            [*(list(column) for column in columns), seen.posting],
        )
        Check.objects.create(
            is_whole=is_whole,
            posting_id=seen.posting,
            next_transaction=seen.next_transaction,
            settled_posting_id=seen.settled,
            differences=differences,
        )


# hash(end) - hash(start), over a list of starts and ends that take turns. Two sums, because PostgreSQL adds whole
# numbers much faster than it multiplies numerics.
_HASHES = f"coalesce(sum(hashint8extended(point, {SEED})) FILTER (WHERE mod(turn, 2) = {{turn}}), 0)"
FINGERPRINT = f"{_HASHES.format(turn=0)} - {_HASHES.format(turn=1)}"

# What accounts hold now; issuance, with the opposite sign, what the class has allotted. `only` chooses accounts and
# classes before their queues are gone through.
_HELD = f"""
    SELECT account_id, unit_class_id, holding.quantity, coalesce(serial.mark, 0)
      FROM ledger_holding AS holding
      LEFT JOIN (SELECT account_id, unit_class_id, {FINGERPRINT} AS mark
                   FROM (SELECT * FROM ({_PARTS}) AS part {{only}}) AS chosen
                  CROSS JOIN unnest(serials) WITH ORDINALITY AS list (point, turn)
                  GROUP BY account_id, unit_class_id) AS serial USING (account_id, unit_class_id)
    {{only}}
     UNION ALL
    SELECT {ISSUANCE}, id, 1 - next_serial,
           hashint8extended(1, {SEED})::numeric - hashint8extended(next_serial, {SEED})
      FROM ledger_unit_class
"""
_ALL_HELD = _HELD.format(only="")
HELD_BY = _HELD.format(
    only="""WHERE (account_id, unit_class_id) IN (
                  SELECT account_id, unit_class_id
                    FROM unnest(%(accounts)s::bigint[], %(classes)s::bigint[]) AS asked (account_id, unit_class_id))"""
)
