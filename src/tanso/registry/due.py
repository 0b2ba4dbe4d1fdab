"""Whom a due item of the calendar concerns: open accounts, or the obligations of a phase. Set-based reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tanso.acts import passing
from tanso.ledger import queries as ledger
from tanso.ledger.models import ROLE_HOLDING
from tanso.registry.facts import subjects
from tanso.registry.models import Obligation
from tanso.rulebook import DueItem, Rulebook

Subject = tuple[dict[str, Any], dict[str, Any]]


def open_accounts(rulebook: Rulebook, item: DueItem) -> Iterator[Subject]:
    """Each open account of the scheme that holds for someone."""
    rows = [row for row in ledger.accounts_of_role(scheme=rulebook.scheme, role=ROLE_HOLDING) if row.is_open]
    for subject in sorted(subjects(rows).values(), key=lambda found: found.account.id):
        yield {"account": subject.account.number}, subject.named("account") | {"due.phase": item.phase}


def obligations_of_phase(rulebook: Rulebook, item: DueItem) -> Iterator[Subject]:
    """Each obligation of the phase whose window has closed."""
    rows = Obligation.objects.select_related("participant").filter(
        participant__scheme=rulebook.scheme, phase=item.phase
    )
    for obligation in rows.order_by("id"):
        arguments = {"participant": obligation.participant.key, "fiscal_year": obligation.fiscal_year}
        yield arguments, {"due.phase": item.phase}


def offer_subjects() -> None:
    """Let the calendar's due items name these subjects; called once at start."""
    passing.offer_subjects("open_accounts", open_accounts)
    passing.offer_subjects("obligations", obligations_of_phase)
