"""What an account held on each day on which something moved: the journal, summed day by day."""

# ruff: noqa: S608 (statements are put together from fixed column names only)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from tanso.ledger.movements import rows_of
from tanso.ledger.records import UnitClass
from tanso.ledger.statement import CHANGES

_BY_DAY = f"""
    SELECT class.id, class.scheme, class.unit_type, class.phase, class.origin, leg.valid_day,
           sum(sum(leg.change)) OVER (PARTITION BY class.id ORDER BY leg.valid_day)::bigint
      FROM {CHANGES}
      JOIN ledger_unit_class AS class ON class.id = leg.unit_class_id
     WHERE leg.valid_day <= %(day)s
     GROUP BY class.id, leg.valid_day
     ORDER BY class.scheme, class.unit_type, class.phase NULLS LAST, class.origin, class.id, leg.valid_day
"""


@dataclass(frozen=True, slots=True)
class HeldOverTime:
    """One unit class: the days on which its balance changed, and what was held from each of them on, in tonnes."""

    unit_class: UnitClass
    balances: tuple[tuple[date, int], ...]


def read(account_id: int, day: date) -> list[HeldOverTime]:
    """The balances of an account up to and including `day`, by unit class; classes that it never held are left out."""
    rows = rows_of(_BY_DAY, {"account": account_id, "day": day})
    return [
        HeldOverTime(UnitClass(*unit_class), tuple((row[5], row[6]) for row in of_class))
        for unit_class, of_class in groupby(rows, key=itemgetter(slice(0, 5)))
    ]
