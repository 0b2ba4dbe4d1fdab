"""A client process: wishes, sends, notes the answer; whatever happens, sends again until there is one.

Imported by multiprocessing's fork server before any client starts, so that a new one costs a fork.
"""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanso.database.urls import Server
from tanso.interfaces.cli.with_database import set_up_django

set_up_django()

from tanso import acts as door  # noqa: E402
from tanso.acts import Act, operations  # noqa: E402
from tanso.acts.operations import Done  # noqa: E402
from tanso.acts.persistence import TryAgainError  # noqa: E402
from tanso.interfaces import connect  # noqa: E402
from tanso.kernel.outcomes import Outcome  # noqa: E402
from tanso.ledger import actions as ledger  # noqa: E402
from tanso.rulebook import Rulebook, library  # noqa: E402
from tests.faults import traps  # noqa: E402
from tests.faults.notebook import Notebook, where_it_stopped  # noqa: E402
from tests.faults.wishes import LEDGER_BATCH, SCHEME, Stage, Wish, Wishes  # noqa: E402

library().get(SCHEME)  # before the fork, because reading the rules takes longer than a client lives

_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Errand:
    """What a client is sent out with."""

    client: int
    server: Server
    stage: Stage
    seed: int
    clients: int
    notebook: Path
    acknowledges_early: bool = False


def run(errand: Errand, trap: ctypes.c_int, last_call: ctypes.c_int) -> None:
    """Live until the last call, beginning with the wish that an earlier life of this client got no answer to."""
    logging.disable()  # that an event waits in the outbox is no news here
    connect.use(errand.server)
    offer_ledger_batches()
    wishes = Wishes(errand.seed, errand.clients, errand.stage)
    number, answered = where_it_stopped(errand.notebook)
    notebook = Notebook(errand.notebook)
    sending: list[Wish] = []
    traps.set_into_commits(trap, before=lambda: _too_early(notebook, sending) if errand.acknowledges_early else None)
    again = not answered
    harness = multiprocessing.parent_process()
    while harness is not None and harness.is_alive():
        if not again and last_call.value:
            return
        number = number if again else number + 1
        wish = wishes.wish(errand.client, number)
        sending[:] = [wish]
        notebook.intend(number, wish.acts, again=again)
        try:
            outcomes = send(wish)
        except TryAgainError as error:
            notebook.unanswered(number, error.code)
            if error.code != "act.unanswered":
                notebook.broke(number, traceback.format_exc())
            again = True
            time.sleep(_PAUSE_S)
        except Exception:
            notebook.broke(number, traceback.format_exc())
            raise
        else:
            if not errand.acknowledges_early:
                notebook.acknowledge(number, wish.acts, outcomes)
            again = False


def _too_early(notebook: Notebook, sending: list[Wish]) -> None:
    if sending:
        wish = sending.pop()
        notebook.acknowledge_too_early(wish.number, wish.acts)


def send(wish: Wish) -> list[Outcome]:
    """Send the acts of a wish; raises TryAgainError where no answer comes."""
    if wish.how == "batch":
        return door.perform_batch(wish.acts)
    return [door.perform(act) for act in wish.acts]


def offer_ledger_batches() -> None:
    """Offer the door an operation that posts a whole batch: one act that moves much, wholly or not at all."""
    operations.register(
        operations.Operation(
            name=LEDGER_BATCH,
            required=frozenset({"orders"}),
            permission=lambda actor, act: actor.role == "system",
            facts=lambda act, rulebook: {"act": str(act.id)},
            execute=_post_batch,
        )
    )


def _post_batch(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    accounts, unit_class = ledger_only_accounts()
    orders = [
        ledger.Order(act.id, accounts[source], accounts[target], unit_class, quantity_t, act.day)
        for source, target, quantity_t in act.arguments["orders"]
    ]
    result = ledger.post_batch(orders)
    return Done(result={"postings": [posting for posting in result.posting_ids if posting is not None]})


def ledger_only_accounts() -> tuple[list[int], int]:
    """The accounts that only ledger batches touch, the issuing one first, and their unit class."""
    from tanso.ledger import queries  # noqa: PLC0415

    found = [queries.account_by_number(f"FAULTS-{number}") for number in range(5)]
    unit_class = queries.unit_class_of(scheme="faults", unit_type="F")
    assert unit_class is not None
    return [account.id for account in found if account is not None], unit_class.id
