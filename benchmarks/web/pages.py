"""Each page alone: CPU of Python and PostgreSQL, queries, and what those queries read without an index."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import psycopg
from django.db import connection
from django.test import Client

from benchmarks.web.addresses import Address, signed_in
from tanso.interfaces.cli.benching import processes

GOAL_CPU_MS = 40
REPEATS = 10
# A page above the goal is weighed again, up to so often, and its lightest time counts: what a neighbour on the machine
# does to the caches of a shared processor makes the same work up to twice as dear, and never cheaper.
WEIGHINGS = 3
# A table of fewer rows is read as a whole sooner than through an index.
LARGE_ROWS = 5_000


@dataclass(slots=True)
class Measured:
    """What one page cost, per request."""

    address: Address
    cpu_ms: float = 0
    python_ms: float = 0
    postgres_ms: float = 0
    queries: int = 0
    read_whole: set[str] = field(default_factory=set)


def measured(address: Address, large: set[str]) -> Measured:
    """Ask for the page until nothing is new to it, then count and weigh."""
    client = signed_in(address.login)
    for _ in range(2):
        client.get(address.address)
    result = Measured(address)
    with _listening() as heard:
        client.get(address.address)
    result.queries = len(heard)
    result.read_whole = {f"{table}: {query[:160]}" for query, values in heard for table in _whole(query, values, large)}
    weighed = [_weighed(client, address)]
    while min(weighed)[0] > GOAL_CPU_MS and len(weighed) < WEIGHINGS:
        weighed.append(_weighed(client, address))
    result.cpu_ms, result.python_ms, result.postgres_ms = min(weighed)
    return result


def _weighed(client: Client, address: Address) -> tuple[float, float, float]:
    """Milliseconds of CPU a request: both together, Python's and PostgreSQL's."""
    backend = _backend()
    before_s, before_postgres_s = time.process_time(), processes.cpu_s(backend)
    for _ in range(REPEATS):
        client.get(address.address)
    python_ms = 1_000 * (time.process_time() - before_s) / REPEATS
    postgres_ms = 1_000 * (processes.cpu_s(backend) - before_postgres_s) / REPEATS
    return python_ms + postgres_ms, python_ms, postgres_ms


def large_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE_ROWS])
        return {name for (name,) in cursor.fetchall()}


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@contextmanager
def _listening() -> Iterator[list[tuple[str, Any]]]:
    """Every statement that goes to PostgreSQL from this process, by whichever cursor."""
    heard: list[tuple[str, Any]] = []
    execute = psycopg.Cursor.execute

    def listen(self: Any, query: Any, params: Any = None, **more: Any) -> Any:
        heard.append((query if isinstance(query, str) else str(query), params))
        return execute(self, query, params, **more)

    with mock.patch.object(psycopg.Cursor, "execute", listen):
        yield heard


def _whole(query: str, values: Any, large: set[str]) -> set[str]:
    """The large tables that a statement reads from end to end."""
    if not query.lstrip().upper().startswith(("SELECT", "WITH")):
        return set()
    raw = connection.connection
    with psycopg.ClientCursor(raw) as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + query, values)
        plan = cursor.fetchone()[0]
    return {node["Relation Name"] for node in _nodes(plan if isinstance(plan, list) else json.loads(plan))} & large


def _nodes(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, list):
        for part in plan:
            yield from _nodes(part)
        return
    if plan.get("Node Type") == "Seq Scan":
        yield plan
    for name in ("Plan", "Plans"):
        if name in plan:
            yield from _nodes(plan[name])
