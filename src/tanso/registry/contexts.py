"""The facts of each operation of the registry, from its arguments. Reads only."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tanso.acts.act import Act
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account
from tanso.registry.facts import Facts, Subject, subjects
from tanso.rulebook import Rulebook


def account_named(number: str) -> Account | None:
    """The account with this number, written in any width, with spaces around."""
    return ledger.account_by_number(unicodedata.normalize("NFKC", str(number)).strip())


def locks_of(*accounts: Account | None) -> Iterator[str]:
    """Each account by its number, and the holder whose figures the rules read."""
    for account in accounts:
        if account is not None:
            yield f"account:{account.number}"
            if account.holder_key is not None:
                yield f"participant:{account.holder_key}"


def subject_of(account: Account | None) -> Subject | None:
    """The account with its facts, or None."""
    return None if account is None else subjects([account])[account.id]


def evidence_key(reference: str) -> str:
    """One spelling for all spellings of a reference: NFKC, no spaces around, case folded."""
    return unicodedata.normalize("NFKC", reference).strip().casefold()


def account_only(act: Act, rulebook: Rulebook) -> Facts:
    """Facts of an act about an account as such."""
    return _facts_of(act, subject_of(account_named(act.arguments["account"])))


def _facts_of(act: Act, subject: Subject | None) -> Facts:
    if subject is None:
        return {"account.number": str(act.arguments["account"])}
    return subject.named("account") | {"holdings": subject.holdings_facts}
