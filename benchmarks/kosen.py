"""How long the whole example takes: CPU seconds, wall time, the machine's steal share, acts.

    .venv/bin/python benchmarks/kosen.py [RUNS]

Lives examples/kosen from registration to banking in a new database each time. CPU is counted for this process and for
the PostgreSQL process that serves it (Linux, private server). Wall time says little on a shared machine: compare CPU
seconds, and mind the steal share.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tanso.interfaces.cli.stories.reader import read_story
from tanso.interfaces.cli.with_database import throw_away_database

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Clocks:
    """Readings at one moment, in seconds."""

    wall: float
    python: float
    postgres: float
    machine: float
    stolen: float

    @classmethod
    def read(cls, backend: int) -> Clocks:
        machine = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
        # After the name in brackets; user and system time are the 14th and 15th fields of the line.
        fields = Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return cls(
            wall=time.perf_counter(),
            python=time.process_time(),
            postgres=(int(fields[11]) + int(fields[12])) / TICKS_A_SECOND,
            machine=sum(machine) / TICKS_A_SECOND,
            stolen=machine[7] / TICKS_A_SECOND,
        )


def lived_once() -> str:
    from django.db import connection  # noqa: PLC0415

    from tanso.interfaces.cli.stories.life import live  # noqa: PLC0415
    from tanso.interfaces.cli.stories.settlement import settlement  # noqa: PLC0415

    story = read_story("kosen")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    before = Clocks.read(backend)
    acts = live(story)
    after = Clocks.read(backend)
    settled = settlement(story.shape, story.shape.ends)
    python, postgres = after.python - before.python, after.postgres - before.postgres
    return (
        f"{acts} acts: {python:.1f} CPU-s in Python, {postgres:.1f} in PostgreSQL "
        f"({1000 * (python + postgres) / acts:.1f} ms an act), {after.wall - before.wall:.1f} s wall, "
        f"steal {100 * (after.stolen - before.stolen) / (after.machine - before.machine):.1f} %; "
        f"table {time.process_time() - after.python:.2f} CPU-s; reconciles: {settled.reconciles}"
    )


def main() -> None:
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        with throw_away_database():
            print(lived_once(), flush=True)


if __name__ == "__main__":
    main()
