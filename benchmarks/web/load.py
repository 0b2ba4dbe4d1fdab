"""Twenty people at once, against a server of its own on this machine's loopback, started as a service starts it."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings

from benchmarks.web import world
from benchmarks.web.addresses import Address, signed_in
from tanso.database.urls import Server
from tanso.interfaces.cli.benching import processes

PEOPLE, SECONDS, TOGETHER_SECONDS = 20, 180, 60
# How often each page is opened beforehand: nobody chooses which process answers, and each has to settle.
_ROUNDS = 6
_UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "tanso-web.service"
# Who sits there beside six holders: those with the longest lists, those with one of everything, and visitors.
_OTHERS = [
    *("mine-A", "holder-0001-B", "mine-B", "verifier-01-A", "verifier-01-A", "verifier-of-mine-A"),
    *("trader-01-A", "trader-A", "works-A", "", ""),
    # Most pages are theirs.
    *(world.FIRST.login,) * 5,
]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What twenty people met. Times in milliseconds, by the name of the page."""

    times_ms: dict[str, list[int]]
    failed: tuple[str, ...]
    cpu_ms_a_page: float
    stolen_pct: float
    wall_s: float
    people: int = PEOPLE

    @property
    def requests(self) -> int:
        return sum(len(times) for times in self.times_ms.values())

    @property
    def failures(self) -> int:
        return len(self.failed)

    def at_ms(self, percentile: int, name: str | None = None) -> int:
        """The time that so many of a hundred requests stay below, of one page or of all."""
        times = sorted(one for of, all_of in self.times_ms.items() if name in (None, of) for one in all_of)
        return times[min(len(times) - 1, len(times) * percentile // 100)]


def loaded(server: Server, found: list[Address], holders: int) -> tuple[Loaded, Loaded]:
    """Let the people click for a while, each when it likes, and then all of them in the same moment."""
    with tempfile.TemporaryDirectory(prefix="tanso-bench-web-") as folder, _serving(server) as (process, address):
        people = Path(folder) / "people.json"
        seated = _people(found, holders)
        people.write_text(json.dumps(seated), encoding="utf-8")
        _open_each(address, seated)
        each = _clicked(process, address, people, SECONDS, {})
        return each, _clicked(process, address, people, TOGETHER_SECONDS, {"TANSO_BENCH_TOGETHER": "1"})


def _clicked(
    process: subprocess.Popen[bytes], address: str, people: Path, seconds: int, more: dict[str, str]
) -> Loaded:
    postmaster = _postmaster()
    before, machine = _cpu_s(process.pid, postmaster), psutil.cpu_times()
    began = time.perf_counter()
    answer = _locust(address, seconds, {"TANSO_BENCH_PEOPLE": str(people), **more})
    wall_s = time.perf_counter() - began
    spent = _cpu_s(process.pid, postmaster) - before
    now = psutil.cpu_times()
    stolen = getattr(now, "steal", 0.0) - getattr(machine, "steal", 0.0)
    every = sum(now[:8]) - sum(machine[:8])
    times = {
        row["name"]: [int(float(ms)) for ms, number in row["response_times"].items() for _ in range(number)]
        for row in answer
    }
    requests = sum(row["num_requests"] for row in answer)
    failed = tuple(row["name"] for row in answer if row["num_failures"])
    return Loaded(times, failed, 1_000 * spent / requests, 100 * stolen / every, wall_s)


def _locust(address: str, seconds: int, environment: dict[str, str]) -> list[dict[str, Any]]:
    words = ["--headless", "--json", "-u", str(PEOPLE), "-r", str(PEOPLE), "-t", f"{seconds}s", "--host", address]
    file = str(Path(__file__).with_name("people.py"))
    done = subprocess.run(  # noqa: S603 -- our own files
        [sys.executable, "-m", "locust", "-f", file, *words, "--exit-code-on-error", "0"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _people(found: list[Address], holders: int) -> list[dict[str, Any]]:
    """Who sits where: a session, and the pages that this very login can open."""
    keys = [f"holder-{place + 1:04d}" for place in range(min(holders - 1, 6))]
    numbers = world.numbers(keys)
    first = numbers["holder-0001"]
    seated = []
    for login in [f"{key}-A" for key in keys] + _OTHERS:
        own = [one for one in found if one.login == login]
        if login in [f"{key}-A" for key in keys[1:]]:
            key = login.removesuffix("-A")
            own = [
                Address(one.route, login, one.address.replace("holder-0001", key).replace(first, numbers[key]))
                for one in found
                if one.login == "holder-0001-A"
            ]
        client = signed_in(login)
        open_ones = [(one.route, one.address) for one in own if client.get(one.address).status_code == 200]
        name = settings.SESSION_COOKIE_NAME
        cookie = client.cookies[name].value if login else ""
        seated.append({"cookie": name, "session": cookie, "addresses": open_ones})
    return seated


def _open_each(address: str, seated: list[dict[str, Any]]) -> None:
    """So that nobody is the first whom a process of the server, newly started, shows a page."""
    pages = {(who["cookie"], who["session"], path) for who in seated for _route, path in who["addresses"]}
    for cookie, session, path in sorted(pages) * _ROUNDS:
        written = urllib.parse.quote(path, safe="/?&=%")
        asked = urllib.request.Request(f"{address}{written}", headers={"Cookie": f"{cookie}={session}"})  # noqa: S310
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            answer.read()


def _postmaster() -> int:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return processes.parent_of(int(cursor.fetchone()[0]))


def _cpu_s(server: int, postmaster: int) -> float:
    return processes.cpu_s(server) + processes.cpu_s(postmaster)


@contextmanager
def _serving(server: Server) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The world's database served as the unit of the service says, but on a free port; ended at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {
        **os.environ,
        "TANSO_DATABASE_URL": server.application_url,
        "TANSO_OWNER_DATABASE_URL": server.owner_url,
        "TANSO_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "tanso.project.settings",
    }
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [*_service_command(), "--bind", bind],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://{bind}"
    try:
        _wait(address, process)
        yield process, address
    finally:
        process.terminate()
        process.wait(30)


def _service_command() -> list[str]:
    """What the unit starts, in this environment and without saying where it listens."""
    line = next(line for line in _UNIT.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart="))
    command = shlex.split(line.removeprefix("ExecStart="))
    at = command.index("--bind")
    return [sys.executable, "-m", "gunicorn", *command[1:at], *command[at + 2 :]]


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the server ended before it answered")
        try:
            with urllib.request.urlopen(f"{address}/rules/", timeout=5):  # noqa: S310 -- our own loopback address
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")
