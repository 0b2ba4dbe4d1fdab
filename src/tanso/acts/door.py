"""The door itself. One durable transaction an act: repeat, permission, existence, rulebook, function, record.

Order of refusal: `act.differs`, `permission.denied`, what is missing, the proposal, then all findings of the rulebook,
in the order of its file (`acts.judging`). A refusal commits its record. Only programming errors are raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django.db import connection, transaction

from tanso.acts import judging, locks, operations, outbox, records, rulebooks
from tanso.acts.act import Act
from tanso.acts.operations import BatchWork, Facts, Operation
from tanso.acts.persistence import persistently
from tanso.acts.records import Entry
from tanso.kernel.outcomes import Outcome
from tanso.rulebook import Rulebook

Seen = TypeVar("Seen")


def perform(act: Act) -> Outcome:
    """Decide about an act and, where it is allowed, carry it out; record it either way.

    The same id with the same content gives the first outcome again. Events reach the rooms that follow them in the same
    transaction, the others after commit. Raises TypeError for an unknown operation or wrong argument names, and
    TryAgainError where the database gives no answer, also after several attempts.
    """
    operation = operations.find(act)
    entry, outcome = persistently(lambda: _perform(act, operation))
    if entry is not None:
        outbox.deliver_or_keep(has_events=any(row.events for row in entry.rows))
    return outcome


def _perform(act: Act, operation: Operation) -> tuple[Entry | None, Outcome]:
    """The durable transaction of an act: what it recorded, if anything, and its outcome."""
    with transaction.atomic(durable=True):
        # The proposal's lock here too: whoever performs the proposal has it before those of accounts, as we do.
        locks.enter([f"act:{act.id}", *([f"act:{act.proposal}"] if act.proposal else [])])
        known, overrides = records.met(act)
        met = judging.meet(act, known)
        if met is not None and not isinstance(met, Entry):
            return None, met.outcome()
        entry = met or _decide_and_do(act, operation, rulebooks.with_overrides(act.scheme, overrides))
        records.write(entry.rows)
    return entry, entry.outcome()


def _decide_and_do(act: Act, operation: Operation, rulebook: Rulebook) -> Entry:
    locks.hold(operation.locks(act))
    work = judging.work_of(operation, [act], rulebook)
    entry, facts = judging.judge(act, work, rulebook)
    for asked in judging.books_of([entry], rulebook):
        rulebooks.keep_text(asked, connection.settings_dict["NAME"])
    if entry.status == "done":
        judging.carry_out([(entry, facts)], work, rulebook)
    return entry


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
        outcome, entry, facts, work = _foresee(act, operation, rulebook)
        if not outcome.ok:
            return outcome, None
        if entry.status == "proposed":
            work.apply(act, facts)
        judging.carry_out([(entry, facts)], work, rulebook)
        seen = look()
        transaction.set_rollback(True)
    return replace(outcome, result={**outcome.result, **entry.result}), seen


def _foresee(act: Act, operation: Operation, rulebook: Rulebook) -> tuple[Outcome, Entry, Facts, BatchWork]:
    work = judging.work_of(operation, [act], rulebook)
    entry, facts = judging.judge(act, work, rulebook)
    status: Any = "refused" if entry.status == "refused" else "allowed"
    result: dict[str, Any] = {} if entry.judged is None else {"facts": facts}
    if entry.status == "proposed":
        result["waits_for"] = rulebook.operations[act.operation].second_person
    return replace(entry.outcome(), status=status, result=result), entry, facts, work
