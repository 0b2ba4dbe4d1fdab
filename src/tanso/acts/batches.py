"""Many acts in one durable transaction: decided one by one in their order, written together.

The outcome of each act is what `door.perform` would have answered, had the acts come one by one in this order; a
refusal leaves the others alone, and a crash leaves none. The batch has the door for itself (`acts.locks`).

The acts are cut into runs: neighbours whose operations share one work (`operations.BatchWork`). A run reads once,
decides each act on a state in memory that follows the acts before it, and writes once, but for acts that are written
alone (`BatchWork.written_alone`). The next run reads what it wrote. An operation without a work, and an approval of a
proposal, is a run of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tanso.acts import judging, locks, operations, outbox, records, rulebooks, trail
from tanso.acts.act import Act
from tanso.acts.operations import BatchWork, Facts, Operation
from tanso.acts.persistence import persistently
from tanso.acts.records import Entry, Recorded
from tanso.kernel.outcomes import Outcome

Progress = Callable[[int], None]
Allowed = tuple[Entry, Facts]


def perform_batch(acts: Sequence[Act], progress: Progress | None = None) -> list[Outcome]:
    """Perform all acts, in order, in one durable transaction; their outcomes in the same order.

    `progress` is told after each run how many of the acts are decided. Raises TypeError for an unknown operation or
    wrong argument names, before anything is done, and TryAgainError as `door.perform` does.
    """
    offered = [operations.find(act) for act in acts]
    batch = persistently(lambda: _perform(acts, offered, progress))
    if batch.has_recorded:
        outbox.deliver_or_keep(has_events=batch.has_events)
    return batch.outcomes()


def _perform(acts: Sequence[Act], offered: Sequence[Operation], progress: Progress | None) -> _Batch:
    with transaction.atomic(durable=True):
        locks.enter_alone()
        batch = _Batch(records.earlier([act.id for act in acts]))
        for operation, run in _runs(acts, offered):
            batch.perform(operation, run)
            if progress is not None:
                progress(batch.count)
    return batch


def _runs(acts: Sequence[Act], offered: Sequence[Operation]) -> Iterator[tuple[Operation, list[Act]]]:
    """The acts cut where neighbours cannot be worked on together."""

    def shared(index: int) -> tuple[Any, ...]:
        operation, act = offered[index], acts[index]
        alone = operation.batch is None or act.proposal is not None
        return (index,) if alone else (act.scheme, operation.batch)

    for _, indexes in groupby(range(len(acts)), key=shared):
        run = list(indexes)
        yield offered[run[0]], [acts[index] for index in run]


def _written_together(allowed: Sequence[Allowed], work: BatchWork) -> Iterator[list[Allowed]]:
    """The allowed acts of a run cut so that each that is to be written alone is."""

    def shared(index: int) -> int:
        return index if work.written_alone(allowed[index][0].act) else -1

    for _, indexes in groupby(range(len(allowed)), key=shared):
        yield [allowed[index] for index in indexes]


class _Batch:
    """The acts of one transaction and what has become of them so far."""

    def __init__(self, known: dict[UUID, Recorded]) -> None:
        self._known: dict[UUID, Recorded | Entry] = {**known}
        self._answers: list[Entry | Recorded] = []
        self.has_recorded = False
        self.has_events = False

    @property
    def count(self) -> int:
        """How many acts are decided."""
        return len(self._answers)

    def outcomes(self) -> list[Outcome]:
        """What became of each act, in order."""
        return [answer.outcome() for answer in self._answers]

    def perform(self, operation: Operation, run: Sequence[Act]) -> None:
        """Decide the acts of a run and write them."""
        rulebook = rulebooks.current(run[0].scheme)
        work = judging.work_of(operation, run, rulebook)
        entries: list[Entry] = []
        allowed: list[Allowed] = []
        for act in run:
            answer = judging.meet(act, self._known)
            if answer is None:
                answer, facts = judging.judge(act, work, rulebook)
                if answer.status == "done":
                    allowed.append((answer, facts))
            self._answers.append(answer)
            if isinstance(answer, Entry):
                entries.append(answer)
                self._known[answer.id] = answer
        for asked in judging.books_of(entries, rulebook):
            rulebooks.keep_text(asked, connection.settings_dict["NAME"])
        for together in _written_together(allowed, work):
            trail.name_writers([entry.act for entry, _ in together])
            judging.carry_out(together, work, rulebook)
        if entries:
            rows = [row for entry in entries for row in entry.rows]
            records.write(rows)
            self.has_recorded = True
            self.has_events = self.has_events or any(row.events for row in rows)
