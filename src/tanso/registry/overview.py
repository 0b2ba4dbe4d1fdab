"""Everything that hangs on a phase: of each of its holders, which stage is done, what is next, and by when.

Stages follow from what the scheme has: logins where it hands them out by letter, a report for each of its years, the
first allocation where one of its units is issued by a rule, surrender, and banking where it can be applied for. The
days are those of its calendar. Nothing is decided here; all holders are read together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from tanso.acts import remembering, rulebooks
from tanso.emissions.models import Report
from tanso.kernel.periods import Period
from tanso.parties import credentials
from tanso.parties import queries as parties
from tanso.parties.models import Participant
from tanso.registry import queries
from tanso.registry.models import BankingApplication
from tanso.registry.queries import Standing
from tanso.rulebook import Rulebook

LOGINS, ISSUE, SURRENDER, BANKING, REPORT = "logins", "issue", "surrender", "banking", "report-"
# States of the stages that are no state of a report.
NOT_ISSUED, LETTER_ISSUED, IN_USE = "not_issued", "letter_issued", "in_use"
NOT_READY, READY, ISSUED = "not_ready", "ready", "issued"
NOT_KNOWN, OPEN, COMPLETE, MISSED = "not_known", "open", "complete", "missed"
NOT_BEGUN, NOT_APPLIED, APPLIED, BANKED, CLOSED = "not_begun", "not_applied", "applied", "banked", "closed"
# Those that nothing is to be done about any more.
_SETTLED = frozenset({IN_USE, ISSUED, COMPLETE, MISSED, BANKED, CLOSED})
_SURRENDER_WINDOW, _BANKING_WINDOW = "surrender_period", "banking_window"
_STATED = {"compliant": COMPLETE, "non_compliant": MISSED}
_OF_LOGINS = {
    credentials.NOT_ISSUED: NOT_ISSUED,
    credentials.ISSUED: LETTER_ISSUED,
    credentials.IN_USE: IN_USE,
}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a phase. `last_day` is until when, where the calendar says so; `then` are the operations that fall
    due by themselves on the day after.
    """

    id: str
    # The report's year, for the stage of a report.
    year: str = ""
    first_day: date | None = None
    last_day: date | None = None
    then: tuple[str, ...] = ()

    def is_over(self, day: date) -> bool:
        """Whether its last day has passed."""
        return self.last_day is not None and self.last_day < day


@dataclass(frozen=True, slots=True)
class Line:
    """One holder: the state of each stage by the stage's id, the stage that is next, and the first that is late.

    `report_t` has the figures that count, by the report's year.
    """

    participant: Participant
    standing: Standing | None
    states: Mapping[str, str]
    report_t: Mapping[str, int]
    next: Stage | None
    late: Stage | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A phase: its stages in their order, and its holders in the order of their registration."""

    phase: int
    stages: tuple[Stage, ...]
    lines: tuple[Line, ...]

    def counts(self, stage: Stage) -> dict[str, int]:
        """How many holders are in each state of a stage."""
        counted: dict[str, int] = {}
        for line in self.lines:
            state = line.states[stage.id]
            counted[state] = counted.get(state, 0) + 1
        return counted

    @property
    def late(self) -> int:
        """How many holders are late with a stage."""
        return sum(1 for line in self.lines if line.late is not None)


def has_phases(rulebook: Rulebook) -> bool:
    """Whether anybody answers for a phase in this scheme."""
    return any(kind.has_phase for kind in rulebook.participant_kinds.values())


def is_settled(rulebook: Rulebook, stage: Stage, state: str) -> bool:
    """Whether nothing is to be done about a stage any more."""
    return state in (rulebook.life.final_states if stage.year else _SETTLED)


def of_phase(rulebook: Rulebook, phase: int, day: date) -> Overview:
    """A phase as it stands on `day`; worked out anew only after an act, or where a login came into use."""
    logins = tuple(credentials.least_advanced(rulebook.scheme, phase))
    about = (rulebook.scheme, rulebook.version, day, phase, logins)
    return remembering.until_next_act(
        "overview", *about, work_out=lambda: _worked_out(rulebook, phase, day, dict(logins))
    )


def stages_of(rulebook: Rulebook, phase: int) -> tuple[Stage, ...]:
    """The stages of a phase, in the order in which they come."""
    surrender, banking = (_period(rulebook, name, phase) for name in (_SURRENDER_WINDOW, _BANKING_WINDOW))
    stages = [Stage(LOGINS)] if "issue_login" in rulebook.operations else []
    reports = [
        Stage(
            f"{REPORT}{year}",
            year,
            first_day=None if at == 0 else _begins(rulebook, phase, year),
            last_day=_needed_by(rulebook, phase, year),
        )
        for at, year in enumerate(rulebook.life.years)
    ]
    settling = [stage for stage in reports if rulebook.life.years[stage.year].settles == "obligation"]
    until = reports.index(settling[-1]) + 1 if settling else len(reports)
    stages += reports[:1]
    if any(unit.quantity_from is not None for unit in rulebook.units.values()):
        stages.append(Stage(ISSUE))
    stages += reports[1:until]
    if surrender is not None:
        then = _then(rulebook, phase, surrender)
        stages.append(Stage(SURRENDER, "", surrender.start, surrender.last_day, then))
    if banking is not None and "apply_for_banking" in rulebook.operations:
        stages.append(Stage(BANKING, "", banking.start, banking.last_day, _then(rulebook, phase, banking)))
    return (*stages, *reports[max(until, 1) :])


def _period(rulebook: Rulebook, window: str, phase: int) -> Period | None:
    calendar = rulebook.calendar
    if window not in calendar.windows or calendar.is_yearly(window):
        return None
    return calendar.period(window, phase)


def _then(rulebook: Rulebook, phase: int, period: Period) -> tuple[str, ...]:
    """What falls due by itself once a window is over."""
    if period.end is None:
        return ()
    found = rulebook.due_between(period.end - _ONE_DAY, period.end)
    return tuple(dict.fromkeys(item.operation for item in found if item.phase == phase))


def _begins(rulebook: Rulebook, phase: int, year: str) -> date:
    """The day after a report's year: before, there is nothing to report."""
    calendar = rulebook.calendar
    fiscal_year = rulebook.life.years[year].fiscal_year_in(rulebook.phases[phase])
    return date(fiscal_year + 1, calendar.first_month, 1)


def _needed_by(rulebook: Rulebook, phase: int, year: str) -> date | None:
    """Until when a report is needed: as the scheme's reports say, else as its reminders do."""
    rule = rulebook.life.years[year].needed_by
    if rule is not None:
        period = _period(rulebook, rule[0], phase)
        return None if period is None else period.start if rule[1] == "first" else period.last_day
    reminded = (item for item in rulebook.reminders_between(date.min, date.max) if item.phase == phase)
    return next((item.last_day for item in reminded if item.year == year), None)


def _worked_out(rulebook: Rulebook, phase: int, day: date, logins: Mapping[int, str]) -> Overview:
    stages = stages_of(rulebook, phase)
    kinds = {kind for kind, rule in rulebook.participant_kinds.items() if rule.has_phase}
    found = [row for row in parties.participants(rulebook.scheme, phase=phase) if row.kind in kinds]
    standings = {row.participant.id: row for row in queries.standings(rulebook.scheme, day)}
    reports = _reports([row.id for row in found])
    banking = next((stage for stage in stages if stage.id == BANKING), None)
    banked = _banked([row.account.id for row in standings.values()], banking)
    lines = []
    for participant in found:
        standing, own = standings.get(participant.id), reports.get(participant.id, {})
        known = {
            LOGINS: _OF_LOGINS[logins.get(participant.id, credentials.NOT_ISSUED)],
            ISSUE: _state_of_issue(standing),
            SURRENDER: _state_of_surrender(standing),
            BANKING: _state_of_banking(standing, banking, banked, day),
        }
        states = {
            stage.id: own.get(stage.year, (rulebook.life.initial, None))[0] if stage.year else known[stage.id]
            for stage in stages
        }
        report_t = {year: settled_t for year, (_state, settled_t) in own.items() if settled_t is not None}
        waiting = _waiting(rulebook, stages, states)
        late = next((stage for stage in waiting if stage.is_over(day)), None)
        lines.append(Line(participant, standing, states, report_t, waiting[0] if waiting else None, late))
    return Overview(phase, stages, tuple(lines))


def _state_of_issue(standing: Standing | None) -> str:
    if standing is None or standing.base_t is None:
        return NOT_READY
    return READY if standing.issued_t is None else ISSUED


def _state_of_surrender(standing: Standing | None) -> str:
    if standing is not None and standing.compliance in _STATED:
        return _STATED[standing.compliance]
    return NOT_KNOWN if standing is None or standing.target_t is None else OPEN


def _state_of_banking(standing: Standing | None, stage: Stage | None, banked: Mapping[int, str], day: date) -> str:
    if standing is None or stage is None:
        return NOT_BEGUN
    if standing.account.is_closed:
        return CLOSED
    has_begun = stage.first_day is None or stage.first_day <= day
    return banked.get(standing.account.id, NOT_APPLIED if has_begun else NOT_BEGUN)


def _waiting(rulebook: Rulebook, stages: Iterable[Stage], states: Mapping[str, str]) -> list[Stage]:
    """The stages that something is still to be done about, in their order."""
    following = list(stages)
    if states.get(SURRENDER) == MISSED:
        # What was missing at the deadline stays so: what comes before it changes nothing any more.
        following = following[[stage.id for stage in following].index(SURRENDER) + 1 :]
    return [stage for stage in following if not is_settled(rulebook, stage, states[stage.id])]


def _reports(participant_ids: Sequence[int]) -> dict[int, dict[str, tuple[str, int | None]]]:
    """State and settled figure of each report, by participant and year."""
    found: dict[int, dict[str, tuple[str, int | None]]] = {}
    rows = Report.objects.filter(participant_id__in=participant_ids)
    for participant_id, year, state, settled_t in rows.values_list("participant_id", "year", "state", "settled_t"):
        found.setdefault(participant_id, {})[year] = (state, settled_t)
    return found


def _banked(account_ids: Sequence[int], stage: Stage | None) -> dict[int, str]:
    """What became of the applications for banking in the window of the phase, by account."""
    if stage is None or stage.first_day is None:
        return {}
    rows = BankingApplication.objects.filter(account_id__in=account_ids, applied_on__gte=stage.first_day)
    if stage.last_day is not None:
        rows = rows.filter(applied_on__lte=stage.last_day)
    return {
        account_id: APPLIED if approved_on is None else BANKED
        for account_id, approved_on in rows.order_by("id").values_list("account_id", "approved_on")
    }


def was_asked_for(account_id: int, stage: Stage) -> bool:
    """Whether banking was applied for in the window of this stage."""
    return account_id in _banked([account_id], stage)


def phases_with_holders(scheme: str) -> dict[int, int]:
    """How many participants answer for each phase."""
    rulebook = rulebooks.current(scheme)
    kinds = [kind for kind, rule in rulebook.participant_kinds.items() if rule.has_phase]
    rows = Participant.objects.filter(scheme=scheme, kind__in=kinds, phase__isnull=False).values_list("phase")
    return {phase: holders for phase, holders in rows.annotate(holders=Count("id")).order_by("phase") if phase}
