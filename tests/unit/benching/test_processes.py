"""CPU time of processes: whoever has ended still counts, and nobody counts twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tanso.interfaces.cli.benching import processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the time of ended children")

WORK_S = 0.3
COUNTED_S = WORK_S - 0.05  # the system counts in hundredths, and cuts each figure off
WORKS = f"import time\nwhile time.process_time() < {WORK_S}: pass\n"
# The parent of a worker: does nothing itself, waits for it, then waits for us.
WAITS = (
    "import subprocess, sys\nsubprocess.run([sys.executable, '-c', sys.argv[1]])\nprint('ended', flush=True)\ninput()\n"
)


def test_a_child_that_ended_still_counts() -> None:
    before = processes.cpu_s(os.getpid())
    subprocess.run([sys.executable, "-c", WORKS], check=True)
    assert processes.cpu_s(os.getpid()) - before >= COUNTED_S


def test_a_child_that_still_works_counts_already() -> None:
    before = processes.cpu_s(os.getpid())
    with subprocess.Popen([sys.executable, "-c", WORKS + "input()"], stdin=subprocess.PIPE) as child:
        give_up_at = time.monotonic() + 60
        while processes.cpu_s(os.getpid()) - before < COUNTED_S and time.monotonic() < give_up_at:
            time.sleep(0.05)
        counted = processes.cpu_s(os.getpid()) - before
        child.communicate(b"\n")
    assert counted >= COUNTED_S


def test_what_a_childs_child_did_is_not_lost_when_both_have_ended() -> None:
    before = processes.cpu_s(os.getpid())
    with subprocess.Popen(
        [sys.executable, "-c", WAITS, WORKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ended\n"
        in_between = processes.cpu_s(os.getpid()) - before
        parent.communicate("\n")
    assert in_between >= COUNTED_S
    assert processes.cpu_s(os.getpid()) - before >= in_between


def test_a_child_that_is_left_out_does_not_count() -> None:
    with subprocess.Popen([sys.executable, "-c", WORKS + "input()"], stdin=subprocess.PIPE) as child:
        give_up_at = time.monotonic() + 60
        while processes.cpu_s(child.pid) < COUNTED_S and time.monotonic() < give_up_at:
            time.sleep(0.05)
        alone, together = processes.cpu_s(os.getpid(), without=child.pid), processes.cpu_s(os.getpid())
        child.communicate(b"\n")
    assert together - alone >= COUNTED_S


def test_memory_is_what_a_process_holds_for_itself() -> None:
    before = processes.memory_mb(os.getpid())
    held = bytearray(os.urandom(1)) * 50_000_000
    assert processes.memory_mb(os.getpid()) - before > 40
    assert processes.resident_mb(os.getpid()) > 50
    del held
