"""What follows where an approved figure is corrected: allocation and obligation, by postings and records of their own.

Which figure settles what is the scheme's (`reports.yaml`, `settles`). Nothing that was posted or stated is touched: the
allocation grows by another issue or shrinks by taking back what is still there; what is not, is owed. Where the
deadline has passed, what is missing becomes an additional obligation with a term of its own, and the status of the
deadline stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Sum

from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.acts.passing import DatedItem
from tanso.emissions.events import ReportApproved
from tanso.ledger import actions as ledger
from tanso.ledger import queries as ledger_queries
from tanso.ledger.records import Account, UnitClass
from tanso.registry import events
from tanso.registry.events import AccountUnfrozen
from tanso.registry.facts import Subject, subjects
from tanso.registry.models import AdditionalObligation, Allocation, AllocationChange, Obligation
from tanso.registry.queries import account_of, derivation_facts
from tanso.rulebook import Rulebook

ALLOCATION, OBLIGATION = "allocation", "obligation"
# The parameter that says how many days a holder has for an additional obligation.
TERM = "additional_obligation_days"


@dataclass(frozen=True, slots=True)
class _Corrected:
    """A corrected figure with the account of its holder, as it is after the correction."""

    act: Act
    rulebook: Rulebook
    participant: str
    account: Account

    def subject(self) -> Subject:
        return subjects([self.account])[self.account.id]

    def facts(self) -> dict[str, Any]:
        return derivation_facts(self.subject(), self.act.day)


def follow(approved: Sequence[tuple[Act, ReportApproved]], rulebook: Rulebook) -> list[tuple[Event, ...]]:
    """What each approval causes: nothing, unless it puts another figure in the place of one that counted."""
    return [_follow(act, event, rulebook) for act, event in approved]


def _follow(act: Act, event: ReportApproved, rulebook: Rulebook) -> tuple[Event, ...]:
    if event.settled_before_t is None or event.settled_before_t == event.emissions_t:
        return ()
    account = account_of(act.scheme, event.participant)
    year = rulebook.life.years[event.year]
    if account is None or year.settles is None:
        return ()
    corrected = _Corrected(act, rulebook, event.participant, account)
    if year.settles == OBLIGATION:
        return _open_additional(corrected, more_t=(event.emissions_t or 0) - event.settled_before_t)
    return _change_allocation(corrected, year.takes_back_to)


def catch_up(freed: Sequence[tuple[Act, AccountUnfrozen]], rulebook: Rulebook) -> list[tuple[Event, ...]]:
    """What an account is given on its release: what a correction added while nothing could be posted to it."""
    return [_give_what_waits(act, event, rulebook) for act, event in freed]


def _give_what_waits(act: Act, event: AccountUnfrozen, rulebook: Rulebook) -> tuple[Event, ...]:
    account = ledger_queries.account_by_number(event.account)
    allocation = _allocation(act.scheme, event.participant)
    if account is None or allocation is None or _open_t(allocation) <= 0:
        return ()
    return _settle(_Corrected(act, rulebook, event.participant, account), allocation, 0, None)


def _allocation(scheme: str, participant: str) -> Allocation | None:
    return Allocation.objects.filter(participant__scheme=scheme, participant__key=participant).first()


def _unit_class(allocation: Allocation) -> UnitClass:
    unit = ledger_queries.unit_class_by_id(allocation.unit_class_id)
    assert unit is not None  # noqa: S101 -- what was allocated is of a class
    return unit


def _open_t(allocation: Allocation) -> int:
    """What earlier corrections left unposted, t: above zero still to be issued, below zero owed by the holder."""
    sums = allocation.changes.aggregate(difference_t=Sum("difference_t"), moved_t=Sum("moved_t"))
    return (sums["difference_t"] or 0) - (sums["moved_t"] or 0)


def _change_allocation(corrected: _Corrected, takes_back_to: str | None) -> tuple[Event, ...]:
    """Let the allocation be what the rules give with the corrected figure."""
    allocation = _allocation(corrected.act.scheme, corrected.participant)
    if allocation is None:
        return ()
    unit = _unit_class(allocation)
    facts = corrected.facts() | {
        "unit.type": unit.unit_type,
        "unit.has_phase": unit.phase is not None,
        "unit.phase": unit.phase or 0,
    }
    quantity_from = corrected.rulebook.units[unit.unit_type].quantity_from
    due_t = max(0, int(corrected.rulebook.derive(quantity_from, facts) or 0)) if quantity_from else 0
    difference_t = due_t - int(facts["account.holder.issued_t"])
    return _settle(corrected, allocation, difference_t, takes_back_to) if difference_t else ()


def _settle(
    corrected: _Corrected, allocation: Allocation, difference_t: int, takes_back_to: str | None
) -> tuple[Event, ...]:
    """Issue what the holder should have had besides, or take back what it should not have had.

    What earlier corrections left open is settled first: units owed against units due, units that a frozen account could
    not be given against units to be taken back.
    """
    unit, before_t = _unit_class(allocation), _open_t(allocation)
    open_t = before_t + difference_t
    # A correction takes back no more than it corrects: what was owed before is the holder's to surrender.
    to_move_t = max(0, open_t) if difference_t >= 0 else min(0, max(difference_t, open_t))
    moved_t = _move(corrected, unit.id, to_move_t, takes_back_to)
    owed_t = max(0, moved_t - open_t) - max(0, -before_t)
    if difference_t == moved_t == 0:
        return ()
    AllocationChange.objects.create(
        allocation=allocation,
        difference_t=difference_t,
        moved_t=moved_t,
        owed_t=owed_t,
        act_id=corrected.act.id,
        changed_on=corrected.act.day,
    )
    happened = events.AllocationChanged(
        participant=corrected.participant,
        account=corrected.account.number,
        unit=corrected.rulebook.unit_name(unit.unit_type, unit.phase),
        difference_t=difference_t,
        moved_t=moved_t,
    )
    return (happened, *_open_additional(corrected, more_t=owed_t))


def _move(corrected: _Corrected, unit_class: int, difference_t: int, takes_back_to: str | None) -> int:
    """Post as much of it as can be: all of it into an open account, out of one what it still holds."""
    act, account, reserved = corrected.act, corrected.account, corrected.rulebook.reserved
    if account.status != "open" or difference_t == 0:
        return 0
    if difference_t > 0:
        source = ledger_queries.account_by_number(reserved["issuance"].number)
        assert source is not None  # noqa: S101 -- there was an allocation, so it is open
        giving, receiving, quantity_t = source, account, difference_t
    else:
        target = ledger_queries.account_by_number(reserved[takes_back_to].number) if takes_back_to else None
        # What waits for a transfer is spoken for.
        subject = corrected.subject()
        free = {holding.unit_class.id: subject.free_t(holding) for holding in subject.holdings}
        quantity_t = min(-difference_t, free.get(unit_class, 0))
        if target is None or quantity_t == 0:
            return 0
        giving, receiving = account, target
    ledger.post(
        act_id=act.id,
        from_account=giving.id,
        to_account=receiving.id,
        unit_class=unit_class,
        quantity_t=quantity_t,
        day=act.day,
    )
    return quantity_t if difference_t > 0 else -quantity_t


def _open_additional(corrected: _Corrected, *, more_t: int) -> tuple[Event, ...]:
    """Where a status was stated: what the correction adds and is missing, with a term of its own.

    What was missing at the deadline stays missed; only what the correction adds gets another term.
    """
    obligation = Obligation.objects.filter(
        participant__scheme=corrected.act.scheme, participant__key=corrected.participant, statements__isnull=False
    ).first()
    if obligation is None or TERM not in corrected.rulebook.parameters:
        return ()
    facts = corrected.facts()
    day = corrected.act.day
    # What is left of a term that runs goes on in the new one: there is one additional obligation at a time.
    runs = bool(facts.get("account.holder.has_additional")) and day < facts["account.holder.additional_until"]
    shortfall_t = int(corrected.rulebook.derive("shortfall_t", facts) or 0)
    missing_t = min(more_t + (int(facts["account.holder.additional_t"]) if runs else 0), shortfall_t)
    if more_t <= 0 or missing_t <= 0:
        return ()
    until = day + timedelta(days=int(corrected.rulebook.value(TERM, day)) + 1)
    AdditionalObligation.objects.create(
        obligation=obligation, quantity_t=missing_t, opened_on=day, until=until, act_id=corrected.act.id
    )
    return (
        events.AdditionalObligationOpened(
            participant=corrected.participant,
            account=corrected.account.number,
            quantity_t=missing_t,
            last_day=(until - timedelta(days=1)).isoformat(),
        ),
    )


def ends_of_terms(scheme: str, after: date, upto: date) -> Iterator[DatedItem]:
    """Each additional obligation whose term ends after one day and by the other, unless a later one took it over."""
    later = AdditionalObligation.objects.filter(
        obligation=OuterRef("obligation"), id__gt=OuterRef("id"), opened_on__lt=OuterRef("until")
    )
    rows = AdditionalObligation.objects.filter(
        ~Exists(later), obligation__participant__scheme=scheme, until__gt=after, until__lte=upto
    ).select_related("obligation__participant")
    for row in rows.order_by("until", "id"):
        yield DatedItem(
            day=row.until,
            operation="state_compliance",
            arguments={
                "participant": row.obligation.participant.key,
                "fiscal_year": row.obligation.fiscal_year,
                "additional": row.id,
            },
        )
