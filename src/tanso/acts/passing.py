"""Time passes: what falls due is performed in the order of its day, through the same door as everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from tanso.acts import locks, rulebooks
from tanso.acts.act import Act, Actor
from tanso.acts.batches import perform_batch
from tanso.acts.door import perform
from tanso.acts.models import TimePassed
from tanso.kernel.canonical import canonical
from tanso.kernel.outcomes import Outcome
from tanso.rulebook import DueItem, Rulebook

# A room enumerates the subjects of a due item: arguments of the act, and the facts that its condition may ask about.
Subjects = Callable[[Rulebook, DueItem], Iterator[tuple[dict[str, Any], dict[str, Any]]]]

_SUBJECTS: dict[str, Subjects] = {}
# What falls due for many is performed in batches of this many acts.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class DatedItem:
    """Something that falls due at the start of a day which an act has set, apart from any window of the calendar.

    Where the rules refuse it, `otherwise` is performed in its place, with the refused act among its arguments
    (`refused`), so that nothing waits for a day that has passed.
    Where it says so (`applies`), it is asked on that day whether there is anything to do.
    """

    day: date
    operation: str
    arguments: dict[str, Any]
    otherwise: tuple[str, dict[str, Any]] | None = None
    applies: Callable[[], bool] | None = None


# A room enumerates what falls due in a scheme after one day and by the other.
Dated = Callable[[str, date, date], Iterable[DatedItem]]

_DATED: list[Dated] = []


def offer_dated(dated: Dated) -> None:
    """Have `dated` asked whenever time passes; called once at start by the room that knows of such days."""
    _DATED.append(dated)


def offer_subjects(name: str, subjects: Subjects) -> None:
    """Let rulebooks name `subjects` in their calendar; called once at start by the room that knows them."""
    _SUBJECTS[name] = subjects


def pass_time(scheme: str, upto: date) -> list[Outcome]:
    """Perform what falls due after the last passed day and up to the start of `upto`, that day's included.

    On one day, what closes with the day before comes first, in the order of the calendar; then what ends on that day.

    A scheme's first call only sets the mark: nothing can have been due before anything was there. Acts have ids that
    follow from what is due, so a run that was cut off can simply be repeated. Going back does nothing.
    """
    with transaction.atomic():
        locks.hold([f"time:{scheme}"])
        mark = TimePassed.objects.filter(scheme=scheme).first()
        if mark is None:
            TimePassed.objects.create(scheme=scheme, through=upto)
            return []
    if mark.through >= upto:
        return []
    rulebook = rulebooks.current(scheme)
    outcomes: list[Outcome] = []
    due: list[DueItem | DatedItem] = [*rulebook.due_between(mark.through, upto), *_dated(scheme, mark.through, upto)]
    for day, items in groupby(sorted(due, key=lambda found: found.day), key=lambda found: found.day):
        for item in items:
            if isinstance(item, DatedItem):
                outcomes.extend(_perform_dated(scheme, item))
            else:
                outcomes.extend(_perform_due(rulebook, item))
        # Only once all that falls on the day is done: a run that is cut off repeats the day.
        _mark(scheme, day)
    _mark(scheme, upto)
    return outcomes


def _perform_dated(scheme: str, item: DatedItem) -> list[Outcome]:
    if item.applies is not None and not item.applies():
        return []
    outcome = perform(_system_act(scheme, item.operation, item.operation, item.day, item.arguments))
    if outcome.ok or item.otherwise is None:
        return [outcome]
    operation, arguments = item.otherwise
    follows = _system_act(scheme, operation, operation, item.day, {**arguments, "refused": str(outcome.act_id)})
    return [outcome, perform(follows)]


def _perform_due(rulebook: Rulebook, item: DueItem) -> list[Outcome]:
    acts = [
        _system_act(rulebook.scheme, f"{item.id}/{item.phase}", item.operation, item.day, arguments)
        for arguments, facts in _SUBJECTS[item.subjects](rulebook, item)
        if rulebook.due_applies(item, {"day": item.day, "operation": item.operation, **facts})
    ]
    if len(acts) == 1:
        return [perform(acts[0])]
    return [
        outcome for start in range(0, len(acts), _AT_ONCE) for outcome in perform_batch(acts[start : start + _AT_ONCE])
    ]


def _dated(scheme: str, after: date, upto: date) -> Iterator[DatedItem]:
    for dated in _DATED:
        yield from dated(scheme, after, upto)


def _system_act(scheme: str, due: str, operation: str, day: date, arguments: dict[str, Any]) -> Act:
    """The act of what falls due, under an id that follows from what it is."""
    identity = f"{scheme}/{due}/{day}/{canonical(arguments)}"
    return Act(
        id=uuid5(NAMESPACE_URL, identity),
        scheme=scheme,
        operation=operation,
        arguments=arguments,
        day=day,
        actor=Actor.system(),
    )


def _mark(scheme: str, day: date) -> None:
    TimePassed.objects.filter(scheme=scheme, through__lt=day).update(through=day)
