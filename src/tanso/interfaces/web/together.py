"""One operation for many: what a clerk would do row by row, from a list, with one preview and one confirmation.

A kind says which rows there are and which act each would be. Everything else - what would happen, why not, who must
approve - is the door's to say, as for a single act. An act's id follows from the batch and the row, so that a form that
is sent twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import Act
from tanso.emissions import review
from tanso.interfaces.web import describe, proposing, words
from tanso.interfaces.web.desk import Desk
from tanso.kernel.units import UnitName
from tanso.parties import credentials
from tanso.parties.models import Login
from tanso.registry import queries as registry


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits, and the act that it would take. `key` tells it apart from the others of its list."""

    key: str
    title: str
    note: str
    operation: str
    arguments: Mapping[str, Any]
    proposal: UUID | None = None

    def act(self, desk: Desk, batch: UUID) -> Act:
        """The act for this row in a batch; the same however often it is asked for."""
        return Act(
            id=uuid5(batch, self.key),
            scheme=desk.scheme,
            operation=self.operation,
            arguments=dict(self.arguments),
            day=desk.today,
            actor=desk.actor,
            proposal=self.proposal,
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of work that can be done for many at once."""

    title: str
    # The list that it belongs to: its name, and its page.
    list_name: str
    list_page: str
    empty: str
    rows: Callable[[Desk], Iterable[Row]]
    operation: str = ""
    is_final: bool = False

    def is_offered(self, desk: Desk) -> bool:
        """Whether the scheme has the operation."""
        return not self.operation or self.operation in desk.rulebook.operations

    def back(self, desk: Desk) -> str:
        return reverse(self.list_page, kwargs={"scheme": desk.scheme})


def kind_of(desk: Desk, name: str) -> Kind | None:
    """The kind of this name, where the scheme has it."""
    kind = _kinds().get(name)
    return kind if kind is not None and kind.is_offered(desk) else None


def address(desk: Desk, name: str) -> str:
    """The page for many; empty where the scheme does not have it."""
    return "" if kind_of(desk, name) is None else reverse("together", kwargs={"scheme": desk.scheme, "kind": name})


def title_of(name: str) -> str:
    """What a kind is called."""
    return _kinds()[name].title


def _kinds() -> dict[str, Kind]:
    return {
        "issue": Kind(
            _("Issue the first allocation to several holders"),
            _("Participants"),
            "standings",
            _("No holder waits for its first allocation: it can be issued once the report is approved."),
            _allocations,
            "issue",
            is_final=True,
        ),
        "logins": Kind(
            _("Issue several logins"),
            _("Logins"),
            "logins",
            _("Every login has been issued."),
            _logins,
            "issue_login",
        ),
        "banking": Kind(
            _("Approve several banking applications"),
            _("Banking"),
            "banking",
            _("No application waits for approval."),
            _banking,
            "approve_banking",
        ),
        "reports": Kind(
            _("Receive several reports"),
            _("Reports to review"),
            "review-queue",
            _("No report waits to be received."),
            _reports,
            "receive_report",
            is_final=True,
        ),
        "proposals": Kind(
            _("Approve several proposals"),
            _("Proposals"),
            "proposals",
            _("No proposal waits for your approval."),
            _proposals,
            is_final=True,
        ),
    }


def _allocations(desk: Desk) -> Iterable[Row]:
    """Holders whose base year is approved and who have nothing yet, with the unit that a rule says the quantity of."""
    unit = next((one for one in desk.rulebook.units.values() if one.quantity_from is not None), None)
    if unit is None or unit.scheme != desk.scheme or unit.evidence_kinds:
        return
    for standing in registry.standings(desk.scheme, desk.today):
        phase = standing.participant.phase
        if phase is None or standing.base_t is None or standing.issued_t is not None or standing.account.is_closed:
            continue
        name = UnitName(unit.type, phase if unit.has_phase else None)
        yield Row(
            standing.account_number,
            standing.participant.name,
            f"{standing.account_number} · {describe.unit_of(desk.rulebook, name.type, name.phase)}",
            "issue",
            {"account": standing.account_number, "unit": str(name)},
        )


def _logins(desk: Desk) -> Iterable[Row]:
    rows = Login.objects.select_related("participant").filter(scheme=desk.scheme, participant__isnull=False)
    for login in credentials.in_state(rows, credentials.NOT_ISSUED).order_by("participant_id", "letter"):
        if login.participant is None:
            continue
        given = {"participant": login.participant.key, "login": login.login}
        yield Row(login.login, login.participant.name, login.login, "issue_login", given)


def _banking(desk: Desk) -> Iterable[Row]:
    names = {row.account.id: row.participant.name for row in registry.standings(desk.scheme, desk.today)}
    for application, account in registry.waiting_banking(desk.scheme):
        applied_on = _("applied on %(day)s") % {"day": describe.here(words.short_day(application.applied_on))}
        yield Row(
            f"{application.pk}",
            names.get(account.id, account.number),
            f"{account.number} · {applied_on}",
            "approve_banking",
            {"account": account.number},
        )


def _reports(desk: Desk) -> Iterable[Row]:
    receivable = {
        (state, year)
        for step in desk.rulebook.life.steps
        if step.operation == "receive_report"
        for state in step.from_states
        for year in step.years
    }
    for report in review.waiting(desk.rulebook):
        if (report.state, report.year) not in receivable:
            continue
        participant = report.participant
        yield Row(
            f"{participant.key}/{report.year}",
            participant.name,
            f"{describe.report_year(desk.rulebook, report.year, participant.phase)} · "
            f"{'' if report.emissions_t is None else words.tonnes(report.emissions_t)}",
            "receive_report",
            {"participant": participant.key, "year": report.year},
        )


def _proposals(desk: Desk) -> Iterable[Row]:
    """Those of others that this login may approve; nobody approves an own one."""
    records = [record for record in proposing.waiting(desk) if proposing.is_for_me(desk, record)]
    for line in describe.act_lines(desk.rulebook, records):
        record = line.record
        yield Row(
            str(record.id),
            line.operation,
            " · ".join(part for part in (line.about, record.actor_login) if part),
            record.operation,
            record.arguments,
            proposal=record.id,
        )


def chosen(rows: Sequence[Row], keys: Iterable[str]) -> list[Row]:
    """The rows with these keys, in the order of the list; what is not in the list any more is left out."""
    wanted = set(keys)
    return [row for row in rows if row.key in wanted]
