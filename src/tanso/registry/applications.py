"""Applications for units on a document of another registry: made by the account's holder, settled by the authority.

An application waits until units are issued on it (`units`), it is refused, or its maker takes it back; each of these is
a step that stays. Whether it may be made, and what it must say, is the scheme's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tanso.acts.act import Act, Actor
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.acts.steps import take_step
from tanso.emissions.actions import keep_file
from tanso.kernel import papers
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import read_quantity
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account
from tanso.parties import queries as parties
from tanso.registry import contexts, events, permissions
from tanso.registry.evidence import EvidenceDesk, application_number, evidence_in
from tanso.registry.facts import Facts, quantity_facts, unit_facts
from tanso.registry.models import ISSUED, REFUSED, WITHDRAWN, UnitApplication
from tanso.registry.unit_names import known_unit
from tanso.rulebook import Rulebook, library

_BECOMES = {"refuse_application": REFUSED, "withdraw_application": WITHDRAWN}


def application(scheme: str, number: int | None) -> UnitApplication | None:
    """The application with this number, or None where the scheme has none."""
    if number is None:
        return None
    rows = UnitApplication.objects.select_related("participant")
    return rows.filter(scheme=scheme, id=number).first()


def made_by(act_id: UUID) -> int | None:
    """The number of the application that an act made, or None."""
    return UnitApplication.objects.filter(act_id=act_id).values_list("id", flat=True).first()


def of_reference(scheme: str, participant_key: str, reference: str) -> UnitApplication | None:
    """The participant's latest application on that reference, in whatever spelling; None where there is none."""
    rows = UnitApplication.objects.filter(
        scheme=scheme, participant__key=participant_key, reference=contexts.evidence_key(reference)
    )
    return rows.order_by("-id").first()


def listed(scheme: str, participant_key: str | None = None, state: str = "") -> QuerySet[UnitApplication]:
    """Applications, latest first; of one participant, and in one state, where asked."""
    rows = UnitApplication.objects.select_related("participant").filter(scheme=scheme)
    if participant_key is not None:
        rows = rows.filter(participant__key=participant_key)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-id")


# -- making one -------------------------------------------------------------------------------------------------------


def _apply_locks(act: Act) -> Iterable[str]:
    yield from contexts.locks_of(contexts.account_named(act.arguments["account"]))
    evidence = evidence_in(act.arguments)
    if evidence is not None:
        yield f"evidence:{act.scheme}/{evidence.key}"


def _apply_missing(act: Act) -> Finding | None:
    written = str(act.arguments["unit"])
    return None if known_unit(library().get(act.scheme), written) else refusal("unit.unknown", unit=written[:40])


def _apply_facts(act: Act, rulebook: Rulebook) -> Facts:
    unit = known_unit(rulebook, str(act.arguments["unit"]))
    if unit is None:
        raise AssertionError("an unknown unit is refused before it comes here")
    facts = contexts.account_only(act, rulebook) | unit_facts(unit, 0)
    facts |= quantity_facts(read_quantity(act.arguments["quantity_t"]))
    facts |= EvidenceDesk(rulebook.scheme, [act]).facts(act, rulebook)
    content = _document(act)
    if content is not None:
        facts |= {
            "document.exists": True,
            "document.kind": papers.kind_of(content),
            "document.size_bytes": len(content),
        }
    return facts


def _document(act: Act) -> bytes | None:
    """The document that comes with the act; raises ValueError where it is not the one that the arguments name."""
    named = act.arguments.get("document")
    if named is None:
        return None
    content = act.files["document"]
    if hashlib.sha256(content).hexdigest() != named:
        raise ValueError("the document is not the one whose SHA-256 the arguments name")
    return content


def _apply(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    account = _account(contexts.account_named(act.arguments["account"]))
    key = parties.key_of_holder(account.holder_key or "")
    holder, evidence, content = parties.participant(act.scheme, key), evidence_in(act.arguments), _document(act)
    if holder is None or evidence is None or content is None:
        raise AssertionError("an application was allowed without holder, evidence or document")
    made = UnitApplication.objects.create(
        scheme=act.scheme,
        participant=holder,
        account_id=account.id,
        unit=str(act.arguments["unit"]),
        quantity_t=facts["quantity.t"],
        kind=evidence.kind,
        reference=evidence.key,
        as_given=evidence.reference,
        evidence_account=evidence.account,
        evidence_serials=evidence.serials,
        evidence_day=evidence.day,
        document_id=keep_file(content),
        document_kind=facts["document.kind"],
        applied_on=act.day,
        act_id=act.id,
    )
    return Done(result={"application": made.id}, events=(_event(events.ApplicationReceived, made, account),))


# -- settling one -----------------------------------------------------------------------------------------------------


def _settle_locks(act: Act) -> Iterable[str]:
    number = application_number(act.arguments)
    found = application(act.scheme, number)
    yield f"application:{number}"
    if found is not None:
        yield f"evidence:{found.scheme}/{found.reference}"


def _settle_facts(act: Act, rulebook: Rulebook) -> Facts:
    facts = EvidenceDesk(rulebook.scheme, [act]).facts(act, rulebook)
    return facts | {"reason": str(act.arguments.get("reason", "")).strip()}


def _settle(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = application(act.scheme, application_number(act.arguments))
    if found is None:
        raise AssertionError(f"{act.operation} was allowed without an application")
    take_step(act, found, _BECOMES[act.operation], note=facts["reason"])
    kind = events.ApplicationRefused if act.operation == "refuse_application" else events.ApplicationWithdrawn
    account = _account(ledger.account_by_id(found.account_id))
    return Done(
        result={"application_state": found.state}, events=(_event(kind, found, account, reason=facts["reason"]),)
    )


def settle_issued(issued: Sequence[tuple[Act, UnitApplication | None]]) -> None:
    """Say of each application that units were issued on it."""
    for act, found in issued:
        if found is not None:
            take_step(act, found, ISSUED)


def _account(account: Account | None) -> Account:
    if account is None:
        raise AssertionError("an application has an account")
    return account


def _event(
    kind: type[events.ApplicationEvent], found: UnitApplication, account: Account, **more: str
) -> events.ApplicationEvent:
    return kind(
        participant=found.participant.key,
        account=account.number,
        application=found.id,
        unit=found.unit,
        quantity_t=found.quantity_t,
        reference=found.as_given,
        reason=more.get("reason", ""),
    )


def _applicant(actor: Actor, act: Act) -> bool:
    """Login A of the holder that applied. Nobody's application is nobody's: the answer tells nothing about others."""
    found = application(act.scheme, application_number(act.arguments))
    if found is None:
        return False
    return permissions.acts_for_holder(actor, act.scheme, ledger.account_by_id(found.account_id))


OPERATIONS = (
    Operation(
        name="apply_for_units",
        required=frozenset({"account", "unit", "quantity_t"}),
        optional=frozenset({"evidence", "document"}),
        permission=permissions.holder_of_account,
        missing=_apply_missing,
        locks=_apply_locks,
        facts=_apply_facts,
        execute=_apply,
    ),
    Operation(
        name="refuse_application",
        required=frozenset({"application", "reason"}),
        permission=permissions.administrator,
        locks=_settle_locks,
        facts=_settle_facts,
        execute=_settle,
    ),
    Operation(
        name="withdraw_application",
        required=frozenset({"application"}),
        permission=_applicant,
        locks=_settle_locks,
        facts=_settle_facts,
        execute=_settle,
    ),
)
