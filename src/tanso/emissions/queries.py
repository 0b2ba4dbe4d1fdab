"""Reads of emissions reports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from tanso.emissions.models import Report, ReportAttachment, ReportStep, ReportVersion, ReviewPaper, Verification
from tanso.emissions.workbooks import Expected, Made, read
from tanso.emissions.workbooks.carrying import carried_over
from tanso.parties.models import Participant
from tanso.rulebook import Rulebook


class NewForm(NamedTuple):
    """A form to fill in: what it is made for, whose it is, and the JSON that it begins with."""

    made: Made
    holder_name: str
    value: Mapping[str, Any]


def report(scheme: str, participant_key: str, year: str) -> Report | None:
    """The report of a participant for a year of its phase, or None where the participant reports none."""
    return (
        Report.objects.select_related("participant", "verifier")
        .filter(participant__scheme=scheme, participant__key=participant_key, year=year)
        .first()
    )


def report_state(scheme: str, participant_key: str, year: str) -> str | None:
    """The state of a report, or None where there is none."""
    found = report(scheme, participant_key, year)
    return None if found is None else found.state


def expected_form(report: Report) -> Expected:
    """Which form belongs to a report. The name in it is for people; its hidden sheet says whose and which it is."""
    participant = report.participant
    return Expected(participant.phase, report.year, report.fiscal_year, participant.key)


def new_form(rulebook: Rulebook, report: Report) -> NewForm:
    """What the form of a report begins with: what was registered for it last, else what an earlier year's says."""
    participant = report.participant
    made = Made(rulebook.scheme, participant.phase, report.year, report.fiscal_year, participant.key)
    versions = ReportVersion.objects.filter(
        report__participant=participant, workbook__isnull=False, report__fiscal_year__lte=report.fiscal_year
    )
    latest = versions.select_related("report", "workbook").order_by("-report__fiscal_year", "-number").first()
    if latest is None or latest.workbook is None:
        return NewForm(made, participant.known_as, {})
    reading = read(bytes(latest.workbook.content), rulebook)
    if reading.calculation is None:  # it was the form of its time, and the form is another now
        return NewForm(made, participant.known_as, {})
    if latest.report_id == report.id:
        return NewForm(made, participant.known_as, reading.input)
    return NewForm(made, participant.known_as, carried_over(reading.input, report.fiscal_year))


def reports(scheme: str, *, participant_key: str | None = None, verifier_key: str | None = None) -> QuerySet[Report]:
    """Reports of a scheme in the order of their years; of one participant, or assigned to one verifier, where asked."""
    rows = Report.objects.select_related("participant", "verifier").filter(participant__scheme=scheme)
    if participant_key is not None:
        rows = rows.filter(participant__key=participant_key)
    if verifier_key is not None:
        rows = rows.filter(verifier__key=verifier_key)
    return rows.order_by("participant_id", "fiscal_year")


def with_history(rows: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with all that belongs to them, latest first, in four more queries however many they are."""
    return rows.prefetch_related(
        Prefetch("versions", ReportVersion.objects.order_by("-number")),
        Prefetch("verifications", Verification.objects.select_related("verifier").order_by("-id")),
        Prefetch("papers", ReviewPaper.objects.order_by("-id")),
        Prefetch("attachments", ReportAttachment.objects.order_by("-id")),
        Prefetch("steps", ReportStep.objects.order_by("-id")),
    )


def acts_of(participant_id: int) -> Any:
    """The ids of the acts that were steps of the participant's reports, as a query to filter by."""
    return ReportStep.objects.filter(report__participant_id=participant_id).values("act_id")


def approved_t(participant_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """The settled figures of these participants: participant id -> year -> tonnes. One query.

    A figure counts for allocation and obligation once its report has reached a final state of its life.
    """
    figures: dict[int, dict[str, int]] = {}
    rows = Report.objects.filter(participant_id__in=list(participant_ids), settled_t__isnull=False)
    for participant_id, year, settled_t in rows.values_list("participant_id", "year", "settled_t"):
        if settled_t is not None:
            figures.setdefault(participant_id, {})[year] = settled_t
    return figures


def verification_status(report: Report, final_states: Collection[str]) -> str:
    """Where the verification report stands: `none`, `asked`, `filed` or `accepted`. Reads what `with_history` has."""
    if report.verified_t is not None:
        return "accepted" if report.state in final_states else "filed"
    latest = next(iter(report.steps.all()), None)
    return "asked" if latest is not None and latest.operation == "request_verification" else "none"


def review_status(report: Report, final_states: Collection[str]) -> str:
    """Whose turn it is with the papers of the review: `none`, `with_verifier`, `with_authority`, or `closed`."""
    latest = next(iter(report.papers.all()), None)
    if latest is None:
        return "none"
    if report.state in final_states:
        return "closed"
    return "with_verifier" if latest.by_authority else "with_authority"


def is_assigned(report: Report) -> bool:
    """Whether the authority gave the report to its verifier."""
    latest = report.assignments.order_by("-id").first()
    return latest is not None and latest.verifier_id == report.verifier_id


def years_in_a_row(report: Report, verifier: Participant) -> int:
    """How many fiscal years right before the report's this verifier verified for the holder's organisation."""
    years = set(
        Verification.objects.filter(
            verifier__organisation_id=verifier.organisation_id,
            report__participant__organisation_id=report.participant.organisation_id,
            report__fiscal_year__lt=report.fiscal_year,
        ).values_list("report__fiscal_year", flat=True)
    )
    return next(count for count in range(len(years) + 1) if report.fiscal_year - 1 - count not in years)
