"""Freezing accounts, as a whole or for single operations, with a reason and a term; and what ends it.

Frozen as a whole, the database refuses every posting; single operations are refused by the rules
(`account.restricted`). The term ends at the start of its day, by an act of time itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.ledger import actions as ledger
from tanso.ledger.records import Account
from tanso.parties.queries import key_of_holder
from tanso.registry import contexts, events, permissions
from tanso.registry.facts import Facts
from tanso.rulebook import Rulebook


def _locks(act: Act) -> Iterable[str]:
    return contexts.locks_of(contexts.account_named(act.arguments["account"]))


def _freeze_facts(act: Act, rulebook: Rulebook) -> Facts:
    facts = contexts.account_only(act, rulebook) | {
        "reason": str(act.arguments["reason"]).strip(),
        "freeze.operations": list(act.arguments.get("operations") or ()),
    }
    until = _until(act)
    if until is None:
        return facts
    return facts | {"freeze.has_end": True, "freeze.end": until, "freeze.days": (until - act.day).days}


def _unfreeze_facts(act: Act, rulebook: Rulebook) -> Facts:
    return contexts.account_only(act, rulebook) | {"reason": str(act.arguments["reason"]).strip()}


def _until(act: Act) -> date | None:
    written = act.arguments.get("until")
    return date.fromisoformat(written) if written else None


def _account(act: Act) -> Account:
    account = contexts.account_named(act.arguments["account"])
    if account is None:
        raise AssertionError(f"{act.operation} was allowed without an account")
    return account


def _freeze(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, operations, until = _account(act), sorted(set(facts["freeze.operations"])), _until(act)
    status = "open" if operations else "frozen"
    if (account.status, account.restricted, account.reason, account.until) == (
        status,
        tuple(operations),
        facts["reason"],
        until,
    ):  # two administrators had the same thought; the ledger's history takes only what is new
        return Done(result={"account_status": status})
    ledger.freeze(
        act_id=act.id, account=account, day=act.day, reason=facts["reason"], operations=operations, until=until
    )
    event = events.AccountFrozen(
        participant=key_of_holder(account.holder_key or ""),
        account=account.number,
        operations=operations,
        reason=facts["reason"],
        until=None if until is None else until.isoformat(),
    )
    return Done(result={"account_status": status}, events=(event,))


def _unfreeze(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    return _let_go(act, _account(act), facts["reason"])


def _end(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """End a freezing whose day has come, unless it was ended or made longer meanwhile."""
    account = _account(act)
    if account.until is None or account.until > act.day:
        return Done(result={"account_status": account.status})
    return _let_go(act, account, account.reason)


def _let_go(act: Act, account: Account, reason: str) -> Done:
    freed = ledger.unfreeze(act_id=act.id, account=account, day=act.day, reason=reason)
    event = events.AccountUnfrozen(
        participant=key_of_holder(account.holder_key or ""), account=account.number, reason=reason
    )
    return Done(result={"account_status": freed.status}, events=(event,))


OPERATIONS = (
    Operation(
        name="freeze_account",
        required=frozenset({"account", "reason"}),
        optional=frozenset({"operations", "until"}),
        permission=permissions.administrator_or_system,
        locks=_locks,
        facts=_freeze_facts,
        execute=_freeze,
    ),
    Operation(
        name="unfreeze_account",
        required=frozenset({"account", "reason"}),
        permission=permissions.administrator,
        locks=_locks,
        facts=_unfreeze_facts,
        execute=_unfreeze,
    ),
    Operation(
        name="end_freeze",
        required=frozenset({"account"}),
        permission=permissions.system,
        locks=_locks,
        facts=contexts.account_only,
        execute=_end,
    ),
)
