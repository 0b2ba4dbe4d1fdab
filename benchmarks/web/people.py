"""Twenty people at their browsers, for locust: each opens a page of theirs, reads it for a moment, opens another.

Started by `python -m benchmarks.web`, which writes down who they are and where they may go.
"""

from __future__ import annotations

import json
import os
import random
from itertools import count
from pathlib import Path

from locust import HttpUser, between, task

_PEOPLE = json.loads(Path(os.environ["TANSO_BENCH_PEOPLE"]).read_text(encoding="utf-8"))
_SEATS = count()


class Person(HttpUser):
    """One of them, with a session and the addresses that this login may see."""

    wait_time = between(1, 3)

    def on_start(self) -> None:
        self.me = _PEOPLE[next(_SEATS) % len(_PEOPLE)]
        self.client.headers["Accept-Language"] = "ja"
        if self.me["session"]:
            self.client.cookies.set(self.me["cookie"], self.me["session"])

    @task
    def open_a_page(self) -> None:
        route, address = random.choice(self.me["addresses"])  # noqa: S311 -- a click, not a secret
        with self.client.get(address, name=route, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
