"""The administrator records of which kind transfers are: beforehand, of transfers to come, or afterwards, of one.

Beforehand, so that the rules know of it when the transfer is asked for; afterwards for the statistics alone: no record
makes a transfer allowed that was refused. Both are only added to, and the latest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tanso.acts import rulebooks
from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import read_quantity
from tanso.kernel.serials import printed
from tanso.ledger import postings
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account, JournalEntry
from tanso.parties.queries import key_of_holder
from tanso.registry import contexts, events, permissions
from tanso.registry.facts import Facts, quantity_facts, subjects
from tanso.registry.models import TransferKind, TransferPermit
from tanso.registry.reversal import made_by
from tanso.registry.unit_names import known_unit
from tanso.rulebook import Rulebook

# -- beforehand -------------------------------------------------------------------------------------------------------


def _parties(act: Act) -> dict[str, Account | None]:
    return {name: contexts.account_named(act.arguments[name]) for name in ("from", "to")}


def _permit_locks(act: Act) -> Iterable[str]:
    """The accounts, so that no transfer between them is decided meanwhile."""
    return contexts.locks_of(*_parties(act).values())


def _permit_missing(act: Act) -> Finding | None:
    written = str(act.arguments["unit"])
    known = known_unit(rulebooks.current(act.scheme), written)
    return refusal("unit.unknown", unit=written[:40]) if known is None else None


def _permit_facts(act: Act, rulebook: Rulebook) -> Facts:
    given = act.arguments
    facts: Facts = {
        "reason": str(given["reason"]).strip(),
        "transfer.kind": str(given["kind"]),
        "transfer.kind_is_stated": True,
        "transfer.last_day": date.fromisoformat(given["last_day"]),
    }
    found = _parties(act)
    known = subjects([account for account in found.values() if account is not None])
    for name, account in found.items():
        facts[f"{name}.number"] = str(given[name])
        if account is not None:
            facts |= known[account.id].named(name)
    return facts | quantity_facts(read_quantity(given["quantity_t"]))


def _permit(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = _parties(act)
    source, target = found["from"], found["to"]
    unit = known_unit(rulebook, str(act.arguments["unit"]))
    if source is None or target is None or unit is None:
        raise AssertionError("a record was allowed without its accounts or its unit")
    last_day = facts["transfer.last_day"]
    TransferPermit.objects.create(
        scheme=act.scheme,
        from_account_id=source.id,
        to_account_id=target.id,
        unit=str(unit),
        kind=facts["transfer.kind"],
        quantity_t=facts["quantity.t"],
        last_day=last_day,
        reason=facts["reason"],
        recorded_on=act.day,
        act_id=act.id,
    )
    told = [
        events.TransferKindPermitted(
            participant=key_of_holder(account.holder_key or ""),
            account=account.number,
            counterparty_account=other.number,
            unit=str(unit),
            quantity_t=facts["quantity.t"],
            transfer_kind=facts["transfer.kind"],
            last_day=last_day.isoformat(),
            reason=facts["reason"],
        )
        for account, other in ((source, target), (target, source))
    ]
    return Done(result={"kind": facts["transfer.kind"]}, events=tuple(told))


# -- afterwards -------------------------------------------------------------------------------------------------------


def _found(act: Act) -> JournalEntry | None:
    """The posting that the act names, where it is one between accounts of the act's scheme."""
    entry = postings.posting(int(act.arguments["posting"]))
    if entry is None:
        return None
    sides = ledger.accounts([entry.posting.from_account_id, entry.posting.to_account_id])
    return entry if act.scheme in {side.scheme for side in sides.values()} else None


def _record_locks(act: Act) -> Iterable[str]:
    return [f"posting:{int(act.arguments['posting'])}"]


def _record_facts(act: Act, rulebook: Rulebook) -> Facts:
    facts: Facts = {
        "posting.id": int(act.arguments["posting"]),
        "reason": str(act.arguments["reason"]).strip(),
        "transfer.kind": str(act.arguments["kind"]),
        "transfer.kind_is_stated": True,
    }
    entry = _found(act)
    if entry is None:
        return facts
    return facts | {
        "posting.exists": True,
        "posting.operation": made_by(entry),
        "posting.is_reversed": postings.reversal_of(entry.posting.id) is not None,
    }


def _record(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    entry = _found(act)
    if entry is None:
        raise AssertionError("a record was allowed without a posting")
    posting = entry.posting
    TransferKind.objects.create(
        journal_id=posting.id,
        kind=facts["transfer.kind"],
        reason=facts["reason"],
        recorded_on=act.day,
        act_id=act.id,
    )
    sides = ledger.accounts([posting.from_account_id, posting.to_account_id])
    told = [
        events.TransferKindRecorded(
            participant=key_of_holder(side.holder_key),
            account=side.number,
            unit=str(rulebook.unit_name(entry.unit_class.unit_type, entry.unit_class.phase)),
            quantity_t=posting.quantity_t,
            serials=printed(posting.serials),
            posting=posting.id,
            transfer_kind=facts["transfer.kind"],
            reason=facts["reason"],
        )
        for side in (sides[posting.from_account_id], sides[posting.to_account_id])
        if side.holder_key is not None
    ]
    return Done(result={"kind": facts["transfer.kind"]}, events=tuple(told))


OPERATIONS = (
    Operation(
        name="permit_transfer_kind",
        required=frozenset({"from", "to", "unit", "quantity_t", "kind", "last_day", "reason"}),
        permission=permissions.administrator,
        missing=_permit_missing,
        locks=_permit_locks,
        facts=_permit_facts,
        execute=_permit,
    ),
    Operation(
        name="record_transfer_kind",
        required=frozenset({"posting", "kind", "reason"}),
        permission=permissions.administrator,
        locks=_record_locks,
        facts=_record_facts,
        execute=_record,
    ),
)
