"""Reads of the door's records: acts with their decisions, open proposals, refused acts, today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tanso.acts.models import ActRecord, DemonstrationDay, ParameterOverride
from tanso.kernel.texts import Text
from tanso.rulebook.overrides import Override


def acts(scheme: str, *, participant: str | None = None, operation: str | None = None) -> QuerySet[ActRecord]:
    """Acts of a scheme, latest first; of one participant's logins, or of one operation, where asked."""
    rows = ActRecord.objects.filter(scheme=scheme).select_related("decision").order_by("-sequence")
    if participant is not None:
        rows = rows.filter(actor_participant=participant)
    return rows if operation is None else rows.filter(operation=operation)


def acts_by_id(ids: Sequence[object]) -> dict[object, ActRecord]:
    """The acts with these ids, by id."""
    return ActRecord.objects.in_bulk(ids)


def open_proposals(scheme: str) -> QuerySet[ActRecord]:
    """Acts that wait for a second person, oldest first."""
    settled = ActRecord.objects.filter(proposal=OuterRef("id"), status="done")
    return ActRecord.objects.filter(~Exists(settled), scheme=scheme, status="proposed").order_by("sequence")


def refused_acts(scheme: str, *, participant: str | None = None) -> QuerySet[ActRecord]:
    """Refused acts of a scheme, latest first."""
    mine = Q() if participant is None else Q(actor_participant=participant)
    return ActRecord.objects.filter(mine, scheme=scheme, status="refused").order_by("-sequence")


class Demonstration(NamedTuple):
    """What makes an installation a demonstration: its today, and what it says about its data on every page."""

    today: date
    notice: Text


def demonstration() -> Demonstration | None:
    """Today and the notice of a demonstration installation; None in a real one."""
    row = DemonstrationDay.objects.values_list("today", "notice").first()
    return None if row is None else Demonstration(row[0], Text.from_json(row[1]))


def demonstration_day() -> date | None:
    """Today in a demonstration installation; None in a real one."""
    shown = demonstration()
    return None if shown is None else shown.today


def demonstration_notice() -> Text | None:
    """What a demonstration installation says about its data on every page; None in a real one."""
    shown = demonstration()
    return None if shown is None else shown.notice


@dataclass(frozen=True, slots=True)
class OverrideEntry:
    """An override or withdrawal as it was recorded: by whom, with whose approval, and when."""

    override: Override
    recorded_by: str
    proposed_by: str
    act_id: UUID | None


def override_entries(scheme: str, parameter: str | None = None) -> list[OverrideEntry]:
    """All overrides and withdrawals of a scheme (of one parameter), in the order in which they were recorded."""
    rows = ParameterOverride.objects.filter(scheme=scheme).select_related("act__proposal").order_by("id")
    return [
        OverrideEntry(
            override=Override(
                parameter=row.parameter,
                value=row.value,
                from_day=row.from_day,
                to_day=row.to_day,
                reason=row.reason,
                day=row.day,
                by=row.act.actor_login if row.act else "",
                withdraws=row.withdraws,
            ),
            recorded_by=row.act.actor_login if row.act else "",
            proposed_by=row.act.proposal.actor_login if row.act and row.act.proposal else "",
            act_id=row.act_id,
        )
        for row in (rows if parameter is None else rows.filter(parameter=parameter))
    ]


def operations_of(ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Scheme and operation of the acts with these ids, by id: what lists of postings need to know of their acts."""
    rows = ActRecord.objects.filter(id__in=ids).values_list("id", "scheme", "operation")
    return {act_id: (scheme, operation) for act_id, scheme, operation in rows}
