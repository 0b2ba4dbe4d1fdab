"""PostgreSQL's own benchmark, as it comes with the server: what one durable transaction costs on this machine."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tanso.database import binaries, roles, urls
from tanso.interfaces.cli.benching import errors

DATABASE = "pgbench"


@dataclass(frozen=True, slots=True)
class Pgbench:
    """A database of pgbench's own on the server, filled once."""

    program: Path
    server: urls.Server

    def run(self, *, seconds: int) -> tuple[int, float]:
        """TPC-B for so many seconds; returns how many transactions, and how many a second."""
        told = self._call("-M", "prepared", "-c", "16", "-j", "2", "-n", "-T", str(seconds), timeout_s=seconds + 120)
        done = re.search(r"number of transactions actually processed: (\d+)", told)
        rate = re.search(r"tps = ([0-9.]+)", told)
        if done is None or rate is None:
            raise errors.failed("pgbench", told)
        return int(done.group(1)), float(rate.group(1))

    def fill(self, *, scale: int) -> None:
        self._call("-i", "-q", "-s", str(scale), timeout_s=1200)

    def _call(self, *arguments: str, timeout_s: int) -> str:
        parts = urls.parts(self.server.owner_url)
        environment = {**os.environ, "PGPASSWORD": parts.get("password", ""), "LC_ALL": "C"}
        place = ["-h", parts["host"], "-U", parts["user"]]
        try:
            ended = subprocess.run(  # noqa: S603 (the server's own program)
                [self.program, *arguments, *place, parts["dbname"]],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise errors.failed("pgbench", str(error)) from error
        if ended.returncode != 0:
            raise errors.failed("pgbench", ended.stderr)
        return ended.stdout


def find() -> Path:
    """The pgbench that lies beside the server's programs. Raises TansoError `bench.no_pgbench`."""
    folder = binaries.find().folder
    program = folder / "pgbench"
    if not program.is_file():
        raise errors.no_pgbench(str(folder))
    return program


def prepared(server: urls.Server, *, scale: int) -> Pgbench:
    """A new database on `server`, filled at this scale; it is the owner's role's, and no trigger or grant slows it."""
    program = find()
    roles.ensure_database(server, DATABASE)
    one = Pgbench(program, server.on(DATABASE))
    one.fill(scale=scale)
    return one
