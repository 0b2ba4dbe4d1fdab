"""The quick check after a batch: touched accounts only, by what was added since their checkpoints.

Accounts for which checkpoint and new postings do not make up what they hold are examined from all of their postings
before anything is said: a checkpoint proves nothing. The order of acquisition is left to the nightly check.
"""

# ruff: noqa: S608 (statements are put together from fixed words only)

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tanso.ledger.differences import Difference
from tanso.ledger.models import ROLE_ISSUANCE
from tanso.ledger.verification.export import Snapshot, snapshot
from tanso.ledger.verification.marks import HELD_BY, SEED, Mark, keep, marks_of, sight
from tanso.ledger.verification.recompute import ISSUANCE
from tanso.ledger.verification.whole import examine_rows


class _Touched(NamedTuple):
    """An account and class with new postings: what they and the checkpoint add up to, and what is held."""

    mark: Mark
    held: tuple[int, Decimal]
    is_sound: bool

    @property
    def agrees(self) -> bool:
        return self.is_sound and self.held == (self.mark.quantity, self.mark.fingerprint)


def check_touched() -> list[Difference]:
    """Check the accounts that postings touched since the last check; differences as of the whole examination.

    Costs as much as there are new postings and ranges in the queues that they touched. Keeps where it ended.
    """
    with snapshot() as moment:
        seen = sight(moment)
        touched = _touched(moment)
        doubtful = {row.mark.account for row in touched if not row.agrees}
        marks = [row.mark for row in touched if row.agrees]
        differences: list[Difference] = []
        if doubtful:
            examined = examine_rows(moment, accounts=_with_issuing_accounts(moment, doubtful))
            differences = examined.differences
            marks += marks_of(moment, examined.sound)
    keep(marks, seen, is_whole=False, differences=len(differences))
    return differences


def _touched(moment: Snapshot) -> list[_Touched]:
    added = moment.execute(_ADDED).fetchall()
    held = {
        (row[0], row[1]): (row[2], row[3])
        for row in moment.execute(
            HELD_BY, {"accounts": [row[0] for row in added], "classes": [row[1] for row in added]}
        ).fetchall()
    }
    return [_Touched(Mark(*row[:5]), held.get((row[0], row[1]), (0, Decimal(0))), row[5]) for row in added]


def _with_issuing_accounts(moment: Snapshot, accounts: set[int]) -> set[int]:
    if ISSUANCE not in accounts:
        return accounts
    rows = moment.execute("SELECT id FROM ledger_account WHERE role = %s", [ROLE_ISSUANCE]).fetchall()
    return accounts | {account for (account,) in rows}


# What each account and class has by its checkpoint and the postings since, and whether these count as many serials as
# tonnes. Every start and end is one row; `side` is 1 where the range came in and -1 where it went out.
_ADDED = f"""
    WITH point AS (
        SELECT row.id, row.from_account_id, row.to_account_id, row.unit_class_id,
               CASE turn WHEN 1 THEN row.quantity ELSE 0 END AS quantity,
               CASE mod(turn, 2) WHEN 0 THEN 1 ELSE -1 END AS edge, serial, hashint8extended(serial, {SEED}) AS mark
          FROM ledger_journal AS row CROSS JOIN unnest(row.serials) WITH ORDINALITY AS list (serial, turn)
         WHERE row.id > coalesce((SELECT settled_posting_id FROM ledger_check ORDER BY id DESC LIMIT 1), 0)
    ), leg AS (
        SELECT to_account_id AS account_id, unit_class_id, id, quantity, edge, serial * edge AS serial, mark FROM point
         UNION ALL
        SELECT from_account_id, unit_class_id, id, -quantity, -edge, -serial * edge, mark FROM point
    ), sums AS (
        SELECT CASE account.role WHEN '{ROLE_ISSUANCE}' THEN {ISSUANCE} ELSE leg.account_id END AS account_id,
               leg.unit_class_id, leg.id, leg.quantity, leg.edge, leg.serial, leg.mark
          FROM leg LEFT JOIN ledger_account AS account ON account.id = leg.account_id
    )
    SELECT account_id, unit_class_id, max(sums.id), (coalesce(min(known.quantity), 0) + sum(sums.quantity))::bigint,
           coalesce(min(known.fingerprint), 0)
               + coalesce(sum(mark) FILTER (WHERE edge > 0), 0) - coalesce(sum(mark) FILTER (WHERE edge < 0), 0),
           sum(sums.quantity) = sum(serial)
      FROM sums LEFT JOIN ledger_checkpoint AS known USING (account_id, unit_class_id)
     WHERE sums.id > coalesce(known.posting_id, 0)
     GROUP BY account_id, unit_class_id
"""
