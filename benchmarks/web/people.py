"""Twenty people at their browsers, for locust: each opens a page of theirs, reads it for a moment, opens another.

Started by `python -m benchmarks.web`, which writes down who they are and where they may go. With TANSO_BENCH_TOGETHER
all of them click in the same moment, every two seconds: the worst that twenty people can do.
"""

from __future__ import annotations

import json
import os
import random
import time
from itertools import count
from pathlib import Path

from locust import HttpUser, task

_PEOPLE = json.loads(Path(os.environ["TANSO_BENCH_PEOPLE"]).read_text(encoding="utf-8"))
_SEATS = count()
_TOGETHER = "TANSO_BENCH_TOGETHER" in os.environ
_EVERY_S = 2.0


def _until_all_click() -> float:
    return _EVERY_S - time.time() % _EVERY_S


class Person(HttpUser):
    """One of them, with a session and the addresses that this login may see."""

    def wait_time(self) -> float:
        """How long a page is looked at, in seconds."""
        return _until_all_click() if _TOGETHER else random.uniform(0.5, 1.5)  # noqa: S311 -- no secret

    def on_start(self) -> None:
        self.me = _PEOPLE[next(_SEATS) % len(_PEOPLE)]
        self.left: list[tuple[str, str]] = []
        self.client.headers["Accept-Language"] = "ja"
        if self.me["session"]:
            self.client.cookies.set(self.me["cookie"], self.me["session"])
        # They do not all sit down in the same moment, but where that is the question.
        time.sleep(_until_all_click() if _TOGETHER else random.uniform(0, 1.5))  # noqa: S311

    @task
    def open_a_page(self) -> None:
        if not self.left:
            # Every page of theirs once, in an order of its own, before any is opened again.
            self.left = random.sample(self.me["addresses"], len(self.me["addresses"]))
        route, address = self.left.pop()
        with self.client.get(address, name=route, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
