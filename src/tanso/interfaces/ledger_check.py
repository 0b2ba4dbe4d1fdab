"""Check the ledger and act on what is found: for commands, jobs and whoever has just written a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tanso.acts import rulebooks
from tanso.interfaces.clock import today_in

if TYPE_CHECKING:
    from tanso.ledger.alarm import Alarm
    from tanso.ledger.differences import Difference
    from tanso.ledger.verification.export import Progress


@dataclass(frozen=True, slots=True)
class Checked:
    """The differences, and what was done about them (None: only looked)."""

    differences: list[Difference]
    alarm: Alarm | None


def check_after_batch() -> list[Difference]:
    """Check the accounts that were touched since the last check; freeze those that differ and tell the administrator.

    Call it after commit. Cheap: it reads the new postings and the queues that they touched.
    """
    return check_touched().differences


def check_touched(*, freeze: bool = True) -> Checked:
    """As `check_after_batch`; without `freeze`, nothing is frozen and nobody told."""
    from tanso.ledger.alarm import raise_alarm  # noqa: PLC0415
    from tanso.ledger.verification import touched  # noqa: PLC0415

    differences = touched.check_touched()
    return Checked(differences, raise_alarm(differences, _today) if freeze else None)


def check_everything(*, freeze: bool = True, progress: Progress = lambda _done, _all: None) -> Checked:
    """Recompute everything from the journal and look at the guards; freeze, tell and remember as above."""
    from tanso.ledger.alarm import raise_alarm, settle  # noqa: PLC0415
    from tanso.ledger.verification import whole  # noqa: PLC0415

    examined = whole.examine(with_acts=True, marked=freeze, progress=progress)
    if not freeze:
        return Checked(examined.differences, None)
    alarm = raise_alarm(examined.differences, _today)
    settle(examined.differences)
    examined.keep()
    return Checked(examined.differences, alarm)


def _today(scheme: str) -> date:
    return today_in(rulebooks.current(scheme))
