"""The list of trusted accounts: which accounts of others the holder of an account knows, and from which day on.

A thief who has a login finds no account of his own on the list, and has to wait until one that he adds is trusted; the
holder is told at once. Taking one off works at once. What being on the list is good for is the scheme's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.ledger.models import ROLE_HOLDING
from tanso.ledger.records import Account
from tanso.parties.queries import key_of_holder
from tanso.registry import contexts, events, permissions
from tanso.registry.facts import Facts
from tanso.registry.models import TrustedAccount
from tanso.rulebook import Rulebook


def listed(account_id: int) -> QuerySet[TrustedAccount]:
    """What is on the account's list, in the order of its coming there; not what was taken off again."""
    return TrustedAccount.objects.filter(account_id=account_id, removed_on=None).order_by("id")


def trusted_from(account_ids: Iterable[int]) -> dict[tuple[int, int], Any]:
    """By account and trusted account: the day from which it is trusted. In one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT account_id, trusted_account_id, trusted_from FROM registry_trustedaccount
                WHERE account_id = ANY(%s) AND removed_on IS NULL""",
            [list(account_ids)],
        )
        return {(account, trusted): day for account, trusted, day in cursor.fetchall()}


def _sides(act: Act) -> tuple[Account | None, Account | None]:
    """The account whose list it is, and the one to be trusted where it is one that holds for somebody."""
    own, other = (contexts.account_named(act.arguments[name]) for name in ("account", "trusted"))
    return own, other if other is not None and other.role == ROLE_HOLDING else None


def _locks(act: Act) -> Iterable[str]:
    return contexts.locks_of(contexts.account_named(act.arguments["account"]))


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    own, other = _sides(act)
    facts = contexts.account_only(act, rulebook) | {"trusted.number": str(act.arguments["trusted"])}
    if own is None or other is None:
        return facts
    return facts | {
        "trusted.exists": True,
        "trusted.is_own": own.holder_key == other.holder_key,
        "trusted.is_listed": listed(own.id).filter(trusted_account_id=other.id).exists(),
    }


def _both(act: Act) -> tuple[Account, Account]:
    own, other = _sides(act)
    if own is None or other is None:
        raise AssertionError(f"{act.operation} was allowed without its accounts")
    return own, other


def _trust(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    own, other = _both(act)
    day = rulebook.trusted_from(facts)
    TrustedAccount.objects.create(
        account_id=own.id, trusted_account_id=other.id, added_on=act.day, trusted_from=day, act_id=act.id
    )
    event = events.AccountTrusted(
        participant=key_of_holder(own.holder_key or ""),
        account=own.number,
        trusted=other.number,
        trusted_day=day.isoformat(),
    )
    return Done(result={"trusted_from": day.isoformat()}, events=(event,))


def _distrust(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    own, other = _both(act)
    listed(own.id).filter(trusted_account_id=other.id).update(removed_on=act.day, removed_act_id=act.id)
    event = events.AccountDistrusted(
        participant=key_of_holder(own.holder_key or ""), account=own.number, trusted=other.number
    )
    return Done(events=(event,))


OPERATIONS = (
    Operation(
        name="trust_account",
        required=frozenset({"account", "trusted"}),
        permission=permissions.holder_of_account,
        locks=_locks,
        facts=_facts,
        execute=_trust,
    ),
    Operation(
        name="distrust_account",
        required=frozenset({"account", "trusted"}),
        permission=permissions.holder_of_account,
        locks=_locks,
        facts=_facts,
        execute=_distrust,
    ),
)
