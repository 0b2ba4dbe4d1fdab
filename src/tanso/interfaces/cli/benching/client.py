"""One client of a bench: a process of its own, connected as the application, that does what it is told line by line.

Both ways one JSON object a line. The first line says where the database is and who trades there; every further one
names a task, is answered once when the task is done, and nothing runs between two tasks. The end of the input is the
end of the client, so none outlives its bench.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tanso.database import urls
from tanso.interfaces.cli.with_database import set_up_django

if TYPE_CHECKING:
    from tanso.ledger.records import Order

_MOST_T = 100


class Client:
    """The tasks. Quantities are 1 to 100 t, accounts are drawn at random, everything from one seed."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        from datetime import date  # noqa: PLC0415

        self._random = random.Random(told["seed"])  # noqa: S311 (a draw, not a secret)
        self._scheme: str = told["scheme"]
        self._unit: str = told["unit"]
        self._unit_class: int = told["unit_class"]
        self._accounts: list[int] = told["accounts"]
        self._traders: list[list[str]] = told["traders"]
        self._day = date.fromisoformat(told["day"])
        self._batches: list[list[Order]] = []
        self._held_back: ExitStack | None = None

    def single(self, seconds: float) -> dict[str, int]:
        """One posting a commit, by the ledger alone: outside of a transaction, its one statement is a durable one."""
        from tanso.ledger import actions as ledger  # noqa: PLC0415
        from tanso.ledger.errors import InsufficientUnitsError  # noqa: PLC0415

        def once() -> bool:
            source, target = self._random.sample(self._accounts, 2)
            try:
                ledger.post(
                    act_id=self._act_id(),
                    from_account=source,
                    to_account=target,
                    unit_class=self._unit_class,
                    quantity_t=self._quantity_t(),
                    day=self._day,
                )
            except InsufficientUnitsError:
                return False
            return True

        return _repeated(once, seconds)

    def action(self, seconds: float) -> dict[str, int]:
        """A whole transfer through the door: permission, decision, posting, record, events in the outbox.

        Nothing is delivered from the outbox until `deliver`.
        """
        from tanso.acts import Act, Actor, outbox, perform  # noqa: PLC0415

        if self._held_back is None:
            self._held_back = ExitStack()
            self._held_back.enter_context(outbox.held_back())

        def once() -> bool:
            (source, key, login), (target, _, _) = self._random.sample(self._traders, 2)
            outcome = perform(
                Act(
                    id=self._act_id(),
                    scheme=self._scheme,
                    operation="transfer",
                    arguments={"from": source, "to": target, "unit": self._unit, "quantity_t": self._quantity_t()},
                    day=self._day,
                    actor=Actor(role="participant", login=login, participant=key, letter="A"),
                )
            )
            if outcome.status != "done" and "units.insufficient" not in outcome.codes:
                raise AssertionError(f"a transfer was refused: {', '.join(outcome.codes)}")
            return outcome.status == "done"

        return _repeated(once, seconds)

    def deliver(self) -> dict[str, int]:
        """Give all acts their positions and deliver their events, as a delivery in the background does."""
        if self._held_back is not None:
            self._held_back.close()
            self._held_back = None
        return {}

    def draw_batches(self, size: int, count: int) -> dict[str, int]:
        """Draw the orders of the next `batches`, which then measures the ledger and not the drawing."""
        self._batches = []  # first forget those that were posted
        self._batches = [[self._order() for _ in range(size)] for _ in range(count)]
        return {}

    def batches(self) -> dict[str, int]:
        """Post the drawn batches, each in one durable transaction, and look at the answer to every order."""
        from django.db import transaction  # noqa: PLC0415

        from tanso.ledger import actions as ledger  # noqa: PLC0415
        from tanso.ledger.errors import InsufficientUnitsError  # noqa: PLC0415

        done = refused = 0
        for orders in self._batches:
            with transaction.atomic(durable=True):
                result = ledger.post_batch(orders)
            for place, posting_id in enumerate(result.posting_ids):
                if posting_id is not None:
                    done += 1
                elif isinstance(result.refusals[place], InsufficientUnitsError):
                    refused += 1
                else:
                    raise result.refusals[place]
            if len(result.posting_ids) != len(orders):
                raise AssertionError("an order was not answered")
        return {"done": done, "refused": refused}

    def _order(self) -> Order:
        from tanso.ledger.records import Order  # noqa: PLC0415

        source, target = self._random.sample(self._accounts, 2)
        return Order(self._act_id(), source, target, self._unit_class, self._quantity_t(), self._day)

    def _act_id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _quantity_t(self) -> int:
        return self._random.randint(1, _MOST_T)


def _repeated(once: Callable[[], bool], seconds: float) -> dict[str, int]:
    """Do it until the time is over, at least once; how often it was done, how often refused for want of units."""
    ends_at = time.monotonic() + seconds
    done = refused = 0
    while True:
        if once():
            done += 1
        else:
            refused += 1
        if time.monotonic() >= ends_at:
            return {"done": done, "refused": refused}


def main() -> None:
    """Read the first line, connect, then do task after task until the input ends."""
    told = json.loads(sys.stdin.readline())
    set_up_django()
    from tanso.interfaces import connect  # noqa: PLC0415

    connect.use(urls.Server(owner_url=told["url"], application_url=told["url"]))
    client = Client(told)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps(getattr(client, task.pop("task"))(**task)), flush=True)


if __name__ == "__main__":
    main()
