"""The ledger's speed as rows of the README's table, measured by `tanso bench ledger`.

    .venv/bin/python benchmarks/ledger.py

Some six minutes; what is measured and how is in docs/explanation/ledger-performance.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TANSO = Path(sys.executable).with_name("tanso")


def rows(found: dict[str, Any]) -> list[str]:
    rival = found["pgbench"]
    command = "`benchmarks/ledger.py`"
    told = [
        ("PostgreSQL's own pgbench (TPC-B) beside it", rival, ""),
        ("one posting a commit, 8 clients", found["single"], ""),
        ("a whole act: permission, decision, posting, record, events; 8 clients", found["action"], ""),
    ]
    for batch in found["batch"]:
        cheaper = rival["cpu_s_per_10k"] / batch["cpu_s_per_10k"]
        more = f", {batch['ranges_per_s']:,.0f} serial ranges/s; {cheaper:.0f} times cheaper than pgbench's transaction"
        told.append((f"transfers in batches of {batch['size']:,}", batch, more))
    return [
        f"| {what} | {one['cpu_s_per_10k']:.2f} CPU-s for 10,000; {one['tps']:,.0f}/s by the clock{more} | {command} |"
        for what, one, more in told
    ]


def main() -> None:
    """Measure, then print; ends with the command's status."""
    ended = subprocess.run([TANSO, "bench", "ledger", "--json", *sys.argv[1:]], stdout=subprocess.PIPE, check=False)  # noqa: S603
    if ended.stdout:
        found = json.loads(ended.stdout)
        print(*rows(found), sep="\n")
        print(
            f"steal {found['steal_pct']} %; serials in every posting: {found['serials']}; commits wait "
            f"for the disk: {found['fsync']}; verified afterwards: {found['verified']}"
        )
    sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
