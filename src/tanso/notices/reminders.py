"""Reminders before deadlines, to those alone who have not done yet what is due.

Time passing (`acts.passing`) sends them in the order of their days, so a demonstration whose day is moved, a job at
night and a story come to the same. A reminder is one act for all whom it concerns, under an id that follows from the
deadline: it is sent once. Whom it concerns is asked on its day: who is done by then hears nothing, and where nobody is
left there is no act.

Which deadline, how long before, and the condition are the scheme's (`calendar.yaml`, `reminders`); each reminder's mail
is the event `reminder.<name>` (`events.yaml`), whose audience keeps figures of allowances from login B.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from tanso.acts import operations, passing, rulebooks
from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.acts.operations import Done, Operation
from tanso.acts.passing import DatedItem
from tanso.emissions import queries as emissions
from tanso.ledger import queries as ledger
from tanso.ledger.models import ROLE_HOLDING
from tanso.parties import permissions as may
from tanso.parties.models import Participant
from tanso.registry.facts import subjects as subjects_of
from tanso.registry.queries import derivation_facts
from tanso.registry.yearly_queries import facts_of_obligations
from tanso.rulebook import Rulebook
from tanso.rulebook.reminders import OPERATION, ReminderItem

# What a mail may say of a subject, and the facts that the reminder's condition may ask about.
Subject = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(Event):
    """Somebody is reminded of a deadline. The name is the reminder's, because each has a mail of its own."""

    name: str = ""  # type: ignore[misc] # other events have one name a class
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return self.facts


def register_operations() -> None:
    """Offer the reminding to the door and to the passing of time; called once at start."""
    operations.register(
        Operation(
            name=OPERATION,
            required=frozenset({"reminder", "phase", "last_day", "days_left"}),
            optional=frozenset({"fiscal_year"}),
            permission=lambda actor, act: may.is_system(actor),
            execute=_remind,
        )
    )
    passing.offer_dated(fall_due)


def fall_due(scheme: str, after: date, upto: date) -> Iterator[DatedItem]:
    """The reminders between two days, for phases in which somebody takes part, and years for which somebody answers."""
    rulebook = rulebooks.current(scheme)
    items = rulebook.reminders_between(after, upto)
    if not items:
        return
    taking_part = set(Participant.objects.filter(scheme=scheme).values_list("kind", "phase").distinct())
    phases = {phase for _, phase in taking_part if phase is not None}
    kinds = rulebook.participant_kinds
    has_traders = any(phase is None and kinds[kind].account_kind is not None for kind, phase in taking_part)
    for item in items:
        # Who answers for a year is asked on the day: time may pass over the day on which that is settled.
        if item.fiscal_year or item.phase in phases or (item.subjects == "accounts" and has_traders):
            yield DatedItem(
                day=item.day,
                operation=OPERATION,
                arguments=_arguments(item),
                applies=partial(_concerns_anybody, rulebook, item),
            )


def _arguments(item: ReminderItem) -> dict[str, Any]:
    """What the act of a reminder says, by which it is found again."""
    of_year = {"fiscal_year": item.fiscal_year} if item.fiscal_year else {}
    return {
        "reminder": item.id,
        "phase": item.phase,
        "last_day": item.last_day.isoformat(),
        "days_left": item.days_left,
    } | of_year


def concerned(rulebook: Rulebook, item: ReminderItem) -> Iterator[dict[str, Any]]:
    """What the mail of a reminder says to each whom it concerns, in the order of accounts, reports or obligations."""
    for payload, facts in _SUBJECTS[item.subjects](rulebook, item):
        if not rulebook.reminder_applies(item, facts):
            continue
        if item.figure:
            payload["figure_t"] = rulebook.derive(item.figure, {**facts, "day": item.day})
        yield payload | {"last_day": item.last_day.isoformat(), "days_left": item.days_left}


def _concerns_anybody(rulebook: Rulebook, item: ReminderItem) -> bool:
    return next(concerned(rulebook, item), None) is not None


def _remind(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    given = (act.arguments["reminder"], act.arguments["phase"], act.arguments.get("fiscal_year", 0))
    item = next(
        item
        for item in rulebook.reminders_on(act.day)
        if (item.id, item.phase, item.fiscal_year) == given and item.days_left == act.arguments["days_left"]
    )
    events = tuple(Reminded(name=item.event, facts=payload) for payload in concerned(rulebook, item))
    return Done(result={"reminded": len(events)}, events=events)


def _accounts(rulebook: Rulebook, item: ReminderItem) -> Iterable[Subject]:
    """The open accounts of the scheme that somebody holds: those of the phase, and those of no phase."""
    rows = [row for row in ledger.accounts_of_role(scheme=rulebook.scheme, role=ROLE_HOLDING) if not row.is_closed]
    for subject in sorted(subjects_of(rows).values(), key=lambda found: found.account.id):
        if subject.participant is not None and subject.participant.phase in (None, item.phase):
            yield (
                {"participant": subject.participant.key, "account": subject.account.number},
                derivation_facts(subject, item.day),
            )


def _reports(rulebook: Rulebook, item: ReminderItem) -> Iterable[Subject]:
    """The reports of the phase about the reminder's year."""
    rows = emissions.reports(rulebook.scheme).filter(participant__phase=item.phase, year=item.year)
    for report in rows:
        payload = {"participant": report.participant.key, "year": report.year, "fiscal_year": report.fiscal_year}
        if report.verifier is not None:
            payload["verifier"] = report.verifier.key
        yield payload, {"report.exists": True, "report.year": report.year, "report.state": report.state}


def _obligations(rulebook: Rulebook, item: ReminderItem) -> Iterable[Subject]:
    """Who answers for the reminder's year, where they stand for it, and their accounts."""
    for key, account, facts in facts_of_obligations(rulebook, item.fiscal_year, item.day):
        yield {"participant": key, "account": account, "fiscal_year": item.fiscal_year}, facts


_SUBJECTS: dict[str, Callable[[Rulebook, ReminderItem], Iterable[Subject]]] = {
    "accounts": _accounts,
    "reports": _reports,
    "obligations": _obligations,
}
