"""What a client meant to send and what it was told, in a file outside of the database.

A line counts once it is on disk: `intend` before the acts are sent, `acknowledge` after the answer came back. A client
that is killed in the middle of a line leaves half a line, which says nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanso.acts import Act
from tanso.kernel.outcomes import Outcome

Line = dict[str, Any]


class Notebook:
    """The file of one client, written to by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        if os.fstat(self._file).st_size:
            self._write(b"\n")  # ends what a killed process had begun

    def intend(self, number: int, acts: tuple[Act, ...], *, again: bool) -> None:
        ids = [[str(act.id), act.content_hash, act.operation] for act in acts]
        self._line({"line": "intent", "n": number, "again": again, "acts": ids})

    def acknowledge(self, number: int, acts: tuple[Act, ...], outcomes: list[Outcome]) -> None:
        answers = [
            {
                "id": str(act.id),
                "hash": act.content_hash,
                "status": outcome.status,
                "codes": list(outcome.codes),
                "result": outcome.result,
                "repeated": outcome.repeated,
            }
            for act, outcome in zip(acts, outcomes, strict=True)
        ]
        self._line({"line": "ack", "n": number, "answers": answers})

    def acknowledge_too_early(self, number: int, acts: tuple[Act, ...]) -> None:
        """The planted fault: an acknowledgement of what is not committed yet."""
        answers = [{"id": str(act.id), "hash": act.content_hash, "status": None, "repeated": True} for act in acts]
        self._line({"line": "ack", "n": number, "answers": answers})

    def unanswered(self, number: int, code: str) -> None:
        self._line({"line": "unanswered", "n": number, "code": code})

    def broke(self, number: int, trace: str) -> None:
        """Something reached the client that never may."""
        self._line({"line": "broke", "n": number, "trace": trace})

    def _line(self, content: Line) -> None:
        self._write(json.dumps(content, ensure_ascii=False).encode() + b"\n")

    def _write(self, content: bytes) -> None:
        os.write(self._file, content)
        os.fsync(self._file)


@dataclass
class Reader:
    """Reads a growing notebook, each whole line once."""

    path: Path
    _offset: int = 0

    def new_lines(self) -> Iterator[Line]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._offset += len(line)
                try:
                    yield json.loads(line)
                except ValueError:
                    continue  # what a killed client had begun


def where_it_stopped(path: Path) -> tuple[int, bool]:
    """The number of the last wish in a notebook (0: none), and whether it was answered."""
    number, answered = 0, True
    for line in Reader(path).new_lines():
        if line["line"] == "intent":
            number, answered = line["n"], False
        elif line["line"] == "ack":
            answered = True
    return number, answered
