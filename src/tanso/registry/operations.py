"""The registry's operations as the door sees them: arguments, permission, locks, facts, function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account
from tanso.parties.queries import key_of_holder
from tanso.registry import (
    actions,
    applications,
    contexts,
    delays,
    events,
    freezing,
    kinds,
    objections,
    permissions,
    reversal,
    trusting,
    units,
)
from tanso.registry.facts import Facts, owed_t, subjects
from tanso.registry.models import Obligation
from tanso.rulebook import Rulebook


def _account_locks(act: Act, *names: str) -> Iterable[str]:
    """Each account by its number, and the holder whose figures the rules read."""
    return contexts.locks_of(*[contexts.account_named(act.arguments[name]) for name in names])


def _one_account_locks(act: Act) -> Iterable[str]:
    return _account_locks(act, "account")


def _named(act: Act, name: str) -> tuple[Account, str]:
    """The account that an act names, and the key of the participant that holds it."""
    account = contexts.account_named(act.arguments[name])
    if account is None:
        raise AssertionError(f"{act.operation} was allowed without an account")
    return account, key_of_holder(account.holder_key or "")


def _apply_for_banking(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, key = _named(act, "account")
    actions.apply_for_banking(act=act, account=account)
    return Done(events=(events.BankingApplied(participant=key, account=account.number),))


def _approve_banking(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, key = _named(act, "account")
    actions.approve_banking(act=act, rulebook=rulebook, account=account)
    return Done(events=(events.BankingApproved(participant=key, account=account.number),))


def _close_account(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, key = _named(act, "account")
    actions.close_account(act=act, account=account)
    return Done(events=(events.AccountClosed(participant=key, account=account.number),))


def _close_by_hand(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, key = _named(act, "account")
    actions.close_account(act=act, account=account)
    event = events.AccountClosedByHand(participant=key, account=account.number, reason=facts["reason"])
    return Done(events=(event,))


def _close_facts(act: Act, rulebook: Rulebook) -> Facts:
    return contexts.account_only(act, rulebook) | {"reason": str(act.arguments["reason"]).strip()}


def _obligation(act: Act) -> Obligation | None:
    return (
        Obligation.objects.select_related("participant")
        .filter(
            participant__scheme=act.scheme,
            participant__key=act.arguments["participant"],
            fiscal_year=act.arguments["fiscal_year"],
        )
        .first()
    )


def _obligation_missing(act: Act) -> Finding | None:
    return None if _obligation(act) else refusal("participant.unknown", participant=act.arguments["participant"])


def _obligation_locks(act: Act) -> Iterable[str]:
    return (f"participant:{act.scheme}/{act.arguments['participant']}",)


def _obligation_facts(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    obligation = _obligation(act)
    if obligation is None:
        return {}
    account = ledger.account_by_id(obligation.account_id)
    if account is None:
        raise AssertionError("an obligation has an account")
    subject = subjects([account])[account.id]
    return subject.named("account") | {"holdings": subject.holdings_facts}


def _state_compliance(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    obligation = _obligation(act)
    if obligation is None:
        raise AssertionError("a status is stated for an obligation")
    status = str(rulebook.derive("compliance", facts))
    actions.state_compliance(
        act=act,
        obligation=obligation,
        status=status,
        emissions_t=owed_t(rulebook, facts),
        surrendered_t=facts["account.holder.surrendered_t"],
    )
    event = events.ComplianceStated(
        participant=obligation.participant.key, account=str(facts["account.number"]), status=status
    )
    return Done(result={"status": status}, events=(event,))


_OF_UNITS = frozenset({"account", "unit", "quantity_t"})
_OF_ACCOUNT = frozenset({"account"})

# What holders do with their units.
_BY_HOLDERS = (
    Operation(
        name="transfer",
        required=frozenset({"from", "to", "unit", "quantity_t"}),
        # `delayed` names the transfer that waited and that is to be carried out now, by time alone.
        optional=frozenset({"price_yen", "kind", delays.DELAYED}),
        locks=units.locks,
        batch=units.UnitsWork,
    ),
    Operation(name="surrender", required=_OF_UNITS, locks=units.locks, batch=units.UnitsWork),
    Operation(
        name="cancel",
        required=_OF_UNITS | {"purpose"},
        optional=frozenset({"statement"}),
        locks=units.locks,
        batch=units.UnitsWork,
    ),
    Operation(
        name="apply_for_banking",
        required=_OF_ACCOUNT,
        permission=permissions.holder_of_account,
        locks=_one_account_locks,
        facts=contexts.account_only,
        execute=_apply_for_banking,
    ),
)

# What the authority does.
_BY_AUTHORITY = (
    Operation(
        name="issue",
        required=frozenset({"account", "unit"}),
        optional=frozenset({"quantity_t", "evidence", "application", "fiscal_year"}),
        locks=units.locks,
        batch=units.UnitsWork,
    ),
    Operation(
        name="approve_banking",
        required=_OF_ACCOUNT,
        permission=permissions.administrator,
        locks=_one_account_locks,
        facts=contexts.account_only,
        execute=_approve_banking,
    ),
    Operation(
        name="close_empty_account",
        required=_OF_ACCOUNT | {"reason"},
        permission=permissions.administrator,
        locks=_one_account_locks,
        facts=_close_facts,
        execute=_close_by_hand,
    ),
)

# What falls due by itself.
_BY_TIME = (
    Operation(
        name="close_account",
        required=_OF_ACCOUNT,
        permission=permissions.system,
        locks=_one_account_locks,
        facts=contexts.account_only,
        execute=_close_account,
    ),
    Operation(
        name="state_compliance",
        required=frozenset({"participant", "fiscal_year"}),
        # Which additional obligation the statement is about, where it is not that of the deadline.
        optional=frozenset({"additional"}),
        permission=permissions.system,
        missing=_obligation_missing,
        locks=_obligation_locks,
        facts=_obligation_facts,
        execute=_state_compliance,
    ),
)


def register_operations() -> None:
    """Offer the registry's operations to the door; called once at start."""
    for operation in (
        *_BY_HOLDERS,
        *_BY_AUTHORITY,
        *_BY_TIME,
        *applications.OPERATIONS,
        *delays.OPERATIONS,
        *freezing.OPERATIONS,
        *kinds.OPERATIONS,
        *objections.OPERATIONS,
        *reversal.OPERATIONS,
        *trusting.OPERATIONS,
    ):
        operations.register(operation)
