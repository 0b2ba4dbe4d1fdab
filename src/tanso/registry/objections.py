"""Objections to decisions of the authority, and disputes between participants about a transfer.

A case names the act that it is about. It is filed within a term, acknowledged, written to and fro about, and decided
with reasons. Nothing else changes by it: what puts a decision right is an act of its own, which the decision may name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tanso.acts.act import Act, Actor
from tanso.acts.models import ActRecord
from tanso.acts.operations import Done, Facts, Operation
from tanso.acts.steps import take_step
from tanso.emissions import queries as emissions
from tanso.emissions.actions import keep_file
from tanso.kernel import papers
from tanso.kernel.canonical import canonical
from tanso.ledger import queries as ledger
from tanso.ledger.models import Journal
from tanso.parties import contact_changes, organisation_changes
from tanso.parties import queries as parties
from tanso.parties.models import Participant
from tanso.registry import events, permissions
from tanso.registry import queries as registry
from tanso.registry.cases import (
    ACKNOWLEDGED,
    REJECTED,
    UPHELD,
    WITHDRAWN,
    Objection,
    ObjectionPaper,
    ObjectionStep,
)
from tanso.rulebook import Rulebook, library

_FILES = {"file_objection": False, "file_dispute": True}
OUTCOMES = (UPHELD, REJECTED)
TEXT_LENGTH_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes: it travels beside the act, which names its hash alone."""

    text: str
    salt: str

    def as_bytes(self) -> bytes:
        return canonical({"salt": self.salt, "text": self.text}).encode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.as_bytes()).hexdigest()


def written_in(act: Act) -> Written:
    """What came with the act; raises ValueError where the bytes are not the ones that it names."""
    read = json.loads(act.files["content"])
    written = Written(str(read["text"]), str(read["salt"]))
    if written.as_bytes() != act.files["content"] or written.sha256 != act.arguments["content"]:
        raise ValueError("the text is not the one whose SHA-256 the arguments name")
    return written


# -- reading ----------------------------------------------------------------------------------------------------------


def case(scheme: str, number: Any) -> Objection | None:
    """The case with this number, or None where the scheme has none."""
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    rows = Objection.objects.select_related("participant", "against")
    return rows.filter(scheme=scheme, id=number).first()


def listed(scheme: str, party: Participant | None = None, *, emissions_only: bool = False) -> QuerySet[Objection]:
    """Cases, latest first; those of one participant on either side, and those about emissions, where asked."""
    rows = Objection.objects.select_related("participant", "against").filter(scheme=scheme)
    if party is not None:
        rows = rows.filter(Q(participant=party) | Q(against=party))
    if emissions_only:
        rows = rows.filter(about_emissions=True)
    return rows.order_by("-id")


def acts_of(participant_id: int, *, emissions_only: bool = False) -> Any:
    """The ids of the acts of a participant's cases, as a query to filter by."""
    cases = Objection.objects.filter(Q(participant_id=participant_id) | Q(against_id=participant_id))
    if emissions_only:
        cases = cases.filter(about_emissions=True)
    steps = ObjectionStep.objects.filter(objection__in=cases)
    written = ObjectionPaper.objects.filter(objection__in=cases)
    return cases.values("act_id").union(steps.values("act_id"), written.values("act_id"))


def is_overdue(row: Objection, day: date) -> bool:
    """Whether the authority should have decided before that day."""
    return row.is_open and day > row.decide_by


def decision_for(scheme: str, participant: Participant, act_id: UUID) -> ActRecord | None:
    """The act with this id where it was carried out and concerns the participant; None otherwise."""
    record = ActRecord.objects.filter(id=act_id, scheme=scheme, status="done").first()
    if record is None:
        return None
    account = registry.account_of(scheme, participant.key)
    found = [rows.acts_of(participant.pk) for rows in (emissions, contact_changes, organisation_changes)]
    if account is not None:
        found += [ledger.acts_of(account.id), registry.acts_of(participant.pk, account.id)]
    # A query of several parts takes no further condition: the ids of one participant's acts are few.
    return record if any(record.id in set(part.values_list("act_id", flat=True)) for part in found) else None


def other_side(scheme: str, participant: Participant, act_id: UUID) -> Participant | None:
    """The participant at the other end of a transfer; None where there is none in the scheme."""
    account = registry.account_of(scheme, participant.key)
    row = Journal.objects.filter(act_id=act_id).first()
    if account is None or row is None or account.id not in (row.from_account_id, row.to_account_id):
        return None
    other = ledger.account_by_id(row.to_account_id if row.from_account_id == account.id else row.from_account_id)
    if other is None or other.holder_key is None or other.scheme != scheme:
        return None
    return parties.participant(scheme, parties.key_of_holder(other.holder_key))


def about_emissions(rulebook: Rulebook, operation: str) -> bool:
    """Whether an act is a step of a report's life, which a login for emissions alone may know of."""
    return operation in {step.operation for step in rulebook.life.steps}


# -- filing -----------------------------------------------------------------------------------------------------------


def _act_id(given: Any) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def _found(act: Act) -> tuple[Participant, ActRecord] | None:
    """The participant that files and the act that it is about; None where that is none of its business."""
    participant = parties.participant(act.scheme, act.actor.participant or "")
    act_id = _act_id(act.arguments["decision"])
    if participant is None or act_id is None:
        return None
    record = decision_for(act.scheme, participant, act_id)
    return None if record is None else (participant, record)


def _may_file(actor: Actor, act: Act) -> bool:
    """Login A, or B where it is about emissions. What concerns somebody else is nothing to the asker."""
    found = _found(act) if actor.role == "participant" else None
    if found is None:
        return False
    return actor.letter == "A" or about_emissions(library().get(act.scheme), found[1].operation)


def _file_locks(act: Act) -> Iterable[str]:
    return (f"objection:{act.scheme}/{act.actor.participant}",)


def _file_facts(act: Act, rulebook: Rulebook) -> Facts:
    found = _found(act)
    if found is None:
        raise AssertionError("what concerns somebody else is refused before it comes here")
    participant, record = found
    cases = Objection.objects.filter(participant=participant, decision=record.id).exclude(state=WITHDRAWN)
    facts: Facts = {
        "objection.about": record.operation,
        "objection.is_decision": record.actor_role in ("administrator", "system"),
        "objection.days_since": (act.day - record.day).days,
        "objection.filed_before": cases.exists(),
        "objection.has_text": _has_text(act),
    }
    if _FILES[act.operation]:
        facts["objection.has_other_side"] = other_side(act.scheme, participant, record.id) is not None
    return facts | _document_facts(act)


def _has_text(act: Act) -> bool:
    return 0 < len(written_in(act).text.strip()) <= TEXT_LENGTH_MAX


def _document(act: Act) -> bytes | None:
    """The document that comes with the act; raises ValueError where it is not the one that the arguments name."""
    named = act.arguments.get("document")
    if named is None:
        return None
    content = act.files["document"]
    if hashlib.sha256(content).hexdigest() != named:
        raise ValueError("the document is not the one whose SHA-256 the arguments name")
    return content


def _document_facts(act: Act) -> Facts:
    content = _document(act)
    if content is None:
        return {}
    return {
        "document.exists": True,
        "document.kind": papers.kind_of(content),
        "document.size_bytes": len(content),
    }


def _paper(act: Act) -> dict[str, Any]:
    """The columns of what somebody wrote, with its document."""
    written, content = written_in(act), _document(act)
    return {
        "text": written.text.strip(),
        "salt": written.salt,
        "document_id": None if content is None else keep_file(content),
        "document_kind": "" if content is None else papers.kind_of(content),
    }


def _file(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = _found(act)
    if found is None:
        raise AssertionError("what concerns somebody else is refused before it comes here")
    participant, record = found
    term = rulebook.value("objection_decision_days", act.day)
    made = Objection.objects.create(
        scheme=act.scheme,
        participant=participant,
        against=other_side(act.scheme, participant, record.id) if _FILES[act.operation] else None,
        decision=record.id,
        operation=record.operation,
        decided_on=record.day,
        about_emissions=about_emissions(rulebook, record.operation),
        filed_on=act.day,
        decide_by=act.day + timedelta(days=term),
        act_id=act.id,
        **_paper(act),
    )
    return Done(result={"objection": made.id}, events=tuple(_told(events.ObjectionFiled, made)))


# -- what follows -----------------------------------------------------------------------------------------------------


def _locks(act: Act) -> Iterable[str]:
    return (f"objection:{act.arguments['objection']}",)


def _is_party(actor: Actor, row: Objection | None) -> bool:
    """A login of either side: A, or B where it is about emissions."""
    if row is None or actor.role != "participant":
        return False
    keys = {row.participant.key} | ({row.against.key} if row.against is not None else set())
    return actor.participant in keys and (actor.letter == "A" or row.about_emissions)


def _may_write(actor: Actor, act: Act) -> bool:
    found = case(act.scheme, act.arguments["objection"])
    return permissions.administrator(actor, act) or _is_party(actor, found)


def _may_withdraw(actor: Actor, act: Act) -> bool:
    found = case(act.scheme, act.arguments["objection"])
    return found is not None and _is_party(actor, found) and actor.participant == found.participant.key


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    number, found = act.arguments["objection"], case(act.scheme, act.arguments["objection"])
    facts: Facts = {"objection.id": number if isinstance(number, int) else 0, "reason": _reason(act)}
    if found is not None:
        facts |= {"objection.exists": True, "objection.state": found.state}
    if act.operation == "write_objection_paper":
        facts |= {"objection.has_text": _has_text(act)} | _document_facts(act)
    if act.operation == "decide_objection":
        corrects_by = act.arguments.get("correction")
        facts |= {
            "objection.outcome": str(act.arguments["outcome"]),
            "objection.names_correction": corrects_by is not None,
            "objection.correction_is_known": ActRecord.objects.filter(
                id=_act_id(corrects_by) or act.id, scheme=act.scheme, status="done", day__gte=found.filed_on
            ).exists()
            if found is not None
            else False,
        }
    return facts


def _reason(act: Act) -> str:
    return str(act.arguments.get("reason", "")).strip()


def _of(act: Act) -> Objection:
    found = case(act.scheme, act.arguments["objection"])
    if found is None:
        raise AssertionError(f"{act.operation} was allowed without a case")
    return found


def _write(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = _of(act)
    author = parties.participant(act.scheme, act.actor.participant or "")
    ObjectionPaper.objects.create(objection=found, participant=author, day=act.day, act_id=act.id, **_paper(act))
    return Done(result={"objection": found.id}, events=tuple(_told(events.ObjectionWrittenTo, found)))


def _acknowledge(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    return _move(act, ACKNOWLEDGED, events.ObjectionAcknowledged)


def _withdraw(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    return _move(act, WITHDRAWN, events.ObjectionDecided)


def _decide(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    return _move(act, str(facts["objection.outcome"]), events.ObjectionDecided)


def _move(act: Act, state: str, event: type[events.ObjectionEvent]) -> Done:
    """Record a step and move the case there. The step is written first: a trigger looks for it."""
    found = _of(act)
    take_step(act, found, state, note=_reason(act), corrects_by=_act_id(act.arguments.get("correction")))
    return Done(result={"objection": found.id, "objection_state": state}, events=tuple(_told(event, found)))


def _told(kind: type[events.ObjectionEvent], row: Objection) -> Iterable[events.ObjectionEvent]:
    """One event for each side: a mail goes to one participant."""
    for side in (row.participant, row.against):
        if side is not None:
            yield kind(
                participant=side.key,
                objection=row.id,
                operation=row.operation,
                about_emissions=row.about_emissions,
                decide_by_day=row.decide_by.isoformat(),
            )


OPERATIONS = (
    *(
        Operation(
            name=name,
            required=frozenset({"decision", "content"}),
            optional=frozenset({"document"}),
            permission=_may_file,
            locks=_file_locks,
            facts=_file_facts,
            execute=_file,
        )
        for name in _FILES
    ),
    Operation(
        name="acknowledge_objection",
        required=frozenset({"objection"}),
        permission=permissions.administrator,
        locks=_locks,
        facts=_facts,
        execute=_acknowledge,
    ),
    Operation(
        name="write_objection_paper",
        required=frozenset({"objection", "content"}),
        optional=frozenset({"document"}),
        permission=_may_write,
        locks=_locks,
        facts=_facts,
        execute=_write,
    ),
    Operation(
        name="withdraw_objection",
        required=frozenset({"objection"}),
        permission=_may_withdraw,
        locks=_locks,
        facts=_facts,
        execute=_withdraw,
    ),
    Operation(
        name="decide_objection",
        required=frozenset({"objection", "outcome", "reason"}),
        optional=frozenset({"correction"}),
        permission=permissions.administrator,
        locks=_locks,
        facts=_facts,
        execute=_decide,
    ),
)
