"""What the authority needs to review reports: which wait, by when each is needed, and what is unusual about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.db.models import Q

from tanso.emissions import queries, signals
from tanso.emissions.models import Report
from tanso.emissions.signals import Signal
from tanso.emissions.workbooks import RefusedFileError, entered_numbers
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook

SETTLING = ("approve_report", "receive_report")
# The parameter with the share by which figures of a year usually differ from those of another, at most.
USUAL_CHANGE = "usual_change_rate"


def waiting(rulebook: Rulebook) -> list[Report]:
    """The reports that the authority alone can settle now, those first that are needed first."""
    found = list(queries.with_history(queries.reports(rulebook.scheme).filter(_waits(rulebook))))
    return sorted(found, key=lambda report: (needed_by(rulebook, report) or date.max, report.pk))


def years_waiting(rulebook: Rulebook) -> list[tuple[str, int]]:
    """Of which years and phases there are reports that the authority alone can settle now."""
    rows = Report.objects.filter(_waits(rulebook), participant__scheme=rulebook.scheme)
    found = rows.order_by().values_list("year", "participant__phase").distinct()
    return [(year, phase) for year, phase in found if phase is not None]


def _waits(rulebook: Rulebook) -> Q:
    """Whether the next step of a report is the authority's."""
    wanted = Q(pk__in=())
    for step in rulebook.life.steps:
        if step.operation in SETTLING:
            wanted |= Q(state__in=step.from_states, year__in=step.years)
    return wanted


def needed_by(rulebook: Rulebook, report: Report) -> date | None:
    """The day that the figure of a report is needed by; None where the scheme names none."""
    rule, phase = rulebook.life.years[report.year].needed_by, report.participant.phase
    if rule is None or phase is None:
        return None
    window, edge = rule
    period = rulebook.calendar.period(window, phase)
    return period.start if edge == "first" else period.last_day


def signals_of(rulebook: Rulebook, reports: Sequence[Report], day: date) -> dict[int, list[Signal]]:
    """What is unusual about each report's figure, by the report's number: two queries, however many reports."""
    other_years = _other_years([report.participant_id for report in reports])
    figures = _figures(rulebook.scheme, {report.year for report in reports})
    found: dict[int, list[Signal]] = {}
    for report in reports:
        if report.emissions_t is None:
            continue
        earlier = {
            year: t for year, t in other_years.get(report.participant_id, {}).items() if year != report.fiscal_year
        }
        hints: list[Signal] = []
        if USUAL_CHANGE in rulebook.parameters:
            rate = Decimal(rulebook.value(USUAL_CHANGE, day))
            hints += signals.against_other_years(report.emissions_t, earlier, change_rate=rate)
        for field in rulebook.attributes.values():
            if field.type == "int" and field.unit:
                hints += _against_peers(report, field.id, field.label, figures.get(report.year, {}))
        if hints:
            found[report.pk] = hints
    return found


def signals_of_workbook(content: bytes, rulebook: Rulebook) -> list[Signal]:
    """What the numbers look like that were written into a workbook; nothing for one that cannot be read any more."""
    try:
        return signals.of_numbers(entered_numbers(content, rulebook))
    except RefusedFileError:
        return []


def _against_peers(
    report: Report, field: str, label: Text, figures: dict[int, tuple[int, dict[str, object]]]
) -> list[Signal]:
    shares = {
        participant: Fraction(emissions_t, size)
        for participant, (emissions_t, attributes) in figures.items()
        if isinstance(size := attributes.get(field), int) and size > 0
    }
    own = shares.pop(report.participant_id, None)
    if own is None:
        return []
    measure = Text(f"「{label.ja}」1", f"unit of “{label.en}”")
    return signals.against_peers(own, list(shares.values()), measure=measure)


def _other_years(participant_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """The settled figures of these participants by fiscal year."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT participant_id, fiscal_year, settled_t FROM emissions_report
                WHERE participant_id = ANY(%s) AND settled_t IS NOT NULL""",
            [list(participant_ids)],
        )
        found: dict[int, dict[int, int]] = {}
        for participant_id, fiscal_year, settled_t in cursor.fetchall():
            found.setdefault(participant_id, {})[fiscal_year] = settled_t
        return found


def _figures(scheme: str, years: Iterable[str]) -> dict[str, dict[int, tuple[int, dict[str, object]]]]:
    """Everybody's latest figure of these years with the participant's fields, by year and participant."""
    rows = Report.objects.filter(participant__scheme=scheme, year__in=list(years), emissions_t__isnull=False)
    found: dict[str, dict[int, tuple[int, dict[str, object]]]] = {}
    for year, participant_id, emissions_t, attributes in rows.values_list(
        "year", "participant_id", "emissions_t", "participant__attributes"
    ):
        found.setdefault(year, {})[participant_id] = (int(emissions_t or 0), attributes)
    return found
