"""The door itself. One durable transaction an act: repeat, permission, existence, rulebook, function, record.

Order of refusal: `act.differs`, `permission.denied`, what is missing, the proposal, then all findings of the rulebook,
in the order of its file. A refusal commits its record. Only programming errors are raised.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.db import connection, transaction

from tanso.acts import locks, operations, outbox, rulebooks
from tanso.acts.act import Act
from tanso.acts.events import Event, spread
from tanso.acts.models import ActRecord, DecisionRecord, OutboxMessage
from tanso.acts.operations import Operation
from tanso.acts.persistence import persistently
from tanso.acts.refusals import refusal
from tanso.kernel.canonical import canonical, sha256
from tanso.kernel.outcomes import Decision, Finding, Outcome
from tanso.rulebook import Rulebook

Seen = TypeVar("Seen")


def perform(act: Act) -> Outcome:
    """Decide about an act and, where it is allowed, carry it out; record it either way.

    The same id with the same content gives the first outcome again. Events reach the rooms that follow them in the same
    transaction, the others after commit. Raises TypeError for an unknown operation or wrong argument names, and
    TryAgainError where the database gives no answer, also after several attempts.
    """
    operation = operations.find(act)
    outcome, has_events = persistently(lambda: _perform(act, operation))
    if not outcome.repeated:
        outbox.deliver_or_keep(has_events=has_events)
    return outcome


def _perform(act: Act, operation: Operation) -> tuple[Outcome, bool]:
    """The durable transaction of an act: its outcome, and whether it caused events."""
    with transaction.atomic(durable=True):
        # The proposal's lock here too: whoever performs the proposal has it before those of accounts, as we do.
        locks.enter([f"act:{act.id}", *([f"act:{act.proposal}"] if act.proposal else [])])
        earlier = ActRecord.objects.filter(id=act.id).first()
        if earlier is not None:
            return _repeated(act, earlier), False
        return _decide_and_write(act, operation, rulebooks.current(act.scheme))


def preview(act: Act) -> Outcome:
    """What `perform` would answer now: `allowed` or `refused` with all findings. Nothing is recorded."""
    operation = operations.find(act)
    with transaction.atomic():
        return _foresee(act, operation, rulebooks.current(act.scheme))[0]


def rehearse(act: Act, look: Callable[[], Seen]) -> tuple[Outcome, Seen | None]:
    """Preview an act, and what `look` sees after it; None where it is refused.

    The act is carried out and undone in one transaction, so that a page shows what will be from the very functions that
    will do it. An act that needs a second person is shown as it will be once approved. Nothing is recorded.
    """
    operation = operations.find(act)
    return persistently(lambda: _rehearse(act, operation, look))


def _rehearse(act: Act, operation: Operation, look: Callable[[], Seen]) -> tuple[Outcome, Seen | None]:
    with transaction.atomic():
        locks.enter([])
        rulebook = rulebooks.current(act.scheme)
        locks.hold(operation.locks(act))
        outcome, facts = _foresee(act, operation, rulebook)
        if not outcome.ok:
            return outcome, None
        done = operation.execute(act, rulebook, facts)
        spread(act, rulebook, done.events)
        seen = look()
        transaction.set_rollback(True)
    return replace(outcome, result={**outcome.result, **done.result}), seen


def _foresee(act: Act, operation: Operation, rulebook: Rulebook) -> tuple[Outcome, dict[str, Any]]:
    finding = permission_refusal(act, operation, rulebook) or operation.missing(act) or proposal_refusal(act, rulebook)
    if finding is not None:
        return Outcome(act_id=act.id, operation=act.operation, status="refused", findings=(finding,)), {}
    judged, facts = _decide(act, operation, rulebook)
    status: Any = "allowed" if judged.allowed else "refused"
    outcome = Outcome(
        act_id=act.id, operation=act.operation, status=status, findings=judged.findings, result={"facts": facts}
    )
    return outcome, facts


def _decide_and_write(act: Act, operation: Operation, rulebook: Rulebook) -> tuple[Outcome, bool]:
    finding = permission_refusal(act, operation, rulebook)
    if finding is not None:
        return _record(act, "refused", findings=(finding,)), False
    locks.hold(operation.locks(act))
    finding = operation.missing(act) or proposal_refusal(act, rulebook)
    if finding is not None:
        return _record(act, "refused", findings=(finding,)), False
    judged, facts = _decide(act, operation, rulebook)
    rulebooks.keep_text(rulebook, connection.settings_dict["NAME"])
    decision_id = _record_decision(judged, facts)
    if not judged.allowed:
        return _record(act, "refused", findings=judged.findings, decision_id=decision_id), False
    if waits_for_second_person(act, rulebook):
        return _record(act, "proposed", decision_id=decision_id), False
    done = operation.execute(act, rulebook, facts)
    happened = spread(act, rulebook, done.events)
    outcome = _record(act, "done", decision_id=decision_id, result=done.result)
    _put_in_outbox(act, happened)
    return outcome, bool(happened)


def _repeated(act: Act, earlier: ActRecord) -> Outcome:
    """The first outcome of an act that came again, or a refusal that names the first field that differs."""
    if earlier.content_hash == act.content_hash:
        return outcome_of(earlier, repeated=True)
    field = first_difference(content_of(earlier), act.content)
    # The id is taken; the refused attempt is recorded under an id that follows from both.
    other_id = uuid5(act.id, act.content_hash)
    again = ActRecord.objects.filter(id=other_id).first()
    if again is not None:
        return outcome_of(again, repeated=True)
    return _record(act, "refused", findings=(refusal("act.differs", field=field),), record_id=other_id)


def content_of(record: ActRecord) -> dict[str, Any]:
    """What made a recorded act that act (`Act.content`)."""
    return {
        "scheme": record.scheme,
        "operation": record.operation,
        "arguments": record.arguments,
        "actor": record.actor_login,
        "proposal": None if record.proposal_id is None else str(record.proposal_id),
    }


def first_difference(first: dict[str, Any], second: dict[str, Any]) -> str:
    """The first field in which the contents of two acts differ."""
    for name in ("scheme", "operation", "actor", "proposal"):
        if first[name] != second[name]:
            return name
    arguments = sorted({*first["arguments"], *second["arguments"]})
    return next(name for name in arguments if first["arguments"].get(name) != second["arguments"].get(name))


def permission_refusal(act: Act, operation: Operation, rulebook: Rulebook) -> Finding | None:
    """An actor without permission is told that, and learns nothing else."""
    return None if operation.permission(act.actor, act) else permission_denied(act, rulebook)


def permission_denied(act: Act, rulebook: Rulebook) -> Finding:
    """The refusal of an actor who may not even try."""
    label = rulebook.operations[act.operation].label if act.operation in rulebook.operations else None
    shown = act.operation if label is None else f"{label.ja} / {label.en}"
    return refusal("permission.denied", login=act.actor.login, operation=shown)


def waits_for_second_person(act: Act, rulebook: Rulebook) -> bool:
    """Whether the act is a proposal: its operation needs two persons and it names no first one."""
    rule = rulebook.operations.get(act.operation)
    return rule is not None and rule.four_eyes and act.proposal is None


def proposal_refusal(act: Act, rulebook: Rulebook) -> Finding | None:
    """Why the proposal that this act would approve cannot be approved by it; None where it can or none is named."""
    if act.proposal is None:
        return None
    proposal = ActRecord.objects.filter(id=act.proposal, scheme=act.scheme, status="proposed").first()
    if proposal is None or ActRecord.objects.filter(proposal=proposal, status="done").exists():
        return refusal("act.proposal_unknown")
    if proposal.operation != act.operation:
        return refusal("act.proposal_differs", field="operation")
    given = dict(act.arguments)
    if canonical(given) != canonical(proposal.arguments):
        differing = next(
            name for name in sorted({*given, *proposal.arguments}) if given.get(name) != proposal.arguments.get(name)
        )
        return refusal("act.proposal_differs", field=differing)
    if proposal.actor_login == act.actor.login:
        return refusal("act.same_person", login=act.actor.login)
    return None


def _decide(act: Act, operation: Operation, rulebook: Rulebook) -> tuple[Decision, dict[str, Any]]:
    facts = {"day": act.day, "operation": act.operation, **operation.facts(act, rulebook)}
    return decision(act, rulebook, facts), facts


def decision(act: Act, rulebook: Rulebook, facts: dict[str, Any]) -> Decision:
    """Ask the rulebook. An operation that the scheme does not speak of has no rules."""
    if act.operation not in rulebook.operations:
        return Decision(act.scheme, rulebook.version, act.operation, findings=())
    return rulebook.decide(act.operation, facts)


def _record_decision(decision: Decision, facts: dict[str, Any]) -> int:
    """Store the decision once for each distinct context, and return its row."""
    context_hash = sha256(facts)
    findings = [finding.as_json() for finding in decision.findings]
    with connection.cursor() as cursor:
        # Most contexts are new (their day is part of them), so the insert comes first.
        cursor.execute(
            """INSERT INTO acts_decisionrecord
                      (rulebook_id, scheme, operation, context_hash, context, allowed, findings)
               VALUES (%s, %s, %s, %s, %s, %s, %s)
               ON CONFLICT (rulebook_id, operation, context_hash) DO NOTHING RETURNING id""",
            [
                decision.rulebook_version,
                decision.scheme,
                decision.operation,
                context_hash,
                canonical(facts),
                decision.allowed,
                json.dumps(findings, ensure_ascii=False),
            ],
        )
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    return DecisionRecord.objects.values_list("id", flat=True).get(
        rulebook_id=decision.rulebook_version, operation=decision.operation, context_hash=context_hash
    )


def _record(
    act: Act,
    status: Any,
    *,
    findings: tuple[Finding, ...] = (),
    decision_id: int | None = None,
    result: dict[str, Any] | None = None,
    record_id: UUID | None = None,
) -> Outcome:
    record = ActRecord(
        id=record_id or act.id,
        scheme=act.scheme,
        operation=act.operation,
        arguments=dict(act.arguments),
        content_hash=act.content_hash,
        actor_role=act.actor.role,
        actor_login=act.actor.login,
        actor_participant=act.actor.participant or "",
        day=act.day,
        status=status,
        decision_id=decision_id,
        findings=[finding.as_json() for finding in findings],
        result=result or {},
        proposal_id=act.proposal if status == "done" else None,
    )
    record.save(force_insert=True)
    return Outcome(
        act_id=record.id, operation=act.operation, status=status, findings=findings, result=dict(record.result)
    )


def outcome_of(record: ActRecord, *, repeated: bool) -> Outcome:
    status: Any = record.status
    return Outcome(
        act_id=record.id,
        operation=record.operation,
        status=status,
        findings=tuple(Finding.from_json(finding) for finding in record.findings),
        result=record.result,
        repeated=repeated,
    )


def _put_in_outbox(act: Act, happened: list[Event]) -> None:
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(act_id=act.id, scheme=act.scheme, event=event.name, payload=event.as_json(), day=act.day)
            for event in happened
        ]
    )
