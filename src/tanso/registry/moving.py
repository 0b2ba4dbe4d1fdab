"""Units on their way to the ledger and what is written of them: postings, evidence, surrenders, events.

The other half of `units`, which decides: here everything is allowed already, and written for many acts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from tanso.acts.act import Act
from tanso.acts.operations import Done
from tanso.kernel.serials import SerialRange, printed
from tanso.kernel.units import UnitName
from tanso.ledger import actions as ledger
from tanso.ledger.records import Order
from tanso.registry import delays, events
from tanso.registry.desk import Holder, Place
from tanso.registry.evidence import Evidence
from tanso.registry.models import EvidenceUse, PendingTransfer, Surrender
from tanso.registry.terms import Terms, told


class Moved(NamedTuple):
    """A posting as the ledger made it."""

    posting_id: int
    serials: tuple[SerialRange, ...]


@dataclass(slots=True)
class Move:
    """An allowed act on its way to the ledger."""

    act: Act
    place: Place
    source: Place
    target: Place
    unit: UnitName
    quantity_t: int
    # What the holder had surrendered before.
    before_t: int = 0
    # What was said of a transfer besides.
    terms: Terms | None = None
    # The later day on which a transfer is carried out, where it waits; or the one that waited and is carried out now.
    executes_on: date | None = None
    waited: int | None = None
    # On what units are issued where the rules do not say how many.
    evidence: Evidence | None = None


def put_off(moves: Sequence[tuple[Move, str, date]]) -> dict[UUID, Done]:
    """Have transfers wait for their day, each with the scheme whose unit it moves; what came of each, by act."""
    rows = PendingTransfer.objects.bulk_create(
        [
            PendingTransfer(
                scheme=move.act.scheme,
                from_account_id=move.source.account.id,
                to_account_id=move.target.account.id,
                unit_scheme=unit_scheme,
                unit_type=move.unit.type,
                unit_phase=move.unit.phase,
                quantity_t=move.quantity_t,
                proposed_on=move.act.day,
                executes_on=executes_on,
                act_id=move.act.id,
            )
            for move, unit_scheme, executes_on in moves
        ]
    )
    return {move.act.id: _delayed(move, row) for (move, _, _), row in zip(moves, rows, strict=True)}


def _delayed(move: Move, row: PendingTransfer) -> Done:
    event = events.TransferDelayed(
        **delays.told(row, move.source.account, move.target.account), login=move.act.actor.login
    )
    result = {"delayed_t": move.quantity_t, "executes_on": row.executes_on.isoformat(), "waiting": row.id}
    return Done(result=result, events=(event,))


def holder_of(move: Move) -> Holder:
    """The participant behind the account that the act is about."""
    if move.place.holder is None:
        raise AssertionError(f"{move.act.operation} was allowed for an account without a holder")
    return move.place.holder


def post(moves: Sequence[Move], classes: dict[UnitName, int]) -> list[Moved]:
    """Have the ledger move the units, in order. What it refuses, the rules should have refused: that is an error."""
    if len(moves) == 1:
        (move,) = moves
        posting = ledger.post(
            act_id=move.act.id,
            from_account=move.source.account.id,
            to_account=move.target.account.id,
            unit_class=classes[move.unit],
            quantity_t=move.quantity_t,
            day=move.act.day,
        )
        return [Moved(posting.id, posting.serials)]
    result = ledger.post_batch(
        [
            Order(
                move.act.id,
                move.source.account.id,
                move.target.account.id,
                classes[move.unit],
                move.quantity_t,
                move.act.day,
            )
            for move in moves
        ],
        with_serials=True,
    )
    for error in result.refusals.values():
        raise error
    return [
        Moved(posting_id, serials)
        for posting_id, serials in zip(result.posting_ids, result.serials or (), strict=True)
        if posting_id is not None and serials is not None
    ]


def write_evidence(moves: Sequence[Move]) -> None:
    """Keep each reference on which units were issued, so that it serves once."""
    EvidenceUse.objects.bulk_create(
        [
            EvidenceUse(
                scheme=move.act.scheme,
                reference=move.evidence.key,
                kind=move.evidence.kind,
                as_given=move.evidence.reference,
                act_id=move.act.id,
            )
            for move in moves
            if move.evidence is not None
        ]
    )


def write_surrenders(moves: Sequence[Move], moved: Sequence[Moved]) -> None:
    """Say of each surrender which obligation it serves: that of its holder and account."""
    served = [
        (move, came.posting_id) for move, came in zip(moves, moved, strict=True) if move.act.operation == "surrender"
    ]
    if not served:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT participant_id, account_id, id FROM registry_obligation WHERE participant_id = ANY(%s)",
            [[holder_of(move).id for move, _ in served]],
        )
        obligations = {(participant, account): row for participant, account, row in cursor.fetchall()}
    Surrender.objects.bulk_create(
        [
            Surrender(
                obligation_id=obligations[holder_of(move).id, move.place.account.id],
                journal_id=posting_id,
                act_id=move.act.id,
            )
            for move, posting_id in served
        ]
    )


# -- what came of it ----------------------------------------------------------------------------------------------


def _issued(move: Move, serials: str) -> Done:
    event = events.UnitsIssued(
        participant=move.place.key,
        account=move.place.account.number,
        unit=str(move.unit),
        quantity_t=move.quantity_t,
        serials=serials,
    )
    return Done(result={"issued_t": move.quantity_t, "serials": serials}, events=(event,))


def _transferred(move: Move, serials: str) -> Done:
    source, target = move.source, move.target
    moved: dict[str, Any] = {"unit": str(move.unit), "quantity_t": move.quantity_t, "serials": serials}
    moved |= told(move.terms)
    sent = events.TransferSent(
        participant=source.key,
        account=source.account.number,
        counterparty_account=target.account.number,
        counterparty=target.key,
        **moved,
    )
    received = events.TransferReceived(
        participant=target.key,
        account=target.account.number,
        counterparty_account=source.account.number,
        counterparty=source.key,
        **moved,
    )
    result = {"transferred_t": move.quantity_t, "serials": serials}
    if source.account.scheme == target.account.scheme:
        return Done(result=result, events=(sent, received))
    arrived = Done(result={"received_t": move.quantity_t, "serials": serials}, events=(received,))
    return Done(result=result, events=(sent,), elsewhere=arrived)


def _surrendered(move: Move, serials: str) -> Done:
    event = events.UnitsSurrendered(
        participant=move.place.key,
        account=move.place.account.number,
        unit=str(move.unit),
        quantity_t=move.quantity_t,
        serials=serials,
        surrendered_t=move.before_t + move.quantity_t,
    )
    return Done(result={"surrendered_t": move.quantity_t, "serials": serials}, events=(event,))


def _cancelled(move: Move, serials: str) -> Done:
    event = events.UnitsCancelled(
        participant=move.place.key,
        account=move.place.account.number,
        unit=str(move.unit),
        quantity_t=move.quantity_t,
        serials=serials,
        purpose=move.act.arguments["purpose"],
        statement=str(move.act.arguments.get("statement", "")),
    )
    return Done(result={"cancelled_t": move.quantity_t, "serials": serials}, events=(event,))


_TOLD: dict[str, Callable[[Move, str], Done]] = {
    "issue": _issued,
    "transfer": _transferred,
    "surrender": _surrendered,
    "cancel": _cancelled,
}


def done(move: Move, came: Moved) -> Done:
    """What the caller gets, and what happened, once the ledger has moved the units."""
    return _TOLD[move.act.operation](move, printed(came.serials))
