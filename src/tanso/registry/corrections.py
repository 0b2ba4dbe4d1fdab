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

from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.acts.passing import DatedItem
from tanso.emissions.events import ReportApproved
from tanso.ledger import actions as ledger
from tanso.ledger import queries as ledger_queries
from tanso.ledger.records import Account
from tanso.registry import events
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
    change = _change_allocation(corrected, year.takes_back_to)
    if change is None:
        return ()
    happened = events.AllocationChanged(
        participant=event.participant,
        account=account.number,
        unit=change.unit,
        difference_t=change.difference_t,
        moved_t=change.moved_t,
    )
    return (happened, *_open_additional(corrected, more_t=change.owed_t))


@dataclass(frozen=True, slots=True)
class _Change:
    """What an allocation changed by; see `AllocationChange`."""

    unit: str
    difference_t: int
    moved_t: int

    @property
    def owed_t(self) -> int:
        return max(0, self.moved_t - self.difference_t)


def _change_allocation(corrected: _Corrected, takes_back_to: str | None) -> _Change | None:
    """Issue what the holder should have had besides, or take back what it should not have had; None for neither."""
    allocation = Allocation.objects.filter(
        participant__scheme=corrected.act.scheme, participant__key=corrected.participant
    ).first()
    if allocation is None:
        return None
    unit = ledger_queries.unit_class_by_id(allocation.unit_class_id)
    assert unit is not None  # noqa: S101 -- what was allocated is of a class
    facts = corrected.facts() | {
        "unit.type": unit.unit_type,
        "unit.has_phase": unit.phase is not None,
        "unit.phase": unit.phase or 0,
    }
    quantity_from = corrected.rulebook.units[unit.unit_type].quantity_from
    due_t = max(0, int(corrected.rulebook.derive(quantity_from, facts) or 0)) if quantity_from else 0
    difference_t = due_t - int(facts["account.holder.issued_t"])
    if difference_t == 0:
        return None
    moved_t = _move(corrected, unit.id, difference_t, takes_back_to)
    change = _Change(corrected.rulebook.unit_name(unit.unit_type, unit.phase), difference_t, moved_t)
    AllocationChange.objects.create(
        allocation=allocation,
        difference_t=difference_t,
        moved_t=moved_t,
        owed_t=change.owed_t,
        act_id=corrected.act.id,
        changed_on=corrected.act.day,
    )
    return change


def _move(corrected: _Corrected, unit_class: int, difference_t: int, takes_back_to: str | None) -> int:
    """Post as much of the difference as can be: all of it into an open account, out of one what it still holds."""
    act, account, reserved = corrected.act, corrected.account, corrected.rulebook.reserved
    if account.status != "open":
        return 0
    if difference_t > 0:
        source = ledger_queries.account_by_number(reserved["issuance"].number)
        assert source is not None  # noqa: S101 -- there was an allocation, so it is open
        giving, receiving, quantity_t = source, account, difference_t
    else:
        target = ledger_queries.account_by_number(reserved[takes_back_to].number) if takes_back_to else None
        held = {holding.unit_class.id: holding.quantity_t for holding in corrected.subject().holdings}
        quantity_t = min(-difference_t, held.get(unit_class, 0))
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
    missing_t = min(more_t, int(corrected.rulebook.derive("shortfall_t", facts) or 0))
    day = corrected.act.day
    # A term that runs already covers all that is missing, unless that is more than it was opened for.
    runs = bool(facts.get("account.holder.has_additional")) and day < facts["account.holder.additional_until"]
    if missing_t <= (int(facts["account.holder.additional_t"]) if runs else 0):
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
    """Each additional obligation whose term ends after one day and by the other."""
    rows = AdditionalObligation.objects.filter(
        obligation__participant__scheme=scheme, until__gt=after, until__lte=upto
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
