"""Time passes: what falls due is performed in the order of its day, through the same door as everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from tanso.acts import locks, rulebooks
from tanso.acts.act import Act, Actor
from tanso.acts.door import perform
from tanso.acts.models import TimePassed
from tanso.kernel.canonical import canonical
from tanso.kernel.outcomes import Outcome
from tanso.rulebook import DueItem, Rulebook

# A room enumerates the subjects of a due item: arguments of the act, and the facts that its condition may ask about.
Subjects = Callable[[Rulebook, DueItem], Iterator[tuple[dict[str, Any], dict[str, Any]]]]

_SUBJECTS: dict[str, Subjects] = {}


def offer_subjects(name: str, subjects: Subjects) -> None:
    """Let rulebooks name `subjects` in their calendar; called once at start by the room that knows them."""
    _SUBJECTS[name] = subjects


def pass_time(scheme: str, upto: date) -> list[Outcome]:
    """Perform what falls due after the last passed day and up to the start of `upto`, that day's included.

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
    for item in rulebook.due_between(mark.through, upto):
        outcomes.extend(_perform_due(rulebook, item))
        _mark(scheme, item.day)
    _mark(scheme, upto)
    return outcomes


def _perform_due(rulebook: Rulebook, item: DueItem) -> list[Outcome]:
    outcomes = []
    for arguments, facts in _SUBJECTS[item.subjects](rulebook, item):
        if not rulebook.due_applies(item, {"day": item.day, "operation": item.operation, **facts}):
            continue
        identity = f"{rulebook.scheme}/{item.id}/{item.phase}/{item.day}/{canonical(arguments)}"
        outcomes.append(
            perform(
                Act(
                    id=uuid5(NAMESPACE_URL, identity),
                    scheme=rulebook.scheme,
                    operation=item.operation,
                    arguments=arguments,
                    day=item.day,
                    actor=Actor.system(),
                )
            )
        )
    return outcomes


def _mark(scheme: str, day: date) -> None:
    TimePassed.objects.filter(scheme=scheme, through__lt=day).update(through=day)
