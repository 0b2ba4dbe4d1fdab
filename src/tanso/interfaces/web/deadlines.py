"""By when something of a phase is needed, and what happens if not, in sentences. The days are those of the calendar."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tanso.emissions.models import Report
from tanso.interfaces.web import describe, words
from tanso.registry import overview
from tanso.registry.overview import Stage
from tanso.rulebook import Rulebook

# From so many days before its last day on, a step is urgent.
SOON_DAYS = 30


def stage(rulebook: Rulebook, phase: int | None, stage_id: str) -> Stage | None:
    """A stage of a phase; None where the scheme has no such stage, or nobody answers for a phase."""
    if phase is None:
        return None
    return next((found for found in overview.stages_of(rulebook, phase) if found.id == stage_id), None)


def of_report(rulebook: Rulebook, report: Report) -> Stage | None:
    """The stage of a phase that a report is."""
    return of_reports(rulebook, report.participant.phase, report.year)


def of_reports(rulebook: Rulebook, phase: int | None, year: str) -> Stage | None:
    """The stage of a phase that the reports about a year are."""
    return stage(rulebook, phase, f"{overview.REPORT}{year}")


def name_of(rulebook: Rulebook, stage: Stage, phase: int) -> str:
    """A stage in words."""
    if stage.year:
        return describe.capital(describe.report_year(rulebook, stage.year, phase))
    return {
        overview.LOGINS: _("Logins"),
        overview.ISSUE: _("Allocation"),
        overview.SURRENDER: _("Surrender"),
        overview.BANKING: _("Banking"),
    }[stage.id]


def title_of(rulebook: Rulebook, stage: Stage, phase: int) -> str:
    """A stage in words that stand for themselves: a report is called one."""
    if not stage.year:
        return name_of(rulebook, stage, phase)
    return _("Emissions report: %(year)s") % {"year": describe.report_year(rulebook, stage.year, phase)}


def otherwise(rulebook: Rulebook, stage: Stage) -> str:
    """What happens to whoever is not done with a stage in time."""
    settles = rulebook.life.years[stage.year].settles if stage.year else None
    if settles == "allocation":
        return _("Until the report is approved, no allocation can be issued.")
    if settles == "obligation":
        return _("Without an approved report by then, the target counts as not met.")
    if stage.id == overview.SURRENDER and stage.then:
        return _("What is missing then stays so: the target counts as not met.")
    if stage.id == overview.BANKING and stage.then:
        follows = ", ".join(describe.operation(rulebook, name) for name in stage.then)
        return _("Without an application by then: %(follows)s.") % {"follows": follows}
    return ""


def days_left(last_day: date, today: date) -> str:
    """How many days are left, as a sentence; not to be asked after the last day."""
    days = (last_day - today).days
    if days == 0:
        return _("That is today.")
    return ngettext("%(days)d day is left.", "%(days)d days are left.", days) % {"days": days}


def until(last_day: date, today: date) -> str:
    """A last day that is not over, and how many days are left."""
    return _("By %(day)s. %(left)s") % {
        "day": describe.here(words.long_day(last_day)),
        "left": days_left(last_day, today),
    }


def by_when(rulebook: Rulebook, stage: Stage, today: date) -> str:
    """Until when a stage has to be done, and how many days are left; of a report, until when its approval is needed."""
    if stage.last_day is None:
        return ""
    day = describe.here(words.long_day(stage.last_day))
    is_approved = bool(stage.year) and rulebook.life.years[stage.year].verified
    if stage.is_over(today):
        past = _("Its approval was needed by %(day)s.") if is_approved else _("It was due by %(day)s.")
        return past % {"day": day}
    if not is_approved:
        return until(stage.last_day, today)
    return _("Its approval is needed by %(day)s. %(left)s") % {"day": day, "left": days_left(stage.last_day, today)}


def in_sentences(rulebook: Rulebook, stage: Stage | None, today: date) -> str:
    """By when, and what happens if not; nothing where the scheme says neither."""
    if stage is None:
        return ""
    return " ".join(part for part in (by_when(rulebook, stage, today), otherwise(rulebook, stage)) if part)


def is_urgent(stage: Stage | None, today: date) -> bool:
    """Whether little or no time is left."""
    return stage is not None and stage.last_day is not None and (stage.last_day - today).days <= SOON_DAYS
