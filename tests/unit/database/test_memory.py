"""How the private server is sized: by the machine, by its container, never beyond bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanso.database import memory

GB = 1024


def chosen(**sizes: int) -> dict[str, str]:
    sizes = {"disk_mb": 100 * GB} | sizes
    return dict(line.split(" = ") for line in memory.lines(**sizes))


@pytest.mark.parametrize(
    ("memory_mb", "cache"),
    [(512, "128MB"), (1 * GB, "128MB"), (4 * GB, "512MB"), (16 * GB, "2048MB"), (512 * GB, "2048MB")],
)
def test_the_cache_is_an_eighth_of_the_memory_within_bounds(memory_mb: int, cache: str) -> None:
    assert chosen(memory_mb=memory_mb)["shared_buffers"] == cache


def test_a_setting_wins_over_our_choice() -> None:
    assert chosen(memory_mb=4 * GB, cache_mb=3 * GB)["shared_buffers"] == "3072MB"


def test_the_log_takes_no_more_than_an_eighth_of_a_full_disk() -> None:
    assert chosen(memory_mb=4 * GB, disk_mb=8 * GB)["max_wal_size"] == "1024MB"
    assert chosen(memory_mb=4 * GB, disk_mb=500 * GB)["max_wal_size"] == "4096MB"


def test_a_server_that_keeps_data_waits_for_the_disk() -> None:
    kept = chosen(memory_mb=4 * GB)
    assert not {"fsync", "synchronous_commit", "full_page_writes", "autovacuum"} & set(kept)


def test_a_temporary_server_is_smaller() -> None:
    assert "shared_buffers = 128MB" in memory.lines_of_a_temporary_server(memory_mb=64 * GB)
    assert "shared_buffers = 64MB" in memory.lines_of_a_temporary_server(memory_mb=512)


def machine(root: Path, groups: str, **bounds: str) -> Path:
    """A file system root in which this process is in `groups`, with bounds by the file's path ("__" for "/")."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(groups)
    for path, bound in bounds.items():
        file = root / "sys/fs/cgroup" / path.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(bound)
    return root


def test_without_a_bound_the_memory_is_the_machines(tmp_path: Path) -> None:
    unbound = machine(tmp_path / "a", "0::/\n", memory_dot_max="max\n")
    assert memory.machine_memory_mb(unbound) == memory.machine_memory_mb(tmp_path / "nothing") > 0


def test_a_container_of_the_second_version_is_not_outgrown(tmp_path: Path) -> None:
    assert memory.machine_memory_mb(machine(tmp_path, "0::/\n", memory_dot_max=str(256 * 1024**2))) == 256


def test_the_nearest_bound_above_a_process_counts(tmp_path: Path) -> None:
    bounds = {"user__memory_dot_max": str(200 * 1024**2), "user__session__memory_dot_max": "max"}
    assert memory.machine_memory_mb(machine(tmp_path, "0::/user/session\n", **bounds)) == 200


def test_a_container_of_the_first_version_is_not_outgrown(tmp_path: Path) -> None:
    groups = "5:cpuset:/x\n4:memory:/docker/4f1c\n0::/\n"
    bounds = {"memory__memory_dot_limit_in_bytes": str(300 * 1024**2)}
    assert memory.machine_memory_mb(machine(tmp_path, groups, **bounds)) == 300
