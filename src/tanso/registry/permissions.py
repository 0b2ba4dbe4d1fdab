"""Who may move units, bank and issue."""

from __future__ import annotations

from tanso.acts.act import Act, Actor
from tanso.ledger.records import Account
from tanso.parties.permissions import is_administrator, is_system
from tanso.parties.queries import participant
from tanso.registry.contexts import account_named
from tanso.rulebook import library


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
    """A login of the account's holder that the scheme lets dispose of allowances."""
    if actor.role != "participant" or not _disposes(actor, scheme):
        return False
    # Nobody's account: the rules say that there is none, which tells nothing about anybody.
    return account is None or account.holder_key == f"{scheme}/{actor.participant}"


def _disposes(actor: Actor, scheme: str) -> bool:
    """Whether the letter of the login has the area of allowances, as the scheme says of its participants."""
    kinds = library().get(scheme).participant_kinds
    answers = {
        name: "allowances" in kind.logins.get(actor.letter, ())
        for name, kind in kinds.items()
        if kind.account_kind is not None
    }
    if len(set(answers.values())) <= 1:
        return any(answers.values())
    found = participant(scheme, actor.participant or "")
    return found is not None and answers.get(found.kind, False)


def holder_of_account(actor: Actor, act: Act) -> bool:
    """A login that may dispose of the account that the act names."""
    return acts_for_holder(actor, act.scheme, account_named(act.arguments["account"]))
