"""Whose act writes: what the triggers of the trail of changes are told (`history.leave_trail`), for acts and for rows.

The door says it of each act on the way (`records.met`), a batch of each act that it writes by itself. Where several
acts write in one statement, each row is named; the triggers refuse one that is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tanso.acts.act import Act
from tanso.acts.statements import prepared

# In place of an act: the rows say whose they are.
_SEVERAL = "several"


def name_writers(acts: Sequence[Act]) -> None:
    """Say that these acts write, from here to the next call or to the end of the transaction."""
    act, login = (str(acts[0].id), acts[0].actor.login) if len(acts) == 1 else (_SEVERAL, "")
    with prepared() as cursor:
        cursor.execute("SELECT set_config('tanso.act', %s, true), set_config('tanso.login', %s, true)", [act, login])


@contextmanager
def rows_by(relation: str, writers: Mapping[str, Act]) -> Iterator[None]:
    """Say whose each row is that is added to a table meanwhile, where several acts write together.

    By the value, as text, of the column that the table's rows are named by (`history.leave_trail_of_rows`). After an
    error the transaction is over, and what was said with it.
    """
    named = {value: (str(act.id), act.actor.login) for value, act in writers.items()}
    _say(json.dumps({relation: named}, ensure_ascii=False))
    yield
    _say("")


def _say(writers: str) -> None:
    with prepared() as cursor:
        cursor.execute("SELECT set_config('tanso.writers', %s, true)", [writers])
