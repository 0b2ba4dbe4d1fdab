"""What follows a commit: acts get their position in the log, and events are told to the rooms that act after commit.

Events are told at least once; receivers ignore what they have had.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.db.models.functions import Now

from tanso.acts import log
from tanso.acts.models import OutboxMessage

Receiver = Callable[[list[OutboxMessage]], None]

_RECEIVERS: list[Receiver] = []
_BATCH = 500
_HELD_BACK: ContextVar[bool] = ContextVar("acts_outbox_held_back", default=False)
_messages = logging.getLogger(__name__)


def receive(receiver: Receiver) -> None:
    """Have `receiver` called with batches of committed events, in order; called once at start by the wiring."""
    _RECEIVERS.append(receiver)


def deliver() -> int:
    """Hand all waiting events to the receivers and mark them; returns how many.

    Rows that another process is just delivering are skipped. Where a receiver fails, its batch stays in the outbox and
    the next delivery brings it again: nothing is lost.
    """
    delivered = 0
    while True:
        with transaction.atomic():
            _need_not_wait_for_the_disk()
            batch = list(
                OutboxMessage.objects.select_for_update(skip_locked=True)
                .filter(delivered_at=None)
                .order_by("id")[:_BATCH]
            )
            if not batch:
                return delivered
            for receiver in _RECEIVERS:
                receiver(batch)
            OutboxMessage.objects.filter(id__in=[message.id for message in batch]).update(delivered_at=Now())
            delivered += len(batch)
        if len(batch) < _BATCH:
            return delivered


def _need_not_wait_for_the_disk() -> None:
    """A delivery that a power cut undoes is made again: the mails and the mark go together."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


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
