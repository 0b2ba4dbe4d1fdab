"""How long a newcomer waits: from `make demo` in a fresh clone to the first page, and at the second start.

    .venv/bin/python benchmarks/first_page.py

Clones this checkout into a temporary folder, runs `make demo` there on a free port, asks for the sign-in page until it
answers, stops, and starts again. Packages come from the caches of pip and uv where they have them. Wall time on a
shared machine says little: the CPU seconds of everything that was started and the steal share stand beside it.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PATIENCE_S = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stolen() -> tuple[int, int]:
    fields = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    return fields[7], sum(fields)


def children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310 -- our own loopback address
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def start_once(folder: Path, what: str) -> None:
    port = free_port()
    environment = {**os.environ, "TANSO_PORT": str(port), "TERM": "dumb"}
    # A newcomer's Python keeps what it has compiled; without that, every start compiles everything anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    cpu, (stolen_before, total_before), began = children_cpu_s(), stolen(), time.perf_counter()
    with (folder / "demo.log").open("w") as log:
        demo = subprocess.Popen(
            ["make", "demo"],  # noqa: S607
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while not answers(f"http://localhost:{port}/"):
                if demo.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                    sys.exit(f"{what}: no page\n{(folder / 'demo.log').read_text()}")
                time.sleep(0.1)
            waited_s = time.perf_counter() - began
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGINT)
            demo.wait(60)
    stolen_after, total_after = stolen()
    steal = 100 * (stolen_after - stolen_before) / max(1, total_after - total_before)
    load = os.getloadavg()[0]
    print(
        f"{what}: first page after {waited_s:.1f} s wall ({children_cpu_s() - cpu:.1f} CPU-s until stopped, "
        f"PostgreSQL apart; steal {steal:.1f} %, load {load:.1f})",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tanso-first-page-") as name:
        os.chmod(name, 0o755)  # noqa: S103 -- PostgreSQL's user must be able to pass through
        folder = Path(name) / "tanso"
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(folder)], check=True)  # noqa: S603, S607
        start_once(folder, "fresh clone")
        start_once(folder, "second start")


if __name__ == "__main__":
    main()
