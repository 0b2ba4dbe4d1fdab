"""Transfers that are carried out on a later day than they are allowed: their units are reserved and may be freed again.

A transfer that waits is a row, no posting. On its day time itself asks for the same transfer once more (`transfer` with
`delayed`), the rules decide on what is so then, and the units move; where the rules refuse it, `drop_transfer` frees
them and tells why. Until then the holder or the administrator aborts it. Whoever changes its state has locked the
account that the units leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tanso.acts import queries as acts
from tanso.acts.act import Act, Actor
from tanso.acts.operations import Done, Operation
from tanso.acts.passing import DatedItem
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account
from tanso.parties.permissions import is_administrator
from tanso.parties.queries import key_of_holder
from tanso.registry import contexts, events, permissions
from tanso.registry.facts import Facts
from tanso.registry.models import ABORTED, EXECUTED, REFUSED, WAITING, PendingTransfer, PendingTransferStep
from tanso.rulebook import Rulebook

# The argument by which time asks for a transfer that waited, and the rows that it was asked by.
DELAYED = "delayed"


def pending(scheme: str, number: int) -> PendingTransfer | None:
    """The delayed transfer with this number, or None where the scheme has none."""
    return PendingTransfer.objects.filter(scheme=scheme, id=number).first()


def by_number(scheme: str, numbers: Iterable[int]) -> dict[int, PendingTransfer]:
    """Those of the delayed transfers that the scheme has, by number, in one query where any are asked for."""
    wanted = list(numbers)
    return {row.id: row for row in PendingTransfer.objects.filter(scheme=scheme, id__in=wanted)} if wanted else {}


def made_by(act_id: UUID) -> PendingTransfer | None:
    """What an allowed transfer left waiting, whatever became of it; None where its units moved at once."""
    return PendingTransfer.objects.filter(act_id=act_id).first()


def listed(scheme: str, account_id: int | None = None, *, state: str = "") -> QuerySet[PendingTransfer]:
    """Delayed transfers, latest first; those that leave one account, and in one state, where asked."""
    rows = PendingTransfer.objects.filter(scheme=scheme)
    if account_id is not None:
        rows = rows.filter(from_account_id=account_id)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-id")


def unit_of(row: PendingTransfer) -> UnitName:
    """The unit that waits."""
    return UnitName(row.unit_type, row.unit_phase)


# -- on their way -----------------------------------------------------------------------------------------------------


def settle(row_ids: Sequence[tuple[int, Act]], state: str, note: str = "") -> None:
    """Say what became of transfers that waited, and by which act."""
    PendingTransferStep.objects.bulk_create(
        [
            PendingTransferStep(
                transfer_id=row_id,
                to_state=state,
                act_id=act.id,
                actor_login=act.actor.login,
                actor_role=act.actor.role,
                day=act.day,
                note=note,
            )
            for row_id, act in row_ids
        ]
    )
    if row_ids:
        PendingTransfer.objects.filter(id__in=[row_id for row_id, _ in row_ids]).update(state=state)


def settle_executed(executed: Sequence[tuple[int, Act]]) -> None:
    """The units of these have moved."""
    settle(executed, EXECUTED)


def due(scheme: str, after: date, upto: date) -> Iterator[DatedItem]:
    """Each transfer whose day comes after one day and by the other: carried out, or dropped where the rules refuse."""
    rows = list(
        PendingTransfer.objects.filter(
            scheme=scheme, state=WAITING, executes_on__gt=after, executes_on__lte=upto
        ).order_by("executes_on", "id")
    )
    allowed = acts.acts_by_id([row.act_id for row in rows])
    for row in rows:
        yield DatedItem(
            day=row.executes_on,
            operation="transfer",
            arguments={**allowed[row.act_id].arguments, DELAYED: row.id},
            otherwise=("drop_transfer", {"transfer": row.id}),
        )


# -- ended before -----------------------------------------------------------------------------------------------------


def _found(act: Act) -> PendingTransfer | None:
    """The transfer that the act names; for a holder, another's is as one that is not there."""
    row = pending(act.scheme, int(act.arguments["transfer"]))
    if row is None or act.actor.role != "participant":
        return row
    account = ledger.account_by_id(row.from_account_id)
    return row if permissions.acts_for_holder(act.actor, act.scheme, account) else None


def _may_abort(actor: Actor, act: Act) -> bool:
    """The administrator, and whoever may dispose of some account."""
    return is_administrator(actor) or permissions.acts_for_holder(actor, act.scheme, None)


def _locks(act: Act) -> Iterable[str]:
    row = _found(act)
    return () if row is None else contexts.locks_of(ledger.account_by_id(row.from_account_id))


def facts_of(row: PendingTransfer | None, number: int) -> Facts:
    """What rules may ask about a transfer that waits."""
    if row is None:
        return {"pending.id": number}
    return {
        "pending.id": row.id,
        "pending.exists": True,
        "pending.is_waiting": row.state == WAITING,
        "pending.executes_on": row.executes_on,
    }


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    reason = {"reason": str(act.arguments["reason"]).strip()} if "reason" in act.arguments else {}
    return reason | facts_of(_found(act), int(act.arguments["transfer"]))


def _told(row: PendingTransfer, rulebook: Rulebook) -> dict[str, Any]:
    """What every event about a transfer that waits says of it."""
    sides = ledger.accounts([row.from_account_id, row.to_account_id])
    return told(row, sides[row.from_account_id], sides[row.to_account_id])


def told(row: PendingTransfer, source: Account, target: Account) -> dict[str, Any]:
    """The same, between accounts that are known already."""
    return {
        "participant": key_of_holder(source.holder_key or ""),
        "account": source.number,
        "transfer": row.id,
        "counterparty_account": target.number,
        "unit": str(unit_of(row)),
        "quantity_t": row.quantity_t,
        "execution_day": row.executes_on.isoformat(),
    }


def _waiting(act: Act) -> PendingTransfer:
    row = _found(act)
    if row is None:
        raise AssertionError(f"{act.operation} was allowed without a transfer that waits")
    return row


def _abort(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    row = _waiting(act)
    settle([(row.id, act)], ABORTED, facts["reason"])
    event = events.TransferAborted(**_told(row, rulebook), reason=facts["reason"])
    return Done(result={"aborted_t": row.quantity_t}, events=(event,))


def _drop(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """End a transfer that the rules refused on its day; one that was settled all the same stays as it is."""
    row = _waiting(act)
    if row.state != WAITING:
        return Done(result={"dropped_t": 0})
    refused = acts.acts_by_id([UUID(act.arguments["refused"])])[UUID(act.arguments["refused"])]
    messages = [finding["message"] for finding in refused.findings]
    ja, en = "".join(one["ja"] for one in messages), " ".join(one["en"] for one in messages)
    settle([(row.id, act)], REFUSED, ja)
    event = events.TransferDropped(**_told(row, rulebook), reason_ja=ja, reason_en=en)
    return Done(result={"dropped_t": row.quantity_t}, events=(event,))


OPERATIONS = (
    Operation(
        name="abort_transfer",
        required=frozenset({"transfer", "reason"}),
        permission=_may_abort,
        locks=_locks,
        facts=_facts,
        execute=_abort,
    ),
    Operation(
        name="drop_transfer",
        required=frozenset({"transfer", "refused"}),
        permission=permissions.system,
        locks=_locks,
        facts=_facts,
        execute=_drop,
    ),
)
