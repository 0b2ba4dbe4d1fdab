"""Many acts in one durable transaction: decided one by one in their order, written together.

The outcome of each act is what `door.perform` would have answered, had the acts come one by one in this order; a
refusal leaves the others alone, and a crash leaves none. The batch has the door for itself (`acts.locks`).

The acts are cut into runs: neighbours whose operations share one work (`operations.BatchWork`). A run reads once,
decides each act on a state in memory that follows the acts before it, and writes once; the next run reads what it
wrote. An operation without a work, and an approval of a proposal, is a run of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from tanso.acts import door, locks, operations, outbox, records, rulebooks
from tanso.acts.act import Act
from tanso.acts.events import spread
from tanso.acts.models import ActRecord
from tanso.acts.operations import BatchWork, Done, Facts, Operation
from tanso.acts.persistence import persistently
from tanso.acts.records import Entry
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding, Outcome
from tanso.rulebook import Rulebook

Progress = Callable[[int], None]


def perform_batch(acts: Sequence[Act], progress: Progress | None = None) -> list[Outcome]:
    """Perform all acts, in order, in one durable transaction; their outcomes in the same order.

    `progress` is told after each part how many of the acts are decided. Raises TypeError for an unknown operation or
    wrong argument names, before anything is done.
    """
    offered = [operations.find(act) for act in acts]
    outcomes, has_events = persistently(lambda: _perform(acts, offered, progress))
    if has_events:
        outbox.deliver_or_keep()
    return outcomes


def _perform(
    acts: Sequence[Act], offered: Sequence[Operation], progress: Progress | None
) -> tuple[list[Outcome], bool]:
    with transaction.atomic(durable=True):
        locks.enter_alone()
        batch = _Batch(acts)
        for run in _runs(acts, offered):
            batch.perform(run)
            if progress is not None:
                progress(run.stop)
        return batch.outcomes(), batch.has_events


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbours that are worked on together: the acts from `start` up to, not including, `stop`."""

    start: int
    stop: int
    operation: Operation


def _runs(acts: Sequence[Act], offered: Sequence[Operation]) -> Iterator[_Run]:
    def shared(index: int) -> tuple[Any, ...]:
        operation, act = offered[index], acts[index]
        alone = operation.batch is None or act.proposal is not None
        return (index,) if alone else (act.scheme, operation.batch)

    for _, indexes in groupby(range(len(acts)), key=shared):
        found = list(indexes)
        yield _Run(found[0], found[-1] + 1, offered[found[0]])


class _Singly(BatchWork):
    """The work of one act whose operation has none for many: what it applies is written at once."""

    def __init__(self, operation: Operation, rulebook: Rulebook) -> None:
        self._operation = operation
        self._rulebook = rulebook

    def missing(self, act: Act) -> Finding | None:
        return self._operation.missing(act)

    def facts(self, act: Act) -> Facts:
        return self._operation.facts(act, self._rulebook)

    def apply(self, act: Act, facts: Facts) -> None:
        """Nothing waits for it: the run has one act."""

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        return [self._operation.execute(act, self._rulebook, facts) for act, facts in allowed]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An allowed act that is written at the end of its run."""

    entry: Entry
    facts: Facts


class _Batch:
    """The acts of one transaction and what has become of them so far."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self._acts = acts
        self._answers: list[Outcome | Entry | None] = [None] * len(acts)
        self._repeats: set[int] = set()
        self._earlier: dict[UUID, Outcome] = {}
        self._content: dict[UUID, tuple[str, dict[str, Any]]] = {}
        self._by_id: dict[UUID, Entry] = {}
        self.has_events = False
        for record in ActRecord.objects.filter(id__in=[act.id for act in acts]):
            self._earlier[record.id] = door.outcome_of(record, repeated=True)
            self._content[record.id] = (record.content_hash, door.content_of(record))

    def outcomes(self) -> list[Outcome]:
        """What became of each act, in order."""
        found = []
        for index, answer in enumerate(self._answers):
            if answer is None:
                raise AssertionError("every act was performed")
            outcome = answer.outcome() if isinstance(answer, Entry) else answer
            found.append(replace(outcome, repeated=True) if index in self._repeats else outcome)
        return found

    def perform(self, run: _Run) -> None:
        """Decide the acts of a run and write them."""
        first = self._acts[run.start]
        rulebook = rulebooks.current(first.scheme)
        mine = [self._acts[index] for index in range(run.start, run.stop)]
        alone = run.operation.batch is None or first.proposal is not None
        work = _Singly(run.operation, rulebook) if alone else run.operation.batch(mine, rulebook)  # type: ignore[misc]
        entries: list[Entry] = []
        waiting: list[_Waiting] = []
        for index in range(run.start, run.stop):
            act = self._acts[index]
            entry = self._met_before(index, act)
            if entry is None and self._answers[index] is None:
                entry = self._decide(act, work, rulebook, waiting)
            if entry is not None:
                self._answers[index] = entry
                entries.append(entry)
                self._remember(entry)
        self._write(entries, waiting, work, rulebook)

    def _met_before(self, index: int, act: Act) -> Entry | None:
        """Answer an act whose id was used before; the entry of a refusal that is new, else None."""
        known = self._content.get(act.id)
        if known is None:
            return None
        content_hash, content = known
        same_id = act.id
        if content_hash != act.content_hash:
            # The id is taken; the refused attempt is recorded under an id that follows from both.
            same_id = uuid5(act.id, act.content_hash)
            if same_id not in self._content:
                again = ActRecord.objects.filter(id=same_id).first()
                if again is None:
                    field = door.first_difference(content, act.content)
                    return Entry(act, same_id, "refused", findings=(refusal("act.differs", field=field),))
                self._earlier[same_id] = door.outcome_of(again, repeated=True)
        self._answers[index] = self._earlier.get(same_id) or self._by_id[same_id]
        self._repeats.add(index)
        return None

    def _remember(self, entry: Entry) -> None:
        self._by_id[entry.id] = entry
        content = entry.act.content
        if entry.status != "done":
            content["proposal"] = None
        self._content[entry.id] = (entry.act.content_hash, content)

    def _decide(self, act: Act, work: BatchWork, rulebook: Rulebook, waiting: list[_Waiting]) -> Entry:
        """What becomes of one act, in the order in which the door refuses."""
        finding = (
            (None if work.permits(act) else door.permission_denied(act, rulebook))
            or work.missing(act)
            or door.proposal_refusal(act, rulebook)
        )
        if finding is not None:
            return Entry(act, act.id, "refused", findings=(finding,))
        facts = {"day": act.day, "operation": act.operation, **work.facts(act)}
        judged = records.judged(door.decision(act, rulebook, facts), facts)
        if not judged.decision.allowed:
            return Entry(act, act.id, "refused", findings=judged.decision.findings, judged=judged)
        if door.waits_for_second_person(act, rulebook):
            return Entry(act, act.id, "proposed", judged=judged)
        entry = Entry(act, act.id, "done", judged=judged)
        waiting.append(_Waiting(entry, facts))
        work.apply(act, facts)
        return entry

    def _write(self, entries: list[Entry], waiting: list[_Waiting], work: BatchWork, rulebook: Rulebook) -> None:
        if any(entry.judged is not None for entry in entries):
            rulebooks.keep_text(rulebook, connection.settings_dict["NAME"])
        if waiting:
            done = work.write([(item.entry.act, item.facts) for item in waiting])
            for item, came_of_it in zip(waiting, done, strict=True):
                item.entry.result = came_of_it.result
                item.entry.events = spread(item.entry.act, rulebook, came_of_it.events)
                self.has_events = self.has_events or bool(item.entry.events)
        if entries:
            records.write(entries)
