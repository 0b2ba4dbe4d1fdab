"""The `tanso` command as a person runs it: in a process of its own, with a data folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.memory import roomy_memory

TANSO = Path(sys.executable).with_name("tanso")
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that does not exist yet."""
    folder = Path(tempfile.mkdtemp(prefix="tanso-command-", dir=roomy_memory()))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def run(data: Path) -> Iterator[Run]:
    """Start `tanso` with some arguments; what still runs at the end is stopped."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TANSO_")}
        environment |= {"TANSO_DATA_FOLDER": str(data), "LC_ALL": "C.UTF-8"} | settings
        process = subprocess.Popen(
            [TANSO, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=60)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def server_is_stopped(data: Path) -> bool:
    return not (data / "postgres" / "cluster" / "postmaster.pid").exists()


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def answer(port: int) -> str:
    """The first page, as soon as somebody listens; from then on the answer may take as long as the start does."""
    give_up_at = time.monotonic() + 60
    while not listens(port) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
        return str(page.read().decode())


@pytest.mark.parametrize("arguments", [["--help"], ["rules", "check"], ["serve", "--help"]])
def test_a_command_that_needs_no_database_starts_none(run: Run, data: Path, arguments: list[str]) -> None:
    status, output = finished(run(*arguments))
    assert (status, data.exists()) == (0, False), output


def test_two_commands_at_once_make_one_database(run: Run, data: Path) -> None:
    results = [finished(process) for process in (run("migrate"), run("migrate"))]
    assert [status for status, _ in results] == [0, 0], results
    assert server_is_stopped(data)


def test_a_fresh_ledger_verifies(run: Run) -> None:
    status, output = finished(run("ledger", "verify"))
    assert status == 0
    assert "agrees" in output


def test_a_wrong_setting_is_a_sentence_and_status_two(run: Run) -> None:
    status, output = finished(run("migrate", TANSO_PORT="many"))
    assert status == 2
    assert "TANSO_PORT" in output
    assert "Traceback" not in output


def test_a_japanese_terminal_gets_a_japanese_sentence(run: Run) -> None:
    status, output = finished(run("migrate", TANSO_POSTGRES_BIN="/nonexistent", LC_ALL="ja_JP.UTF-8"))
    assert status == 2
    assert "見つかりません" in output


def test_an_application_url_without_the_owners_is_explained(run: Run) -> None:
    status, output = finished(run("migrate", TANSO_DATABASE_URL="postgresql://a:b@localhost/c"))
    assert status == 2
    assert "TANSO_OWNER_DATABASE_URL" in output


def test_a_url_that_cannot_be_read_is_not_repeated(run: Run) -> None:
    status, output = finished(
        run("migrate", TANSO_DATABASE_URL="postgresql:/hush", TANSO_OWNER_DATABASE_URL="postgresql:/hush")
    )
    assert status == 2
    assert "hush" not in output
    assert "Traceback" not in output


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_said_before_anything_is_started(run: Run, data: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, output = finished(run(command, TANSO_PORT=str(taken.getsockname()[1])))
    assert status == 2
    assert "used by another program" in output
    assert not (data / "postgres").exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ending_the_server_stops_everything_it_started(run: Run, data: Path, ending: signal.Signals) -> None:
    port = free_port()
    process = run("serve", "--port", str(port), TANSO_DEMO="1")
    assert "<html" in answer(port)
    assert not server_is_stopped(data)
    os.killpg(process.pid, ending)  # as a terminal does: the whole group
    status, output = finished(process)
    assert "Traceback" not in output
    assert "SIGKILL" not in output
    assert status in {0, 128 + ending}
    assert server_is_stopped(data)


def test_a_signal_during_the_start_leaves_nothing_running(run: Run, data: Path) -> None:
    process = run("migrate")
    while not (data / "postgres" / "cluster").exists() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    finished(process)
    assert finished(run("migrate"))[0] == 0
    assert server_is_stopped(data)


def test_after_a_killed_server_process_the_next_one_serves(run: Run, data: Path) -> None:
    killed = run("serve", "--port", str(port := free_port()), TANSO_DEMO="1")
    answer(port)
    killed.kill()
    killed.wait()
    process = run("serve", "--port", str(port := free_port()), TANSO_DEMO="1")
    assert "<html" in answer(port)
    process.send_signal(signal.SIGINT)
    finished(process)
    assert server_is_stopped(data)
