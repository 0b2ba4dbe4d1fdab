"""Proposals at a desk: which wait, who may approve them, and where."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tanso.acts import queries as acts
from tanso.acts.models import ActRecord
from tanso.interfaces.web.desk import Desk
from tanso.rulebook import Rulebook

# What participants do that a scheme may want a second person for.
_BY_PARTICIPANTS = frozenset({"transfer", "surrender", "cancel", "surrender_for_year", "borrow", "trust_account"})


def may_propose(rulebook: Rulebook) -> bool:
    """Whether some act of a participant may need a second person."""
    return any(name in _BY_PARTICIPANTS and rule.four_eyes for name, rule in rulebook.operations.items())


def waiting(desk: Desk) -> QuerySet[ActRecord]:
    """The proposals that somebody at this desk may see: a participant's own, and those that administrators approve."""
    rows = acts.open_proposals(desk.scheme)
    if not desk.is_administrator:
        return rows.filter(actor_participant=desk.key)
    by_administrators = [
        name for name, rule in desk.rulebook.operations.items() if rule.second_person == "administrator"
    ]
    return rows.filter(Q(actor_role="administrator") | Q(operation__in=by_administrators))


def is_here(desk: Desk, record: ActRecord) -> bool:
    """Whether an open proposal at hand is among those that wait here."""
    if not desk.is_administrator:
        return record.actor_participant == desk.key
    rule = desk.rulebook.operations.get(record.operation)
    return record.actor_role == "administrator" or (rule is not None and rule.second_person == "administrator")


def is_for_me(desk: Desk, record: ActRecord) -> bool:
    """Whether this login may be the second person of a proposal that it sees."""
    rule = desk.rulebook.operations.get(record.operation)
    wants_administrator = rule is not None and rule.second_person == "administrator"
    if wants_administrator and not desk.is_administrator:
        return False
    return record.actor_login != desk.login.login
