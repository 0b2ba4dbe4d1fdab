"""JSON of an account statement for other programs: ISO 8601 days and instants, serial ranges with both ends included.

Written piece by piece, so that memory does not grow with the number of postings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from tanso.acts import queries as acts
from tanso.kernel.serials import SerialRange
from tanso.ledger import statement as ledger
from tanso.ledger.movements import Side
from tanso.ledger.records import UnitClass
from tanso.ledger.statement import Statement, StatementLine

_AT_ONCE = 1000


def statement_json(statement: Statement, *, printed_on: date) -> Iterator[bytes]:
    """The whole statement as one JSON object; `postings` stands last in it. Read it inside one snapshot."""
    account, period = statement.account, statement.period
    head = {
        "account": {
            "number": account.number,
            "scheme": account.scheme,
            "kind": account.kind,
            "role": account.role,
            "status": account.status,
            "opened_on": account.opened_on.isoformat(),
        },
        "period": {"first": _day(period.start), "last": _day(period.last_day)},
        "printed_on": printed_on.isoformat(),
        "balances": [
            {
                "unit": _unit(row.unit_class),
                "opening_t": row.opening_t,
                "in_t": row.in_t,
                "out_t": row.out_t,
                "closing_t": row.closing_t,
            }
            for row in statement.sums
        ],
        "events": [
            {
                "day": change.event.day.isoformat(),
                "kind": change.event.kind,
                "status": change.event.status,
                "barred_operations": list(change.event.restricted),
                "reason": change.event.reason,
                "until": _day(change.event.until),
                "act": str(change.event.act_id),
                "recorded_at": change.event.at.isoformat(),
            }
            for change in statement.changes
        ],
    }
    yield (_dump(head)[:-1] + ', "postings": [').encode()
    separator = "\n"
    lines = iter(ledger.lines(statement))
    while some := list(islice(lines, _AT_ONCE)):
        operations = acts.operations_of([line.movement.act_id for line in some])
        texts = [_dump(_posting(line, operations.get(line.movement.act_id, ("", ""))[1])) for line in some]
        yield (separator + ",\n".join(texts)).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _posting(line: StatementLine, operation: str) -> dict[str, Any]:
    moved = line.movement
    return {
        "id": moved.id,
        "day": moved.valid_day.isoformat(),
        "recorded_at": moved.recorded_at.isoformat(),
        "act": str(moved.act_id),
        "operation": operation,
        "counterparty": _side(line.counterparty),
        "unit": _unit(moved.unit_class),
        "change_t": line.change_t,
        "balance_t": line.balance_t,
        "serials": _serials(moved.serials),
        "reverses": moved.reverses_id,
    }


def _side(side: Side) -> dict[str, str]:
    return {"number": side.number, "role": side.role}


def _unit(unit_class: UnitClass) -> dict[str, Any]:
    return {
        "scheme": unit_class.scheme,
        "type": unit_class.unit_type,
        "phase": unit_class.phase,
        "origin": unit_class.origin,
    }


def _serials(ranges: Iterable[SerialRange]) -> list[dict[str, int]]:
    return [{"first": part.start, "last": part.last} for part in ranges]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
