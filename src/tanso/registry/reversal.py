"""Correcting a posting by another one: the very serials go back, and the new posting names the old one.

Nothing that was recorded changes. Which operations may be reversed, and by which clause, is the scheme's
(`operations.<name>.reversible` in scheme.yaml); everything else that stands against it are checks of schemes/common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tanso.acts import queries as acts
from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.acts.operations import Done, Operation
from tanso.kernel.serials import SerialRange, printed
from tanso.ledger import actions as ledger
from tanso.ledger import postings
from tanso.ledger import queries as ledger_queries
from tanso.ledger.records import Account, JournalEntry
from tanso.parties.queries import key_of_holder
from tanso.registry import actions, contexts, events, permissions
from tanso.registry.facts import Facts, owed_t, subjects
from tanso.registry.models import Surrender
from tanso.rulebook import Rulebook


def _found(act: Act) -> JournalEntry | None:
    """The posting that the act names, where both its accounts are of the act's scheme.

    What went to an account of another scheme is there; it comes back by a transfer that both schemes decide about.
    """
    entry = postings.posting(int(act.arguments["posting"]))
    if entry is None or any(account.scheme != act.scheme for account in _parties(entry)):
        return None
    return entry


def _parties(entry: JournalEntry) -> tuple[Account, Account]:
    """The account that units went to, which gives them back, and the one that they came from."""
    found = ledger_queries.accounts([entry.posting.to_account_id, entry.posting.from_account_id])
    return found[entry.posting.to_account_id], found[entry.posting.from_account_id]


def _locks(act: Act) -> Iterable[str]:
    entry = _found(act)
    if entry is None:
        return ()
    return [f"posting:{entry.posting.id}", *contexts.locks_of(*_parties(entry))]


def _valid_day(act: Act) -> date:
    written = act.arguments.get("valid_day")
    return date.fromisoformat(written) if written else act.day


def made_by(entry: JournalEntry) -> str:
    """The operation whose act made the posting; "" where no act is recorded."""
    record = acts.acts_by_id([entry.posting.act_id]).get(entry.posting.act_id)
    return "" if record is None else record.operation


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    facts: Facts = {
        "posting.id": int(act.arguments["posting"]),
        "reason": str(act.arguments["reason"]).strip(),
        "reversal.day": _valid_day(act),
    }
    entry = _found(act)
    if entry is None:
        return facts
    giving, receiving = _parties(entry)
    known = subjects([giving, receiving], with_serials=True)
    operation = made_by(entry)
    rule = rulebook.operations.get(operation)
    of_class = [row for row in known[giving.id].holdings if row.unit_class.id == entry.unit_class.id]
    held = [serials for holding in of_class for serials in holding.serials]
    return (
        facts
        | known[giving.id].named("from")
        | known[receiving.id].named("to")
        | known[giving.id].named("account")
        | {
            "posting.exists": True,
            "posting.operation": operation,
            "posting.is_reversible": rule is not None and rule.reversal_clause is not None,
            "posting.is_reversed": postings.reversal_of(entry.posting.id) is not None,
            # What waits for a transfer is spoken for.
            "posting.units_are_there": _are_all_in(entry.posting.serials, held)
            and sum(map(known[giving.id].free_t, of_class)) >= entry.posting.quantity_t,
            "reversal.first_day": postings.there_since(entry),
        }
    )


def _are_all_in(wanted: Iterable[SerialRange], held: Iterable[SerialRange]) -> bool:
    """Whether every serial that is wanted is among those held."""
    ranges = sorted(held, key=lambda part: part.start)
    for part in wanted:
        reached = part.start
        for serials in ranges:
            if serials.start <= reached < serials.end:
                reached = serials.end
        if reached < part.end:
            return False
    return True


def _reverse(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    entry = _found(act)
    if entry is None:
        raise AssertionError("a reversal was allowed without a posting")
    giving, receiving = _parties(entry)
    operation = made_by(entry)
    clause = str(act.arguments.get("clause") or rulebook.operations[operation].reversal_clause)
    valid_day = _valid_day(act)
    posting = ledger.reverse(act_id=act.id, posting_id=entry.posting.id, day=valid_day)
    serials = printed(posting.serials)
    told = [
        events.PostingReversed(
            participant=key_of_holder(account.holder_key),
            account=account.number,
            unit=str(rulebook.unit_name(entry.unit_class.unit_type, entry.unit_class.phase)),
            quantity_t=entry.posting.quantity_t,
            serials=serials,
            posting=entry.posting.id,
            operation=operation,
            reason=facts["reason"],
            clause=clause,
            valid_day=valid_day.isoformat(),
        )
        for account in (receiving, giving)
        if account.holder_key is not None
    ]
    result = {
        "reverses": entry.posting.id,
        "reversed_t": entry.posting.quantity_t,
        "serials": serials,
        "clause": clause,
    }
    return Done(result=result, events=(*told, *_state_anew(act, rulebook, entry, receiving)))


def _state_anew(act: Act, rulebook: Rulebook, entry: JournalEntry, account: Account) -> tuple[Event, ...]:
    """Where a surrender counts no more and a status was stated by it, state beside that one what holds now."""
    surrender = Surrender.objects.select_related("obligation__participant").filter(journal_id=entry.posting.id).first()
    if surrender is None:
        return ()
    latest = surrender.obligation.statements.order_by("-id").first()
    subject = subjects([account])[account.id]
    facts = subject.named("account") | {"holdings": subject.holdings_facts, "day": act.day}
    status = None if latest is None else rulebook.derive("compliance", facts)
    if latest is None or status is None or str(status) == latest.status:
        return ()
    actions.state_compliance(
        act=act,
        obligation=surrender.obligation,
        status=str(status),
        emissions_t=owed_t(rulebook, facts),
        surrendered_t=facts["account.holder.surrendered_t"],
    )
    participant = surrender.obligation.participant.key
    return (events.ComplianceStated(participant=participant, account=account.number, status=str(status)),)


OPERATIONS = (
    Operation(
        name="reverse",
        required=frozenset({"posting", "reason"}),
        optional=frozenset({"clause", "valid_day"}),
        permission=permissions.administrator,
        locks=_locks,
        facts=_facts,
        execute=_reverse,
    ),
)
