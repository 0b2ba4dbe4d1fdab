"""The registry's operations as the door sees them: arguments, permission, locks, facts, function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account
from tanso.parties import queries as parties
from tanso.parties.models import Participant
from tanso.parties.queries import key_of_holder
from tanso.registry import actions, contexts, events, freezing, permissions, reversal
from tanso.registry.facts import subjects
from tanso.registry.models import Obligation
from tanso.rulebook import Rulebook, library


def _unit_unknown(act: Act) -> Finding | None:
    """Refuse a unit that the scheme does not have, or a phase that it does not have."""
    written = str(act.arguments["unit"])
    rulebook = library().get(act.scheme)
    try:
        unit = UnitName.parse(written)
    except ValueError:
        return refusal("unit.unknown", unit=written[:40])
    known = rulebook.units.get(unit.type)
    phase_fits = known is not None and (unit.phase in rulebook.phases if known.has_phase else unit.phase is None)
    return None if phase_fits else refusal("unit.unknown", unit=written)


def _account_locks(act: Act, *names: str) -> Iterable[str]:
    """Each account by its number, and the holder whose figures the rules read."""
    return contexts.locks_of(*[contexts.account_named(act.arguments[name]) for name in names])


def _one_account_locks(act: Act) -> Iterable[str]:
    return _account_locks(act, "account")


def _two_accounts_locks(act: Act) -> Iterable[str]:
    return _account_locks(act, "from", "to")


def _issue_locks(act: Act) -> Iterable[str]:
    yield from _account_locks(act, "account")
    evidence = act.arguments.get("evidence")
    if evidence and evidence.get("reference"):
        yield f"evidence:{act.scheme}/{contexts.evidence_key(str(evidence['reference']))}"


def _named(act: Act, name: str) -> tuple[Account, str]:
    """The account that an act names, and the key of the participant that holds it."""
    account = contexts.account_named(act.arguments[name])
    if account is None:
        raise AssertionError(f"{act.operation} was allowed without an account")
    return account, key_of_holder(account.holder_key or "")


def _held(act: Act) -> tuple[Account, Participant]:
    """The account that an act names, and the participant that holds it."""
    account, _ = _named(act, "account")
    return account, parties.participants_by_holder({account.holder_key or ""})[account.holder_key or ""]


def _issue(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, participant = _held(act)
    result, event = actions.issue_units(
        act=act,
        rulebook=rulebook,
        account=account,
        participant=participant,
        unit=UnitName.parse(act.arguments["unit"]),
        quantity_t=facts["quantity.t"],
    )
    return Done(result=result, events=(event,))


def _transfer(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    (source, sender), (target, receiver) = _named(act, "from"), _named(act, "to")
    result, happened = actions.transfer_units(
        act=act,
        source=source,
        target=target,
        unit=UnitName.parse(act.arguments["unit"]),
        quantity_t=facts["quantity.t"],
        sender=sender,
        receiver=receiver,
    )
    return Done(result=result, events=happened)


def _surrender(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, participant = _held(act)
    result, event = actions.surrender_units(
        act=act,
        rulebook=rulebook,
        account=account,
        participant=participant,
        unit=UnitName.parse(act.arguments["unit"]),
        quantity_t=facts["quantity.t"],
        before_t=facts["account.holder.surrendered_t"],
    )
    return Done(result=result, events=(event,))


def _cancel(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account, key = _named(act, "account")
    result, event = actions.cancel_units(
        act=act,
        rulebook=rulebook,
        account=account,
        participant=key,
        unit=UnitName.parse(act.arguments["unit"]),
        quantity_t=facts["quantity.t"],
        purpose=act.arguments["purpose"],
    )
    return Done(result=result, events=(event,))


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
        emissions_t=facts["account.holder.target_t"] if facts["account.holder.has_target"] else None,
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
        permission=permissions.holder_of_source,
        missing=_unit_unknown,
        locks=_two_accounts_locks,
        facts=contexts.transfer,
        execute=_transfer,
    ),
    Operation(
        name="surrender",
        required=_OF_UNITS,
        permission=permissions.holder_of_account,
        missing=_unit_unknown,
        locks=_one_account_locks,
        facts=contexts.own_units,
        execute=_surrender,
    ),
    Operation(
        name="cancel",
        required=_OF_UNITS | {"purpose"},
        optional=frozenset({"statement"}),
        permission=permissions.holder_of_account,
        missing=_unit_unknown,
        locks=_one_account_locks,
        facts=contexts.own_units,
        execute=_cancel,
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
        optional=frozenset({"quantity_t", "evidence"}),
        permission=permissions.administrator,
        missing=_unit_unknown,
        locks=_issue_locks,
        facts=contexts.issue,
        execute=_issue,
    ),
    Operation(
        name="approve_banking",
        required=_OF_ACCOUNT,
        permission=permissions.administrator,
        locks=_one_account_locks,
        facts=contexts.account_only,
        execute=_approve_banking,
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
        permission=permissions.system,
        missing=_obligation_missing,
        locks=_obligation_locks,
        facts=_obligation_facts,
        execute=_state_compliance,
    ),
)


def register_operations() -> None:
    """Offer the registry's operations to the door; called once at start."""
    for operation in (*_BY_HOLDERS, *_BY_AUTHORITY, *_BY_TIME, *freezing.OPERATIONS, *reversal.OPERATIONS):
        operations.register(operation)
