"""Reads of yearly obligations: where a participant stands for a year, and what the rules derive from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tanso.acts import rulebooks
from tanso.ledger import queries as ledger
from tanso.registry import queries
from tanso.registry.facts import Facts, subjects
from tanso.registry.models import Obligation
from tanso.registry.yearly import YearStanding, YearStandings
from tanso.rulebook import Rulebook


def standing(rulebook: Rulebook, key: str, year: int) -> YearStanding | None:
    """Where a participant stands for a year; None where there is no such participant."""
    return YearStandings(rulebook, [(key, year)]).get(key, year)


def facts_of_year(rulebook: Rulebook, key: str, year: int, day: date) -> Facts:
    """What rules may ask about a participant's year, its account and what that holds."""
    facts: Facts = {"day": day, "obligation.year": year}
    account = queries.account_of(rulebook.scheme, key)
    if account is not None:
        subject = subjects([account])[account.id]
        facts |= subject.named("account") | {"holdings": subject.holdings_facts}
    found = standing(rulebook, key, year)
    return facts if found is None else facts | found.facts


def facts_of_obligations(rulebook: Rulebook, year: int, day: date) -> Iterator[tuple[str, str, Facts]]:
    """Everybody who answers for a year: the participant's key, its account, and what rules may ask about them.

    In the order in which they came to answer for it, in a fixed number of queries.
    """
    rows = Obligation.objects.filter(participant__scheme=rulebook.scheme, fiscal_year=year).order_by("id")
    answering = dict(rows.values_list("participant__key", "account_id"))
    held = subjects(ledger.accounts(answering.values()).values())
    standings = YearStandings(rulebook, [(key, year) for key in answering])
    for key, account_id in answering.items():
        subject, found = held[account_id], standings.get(key, year)
        facts = {"day": day, "obligation.year": year, "holdings": subject.holdings_facts, **subject.named("account")}
        yield key, subject.account.number, facts if found is None else facts | found.facts


def derived_t(scheme: str, key: str, year: int, quantity: str, day: date) -> Any:
    """A quantity that the rules derive for a participant's year; None where it does not exist."""
    rulebook = rulebooks.current(scheme)
    return rulebook.derive(quantity, facts_of_year(rulebook, key, year, day))
