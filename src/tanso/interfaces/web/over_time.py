"""What an account held over time, as the table beside its picture tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tanso.interfaces.exports.names import Names
from tanso.interfaces.web import describe
from tanso.interfaces.web.desk import Desk
from tanso.ledger import holdings_over_time

# Days in the table; the statement has all of them.
_DAYS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One unit over time: its name, and what was held from each of the latest days on."""

    unit: str
    latest: list[tuple[date, int]]


def held(desk: Desk, account_id: int) -> list[Told]:
    """The figures of the picture, the latest first; [] where the account never held anything."""
    names = Names(desk.scheme)
    return [
        Told(describe.here(names.unit(one.unit_class)), list(reversed(one.balances[-_DAYS_SHOWN:])))
        for one in holdings_over_time.read(account_id, desk.today)
    ]
