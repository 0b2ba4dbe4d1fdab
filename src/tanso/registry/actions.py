"""Writes of the registry: open accounts, issue, transfer, surrender, cancel, bank, close, state compliance.

Each function is called by the door once the rulebook has allowed the act; none asks a rule itself.
"""

from __future__ import annotations

from typing import Any

from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.kernel.serials import printed
from tanso.kernel.units import UnitName
from tanso.ledger import actions as ledger
from tanso.ledger import queries as ledger_queries
from tanso.ledger.models import ROLE_HOLDING
from tanso.ledger.records import Account, Posting
from tanso.parties import queries as parties
from tanso.parties.events import ParticipantRegistered
from tanso.parties.models import Participant
from tanso.registry import events
from tanso.registry.contexts import evidence_key
from tanso.registry.models import (
    Allocation,
    BankingApplication,
    ComplianceStatement,
    EvidenceUse,
    Obligation,
    Surrender,
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


def issue_units(
    *, act: Act, rulebook: Rulebook, account: Account, participant: Participant, unit: UnitName, quantity_t: int
) -> tuple[dict[str, object], events.UnitsIssued]:
    """Issue units into an account, with new serial numbers; a first allocation is remembered as such."""
    unit_class = ledger.unit_class(scheme=act.scheme, unit_type=unit.type, phase=unit.phase, origin="")
    posting = ledger.issue(
        act_id=act.id,
        from_account=_reserved(rulebook, "issuance"),
        to_account=account,
        unit_class=unit_class,
        quantity_t=quantity_t,
        day=act.day,
    )
    if rulebook.units[unit.type].quantity_from is not None:
        Allocation.objects.create(
            participant=participant, unit_class_id=unit_class.id, quantity_t=quantity_t, act_id=act.id
        )
    evidence = act.arguments.get("evidence")
    if evidence:
        EvidenceUse.objects.create(
            scheme=act.scheme,
            reference=evidence_key(evidence["reference"]),
            kind=evidence["kind"],
            as_given=evidence["reference"],
            act_id=act.id,
        )
    event = events.UnitsIssued(
        participant=participant.key,
        account=account.number,
        unit=str(unit),
        quantity_t=quantity_t,
        serials=printed(posting.serials),
    )
    return {"issued_t": quantity_t, "serials": printed(posting.serials)}, event


def transfer_units(
    *, act: Act, source: Account, target: Account, unit: UnitName, quantity_t: int, sender: str, receiver: str
) -> tuple[dict[str, object], tuple[Event, ...]]:
    """Move units from one account to another, the first acquired first."""
    unit_class = ledger.unit_class(scheme=act.scheme, unit_type=unit.type, phase=unit.phase, origin="")
    posting = ledger.post(
        act_id=act.id,
        from_account=source,
        to_account=target,
        unit_class=unit_class,
        quantity_t=quantity_t,
        day=act.day,
    )
    serials = printed(posting.serials)
    moved: dict[str, Any] = {"unit": str(unit), "quantity_t": quantity_t, "serials": serials}
    sent = events.TransferSent(
        participant=sender, account=source.number, counterparty_account=target.number, counterparty=receiver, **moved
    )
    received = events.TransferReceived(
        participant=receiver, account=target.number, counterparty_account=source.number, counterparty=sender, **moved
    )
    return {"transferred_t": quantity_t, "serials": serials}, (sent, received)


def surrender_units(
    *,
    act: Act,
    rulebook: Rulebook,
    account: Account,
    participant: Participant,
    unit: UnitName,
    quantity_t: int,
    before_t: int,
) -> tuple[dict[str, object], events.UnitsSurrendered]:
    """Move units to the surrender account for the holder's obligation; `before_t` is what was surrendered before."""
    posting = _post_to(act=act, rulebook=rulebook, role="surrender", account=account, unit=unit, quantity_t=quantity_t)
    obligation = Obligation.objects.get(participant=participant, account_id=account.id)
    Surrender.objects.create(obligation=obligation, journal_id=posting.id, act_id=act.id)
    serials = printed(posting.serials)
    event = events.UnitsSurrendered(
        participant=participant.key,
        account=account.number,
        unit=str(unit),
        quantity_t=quantity_t,
        serials=serials,
        surrendered_t=before_t + quantity_t,
    )
    return {"surrendered_t": quantity_t, "serials": serials}, event


def cancel_units(
    *, act: Act, rulebook: Rulebook, account: Account, participant: str, unit: UnitName, quantity_t: int, purpose: str
) -> tuple[dict[str, object], events.UnitsCancelled]:
    """Move units to the cancellation account of the purpose, out of the market for good."""
    posting = _post_to(
        act=act,
        rulebook=rulebook,
        role=rulebook.purposes[purpose],
        account=account,
        unit=unit,
        quantity_t=quantity_t,
    )
    serials = printed(posting.serials)
    event = events.UnitsCancelled(
        participant=participant,
        account=account.number,
        unit=str(unit),
        quantity_t=quantity_t,
        serials=serials,
        purpose=purpose,
    )
    return {"cancelled_t": quantity_t, "serials": serials}, event


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


def _reserved(rulebook: Rulebook, role: str) -> Account:
    account = ledger_queries.account_by_number(rulebook.reserved[role].number)
    if account is None:
        raise AssertionError(f"the scheme's {role} account is not open")
    return account


def _post_to(*, act: Act, rulebook: Rulebook, role: str, account: Account, unit: UnitName, quantity_t: int) -> Posting:
    unit_class = ledger.unit_class(scheme=act.scheme, unit_type=unit.type, phase=unit.phase, origin="")
    return ledger.post(
        act_id=act.id,
        from_account=account,
        to_account=_reserved(rulebook, role),
        unit_class=unit_class,
        quantity_t=quantity_t,
        day=act.day,
    )
