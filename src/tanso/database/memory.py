"""How much memory, log and patience the private server gets, by the machine that it runs on. Pure, but for two looks.

Each figure's cause is in docs/explanation/ledger-performance.md. Bounds first: a laptop of 4 GB keeps room for a
browser, a container is not killed for what the machine around it has, and nothing here waits less for the disk.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LEAST_CACHE_MB, _MOST_CACHE_MB = 128, 2048
_SMALL_CACHE_MB = 128  # of a server that lives as long as a test


def machine_memory_mb(root: Path = Path("/")) -> int:
    """The memory that this process may use, in MB: the machine's, or less where its container or slice has a bound."""
    bounds = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *_bounds(root)]
    return min(bounds) // 1024**2


def _bounds(root: Path) -> Iterator[int]:
    """The bounds of this process's control groups, of both versions, from its own group up to the root of all."""
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers not in {"", "memory"}:
                continue
            top = root / ("sys/fs/cgroup/memory" if controllers else "sys/fs/cgroup")
            name = "memory.limit_in_bytes" if controllers else "memory.max"
            own = top / path.lstrip("/")
            # Inside a container the path may be that of the machine around it; then the top is the container's own.
            for group in (own, *own.parents):
                if group.is_relative_to(top):
                    with suppress(OSError, ValueError):  # absent, or "max"
                        yield int((group / name).read_text())


def disk_free_mb(folder: Path) -> int:
    """How much room there is where `folder` is, in MB."""
    return shutil.disk_usage(folder).free // 1024**2


def lines(*, memory_mb: int, disk_mb: int, cache_mb: int | None = None) -> list[str]:
    """Lines of postgresql.conf for a server that keeps what it is given; `cache_mb` wins over our own choice."""
    cache = cache_mb or _within(memory_mb // 8, _LEAST_CACHE_MB, _MOST_CACHE_MB)
    return [
        f"shared_buffers = {cache}MB",
        f"effective_cache_size = {max(cache, memory_mb // 2)}MB",
        f"work_mem = {_within(memory_mb // 1024, 4, 16)}MB",
        f"maintenance_work_mem = {_within(memory_mb // 32, 64, 512)}MB",
        "huge_pages = try",
        # A checkpoint makes the next change of every page a whole page of log: seldom, unless the disk is short.
        f"max_wal_size = {_within(disk_mb // 8, 256, 4096)}MB",
        "checkpoint_timeout = 15min",
        "random_page_cost = 1.1",
        "autovacuum_naptime = 15s",
    ]


def lines_of_a_temporary_server(*, memory_mb: int) -> list[str]:
    """The same for a server whose data are gone when the last user leaves: small, and in no fear of a power cut."""
    return [
        f"shared_buffers = {min(_SMALL_CACHE_MB, max(16, memory_mb // 8))}MB",
        *("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"),
        *("wal_level = minimal", "max_wal_senders = 0", "max_wal_size = 128MB", "min_wal_size = 32MB"),
    ]


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))
