"""What follows a commit: acts get their position in the log, and events are told to the rooms that act after commit.

Events are told at least once; receivers ignore what they have had.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import transaction

from tanso.acts import log
from tanso.acts.statements import prepared
from tanso.rulebook import Rulebook


class Message(NamedTuple):
    """An event that is told after its act was committed. `id` is its place in the outbox, for receivers to know it."""

    id: int
    scheme: str
    event: str
    payload: dict[str, Any]
    day: date


Receiver = Callable[[list[Message]], None]
# Whether a receiver has a use for an event of this name under the rulebook of its act.
Wants = Callable[[Rulebook, str], bool]

_RECEIVERS: list[Receiver] = []
_WANTS: list[Wants] = []
_BATCH = 2000
_HELD_BACK: ContextVar[bool] = ContextVar("acts_outbox_held_back", default=False)
_messages = logging.getLogger(__name__)

# Taking and marking are one statement: where a receiver fails, both are undone. And nobody need wait for the disk: a
# delivery that a power cut undoes is made again, because the mails and the mark go together.
_TAKE = """
UPDATE acts_outboxmessage AS message SET delivered_at = statement_timestamp()
  FROM (SELECT id FROM acts_outboxmessage WHERE delivered_at IS NULL
         ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) AS waiting
 CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) AS quick
 WHERE message.id = waiting.id
RETURNING message.id, message.scheme, message.event, message.payload, message.day
"""


def receive(receiver: Receiver, wants: Wants) -> None:
    """Have `receiver` called with batches of committed events, in order; called once at start by the wiring.

    An event that no receiver wants is not put into the outbox.
    """
    _RECEIVERS.append(receiver)
    _WANTS.append(wants)


def is_wanted(rulebook: Rulebook, event: str) -> bool:
    """Whether any receiver has a use for events of this name."""
    return any(wants(rulebook, event) for wants in _WANTS)


def deliver() -> int:
    """Hand all waiting events to the receivers and mark them; returns how many.

    Rows that another process is just delivering are skipped. Where a receiver fails, its batch stays in the outbox and
    the next delivery brings it again: nothing is lost.
    """
    delivered = 0
    while True:
        with transaction.atomic():
            batch = _take()
            if batch:
                for receiver in _RECEIVERS:
                    receiver(batch)
        delivered += len(batch)
        if len(batch) < _BATCH:
            return delivered


def _take() -> list[Message]:
    """The events that wait longest, marked as delivered."""
    with prepared() as cursor:
        cursor.execute(_TAKE, [_BATCH])
        return [
            Message(message_id, scheme, event, json.loads(payload), day)
            for message_id, scheme, event, payload, day in sorted(cursor.fetchall(), key=itemgetter(0))
        ]


def deliver_or_keep(*, has_events: bool = True) -> None:
    """After an act: give it its position in the log, and deliver its events.

    The act is committed: where a receiver fails, that is logged and the events wait.
    """
    if _HELD_BACK.get():
        return
    log.place_or_leave()
    if not has_events:
        return
    try:
        deliver()
    except Exception:
        _messages.exception("events stay in the outbox until the next delivery")


@contextmanager
def held_back() -> Iterator[None]:
    """Deliver, and give positions, once at the end of the block instead of after each act, for many acts in a row.

    Events wait in the outbox meanwhile, as they would for any delivery; after a crash the next one brings them.
    """
    before = _HELD_BACK.set(True)
    try:
        yield
    finally:
        _HELD_BACK.reset(before)
        deliver_or_keep()
