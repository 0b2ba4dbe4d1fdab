"""What the pages cost with 1,000 holders and 100,000 transfers, each alone and for twenty people at once.

    .venv/bin/python -m benchmarks.web [--small]

Builds the world in a PostgreSQL of its own, asks for every page of every kind of login, counts its queries and weighs
its CPU in Python and PostgreSQL, looks for large tables that are read whole, and then lets twenty people click for
three minutes, and for one more all of them in the same moment. Wall time on a shared machine says little: the steal
share stands beside it. Ends with 1 where a goal is missed.
"""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

GOAL_QUERIES, GOAL_P95_MS = 30, 200
SHOWN = 15


def main() -> int:
    small = "--small" in sys.argv[1:]
    os.environ["TANSO_DEMO"] = "1"
    # Shared by this process, which signs the sessions, and the server, which reads them.
    os.environ.setdefault("TANSO_SECRET_KEY", secrets.token_urlsafe(48))
    import psycopg  # noqa: PLC0415

    from tanso.interfaces.cli.with_database import own_server, set_up_django  # noqa: PLC0415

    set_up_django()
    from benchmarks.web import world  # noqa: PLC0415

    size = world.Size(holders=50, traders=4, verifiers=2, transfers=2_000) if small else world.Size()
    with own_server("bench-web") as server:
        world.built(size, lambda step, number: print(f"  {step}: {number:,} acts", flush=True))
        with psycopg.connect(server.owner_url, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE)")
        return _measure(server, size.holders)


def _measure(server: object, holders: int) -> int:
    from benchmarks.web import addresses, load, pages  # noqa: PLC0415

    found, missed = addresses.found()
    large = pages.large_tables()
    rows = [pages.measured(address, large) for address in found]
    is_page = [row for row in rows if row.address.is_page]
    _tell(f"{len(is_page)} pages; the dearest:", is_page)
    _tell(f"{len(rows) - len(is_page)} files; the dearest:", [row for row in rows if not row.address.is_page])
    whole = sorted({line for row in rows for line in row.read_whole})
    print(f"large tables read whole: {len(whole)}", *whole, sep="\n  ")
    print(f"not reached in this world: {', '.join(sorted(missed)) or 'none'}")
    met, together = load.loaded(server, [row.address for row in is_page], holders)  # type: ignore[arg-type]
    slow = sorted(((met.at_ms(95, name), name) for name in met.times_ms), reverse=True)[:5]
    fewest = min(len(times) for times in met.times_ms.values())
    _tell_people("each when it likes", met)
    print(
        f"  each page at least {fewest} times; the slowest at p95: {', '.join(f'{name} {ms} ms' for ms, name in slow)}"
    )
    # Told, and no goal: twenty pages that come together wait for one another, whatever each of them costs.
    _tell_people("all in the same moment, every two seconds", together)
    dearest, most = max(row.cpu_ms for row in is_page), max(row.queries for row in is_page)
    goals = {
        f"a page at most {pages.GOAL_CPU_MS} ms of CPU: {dearest:.1f}": dearest <= pages.GOAL_CPU_MS,
        f"at most {GOAL_QUERIES} queries a page: {most}": most <= GOAL_QUERIES,
        f"p95 of every page under {GOAL_P95_MS} ms: {slow[0][0]}": slow[0][0] < GOAL_P95_MS,
        f"no large table read whole: {len(whole)}": not whole,
        f"nothing failed: {met.failures + together.failures}": not met.failures + together.failures,
    }
    for goal, is_met in goals.items():
        print(f"{'met   ' if is_met else 'MISSED'}  {goal}")
    return 0 if all(goals.values()) else 1


def _tell_people(how: str, met: Any) -> None:
    print(
        f"\n{met.people} people for {met.wall_s:.0f} s, {how}: {met.requests} pages, {met.failures} failures, "
        f"median {met.at_ms(50)} ms, p95 {met.at_ms(95)} ms, slowest {met.at_ms(100)} ms, {met.cpu_ms_a_page:.0f} ms "
        f"of CPU a page (server and PostgreSQL), steal {met.stolen_pct:.1f} %"
    )
    if met.failed:
        print(f"  failed: {', '.join(met.failed)}")


def _tell(what: str, rows: list[Any]) -> None:
    print(f"\n{what}\n  CPU ms  Python  PostgreSQL  queries  page")
    for row in sorted(rows, key=lambda row: -row.cpu_ms)[:SHOWN]:
        told = f"{row.address.route} ({row.address.login or 'visitor'})"
        print(f"  {row.cpu_ms:6.1f}  {row.python_ms:6.1f}  {row.postgres_ms:10.1f}  {row.queries:7}  {told}")


if __name__ == "__main__":
    sys.exit(main())
