"""What was read from the tables and holds until the next act.

Everything that scheme data, holdings and compliance are made of is changed by acts alone, and each committed act has a
position in the log. An answer that was worked out at a position is right as long as that is the last one; so a page
about a thousand holders is worked out once between two acts, and not once for everybody who looks.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

from django.db import connection

from tanso.acts import log

Answer = TypeVar("Answer")

# Answers that one process keeps; the one that was asked for longest ago goes first.
_MOST = 16
_known: OrderedDict[tuple[Hashable, ...], tuple[int, object]] = OrderedDict()
_lock = Lock()


def until_next_act(name: str, *about: Hashable, work_out: Callable[[], Answer]) -> Answer:
    """The answer to a question, worked out anew only where an act was committed since.

    `about` is everything that the answer depends on beside the acts, such as the day. Inside a transaction, which may
    have written, the answer is always worked out and not kept.
    """
    if connection.in_atomic_block:
        return work_out()
    # Before the work: an act that is committed meanwhile may be in the answer, and makes it old at worst too early.
    position = log.last_position()
    key = (connection.settings_dict["HOST"], connection.settings_dict["NAME"], name, *about)
    with _lock:
        kept = _known.get(key)
        if kept is not None and kept[0] == position:
            _known.move_to_end(key)
            return cast(Answer, kept[1])
    answer = work_out()
    with _lock:
        _known[key] = (position, answer)
        _known.move_to_end(key)
        while len(_known) > _MOST:
            _known.popitem(last=False)
    return answer
