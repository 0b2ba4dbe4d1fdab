"""One session of measuring: pgbench and the ledger in turn, on one server, several times; medians.

What each part costs is read from the processes: this one with its clients, and the server with all its workers. Before
each part the server writes down what the one before it left, and each part pays for writing down its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, LiteralString

import psycopg

from tanso.database import urls
from tanso.interfaces.cli.benching import market, pgbench, processes
from tanso.interfaces.cli.benching.crew import Crew, crew
from tanso.interfaces.cli.benching.plan import ACTION, PGBENCH, SINGLE, Plan
from tanso.kernel.texts import Text

Say = Callable[[Text | None, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What one part did and cost. `ranges` is how many serial ranges it moved; 0 where it moves none."""

    done: int
    tps: float
    ranges: int
    spent: processes.Spent

    @property
    def cpu_s_per_10k(self) -> float:
        return 10_000 * self.spent.cpu_s / self.done

    @property
    def ranges_per_s(self) -> float:
        return self.ranges / self.spent.wall_s


@dataclass(slots=True)
class Results:
    """The parts by name, a batch's name being its size, and what was read from the database afterwards."""

    parts: dict[str | int, list[Part]] = field(default_factory=dict)
    refused: int = 0
    # CPU seconds of giving 10,000 acts their positions and delivering their events, for each part of acts.
    deliveries: list[float] = field(default_factory=list)
    serials: bool = False
    fsync: bool = False
    verified: bool = False

    @property
    def steal_pct(self) -> float:
        spent = [part.spent for parts in self.parts.values() for part in parts]
        return 100 * sum(one.stolen_s for one in spent) / max(sum(one.machine_s for one in spent), 1e-9)

    @property
    def holds(self) -> bool:
        return self.serials and self.fsync and self.verified

    @property
    def sizes(self) -> list[int]:
        return [name for name in self.parts if isinstance(name, int)]

    def tps(self, name: str | int) -> float:
        return median(part.tps for part in self.parts[name])

    def cpu_s_per_10k(self, name: str | int) -> float:
        return median(part.cpu_s_per_10k for part in self.parts[name])

    @property
    def delivery_cpu_s_per_10k(self) -> float:
        return median(self.deliveries)

    def ranges_per_s(self, name: str | int) -> float:
        return median(part.ranges_per_s for part in self.parts[name])

    def as_json(self) -> dict[str, Any]:
        def figures(name: str | int) -> dict[str, float]:
            return {"tps": round(self.tps(name), 1), "cpu_s_per_10k": round(self.cpu_s_per_10k(name), 3)}

        return {
            "steal_pct": round(self.steal_pct, 2),
            **{name: figures(name) for name in (PGBENCH, SINGLE)},
            ACTION: {**figures(ACTION), "delivery_cpu_s_per_10k": round(self.delivery_cpu_s_per_10k, 3)},
            "batch": [
                {"size": size, **figures(size), "ranges_per_s": round(self.ranges_per_s(size), 1)}
                for size in self.sizes
            ],
            "serials": self.serials,
            "fsync": self.fsync,
            "verified": self.verified,
        }


@dataclass(frozen=True, slots=True)
class Bench:
    """A server with everything built, ready to be measured."""

    plan: Plan
    server: urls.Server
    admin: psycopg.Connection
    postmaster: int
    rival: pgbench.Pgbench
    clients: Crew
    results: Results

    def all_rounds(self, say: Say) -> None:
        for number in range(1, self.plan.rounds + 1):
            for name in self.plan.parts:
                step = Text(
                    ja=f"計測 {number}/{self.plan.rounds}：{shown(name).ja}",
                    en=f"round {number} of {self.plan.rounds}: {shown(name).en}",
                )
                say(step, 0)
                part = self._measured(name)
                self.results.parts.setdefault(name, []).append(part)
                if name == ACTION:
                    self.results.deliveries.append(self._delivery(part.done))
                say(None, self.plan.steps_of_a_part)

    def _measured(self, name: str | int) -> Part:
        if isinstance(name, int):
            self.clients.one_does("draw_batches", size=name, count=self.plan.batches(name))
        last = self._value("SELECT coalesce(max(id), 0) FROM ledger_journal")
        self.admin.execute("CHECKPOINT")
        meter = processes.Meter(self.postmaster)
        done, rate = self._run(name)
        wall_s = meter.spent().wall_s
        self.admin.execute("CHECKPOINT")
        spent = meter.spent()
        ranges = self._value(
            "SELECT coalesce(sum(cardinality(serials) / 2), 0) FROM ledger_journal WHERE id > %s", last
        )
        paid = processes.Spent(wall_s, spent.client_s, spent.server_s, spent.machine_s, spent.stolen_s)
        return Part(done=done, tps=rate or done / wall_s, ranges=int(ranges), spent=paid)

    def _delivery(self, acts: int) -> float:
        """CPU seconds for 10,000 acts of what their clients left to a delivery in the background."""
        meter = processes.Meter(self.postmaster)
        self.clients.one_does("deliver")
        self.admin.execute("CHECKPOINT")
        return 10_000 * meter.spent().cpu_s / acts

    def _run(self, name: str | int) -> tuple[int, float | None]:
        """How many were done, and the rate where the program tells it itself."""
        if name == PGBENCH:
            return self.rival.run(seconds=self.plan.seconds)
        if isinstance(name, int):
            counted = self.clients.one_does("batches")
        else:
            counted = self.clients.all_do(str(name), seconds=self.plan.seconds)
        self.results.refused += counted["refused"]
        return counted["done"], None

    def warm_up(self) -> None:
        """Load the rules, plan the statements, fill the caches: what an installation did long ago."""
        self.rival.run(seconds=1)
        self.clients.all_do(SINGLE, seconds=0.5)
        self.clients.all_do(ACTION, seconds=0.5)
        self.clients.one_does("deliver")
        self.clients.one_does("draw_batches", size=min(self.plan.sizes), count=2)
        self.clients.one_does("batches")

    def _value(self, query: LiteralString, *values: Any) -> Any:
        row = self.admin.execute(query, values).fetchone()
        return None if row is None else row[0]


def shown(name: str | int) -> Text:
    """The name of a part, for people."""
    if isinstance(name, int):
        return Text(ja=f"一括 {name:,} 件", en=f"batch of {name:,}")
    return {
        PGBENCH: Text("pgbench", "pgbench"),
        SINGLE: Text("仕訳 1 件ずつ", "one posting"),
        ACTION: Text("手続き 1 件ずつ", "one whole act"),
    }[name]


def measured(plan: Plan, server: urls.Server, say: Say) -> Results:
    """Build, measure, verify, on a server of the bench's own that is connected. `say` hears of each step.

    Raises TansoError `bench.no_pgbench` before anything is built, and `bench.failed`.
    """
    pgbench.find()
    results = Results()
    say(Text("pgbench の表を作成", "filling pgbench's tables"), 0)
    rival = pgbench.prepared(server, scale=plan.scale)
    say(Text("口座と識別番号を作成", "making accounts and serial ranges"), 0)
    built = market.built(
        accounts=plan.accounts,
        traders=plan.traders,
        ranges=plan.ranges,
        range_t=plan.range_t,
        progress=lambda made: say(None, made),
    )
    with psycopg.connect(server.admin_url or "", autocommit=True) as admin:
        # What an installation's autovacuum did long ago; otherwise it would do it at some moment of the measuring.
        admin.execute("VACUUM (ANALYZE)")
        postmaster = processes.parent_of(admin.info.backend_pid)
        with crew(server, built, size=plan.clients, seed=plan.seed) as clients:
            bench = Bench(plan, server, admin, postmaster, rival, clients, results)
            bench.warm_up()
            bench.all_rounds(say)
        say(Text("検証", "verifying"), 0)
        results.serials = serials_are_carried(admin)
    results.fsync = waits_for_the_disk(server) and waits_for_the_disk(rival.server)
    results.verified = is_verified()
    return results


def serials_are_carried(admin: psycopg.Connection) -> bool:
    """Whether every row of the journal names as many serial numbers as it moves tonnes."""
    row = admin.execute(
        """
        SELECT count(*) > 0 AND count(*) FILTER (WHERE named.t IS DISTINCT FROM row.quantity) = 0
          FROM ledger_journal AS row
         CROSS JOIN LATERAL (
                   SELECT sum(CASE WHEN place % 2 = 0 THEN bound ELSE -bound END) AS t
                     FROM unnest(row.serials) WITH ORDINALITY AS flat (bound, place)) AS named
        """
    ).fetchone()
    return row is not None and bool(row[0])


def waits_for_the_disk(server: urls.Server) -> bool:
    """Whether a commit of the application, and of the owner, in this database is on the disk when it returns."""
    answers = set()
    for url in (server.application_url, server.owner_url):
        with psycopg.connect(url) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
                answers.add(None if row is None else row[0])
    return answers == {"on"}


def is_verified() -> bool:
    """Whether the ledger recomputed from its journal is the ledger."""
    from tanso.ledger import queries  # noqa: PLC0415

    return not list(queries.verify())
