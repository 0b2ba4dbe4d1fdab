"""Papers that do not come: so many days after an application was submitted, applicant and authority are reminded once.

Time passing (`acts.passing`) does it, under an id that follows from the application's version. A corrected version
begins the time anew. Whether papers are missing still is asked on the day itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from tanso.acts import rulebooks
from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.acts.passing import DatedItem
from tanso.parties import permissions as may
from tanso.parties.applications import actions, queries
from tanso.parties.applications.events import PapersMissing
from tanso.parties.applications.models import SUBMITTED, Application
from tanso.rulebook import Rulebook

_NAME = "remind_of_papers"


def overdue_papers(scheme: str, after: date, upto: date) -> Iterator[DatedItem]:
    """The days between two on which papers of an application have been awaited for so long."""
    book = rulebooks.current(scheme)
    if book.registration is None or book.registration.paper_reminder_days is None or _NAME not in book.operations:
        return
    waits = timedelta(days=int(book.value(book.registration.paper_reminder_days, upto)))
    rows = Application.objects.filter(
        scheme=scheme, state=SUBMITTED, submitted_on__gt=after - waits, submitted_on__lte=upto - waits
    )
    for number, version, submitted_on in rows.order_by("id").values_list("id", "version", "submitted_on"):
        yield DatedItem(
            day=submitted_on + waits,
            operation=_NAME,
            arguments={"registration": number, "version": version},
            applies=partial(_are_missing, book, number, version),
        )


def _are_missing(book: Rulebook, number: int, version: int) -> bool:
    found = Application.objects.prefetch_related("papers").get(id=number)
    waits = found.state == SUBMITTED and found.version == version
    return waits and any(paper.arrived_on is None for paper in queries.papers_of(book, found))


def _remind(act: Act, book: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = Application.objects.get(id=act.arguments["registration"])
    event = PapersMissing(
        registration=found.id, kind=found.kind, reason="", submitted_day=found.submitted_on.isoformat()
    )
    return Done(result={"registration_state": found.state}, events=(event,))


OPERATION = Operation(
    name=_NAME,
    required=frozenset({"registration", "version"}),
    permission=lambda actor, act: may.is_system(actor),
    locks=actions.locks,
    missing=actions.missing,
    execute=_remind,
)
