"""Writes of the registry: open accounts, issue, transfer, surrender, cancel, bank, close, state compliance.

Each function is called by the door once the rulebook has allowed the act; none asks a rule itself.
"""

from __future__ import annotations

from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.ledger import actions as ledger
from tanso.ledger import queries as ledger_queries
from tanso.ledger.models import ROLE_HOLDING
from tanso.ledger.records import Account
from tanso.parties import queries as parties
from tanso.parties.events import ParticipantRegistered
from tanso.registry import events
from tanso.registry.models import (
    BankingApplication,
    ComplianceStatement,
    Obligation,
)
from tanso.rulebook import Rulebook


def open_reserved_accounts(*, act: Act, rulebook: Rulebook) -> None:
    """Open the scheme's own accounts (issuance, surrender, cancellation …) with their fixed numbers, once."""
    for reserved in rulebook.reserved.values():
        if ledger_queries.account_by_number(reserved.number) is None:
            ledger.open_account(
                act_id=act.id,
                scheme=rulebook.scheme,
                number=reserved.number,
                number_format=rulebook.number_format,
                first_number=rulebook.first_number,
                kind=reserved.kind,
                role=reserved.role,
                holder_key=None,
                day=act.day,
            )


def open_account(act: Act, rulebook: Rulebook, event: ParticipantRegistered) -> tuple[Event, ...]:
    """Open the account that a new participant's kind has, and its obligation where its kind has a phase."""
    kind = rulebook.participant_kinds[event.kind]
    if kind.account_kind is None:
        return ()
    participant = parties.participant(act.scheme, event.participant)
    if participant is None:
        raise AssertionError("the participant was registered in this transaction")
    open_reserved_accounts(act=act, rulebook=rulebook)
    account = ledger.open_account(
        act_id=act.id,
        scheme=act.scheme,
        number=None,
        number_format=rulebook.number_format,
        first_number=rulebook.first_number,
        kind=kind.account_kind,
        role=ROLE_HOLDING,
        holder_key=participant.holder_key,
        day=act.day,
    )
    if kind.has_phase and participant.phase is not None:
        Obligation.objects.create(
            participant=participant,
            phase=participant.phase,
            fiscal_year=rulebook.phases[participant.phase].target_fy,
            account_id=account.id,
        )
    return (events.AccountOpened(participant=participant.key, account=account.number),)


def apply_for_banking(*, act: Act, account: Account) -> BankingApplication:
    """Record the holder's wish to carry the account's units over."""
    return BankingApplication.objects.create(
        scheme=act.scheme, account_id=account.id, applied_on=act.day, applied_act_id=act.id
    )


def approve_banking(*, act: Act, rulebook: Rulebook, account: Account) -> None:
    """Approve the waiting application; an account whose kind changes by banking is of its new kind from this day."""
    BankingApplication.objects.filter(account_id=account.id, approved_on=None).update(
        approved_on=act.day, approved_act_id=act.id
    )
    becomes = rulebook.account_kinds[account.kind].after_banking
    if becomes is not None and becomes != account.kind:
        ledger.change_account(act_id=act.id, account=account, kind=becomes, day=act.day)


def close_account(*, act: Act, account: Account) -> None:
    """Close an account for units, for good. Logins and reports stay."""
    ledger.close_account(act_id=act.id, account=account, day=act.day)


def state_compliance(
    *, act: Act, obligation: Obligation, status: str, emissions_t: int | None, surrendered_t: int
) -> ComplianceStatement:
    """State an obligation's status as of this day. It is kept; what comes later is stated beside it."""
    return ComplianceStatement.objects.create(
        obligation=obligation,
        status=status,
        stated_on=act.day,
        emissions_t=emissions_t,
        surrendered_t=surrendered_t,
        act_id=act.id,
    )
