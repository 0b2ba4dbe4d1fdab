"""Who may move units, bank and issue."""

from __future__ import annotations

from tanso.acts.act import Act, Actor
from tanso.ledger import queries as ledger
from tanso.parties.permissions import is_administrator, is_system


def administrator(actor: Actor, act: Act) -> bool:
    """The authority's secretariat."""
    return is_administrator(actor)


def system(actor: Actor, act: Act) -> bool:
    """Time itself."""
    return is_system(actor)


def _holds(actor: Actor, act: Act, number: str) -> bool:
    if actor.role != "participant" or actor.letter != "A":
        return False
    account = ledger.account_by_number(number)
    return account is not None and account.holder_key == f"{act.scheme}/{actor.participant}"


def holder_of_account(actor: Actor, act: Act) -> bool:
    """Login A of the holder of the account that the act names."""
    return _holds(actor, act, act.arguments["account"])


def holder_of_source(actor: Actor, act: Act) -> bool:
    """Login A of the holder of the account that units are to leave."""
    return _holds(actor, act, act.arguments["from"])
