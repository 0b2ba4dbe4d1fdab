"""The clients of a bench: processes that start together, work together and end with the bench."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from tanso.database import urls
from tanso.interfaces.cli.benching import errors
from tanso.interfaces.cli.benching.market import Market


@dataclass(frozen=True, slots=True)
class Crew:
    """Running clients, one process each."""

    _processes: Sequence[subprocess.Popen[str]]
    _words: IO[str]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def all_do(self, task: str, **arguments: Any) -> Counter[str]:
        """Give every client the task, wait for the last answer, and add the answers up."""
        return self._do(self._processes, task, arguments)

    def one_does(self, task: str, **arguments: Any) -> Counter[str]:
        """Give the task to the first client alone."""
        return self._do(self._processes[:1], task, arguments)

    def _do(self, processes: Sequence[subprocess.Popen[str]], task: str, arguments: dict[str, Any]) -> Counter[str]:
        for process in processes:
            self._tell(process, {"task": task, **arguments})
        total: Counter[str] = Counter()
        for process in processes:
            total.update(self._answer(process))
        return total

    def _tell(self, process: subprocess.Popen[str], words: dict[str, Any]) -> None:
        try:
            assert process.stdin is not None  # noqa: S101 (started with a pipe)
            process.stdin.write(json.dumps(words) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def _answer(self, process: subprocess.Popen[str]) -> dict[str, int]:
        assert process.stdout is not None  # noqa: S101 (started with a pipe)
        line = process.stdout.readline()
        if not line:
            process.wait()
            raise self._failure()
        answer: dict[str, int] = json.loads(line)
        return answer

    def _failure(self) -> Exception:
        self._words.seek(0)
        return errors.failed("client", "\n".join(self._words.read().splitlines()[-12:]))

    def _introduce(self, server: urls.Server, market: Market, seed: int) -> None:
        for number, process in enumerate(self._processes):
            self._tell(
                process,
                {
                    "url": server.application_url,
                    "seed": seed + number,
                    "scheme": market.shape.scheme,
                    "unit": market.shape.unit,
                    "unit_class": market.unit_class,
                    "accounts": market.accounts,
                    "traders": [[one.account, one.key, one.login] for one in market.traders],
                    "day": market.shape.traded_on.isoformat(),
                },
            )
        for process in self._processes:
            self._answer(process)


@contextmanager
def crew(server: urls.Server, market: Market, *, size: int, seed: int) -> Iterator[Crew]:
    """So many clients, ready and connected to `server`'s database as the application. They end with the block."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as words:
        processes = [
            subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", f"{__package__}.client"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C in a terminal is the bench's business; it ends its clients itself
            )
            for _ in range(size)
        ]
        try:
            running = Crew(processes, words)
            running._introduce(server, market, seed)
            yield running
        finally:
            for process in processes:
                process.kill()
                process.communicate()
