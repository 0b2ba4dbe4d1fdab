"""Who may move units, bank and issue."""

from __future__ import annotations

from tanso.acts.act import Act, Actor
from tanso.ledger.records import Account
from tanso.parties.permissions import is_administrator, is_system
from tanso.registry.contexts import account_named


def administrator(actor: Actor, act: Act) -> bool:
    """The authority's secretariat."""
    return is_administrator(actor)


def system(actor: Actor, act: Act) -> bool:
    """Time itself."""
    return is_system(actor)


def administrator_or_system(actor: Actor, act: Act) -> bool:
    """The authority's secretariat, or the check of the ledger that found a difference."""
    return is_administrator(actor) or is_system(actor)


def acts_for_holder(actor: Actor, scheme: str, account: Account | None) -> bool:
    """Login A of the account's holder."""
    if actor.role != "participant" or actor.letter != "A":
        return False
    # Nobody's account: the rules say that there is none, which tells nothing about anybody.
    return account is None or account.holder_key == f"{scheme}/{actor.participant}"


def holder_of_account(actor: Actor, act: Act) -> bool:
    """Login A of the holder of the account that the act names."""
    return acts_for_holder(actor, act.scheme, account_named(act.arguments["account"]))
