"""A short run of `make faults` finds nothing; with a planted fault it finds that, and says so by its exit status.

The long run, with 200 kills, is `make faults`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]


def harness(*options: str) -> tuple[int, str]:
    """Exit status and output of a run; the data of one that found something are thrown away."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--minutes", "3", "--seed", "20140401", *options],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    kept = re.search(r"the data are in (/\S+/tanso-faults-\w+)", done.stdout)
    if kept is not None:
        shutil.rmtree(kept.group(1), ignore_errors=True)
    return done.returncode, done.stdout + done.stderr


def test_nothing_acknowledged_is_lost_or_doubled_through_ten_kills() -> None:
    status, said = harness("--kills", "10")

    assert status == 0, said
    assert "Every acknowledged act is there once" in said
    assert "seed 20140401" in said


@pytest.mark.parametrize(
    ("plant", "kill", "found"),
    [
        ("acknowledge-early", "client, before its commit", "was acknowledged and is absent"),
        ("lazy-commit", "server, the postmaster", "was acknowledged and is absent"),
    ],
)
def test_a_planted_fault_is_found(plant: str, kill: str, found: str) -> None:
    status, said = harness("--kills", "20", "--only", kill, "--plant", plant)

    assert status == 1, said
    assert found in said
    assert "seed 20140401" in said
