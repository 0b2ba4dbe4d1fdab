"""The log: every committed act has a place in it, from 1 without gaps, and nothing slips in behind a place once read.

"As known at" is a position. `docs/adr/0011-positions-by-the-difference-of-two-snapshots.md` says why and at what cost.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import Error

from tanso.acts.models import ActPosition
from tanso.acts.statements import prepared

_messages = logging.getLogger(__name__)


def sequence(*, thorough: bool = False) -> int:
    """Give every committed act that has no position the next ones; returns how many.

    When it returns, all positions are on disk and may be shown: also those that were given before. `thorough` looks at
    every act there is, once a day and after a restored backup. Must not be called in a transaction that has written.
    """
    return _run(durable=True, thorough=thorough)


def place_or_leave() -> None:
    """Give positions after an act, without waiting for the disk; where that fails, the next call does it."""
    try:
        _run(durable=False, thorough=False)
    except Error:
        _messages.exception("acts wait for their position until the next one")


def last_position() -> int:
    """The last position of the log; 0 while it is empty. Every act committed before the call is in."""
    sequence()
    return ActPosition.objects.order_by("-position").values_list("position", flat=True).first() or 0


def position_at(instant: datetime) -> int:
    """The last position given at or before `instant`; 0 before the first.

    For an instant that has passed, the answer never changes. For one that is still to come, it is the last position.
    """
    sequence()
    rows = ActPosition.objects.filter(at__lte=instant).order_by("-at", "-position")
    return rows.values_list("position", flat=True).first() or 0


def position_of(act_id: UUID) -> int | None:
    """The position of an act; None where no such act was committed."""
    sequence()
    return ActPosition.objects.filter(act_id=act_id).values_list("position", flat=True).first()


def _run(*, durable: bool, thorough: bool) -> int:
    with prepared() as cursor:
        cursor.execute("SELECT acts_sequence_acts(%s, %s)", [durable, thorough])
        return int(cursor.fetchall()[0][0])
