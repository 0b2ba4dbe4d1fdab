"""CPU time and memory of processes, read from the processes themselves, and the share of time that the machine lost.

A process that has ended is not lost: its time has gone to the parent that waited for it. PostgreSQL's postmaster waits
for every backend and worker, so the postmaster's own time, that of its ended children and that of its living ones are
the whole server. Needs Linux, because elsewhere the system does not tell the time of ended children.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil


def cpu_s(pid: int, *, without: int | None = None) -> float:
    """The CPU seconds, user and system, of a process and all its descendants, ended ones included.

    `without` is the pid of a descendant that is left out with all of its own. Raises psutil.NoSuchProcess.
    """
    root = psutil.Process(pid)
    while True:
        ended_before = _of_ended(root)
        total = _own(root) + ended_before
        for child in _descendants(root, without):
            # One that ends in this very moment changes its parent's sum, and everything is read again.
            with suppress(psutil.NoSuchProcess):
                total += _own(child) + _of_ended(child)
        if _of_ended(root) == ended_before:
            return total


def memory_mb(pid: int) -> float:
    """The memory that a process and its living descendants hold for themselves, in MB; shared pages are left out."""
    root = psutil.Process(pid)
    held = 0
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            memory = process.memory_info()
            held += memory.rss - memory.shared
    return held / 1_000_000


def resident_mb(pid: int) -> float:
    """The resident memory, shared pages included, of the largest among a process and its living descendants, in MB."""
    root = psutil.Process(pid)
    resident = [0]
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            resident.append(process.memory_info().rss)
    return max(resident) / 1_000_000


def parent_of(pid: int) -> int:
    """The pid of the parent: of a backend, the postmaster."""
    return int(psutil.Process(pid).ppid())


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _of_ended(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.children_user + times.children_system)


def _descendants(root: psutil.Process, without: int | None) -> Iterator[psutil.Process]:
    for child in root.children():
        if child.pid == without:
            continue
        yield child
        with suppress(psutil.NoSuchProcess):
            yield from _descendants(child, without)


@dataclass(frozen=True, slots=True)
class Spent:
    """What passed between two readings. `machine_s` counts every core; `stolen_s` is what other machines took of it."""

    wall_s: float
    client_s: float
    server_s: float
    machine_s: float
    stolen_s: float

    @property
    def cpu_s(self) -> float:
        return self.client_s + self.server_s


class Meter:
    """Counts from its making on: this process with all that it started, and the server with all of its own."""

    def __init__(self, postmaster: int) -> None:
        self._postmaster = postmaster
        self._began = self._reading()

    def spent(self) -> Spent:
        now = self._reading()
        return Spent(*(later - earlier for later, earlier in zip(now, self._began, strict=True)))

    def _reading(self) -> tuple[float, float, float, float, float]:
        machine = psutil.cpu_times()
        return (
            time.perf_counter(),
            # In a container the server may have become our child, although it is not of our doing.
            cpu_s(os.getpid(), without=self._postmaster),
            cpu_s(self._postmaster),
            float(sum(machine[:8])),  # guest time, after the eighth, is part of user time already
            float(getattr(machine, "steal", 0.0)),
        )
