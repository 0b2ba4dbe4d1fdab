"""What is to become of an act, before anything of it is written: the same for one act and for many.

Order of refusal: `permission.denied`, what is missing, the proposal, then all findings of the rulebook in the order of
its file. (`act.differs` comes before all of them: see `meet`.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef

from tanso.acts import outbox, records, trail
from tanso.acts.act import Act
from tanso.acts.events import spread
from tanso.acts.models import ActRecord
from tanso.acts.operations import BatchWork, Done, Facts, Operation
from tanso.acts.records import Entry, Parts, Recorded, Status
from tanso.acts.refusals import refusal
from tanso.kernel.canonical import canonical
from tanso.kernel.outcomes import Finding
from tanso.rulebook import Rulebook


class OneAct(BatchWork):
    """The work of a single act whose operation has none for many: its functions are asked and write at once."""

    def __init__(self, operation: Operation, rulebook: Rulebook) -> None:
        self._operation = operation
        self._rulebook = rulebook

    def missing(self, act: Act) -> Finding | None:
        return self._operation.missing(act)

    def facts(self, act: Act) -> Facts:
        return self._operation.facts(act, self._rulebook)

    def written_alone(self, act: Act) -> bool:
        return True

    def apply(self, act: Act, facts: Facts) -> None:
        """No other act is decided on what it changes."""

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        execute = self._operation.execute
        if execute is None:
            raise AssertionError("an operation without a work executes its acts")
        return [execute(act, self._rulebook, facts) for act, facts in allowed]


def work_of(operation: Operation, acts: Sequence[Act], rulebook: Rulebook) -> BatchWork:
    """The work of these acts of one operation (or of several that share a work)."""
    return OneAct(operation, rulebook) if operation.batch is None else operation.batch(acts, rulebook)


def meet(act: Act, known: Mapping[UUID, Recorded | Entry]) -> Entry | Recorded | None:
    """What an act meets whose id was used before: what became of it, or a new refusal that names what differs.

    `known` are the acts recorded under the ids in question, those of the same batch as their entries; None where the
    act's id is new.
    """
    first = _recorded(known.get(act.id))
    if first is None or first.content_hash == act.content_hash:
        return first
    # The id is taken; the refused attempt is recorded under an id that follows from both.
    other_id = uuid5(act.id, act.content_hash)
    again = _recorded(known.get(other_id)) or records.earlier([other_id]).get(other_id)
    if again is not None:
        return again
    field = _first_difference(first.content, act.content)
    return Entry(act, other_id, "refused", findings=(refusal("act.differs", field=field),))


def _recorded(known: Recorded | Entry | None) -> Recorded | None:
    return known.as_recorded() if isinstance(known, Entry) else known


def judge(act: Act, work: BatchWork, rulebook: Rulebook) -> tuple[Entry, Facts]:
    """What is to become of an act that is new: its entry, and the facts if the rulebook was asked.

    Where the entry says `done`, the work has applied the act, and it is still to be carried out.
    """
    finding = (
        (None if _may_try(act, work, rulebook) else _permission_denied(act, rulebook))
        or work.missing(act)
        or _proposal_refusal(act)
    )
    if finding is not None:
        return Entry(act, act.id, "refused", findings=(finding,)), {}
    facts = {"day": act.day, "operation": act.operation, **work.facts(act)}
    judged = records.judge(act, rulebook, facts)
    other = _judge_elsewhere(act, work, facts)
    parts = _judge_parts(act, work, facts, rulebook)
    findings = judged.decision.findings + (() if other is None else other[0].findings)
    findings += tuple(finding for part, _ in parts.entries for finding in part.findings)
    if findings:
        # A scheme that has nothing against an act that comes to nothing has nothing to record.
        told = other if other is not None and other[0].findings else None
        return Entry(act, act.id, "refused", findings=findings, judged=judged, elsewhere=told), facts
    if _waits_for_second_person(act, rulebook, facts) or (parts.wait and act.proposal is None):
        return Entry(act, act.id, "proposed", judged=judged, parts=parts), facts
    work.apply(act, facts)
    # What is put off happens nowhere yet: the other scheme is asked again on the day.
    takes_part = None if work.puts_off(act, facts) else other
    return Entry(act, act.id, "done", judged=judged, elsewhere=takes_part, parts=parts), facts


def _judge_parts(act: Act, work: BatchWork, facts: Facts, rulebook: Rulebook) -> Parts:
    """What is to become of the acts that an act consists of. Where one of them needs a second person, the act does."""
    asked = work.carries_out(act, facts)
    if asked is None:
        return Parts()
    of_parts, wishes = asked
    entries, wait = [], False
    for wish in wishes:
        entry, known = judge(wish, of_parts, rulebook)
        if entry.status == "proposed":
            entry.status, wait = "done", True
            of_parts.apply(wish, known)
        entries.append((entry, known))
    return Parts(of_parts, tuple(entries), wait)


def _judge_elsewhere(act: Act, work: BatchWork, facts: Facts) -> tuple[Entry, Rulebook] | None:
    """What the other scheme that takes part in the act decides by its own rules; None where there is none."""
    asked = work.elsewhere(act, facts)
    if asked is None:
        return None
    known = {"day": asked.act.day, "operation": asked.act.operation, **asked.facts}
    judged = records.judge(asked.act, asked.rulebook, known)
    status: Status = "done" if judged.decision.allowed else "refused"
    return Entry(asked.act, asked.act.id, status, findings=judged.decision.findings, judged=judged), asked.rulebook


def books_of(entries: Iterable[Entry], rulebook: Rulebook) -> list[Rulebook]:
    """The rulebooks by which the entries were decided: `rulebook`, and those of other schemes that took part."""
    asked = {
        row.judged.decision.rulebook_version: book
        for entry in entries
        for row, book in ((entry, rulebook), *([] if entry.elsewhere is None else [entry.elsewhere]))
        if row.judged is not None
    }
    return list(asked.values())


def carry_out(allowed: Sequence[tuple[Entry, Facts]], work: BatchWork, rulebook: Rulebook) -> None:
    """Write what the allowed acts do; their entries get the results, and the events that are to be told."""
    if not allowed:
        return
    for entry, _ in allowed:
        if entry.parts.work is not None:
            trail.name_writers([part.act for part, _ in entry.parts.entries])
            carry_out(entry.parts.entries, entry.parts.work, rulebook)
            trail.name_writers([entry.act])
    done = work.write([(entry.act, facts) for entry, facts in allowed])
    entries = [entry for entry, _ in allowed]
    caused = [(entry.act, came_of_it.events) for entry, came_of_it in zip(entries, done, strict=True)]
    for entry, came_of_it, happened in zip(entries, done, spread(caused, rulebook), strict=True):
        entry.result = came_of_it.result
        entry.events = [event for event in happened if outbox.is_wanted(rulebook, event.name)]
        if entry.elsewhere is not None and came_of_it.elsewhere is not None:
            other, book = entry.elsewhere
            other.result = came_of_it.elsewhere.result
            other.events = [event for event in came_of_it.elsewhere.events if outbox.is_wanted(book, event.name)]


def _permission_denied(act: Act, rulebook: Rulebook) -> Finding:
    """An actor without permission is told that, and learns nothing else."""
    label = rulebook.operations[act.operation].label if act.operation in rulebook.operations else None
    shown = act.operation if label is None else f"{label.ja} / {label.en}"
    return refusal("permission.denied", login=act.actor.login, operation=shown)


def _may_try(act: Act, work: BatchWork, rulebook: Rulebook) -> bool:
    """Whether the actor may do this at all; where the scheme wants an administrator to approve, only one may."""
    rule = rulebook.operations.get(act.operation)
    if act.proposal is not None and rule is not None and rule.second_person == "administrator":
        return act.actor.role == "administrator"
    return work.permits(act)


def _waits_for_second_person(act: Act, rulebook: Rulebook, facts: Facts) -> bool:
    """Time and the checks of the ledger are nobody: what they do by rule needs no second person."""
    if act.proposal is not None or act.actor.role == "system":
        return False
    return rulebook.needs_second_person(act.operation, facts)


def _proposal_refusal(act: Act) -> Finding | None:
    """Why the proposal that this act would approve cannot be approved by it; None where it can or none is named."""
    if act.proposal is None:
        return None
    is_done = Exists(ActRecord.objects.filter(proposal_id=OuterRef("id"), status="done"))
    rows = ActRecord.objects.annotate(is_done=is_done)
    proposal = rows.filter(id=act.proposal, scheme=act.scheme, status="proposed").first()
    if proposal is None or proposal.is_done:
        return refusal("act.proposal_unknown")
    if proposal.operation != act.operation:
        return refusal("act.proposal_differs", field="operation")
    given = dict(act.arguments)
    if canonical(given) != canonical(proposal.arguments):
        return refusal("act.proposal_differs", field=_first_different_argument(proposal.arguments, given))
    if proposal.actor_login == act.actor.login:
        return refusal("act.same_person", login=act.actor.login)
    return None


def _first_difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """The first field in which the contents of two acts differ."""
    for name in ("scheme", "operation", "actor", "proposal"):
        if first[name] != second[name]:
            return name
    return _first_different_argument(first["arguments"], second["arguments"])


def _first_different_argument(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    return next(name for name in sorted({*first, *second}) if first.get(name) != second.get(name))
