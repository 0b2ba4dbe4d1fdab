"""The same acts one by one and as a batch, in two databases that were one; and what is in every table afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, connections

from tanso.acts import Act, perform, perform_batch
from tanso.database import clones
from tanso.database.urls import Server
from tanso.interfaces import connect
from tanso.kernel.outcomes import Outcome

# What may differ between two runs of the same acts: the clock, the transaction, and numbers that name nothing.
_OF_THE_MOMENT = (
    "recorded_at", "at", "written_at", "written_by", "seen", "delivered_at", "password", "received_at", "made_at",
)  # fmt: skip

Tables = dict[str, list[str]]


def tables() -> Tables:
    """Every row of every table, without what is of the moment; a decision by its context instead of its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name FROM information_schema.tables
                WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'django%%'"""
        )
        names = sorted(row[0] for row in cursor.fetchall())
        found = {}
        for name in names:
            # Quoted, because a table with a column of the alias' name would give that column instead of the row.
            cursor.execute(
                f"""SELECT (to_jsonb("the whole row") - %s::text[])::text FROM {name} AS "the whole row\"""",
                [list(_OF_THE_MOMENT)],
            )
            found[name] = [row[0] for row in cursor.fetchall()]
    _name_decisions(found)
    found["acts_change"] = [_without_the_moment(text) for text in found["acts_change"]]
    found["notices_letter"] = [_without_the_lot(text) for text in found["notices_letter"]]
    return {name: sorted(rows) for name, rows in found.items()}


def _without_the_moment(text: str) -> str:
    """A row of the trail without its number (rows of several tables come in another order) and the clock within it."""
    row = json.loads(text)
    del row["id"]
    for columns in filter(None, (row["before"], row["after"])):
        for name in _OF_THE_MOMENT:
            columns.pop(name, None)
    return json.dumps(row, sort_keys=True)


def _without_the_lot(text: str) -> str:
    """A letter without its code, which is drawn by lot so that nobody guesses the next one."""
    row = json.loads(text)
    del row["code"]
    return json.dumps(row, sort_keys=True)


def _name_decisions(found: Tables) -> None:
    decisions: dict[Any, str] = {}
    rows = []
    for text in found["acts_decisionrecord"]:
        row = json.loads(text)
        decisions[row.pop("id")] = row["context_hash"]
        rows.append(json.dumps(row, sort_keys=True))
    found["acts_decisionrecord"] = rows
    acts = [json.loads(text) for text in found["acts_actrecord"]]
    for act in acts:
        act["decision_id"] = decisions.get(act["decision_id"])
    found["acts_actrecord"] = [json.dumps(act, sort_keys=True) for act in acts]


def both_ways(
    server: Server, acts: Sequence[Act], in_batches: Callable[[Sequence[Act]], list[Outcome]] = perform_batch
) -> tuple[tuple[list[Outcome], Tables], tuple[list[Outcome], Tables]]:
    """Outcomes and tables after the acts one by one, and after them as a batch, each in a copy of the database."""
    connections.close_all()
    found = []
    for way in (lambda: [perform(act) for act in acts], lambda: in_batches(acts)):
        copy = clones.clone(server, server.database)
        connect.use(copy)
        try:
            found.append((way(), tables()))
        finally:
            connections.close_all()
            clones.drop(copy)
            connect.use(server)
    return found[0], found[1]
