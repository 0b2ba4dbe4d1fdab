"""The ledger's own act at the door: a check reports what it found, so that it is on record and people are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act, Actor
from tanso.acts.operations import Done, Operation
from tanso.ledger.events import LedgerDiffers
from tanso.rulebook import Rulebook

REPORT_DIFFERENCES = "report_differences"


def _by_the_system(actor: Actor, act: Act) -> bool:
    return actor.role == "system"


def _report(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    event = LedgerDiffers(
        count=act.arguments["count"],
        differences=act.arguments["differences"],
        not_frozen=act.arguments["not_frozen"],
    )
    return Done(result={"count": event.count}, events=(event,))


def register_operations() -> None:
    """Offer the ledger's operation to the door; called once at start."""
    operations.register(
        Operation(
            name=REPORT_DIFFERENCES,
            required=frozenset({"differences", "count", "not_frozen"}),
            permission=_by_the_system,
            execute=_report,
        )
    )
