"""The facts of each operation of the registry, from its arguments. Reads only."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from tanso.acts.act import Act
from tanso.kernel.quantities import Quantity, read_quantity
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.ledger.models import ROLE_HOLDING
from tanso.ledger.records import Account
from tanso.registry.facts import Facts, Subject, quantity_facts, subjects, unit_facts
from tanso.registry.models import EvidenceUse
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


def transfer(act: Act, rulebook: Rulebook) -> Facts:
    """Facts of a transfer: both accounts, the unit in the sending one, the quantity."""
    source, target = account_named(act.arguments["from"]), account_named(act.arguments["to"])
    known = subjects([account for account in (source, target) if account is not None])
    facts: Facts = {
        "from.number": str(act.arguments["from"]),
        "account.number": str(act.arguments["from"]),
        "to.number": str(act.arguments["to"]),
    }
    unit = UnitName.parse(act.arguments["unit"])
    held_t = 0
    if source is not None:
        facts |= known[source.id].named("from") | known[source.id].named("account")
        facts["holdings"] = known[source.id].holdings_facts
        held_t = known[source.id].held_t(unit)
    if target is not None:
        facts |= known[target.id].named("to")
    return facts | unit_facts(unit, held_t) | quantity_facts(read_quantity(act.arguments["quantity_t"]))


def own_units(act: Act, rulebook: Rulebook) -> Facts:
    """Facts of a surrender or a cancellation: the account, the unit in it, the quantity."""
    unit = UnitName.parse(act.arguments["unit"])
    subject = subject_of(account_named(act.arguments["account"]))
    facts = _facts_of(act, subject)
    held_t = 0 if subject is None else subject.held_t(unit)
    facts |= unit_facts(unit, held_t) | quantity_facts(read_quantity(act.arguments["quantity_t"]))
    if "purpose" in act.arguments:
        facts["cancel.purpose"] = act.arguments["purpose"]
    return facts


def account_only(act: Act, rulebook: Rulebook) -> Facts:
    """Facts of an act about an account as such."""
    return _facts_of(act, subject_of(account_named(act.arguments["account"])))


def _facts_of(act: Act, subject: Subject | None) -> Facts:
    if subject is None:
        return {"account.number": str(act.arguments["account"])}
    return subject.named("account") | {"holdings": subject.holdings_facts}


def issue(act: Act, rulebook: Rulebook) -> Facts:
    """Facts of an issue: the receiving account, the unit, the evidence, and the quantity.

    Where the scheme derives the quantity (a first allocation), it is derived here, from the same expression that the
    pages show. Units are issued into accounts that hold, not into the registry's own.
    """
    unit = UnitName.parse(act.arguments["unit"])
    account = account_named(act.arguments["account"])
    subject = subject_of(account) if account is not None and account.role == ROLE_HOLDING else None
    facts = {"day": act.day} | _facts_of(act, subject)
    facts |= unit_facts(unit, 0 if subject is None else subject.held_t(unit))
    facts |= _evidence_facts(act)
    derived = rulebook.units[unit.type].quantity_from
    if derived is None:
        return facts | quantity_facts(read_quantity(act.arguments.get("quantity_t", 0)))
    quantity_t = rulebook.derive(derived, facts)
    # Where it cannot be derived yet, no quantity is known, and other findings say why.
    return facts if quantity_t is None else facts | quantity_facts(Quantity(t=int(quantity_t), is_whole=True))


def _evidence_facts(act: Act) -> dict[str, Any]:
    evidence = act.arguments.get("evidence")
    if not evidence or not str(evidence.get("reference", "")).strip():
        return {"evidence.exists": False}
    key = evidence_key(str(evidence["reference"]))
    return {
        "evidence.exists": True,
        "evidence.kind": str(evidence.get("kind", "")),
        "evidence.reference": str(evidence["reference"]).strip(),
        "evidence.used": EvidenceUse.objects.filter(scheme=act.scheme, reference=key).exists(),
    }
