"""`tanso bench ledger --quick`: the whole command in small, in a process of its own, and what it leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.memory import roomy_memory

TANSO = Path(sys.executable).with_name("tanso")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the time of ended children")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that does not exist yet."""
    folder = Path(tempfile.mkdtemp(prefix="tanso-bench-", dir=roomy_memory()))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


def bench(data: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TANSO_")}
    environment |= {"TANSO_DATA_FOLDER": str(data), "LC_ALL": "C.UTF-8"}
    return subprocess.Popen(
        [TANSO, "bench", "ledger", "--quick", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ends(pid: int) -> bool:
    """Whether the process ends within a moment; one that only waits to be noticed has ended."""
    try:
        psutil.Process(pid).wait(timeout=10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_a_quick_bench_prints_its_figures_and_leaves_nothing(data: Path) -> None:
    process = bench(data, "--json")
    printed, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    found = json.loads(printed)
    assert list(found) == ["steal_pct", "pgbench", "single", "action", "batch", "serials", "fsync", "verified"]
    assert (found["serials"], found["fsync"], found["verified"]) == (True, True, True)
    for figures in (found["pgbench"], found["single"], found["action"], *found["batch"]):
        assert figures["tps"] > 0
        assert figures["cpu_s_per_10k"] > 0
    assert [figures["size"] for figures in found["batch"]] == [10, 100]
    assert all(figures["ranges_per_s"] >= figures["tps"] for figures in found["batch"])
    assert list(data.iterdir()) == []


def test_an_interrupted_bench_stops_its_server_and_its_clients(data: Path) -> None:
    process = bench(data)
    give_up_at = time.monotonic() + 120
    while not list(data.glob("bench-*/postgres/cluster/postmaster.pid")) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    postmaster = int(next(data.glob("bench-*/postgres/cluster/postmaster.pid")).read_text().split()[0])
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert ends(postmaster)
    assert list(data.iterdir()) == []
