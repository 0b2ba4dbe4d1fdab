"""Writes of the registry: open accounts, issue, transfer, surrender, cancel, bank, close, state compliance.

Each function is called by the door once the rulebook has allowed the act; none asks a rule itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.ledger import actions as ledger
from tanso.ledger import queries as ledger_queries
from tanso.ledger.records import Account, Opening
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
    there = ledger_queries.numbers_taken([reserved.number for reserved in rulebook.reserved.values()])
    for reserved in rulebook.reserved.values():
        if reserved.number not in there:
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


def open_accounts(
    registered: Sequence[tuple[Act, ParticipantRegistered]], rulebook: Rulebook
) -> list[tuple[Event, ...]]:
    """Open the account that each new participant's kind has, and its obligation where its kind has a phase."""
    opening = [(act, event) for act, event in registered if rulebook.participant_kinds[event.kind].account_kind]
    if not opening:
        return [() for _ in registered]
    open_reserved_accounts(act=opening[0][0], rulebook=rulebook)
    accounts = ledger.open_accounts(
        [
            Opening(
                act.id,
                act.scheme,
                rulebook.number_format,
                rulebook.first_number,
                str(rulebook.participant_kinds[event.kind].account_kind),
                f"{act.scheme}/{event.participant}",
                act.day,
            )
            for act, event in opening
        ]
    )
    opened = {event.participant: account for (_, event), account in zip(opening, accounts, strict=True)}
    _owe(rulebook, [event for _, event in opening], opened)
    return [
        (events.AccountOpened(participant=event.participant, account=opened[event.participant].number),)
        if event.participant in opened
        else ()
        for _, event in registered
    ]


def _owe(rulebook: Rulebook, registered: Sequence[ParticipantRegistered], opened: Mapping[str, Account]) -> None:
    """Give each of the participants whose kind has a phase its obligation."""
    keys = [event.participant for event in registered if rulebook.participant_kinds[event.kind].has_phase]
    participants = parties.registered(rulebook.scheme, keys)
    Obligation.objects.bulk_create(
        [
            Obligation(
                participant_id=participants[key].id,
                phase=phase,
                fiscal_year=rulebook.phases[phase].target_fy,
                account_id=opened[key].id,
            )
            for key in keys
            if (phase := participants[key].phase) is not None
        ]
    )


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
