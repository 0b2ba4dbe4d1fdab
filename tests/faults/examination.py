"""What was acknowledged against what the database says: there exactly once, or not at all, and whole.

Reads the notebooks first and the database after, in one snapshot. Whatever is acknowledged in a notebook by then must
be in the database, although the clients go on meanwhile.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import psycopg

from tests.faults.notebook import Line, Reader
from tests.faults.wishes import LEDGER_BATCH

Key = tuple[str, str]  # an act's id and the hash of its content

# What a done act of each operation leaves behind it: postings, messages of the outbox, surrenders, evidence used.
_TRACES = {"transfer": (1, 2, 0, 0), "surrender": (1, 1, 1, 0), "cancel": (1, 1, 0, 0), "issue": (1, 1, 0, 1)}

_NOT_WHOLE = """
    WITH expected (operation, postings, messages, surrenders, evidence) AS (VALUES {expected}),
    traces AS (
        SELECT act_id, 'posting' AS kind, quantity FROM ledger_journal
         UNION ALL SELECT act_id, 'message', 0 FROM acts_outboxmessage
         UNION ALL SELECT act_id, 'surrender', 0 FROM registry_surrender
         UNION ALL SELECT act_id, 'evidence', 0 FROM registry_evidenceuse
         UNION ALL SELECT act_id, 'account', 0 FROM ledger_account_event
    ), counted AS (
        SELECT act_id, count(*) AS all_kinds, sum(quantity) AS quantity,
               count(*) FILTER (WHERE kind = 'posting') AS postings,
               count(*) FILTER (WHERE kind = 'message') AS messages,
               count(*) FILTER (WHERE kind = 'surrender') AS surrenders,
               count(*) FILTER (WHERE kind = 'evidence') AS evidence
          FROM traces GROUP BY act_id
    )
    SELECT coalesce(act.id, counted.act_id), act.operation, act.status, act.decision_id,
           counted.postings, counted.messages, counted.surrenders, counted.evidence, counted.quantity
      FROM acts_actrecord AS act
      FULL JOIN counted ON counted.act_id = act.id
      LEFT JOIN expected ON expected.operation = act.operation AND act.status = 'done'
     WHERE act.id IS NULL
        OR (act.status <> 'done' AND counted.act_id IS NOT NULL)
        OR (act.status = 'done' AND act.decision_id IS NULL)
        OR (expected.operation IS NOT NULL AND (
                (coalesce(counted.postings, 0), coalesce(counted.messages, 0), coalesce(counted.surrenders, 0),
                 coalesce(counted.evidence, 0))
                IS DISTINCT FROM (expected.postings, expected.messages, expected.surrenders,
                                  CASE WHEN act.arguments ? 'evidence' THEN expected.evidence ELSE 0 END)
             OR counted.quantity IS DISTINCT FROM coalesce(
                    act.result ->> 'transferred_t', act.result ->> 'surrendered_t', act.result ->> 'cancelled_t',
                    act.result ->> 'issued_t')::bigint))
        OR (act.operation = '{ledger_batch}' AND act.status = 'done'
            AND coalesce(counted.postings, 0) <> jsonb_array_length(act.result -> 'postings'))
     LIMIT 10
"""

_SURRENDERS_ELSEWHERE = """
    SELECT surrender.act_id FROM registry_surrender AS surrender
      LEFT JOIN ledger_journal AS row ON row.id = surrender.journal_id
     WHERE row.act_id IS DISTINCT FROM surrender.act_id LIMIT 10
"""

_NOT_CONSERVED = """
    SELECT class.id, class.next_serial - 1, coalesce(sum(holding.quantity), 0)
      FROM ledger_unit_class AS class LEFT JOIN ledger_holding AS holding ON holding.unit_class_id = class.id
     GROUP BY class.id HAVING class.next_serial - 1 <> coalesce(sum(holding.quantity), 0)
"""

_TOLD_WITHOUT_MAIL = """
    SELECT message.act_id FROM acts_outboxmessage AS message
     WHERE message.event IN ('transfer.sent', 'transfer.received', 'units.surrendered', 'units.cancelled',
                             'units.issued')
       AND (message.delivered_at IS NOT NULL)
           <> EXISTS (SELECT FROM notices_mail AS mail WHERE mail.outbox_id = message.id)
     LIMIT 10
"""


@dataclass
class _Answer:
    """What clients were told about one content of one act id."""

    status: str | None
    codes: list[str]
    result: dict[str, Any] | None
    firsts: int = 0


@dataclass
class Examination:
    """The notebooks of a run, and what has been found wrong."""

    notebooks: Sequence[Path]
    violations: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    _readers: list[Reader] = field(init=False)
    _answers: dict[Key, _Answer] = field(default_factory=dict)
    _waiting: dict[int, tuple[int, list[list[str]]]] = field(default_factory=dict)
    _operations: dict[Key, str] = field(default_factory=dict)
    _positions: dict[int, UUID] = field(default_factory=dict)
    _uncompared: set[Key] = field(default_factory=set)
    last_answered: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._readers = [Reader(path) for path in self.notebooks]

    @property
    def acknowledged(self) -> int:
        """How many different acts were acknowledged."""
        return len(self._answers)

    @property
    def unanswered(self) -> dict[int, tuple[int, list[list[str]]]]:
        """The wishes that clients wait for at this moment, by client."""
        return self._waiting

    def read(self) -> None:
        """Read what is new in the notebooks."""
        for client, reader in enumerate(self._readers):
            for line in reader.new_lines():
                self._uncompared |= self._take(client, line)

    def _take(self, client: int, line: Line) -> set[Key]:
        if line["line"] == "intent":
            self._waiting[client] = (line["n"], line["acts"])
            self.tally["sent again"] += line["again"]
            self._operations.update({(act, content): operation for act, content, operation in line["acts"]})
        elif line["line"] == "unanswered":
            self.tally["unanswered"] += 1
        elif line["line"] == "broke":
            self._violated(f"client {client}, wish {line['n']}: {line['trace']}")
        elif line["line"] == "ack":
            self._waiting.pop(client, None)
            self.last_answered[client] = line["n"]
            self.tally["wishes answered"] += 1
            return {self._answered(answer) for answer in line["answers"]}
        return set()

    def _answered(self, answer: dict[str, Any]) -> Key:
        key = (answer["id"], answer["hash"])
        known = self._answers.get(key)
        told = _Answer(answer["status"], answer.get("codes", []), answer.get("result"))
        if known is None:
            known = self._answers[key] = told
            self.tally[f"acts {told.status or 'acknowledged too early'}"] += 1
        elif (known.status, known.codes, known.result) != (told.status, told.codes, told.result):
            self._violated(f"act {key[0]} was answered twice and differently: {known} and {told}")
        known.firsts += not answer["repeated"]
        self.tally["answers repeated"] += answer["repeated"]
        if known.firsts > 1:
            self._violated(f"act {key[0]} was answered twice as if it were new")
        return key

    def _violated(self, sentence: str) -> None:
        self.violations.append(sentence)

    def examine(self, url: str, *, thoroughly: bool = False) -> None:
        """Compare everything acknowledged so far with the database; `thoroughly` reads every record again.

        Raises psycopg.OperationalError where the server does not answer; the next look then compares all the same.
        """
        self.read()
        waiting = [key for _, acts in self._waiting.values() for key in _keys(acts)]
        with psycopg.connect(url, autocommit=True) as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            self._compare(connection, self._answers if thoroughly else self._uncompared)
            self._look_for_all(connection)
            self._look_whether_whole(connection)
            self._look_at_positions(connection)
            found = _records(connection, [act for act, _ in waiting])
        for act, _ in waiting:
            self.tally["unanswered at a look: there, whole" if act in found else "unanswered at a look: absent"] += 1
        self._uncompared.clear()
        self.tally["looks"] += 1

    def _compare(self, connection: psycopg.Connection, keys: Iterable[Key]) -> None:
        keys = list(keys)
        records = _records(connection, [act for act, _ in keys])
        others = _records(connection, [_other_id(key) for key in keys])
        for key in keys:
            told, record = self._answers[key], records.get(key[0])
            if record is None:
                self._violated(f"act {key[0]} ({self._operations.get(key)}) was acknowledged and is absent: {told}")
                continue
            if record["hash"] != key[1]:
                record = others.get(_other_id(key))
                if record is None or record["codes"] != ["act.differs"]:
                    self._violated(f"act {key[0]} came with other content, and that refusal is not recorded: {told}")
                    continue
            found = (record["status"], record["codes"], record["result"])
            if told.status is not None and (told.status, told.codes, told.result) != found:
                self._violated(f"act {key[0]} was answered {told}, and its record says {found}")

    def _look_for_all(self, connection: psycopg.Connection) -> None:
        """Every act that was ever acknowledged is still there."""
        ids = list({act for act, _ in self._answers})
        absent = connection.execute(
            "SELECT id FROM unnest(%s::uuid[]) AS id WHERE id NOT IN (SELECT id FROM acts_actrecord) LIMIT 3", [ids]
        )
        for (act,) in absent:
            self._violated(f"act {act} was acknowledged and is absent")

    def _look_whether_whole(self, connection: psycopg.Connection) -> None:
        expected = ", ".join(f"('{name}', {', '.join(map(str, counts))})" for name, counts in _TRACES.items())
        questions = {
            "an act is not whole": _NOT_WHOLE.format(expected=expected, ledger_batch=LEDGER_BATCH),
            "a surrender names a posting that is not its own": _SURRENDERS_ELSEWHERE,
            "a class has not as many units as were issued": _NOT_CONSERVED,
            "a message was told without its mail, or the reverse": _TOLD_WITHOUT_MAIL,
        }
        for what, question in questions.items():
            for row in connection.execute(question.encode()):
                self._violated(f"{what}: {tuple(map(str, row))}")

    def _look_at_positions(self, connection: psycopg.Connection) -> None:
        """Positions of the log have no gaps, and one that was shown never changes."""
        if not _has_positions(connection):
            return
        rows = connection.execute("SELECT position, act_id FROM acts_position ORDER BY position").fetchall()
        if [position for position, _ in rows] != list(range(1, len(rows) + 1)):
            self._violated("positions of the log have gaps")
        now = dict(rows)
        for position, act in self._positions.items():
            if now.get(position) != act:
                self._violated(f"position {position} was {act}'s and is now {now.get(position)}'s")

    def remember_positions(self, url: str) -> None:
        """Show the positions that are given and on disk by now; from here on they may not change."""
        with psycopg.connect(url) as connection:
            if not _has_positions(connection):
                return
            from tanso.acts import log  # noqa: PLC0415

            log.sequence()
            self._positions = dict(connection.execute("SELECT position, act_id FROM acts_position").fetchall())


def _keys(acts: list[list[str]]) -> list[Key]:
    return [(act, content) for act, content, _ in acts]


def _other_id(key: Key) -> str:
    """The id under which the door records an act that came under a taken id with other content."""
    return str(uuid5(UUID(key[0]), key[1]))


def _records(connection: psycopg.Connection, ids: list[str]) -> dict[str, dict[str, Any]]:
    rows = connection.execute(
        "SELECT id, content_hash, status, findings, result FROM acts_actrecord WHERE id = ANY(%s::uuid[])", [ids]
    )
    return {
        str(row[0]): {
            "hash": row[1],
            "status": row[2],
            "codes": list(dict.fromkeys(finding["code"] for finding in row[3])),
            "result": json.loads(json.dumps(row[4])),
        }
        for row in rows
    }


def _has_positions(connection: psycopg.Connection) -> bool:
    return connection.execute("SELECT to_regclass('acts_position')").fetchone() != (None,)
