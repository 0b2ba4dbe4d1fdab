"""What to do next, for whoever sits at the desk: from where reports and account stand. No rule is decided here.

Whether a step is possible is the rulebook's to say when it is taken; this says which one is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tanso.acts import Act, preview
from tanso.emissions.models import Report
from tanso.interfaces.web import deadlines, describe, overrides, proposing, words
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.views import reports as report_pages
from tanso.kernel.outcomes import Outcome
from tanso.kernel.periods import fiscal_year_of
from tanso.registry import delays, overview
from tanso.registry.models import WAITING
from tanso.registry.queries import Standing


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do or to know. `tone` is that of the notice: next, info, warning, error, success."""

    tone: str
    title: str
    text: str = ""
    button: str = ""
    address: str = ""


def next_steps(desk: Desk, reports: Iterable[Report], standing: Standing | None) -> list[NextStep]:
    """What is due, the most urgent first; where nothing is, what comes next."""
    steps = []
    if standing is not None:
        steps += _about_account(desk, standing)
    steps += [step for report in reports if (step := _about_report(desk, report))]
    if not any(step.tone in ("next", "warning") and step.address for step in steps):
        steps += _to_come(desk, standing)
    urgency = {"error": 0, "warning": 1, "next": 2, "info": 3, "success": 4}
    return sorted(steps, key=lambda step: urgency[step.tone])


def _about_report(desk: Desk, report: Report) -> NextStep | None:
    """The step that a report waits for; nothing while its year still runs or once it is settled.

    The first report looks back on the years before the phase, so it is due at once.
    """
    life = desk.rulebook.life
    is_running = report.year != next(iter(life.years)) and fiscal_year_of(desk.today) <= report.fiscal_year
    if report.state in life.final_states or is_running:
        return None
    title = report_pages.title_of(desk.rulebook, report)
    state = describe.report_state(desk.rulebook, report.state)
    onward = report_pages.operations_onward(desk, report)
    stage = deadlines.of_report(desk.rulebook, report)
    due = deadlines.in_sentences(desk.rulebook, stage, desk.today)
    if not onward:
        return NextStep(
            tone="info",
            title=_("%(report)s: %(state)s") % {"report": title, "state": state},
            text=_joined(_("Others are at work on it. There is nothing for you to do."), due),
            button=_("Open the report"),
            address=report_pages.address_of(desk, report),
        )
    return NextStep(
        tone="warning" if deadlines.is_urgent(stage, desk.today) else "next",
        title=_("%(report)s: %(state)s") % {"report": title, "state": state},
        text=_joined(
            _("The next step is yours: %(step)s.") % {"step": describe.operation(desk.rulebook, onward[0])}, due
        ),
        button=describe.operation(desk.rulebook, onward[0]),
        address=report_pages.address_of(desk, report, onward[0]),
    )


def _to_come(desk: Desk, standing: Standing | None) -> list[NextStep]:
    """What comes next, where nothing is to be done today."""
    if not overview.has_phases(desk.rulebook):
        return []
    found = []
    is_closed = standing is not None and standing.account_status == "closed"
    phases = list(desk.rulebook.phases) if desk.phase is None else [desk.phase]
    for phase in phases:
        for stage in overview.stages_of(desk.rulebook, phase):
            is_own = Who.EMISSIONS in desk.who if stage.year else standing is not None and not is_closed
            # Without a phase of its own a participant surrenders nothing and reports nothing.
            is_own = is_own and (desk.phase is not None or stage.id == overview.BANKING)
            if is_own and stage.first_day is not None and stage.first_day > desk.today:
                found.append((stage.first_day, stage.last_day or stage.first_day, phase, stage))
    if not found:
        return []
    first_day, _last_day, phase, stage = min(found, key=lambda each: each[:3])
    return [
        NextStep(
            tone="info",
            title=_("Nothing is to be done today. Next: %(stage)s, from %(day)s")
            % {
                "stage": deadlines.title_of(desk.rulebook, stage, phase),
                "day": describe.here(words.long_day(first_day)),
            },
            text=deadlines.in_sentences(desk.rulebook, stage, desk.today),
        )
    ]


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _about_account(desk: Desk, standing: Standing) -> list[NextStep]:
    if standing.account_status == "closed":
        return [
            NextStep(
                tone="info",
                title=_("The account is closed"),
                text=_("Units can no longer be moved. Figures and reports stay here."),
                button=_("Letters") if desk.rulebook.letters.kinds else "",
                address=reverse("letters", kwargs={"scheme": desk.scheme}),
            )
        ]
    steps = _about_protection(desk, standing)
    if standing.participant.phase is not None:
        steps += _about_obligation(desk, standing)
    return [*steps, *_about_banking(desk, standing)]


def _about_protection(desk: Desk, standing: Standing) -> list[NextStep]:
    """What the login's colleagues proposed, and what leaves the account by itself unless somebody stops it."""
    steps = []
    to_approve = sum(proposing.is_for_me(desk, row) for row in proposing.waiting(desk))
    if to_approve:
        steps.append(
            NextStep(
                tone="next",
                title=ngettext(
                    "%(number)s proposal waits for your approval",
                    "%(number)s proposals wait for your approval",
                    to_approve,
                )
                % {"number": to_approve},
                text=_("Another login of yours proposed it. Approve it only if you know of it."),
                button=_("To the proposals"),
                address=reverse("proposals", kwargs={"scheme": desk.scheme}),
            )
        )
    if standing.reserved:
        first = delays.listed(desk.scheme, standing.account.id, state=WAITING).order_by("executes_on").first()
        shown = "" if first is None else describe.here(words.long_day(first.executes_on))
        steps.append(
            NextStep(
                tone="info",
                title=_("%(quantity)s wait to be transferred") % {"quantity": words.tonnes(standing.waiting_t)},
                text=_(
                    "They leave the account by themselves, the first on %(day)s. If you do not know of it, abort it."
                )
                % {"day": shown},
                button=_("To the transfers that wait"),
                address=reverse("waiting-transfers", kwargs={"scheme": desk.scheme}),
            )
        )
    return steps


def _about_banking(desk: Desk, standing: Standing) -> list[NextStep]:
    """Whether an application waits, can be made now (the rules say so), or must come before transfers go on."""
    if standing.has_pending_banking:
        return [
            NextStep(
                tone="info",
                title=_("The banking application waits for approval"),
                text=_("Until then, transfers of this account rest."),
            )
        ]
    outcome = _wish_for_banking(desk, standing)
    if outcome is not None and outcome.ok:
        return [
            NextStep(
                tone="warning",
                title=_("Apply for banking, to keep the account"),
                text=_("Without an application the account is closed when the window ends.") + _window_ends(desk),
                button=describe.operation(desk.rulebook, "apply_for_banking"),
                address=_account_address(desk, standing, "apply_for_banking"),
            )
        ]
    if outcome is not None and _is_closed_unless_banked(desk, standing):
        reasons = " ".join(describe.here(finding.message) for finding in outcome.findings)
        return [
            NextStep(
                tone="warning",
                title=_("The account is closed when the window for banking ends"),
                text=_("Banking cannot be applied for: %(reasons)s") % {"reasons": reasons} + _window_ends(desk),
            )
        ]
    if standing.rests:
        return [
            NextStep(
                tone="warning",
                title=_("Transfers of this account rest"),
                text=_("They go on once banking is approved."),
            )
        ]
    return []


def _wish_for_banking(desk: Desk, standing: Standing) -> Outcome | None:
    """What the rules say today of an application for banking; None where the scheme has none."""
    if "apply_for_banking" not in desk.rulebook.operations:
        return None
    wish = Act(
        id=UUID(int=0),
        scheme=desk.scheme,
        operation="apply_for_banking",
        arguments={"account": standing.account_number},
        day=desk.today,
        actor=desk.actor,
    )
    return preview(wish)


def _is_closed_unless_banked(desk: Desk, standing: Standing) -> bool:
    """Whether the window of the own phase is open, closes the account at its end, and nothing was asked for."""
    stage = deadlines.stage(desk.rulebook, desk.phase, overview.BANKING)
    if stage is None or not stage.then or stage.first_day is None or stage.last_day is None:
        return False
    return stage.first_day <= desk.today <= stage.last_day and not overview.was_asked_for(standing.account.id, stage)


def _window_ends(desk: Desk) -> str:
    """The last day of the window that today lies in, as a sentence; nothing where the scheme names it otherwise."""
    calendar = desk.rulebook.calendar
    phase = calendar.phase_within("banking_window", desk.today) if "banking_window" in calendar.windows else 0
    last_day = calendar.period("banking_window", phase).last_day if phase else None
    if last_day is None:
        return ""
    marks = overrides.marks(desk.rulebook, calendar.overrides("banking_window", phase))
    return " ".join(["", _("Its last day is %(day)s.") % {"day": describe.here(words.long_day(last_day))}, *marks])


def _about_obligation(desk: Desk, standing: Standing) -> list[NextStep]:
    if standing.additional_t:
        # A correction after the deadline: what it added has a term of its own, and the status of the deadline stays.
        return [_surrender_step(desk, standing, standing.additional_t, standing.additional_until)]
    if standing.compliance == "compliant":
        return [
            NextStep(
                tone="success",
                title=_("The target is met"),
                text=_("%(surrendered)s were surrendered for target-year emissions of %(emitted)s.")
                % {
                    "surrendered": words.tonnes(standing.surrendered_t),
                    "emitted": words.tonnes(standing.target_t or 0),
                },
            )
        ]
    if standing.compliance == "non_compliant":
        missing = standing.shortfall_t
        return [
            NextStep(
                tone="error",
                title=_("The target was not met"),
                text=_("At the deadline there was no approved report for the target year.")
                if missing is None
                else _("At the deadline %(missing)s were missing.") % {"missing": words.tonnes(missing)},
            )
        ]
    still_t = standing.still_to_surrender_t
    if not still_t:
        return []
    period = standing.surrender_period
    return [_surrender_step(desk, standing, still_t, None if period is None else period.last_day)]


def _surrender_step(desk: Desk, standing: Standing, still_t: int, last_day: date | None) -> NextStep:
    held_t = sum(holding.quantity_t for holding in standing.holdings)
    sentences = []
    if last_day is not None:
        sentences.append(deadlines.until(last_day, desk.today))
        sentences += overrides.marks(
            desk.rulebook, desk.rulebook.calendar.overrides("surrender_period", standing.participant.phase or 0)
        )
    if held_t < still_t:
        sentences.append(
            _("The account holds %(held)s: at least %(missing)s must be bought before.")
            % {"held": words.tonnes(held_t), "missing": words.tonnes(still_t - held_t)}
        )
    stage = deadlines.stage(desk.rulebook, desk.phase, overview.SURRENDER)
    # What a correction added has a term of its own, and the status of the deadline stays.
    if stage is not None and stage.last_day == last_day:
        sentences.append(deadlines.otherwise(desk.rulebook, stage))
    return NextStep(
        tone="warning" if held_t < still_t else "next",
        title=_("Surrender %(quantity)s") % {"quantity": words.tonnes(still_t)},
        text=" ".join(sentences),
        button=describe.operation(desk.rulebook, "surrender"),
        address=_account_address(desk, standing, "surrender"),
    )


def _account_address(desk: Desk, standing: Standing, name: str) -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, "number": standing.account_number})
