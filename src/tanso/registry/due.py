"""Whom a due item of the calendar concerns: open accounts, or the obligations of a phase. Set-based reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tanso.acts import passing
from tanso.acts.passing import DatedItem
from tanso.ledger import queries as ledger
from tanso.ledger.models import ROLE_HOLDING
from tanso.registry import corrections, delays
from tanso.registry.facts import subjects
from tanso.registry.models import Obligation
from tanso.rulebook import DueItem, Rulebook

Subject = tuple[dict[str, Any], dict[str, Any]]


def open_accounts(rulebook: Rulebook, item: DueItem) -> Iterator[Subject]:
    """Each account of the scheme that holds for someone and is not closed."""
    rows = [row for row in ledger.accounts_of_role(scheme=rulebook.scheme, role=ROLE_HOLDING) if not row.is_closed]
    for subject in sorted(subjects(rows).values(), key=lambda found: found.account.id):
        yield {"account": subject.account.number}, subject.named("account") | {"due.phase": item.phase}


def obligations_of_phase(rulebook: Rulebook, item: DueItem) -> Iterator[Subject]:
    """Each obligation of the phase whose window has closed, or of the year where the window is a year's."""
    rows = Obligation.objects.filter(participant__scheme=rulebook.scheme, phase=item.phase)
    if item.year:
        rows = rows.filter(fiscal_year=item.year)
    for key, year in rows.order_by("id").values_list("participant__key", "fiscal_year"):
        yield {"participant": key, "fiscal_year": year}, {"due.phase": item.phase}


def ends_of_freezing(scheme: str, after: date, upto: date) -> Iterator[DatedItem]:
    """Each freezing with a term that ends after one day and by the other."""
    for account in ledger.accounts_with_term(scheme=scheme, after=after, upto=upto):
        if account.until is not None and not account.is_closed:
            yield DatedItem(day=account.until, operation="end_freeze", arguments={"account": account.number})


def offer_subjects() -> None:
    """Let the calendar's due items name these subjects, and what has a day of its own; called once at start."""
    passing.offer_dated(ends_of_freezing)
    passing.offer_dated(corrections.ends_of_terms)
    passing.offer_dated(delays.due)
    passing.offer_subjects("open_accounts", open_accounts)
    passing.offer_subjects("obligations", obligations_of_phase)
