"""The page on writing a scheme is followed from its first command to its last, in an empty folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "write-a-scheme.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SERVING_SECONDS = 120


def blocks() -> Iterator[tuple[str, str]]:
    """Language and content of each block of the page, in their order."""
    for match in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        yield match[1], match[2]


def changed(folder: Path, diff: str) -> None:
    """Make the change of a diff; its lines must be in the file exactly once."""
    head, *lines = diff.splitlines()
    file = folder / head.removeprefix("--- ")
    before = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
    after = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
    content = file.read_text(encoding="utf-8")
    assert content.count(before) == 1, f"{file.name} has these lines {content.count(before)} times:\n{before}"
    file.write_text(content.replace(before, after), encoding="utf-8")


def written(folder: Path, content: str) -> None:
    """Write the file that the first line of a block names."""
    name, _, text = content.partition("\n")
    (folder / name.removeprefix("# ")).write_text(text, encoding="utf-8")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        return int(found.getsockname()[1])


def served(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Start the server, read the page that the text names, end the server."""
    port = free_port()
    (address,) = set(re.findall(r"http://localhost:8001(/\S+?)>", PAGE.read_text(encoding="utf-8")))
    command = command.replace("8001", str(port))
    server = subprocess.Popen(["/bin/sh", "-c", f"exec {command}"], cwd=folder, env=environment)
    try:
        until = time.monotonic() + _SERVING_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://localhost:{port}{address}") as answer:
                    return str(answer.read().decode())
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.3)
        raise AssertionError("the server did not answer")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def test_the_page_leads_from_an_empty_folder_to_a_running_scheme(tmp_path: Path) -> None:
    tool = tmp_path / "bin" / "tanso"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m tanso.interfaces.cli.main "$@"\n')
    tool.chmod(0o755)
    folder = tmp_path / "empty"
    folder.mkdir()
    environment = {
        "PATH": f"{tool.parent}:{os.environ['PATH']}",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "TANSO_DATA_FOLDER": str(tmp_path / "data"),
    }
    told: list[str] = []
    for language, content in blocks():
        if language == "diff":
            changed(folder, content)
        elif language == "yaml":
            written(folder, content)
        for line in content.splitlines() if language == "console" else ():
            command = line.removeprefix("$ ")
            assert command != line, f"not a command: {line}"
            if command.startswith("export "):
                name, _, value = command.removeprefix("export ").partition("=")
                environment[name] = value.replace("$PWD", str(folder))
            elif command.startswith("tanso serve"):
                told.append(served(command, folder, environment))
            else:
                run = subprocess.run(
                    ["/bin/sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
                )
                told.append(run.stdout)
                assert run.returncode == (1 if " diff " in command else 0), f"{command}\n{run.stdout}\n{run.stderr}"

    output = "\n".join(told)
    assert "10 passed, 0 failed" in output
    assert "16 passed, 0 failed" in output
    assert '<article class="rule reading" id="my-scheme.issue.power"' in output
    assert "+ 500 t-CO2  [RULES 6 (amended)]" in output
    assert "無償交付の対象" in output
    assert "Who receives free allocation" in output
