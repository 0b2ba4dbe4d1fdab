"""What the door records: acts, their decisions, the events in the outbox. Many at once, in one statement a table.

One act is recorded by the same functions as ten thousand, so that the rows are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.acts.operations import BatchWork, Facts
from tanso.acts.rulebooks import OVERRIDES
from tanso.acts.statements import APART, as_one, prepared
from tanso.kernel.canonical import canonical
from tanso.kernel.outcomes import Decision, Finding, Outcome
from tanso.rulebook import Rulebook

Status = Literal["done", "proposed", "refused"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision with the context that it was made in, as both are stored."""

    decision: Decision
    context: str
    context_hash: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.decision.rulebook_version, self.decision.operation, self.context_hash)


@dataclass(frozen=True, slots=True)
class Parts:
    """The acts that an act consists of: their work, and what is to become of each, with the facts of it.

    `wait`: one of them needs a second person, so that the act does.
    """

    work: BatchWork | None = None
    entries: tuple[tuple[Entry, Facts], ...] = ()
    wait: bool = False


@dataclass(slots=True)
class Entry:
    """What is recorded of one act; `id` differs from the act's where that one was taken."""

    act: Act
    id: UUID
    status: Status
    findings: tuple[Finding, ...] = ()
    judged: Judged | None = None
    result: dict[str, Any] = field(default_factory=dict)
    events: Sequence[Event] = ()
    # What another scheme that takes part decided, and the rulebook that it decided by.
    elsewhere: tuple[Entry, Rulebook] | None = None
    parts: Parts = Parts()

    @property
    def rows(self) -> list[Entry]:
        """What is recorded: this entry, that of the other scheme, and those of the acts that it carried out."""
        rows = [self] if self.elsewhere is None else [self, self.elsewhere[0]]
        return rows + [entry for entry, _ in self.parts.entries] if self.status == "done" else rows

    def outcome(self, *, repeated: bool = False) -> Outcome:
        return Outcome(
            act_id=self.id,
            operation=self.act.operation,
            status=self.status,
            findings=self.findings,
            result=self.result,
            repeated=repeated,
        )

    def as_recorded(self) -> Recorded:
        """The entry as a later act of the same id meets it."""
        content = self.act.content if self.status == "done" else {**self.act.content, "proposal": None}
        return Recorded(self.act.content_hash, content, self)


@dataclass(slots=True)
class Recorded:
    """An act that was recorded before: its content, and what became of it."""

    content_hash: str
    content: dict[str, Any]
    answer: Entry | Outcome

    def outcome(self) -> Outcome:
        """What became of it, for an act that comes again."""
        return self.answer.outcome(repeated=True) if isinstance(self.answer, Entry) else self.answer


def judge(act: Act, rulebook: Rulebook, facts: dict[str, Any]) -> Judged:
    """Ask the rulebook; its decision with the facts that it was made by, as both are stored.

    An operation that the scheme does not speak of has no rules.
    """
    if act.operation in rulebook.operations:
        decision = rulebook.decide(act.operation, facts)
        context = canonical(rulebook.decision_context(decision, facts))
    else:
        decision, context = Decision(act.scheme, rulebook.version, act.operation, findings=()), "{}"
    return Judged(decision=decision, context=context, context_hash=hashlib.sha256(context.encode()).hexdigest())


_EARLIER_COLUMNS = (
    "act.id, act.scheme, act.operation, act.arguments, act.actor_login, act.proposal_id, act.content_hash, act.status,"
    " act.findings, act.result"
)


def met(act: Act) -> tuple[dict[UUID, Recorded], str | None]:
    """What a single act finds: the act recorded under its id, if any, and the overrides of its scheme's rules."""
    with prepared() as cursor:
        # On the way, the trail of changes learns who writes from here to the end of the transaction.
        cursor.execute(
            f"""SELECT {OVERRIDES}, set_config('tanso.act', %s, true), set_config('tanso.login', %s, true),
                       {_EARLIER_COLUMNS}
                  FROM (SELECT) AS one LEFT JOIN acts_actrecord AS act ON act.id = %s""",  # noqa: S608
            [act.scheme, str(act.id), act.actor.login, act.id],
        )
        overrides, _act, _login, *row = cursor.fetchall()[0]
    return ({} if row[0] is None else {row[0]: _recorded(tuple(row))}), overrides


def earlier(ids: Sequence[UUID]) -> dict[UUID, Recorded]:
    """The acts that were recorded under these ids, in one query."""
    with prepared() as cursor:
        cursor.execute(
            f"SELECT {_EARLIER_COLUMNS} FROM acts_actrecord AS act WHERE act.id = ANY(%s)",  # noqa: S608
            [list(ids)],
        )
        return {row[0]: _recorded(row) for row in cursor.fetchall()}


def _recorded(row: tuple[Any, ...]) -> Recorded:
    record_id, scheme, operation, arguments, login, proposal_id, content_hash, status, findings, result = row
    content = {
        "scheme": scheme,
        "operation": operation,
        "arguments": json.loads(arguments),
        "actor": login,
        "proposal": None if proposal_id is None else str(proposal_id),
    }
    outcome = Outcome(
        act_id=record_id,
        operation=operation,
        status=status,
        findings=tuple(Finding.from_json(finding) for finding in json.loads(findings)),
        result=json.loads(result),
        repeated=True,
    )
    return Recorded(content_hash, content, outcome)


_ACT_COLUMNS = (
    "id, scheme, operation, arguments, content_hash, actor_role, actor_login, actor_participant, day, status,"
    " decision_id, findings, result, proposal_id"
)
_DECISION_PLACE = 10
_OUTBOX_COLUMNS = "act_id, scheme, event, payload, day"


def write(entries: Sequence[Entry]) -> None:
    """Record the entries in their order, with their decisions and events, in at most four statements."""
    if len(entries) == 1 and entries[0].judged is not None and _write_one(entries[0], entries[0].judged):
        return
    decisions = _write_decisions({entry.judged.key: entry.judged for entry in entries if entry.judged is not None})
    _copy("acts_actrecord", _ACT_COLUMNS, (_act_row(entry, decisions) for entry in entries))
    events = [(entry, event) for entry in entries for event in entry.events]
    if events:
        _copy("acts_outboxmessage", _OUTBOX_COLUMNS, (_event_row(entry, event) for entry, event in events))


# The decision where it is not stored yet, the act that links it, and its events. Where another act stores the same
# decision at this very moment, its row cannot be seen yet and nothing is recorded here.
_WRITE_ONE = f"""
WITH decided AS (
    INSERT INTO acts_decisionrecord (rulebook_id, scheme, operation, context_hash, context, allowed, findings)
    VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s::jsonb)
    ON CONFLICT (rulebook_id, operation, context_hash) DO NOTHING RETURNING id
), known AS (
    SELECT id FROM decided UNION ALL
    SELECT id FROM acts_decisionrecord WHERE rulebook_id = %s AND operation = %s AND context_hash = %s
), recorded AS (
    INSERT INTO acts_actrecord ({_ACT_COLUMNS})
    SELECT %s::uuid, %s, %s, %s::jsonb, %s, %s, %s, %s, %s::date, %s, known.id, %s::jsonb, %s::jsonb, %s::uuid
      FROM known RETURNING id
), told AS (
    INSERT INTO acts_outboxmessage ({_OUTBOX_COLUMNS})
    SELECT recorded.id, event.scheme, event.name, event.payload, event.day
      FROM recorded, unnest({APART}, {APART}, {APART}::jsonb[], {APART}::date[]) AS event (scheme, name, payload, day)
)
SELECT count(*) FROM recorded
"""  # noqa: S608 -- put together from fixed column names


def _write_one(entry: Entry, judged: Judged) -> bool:
    """Record one entry in one statement; false where it has to be done in several."""
    decision, key = judged.decision, judged.key
    act, row = entry.act, _act_row(entry, {key: 0})
    events = [(act.scheme, event.name, _json(event.as_json()), act.day.isoformat()) for event in entry.events]
    with prepared() as cursor:
        cursor.execute(
            _WRITE_ONE,
            [
                decision.rulebook_version,
                decision.scheme,
                decision.operation,
                judged.context_hash,
                judged.context,
                decision.allowed,
                _json([finding.as_json() for finding in decision.findings]),
                *key,
                *row[:_DECISION_PLACE],
                *row[_DECISION_PLACE + 1 :],
                *([as_one(column) for column in zip(*events, strict=True)] if events else [""] * 4),
            ],
        )
        written = cursor.fetchone()
    return written is not None and written[0] == 1


def _act_row(entry: Entry, decisions: dict[tuple[str, str, str], int]) -> tuple[Any, ...]:
    act = entry.act
    return (
        entry.id,
        act.scheme,
        act.operation,
        _json(dict(act.arguments)),
        act.content_hash,
        act.actor.role,
        act.actor.login,
        act.actor.participant or "",
        act.day,
        entry.status,
        None if entry.judged is None else decisions[entry.judged.key],
        _json([finding.as_json() for finding in entry.findings]) if entry.findings else "[]",
        _json(entry.result) if entry.result else "{}",
        act.proposal if entry.status == "done" else None,
    )


def _event_row(entry: Entry, event: Event) -> tuple[Any, ...]:
    return (entry.id, entry.act.scheme, event.name, _json(event.as_json()), entry.act.day)


_STORE_DECISIONS = f"""
INSERT INTO acts_decisionrecord (rulebook_id, scheme, operation, context_hash, context, allowed, findings)
SELECT * FROM unnest({APART}, {APART}, {APART}, {APART}, {APART}::jsonb[], %s::bool[], {APART}::jsonb[])
ON CONFLICT (rulebook_id, operation, context_hash) DO NOTHING
RETURNING rulebook_id, operation, context_hash, id
"""  # noqa: S608 -- put together from fixed texts
_STORED_DECISIONS = f"""
SELECT rulebook_id, operation, context_hash, id FROM acts_decisionrecord
 WHERE (rulebook_id, operation, context_hash) IN (SELECT * FROM unnest({APART}, {APART}, {APART}))
"""  # noqa: S608


def _write_decisions(judged: dict[tuple[str, str, str], Judged]) -> dict[tuple[str, str, str], int]:
    """Store each decision that is not stored yet; the row of each by its key."""
    if not judged:
        return {}
    # In the order of their keys, so that two transactions that store the same ones do not wait for each other.
    ordered = [judged[key] for key in sorted(judged)]
    keys = [as_one(column) for column in zip(*(item.key for item in ordered), strict=True)]
    with prepared() as cursor:
        cursor.execute(
            _STORE_DECISIONS,
            [
                keys[0],
                as_one(item.decision.scheme for item in ordered),
                keys[1],
                keys[2],
                as_one(item.context for item in ordered),
                [item.decision.allowed for item in ordered],
                as_one(_json([finding.as_json() for finding in item.decision.findings]) for item in ordered),
            ],
        )
        rows = {(version, operation, context): row for version, operation, context, row in cursor.fetchall()}
        if len(rows) < len(ordered):
            cursor.execute(_STORED_DECISIONS, keys)
            rows = {(version, operation, context): row for version, operation, context, row in cursor.fetchall()}
    return rows


def _copy(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


# One encoder for all: `json.dumps` makes a new one for each call with this wish.
_json = json.JSONEncoder(ensure_ascii=False).encode
