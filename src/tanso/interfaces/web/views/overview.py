"""A phase on one page: how far its holders are at each stage, what each has to do next, and what happens if not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.web import deadlines, describe, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Kept, Words, plain, told, where
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views import accounts
from tanso.interfaces.web.views.results import Bar
from tanso.interfaces.web.windows import windows_of
from tanso.registry import overview as registry
from tanso.registry.overview import Line, Overview, Stage
from tanso.rulebook import Rulebook

LATE = "late"
# The words and the colour of a stage's state.
Said = Callable[[Stage, str], tuple[str, str]]


@seen_by(Who.ADMINISTRATOR)
def phase_overview(request: HttpRequest) -> HttpResponseBase:
    """Everything that hangs on one phase."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if not registry.has_phases(desk.rulebook):
        raise Http404
    holders = registry.phases_with_holders(desk.scheme)
    phase = _asked(desk, request.GET.get("phase", ""), holders)
    found = registry.of_phase(desk.rulebook, phase, desk.today)
    listing = _listing(request, desk, found)
    asked = listing.asked.get("stage", ("", ""))
    return answer(
        request,
        "web/administration/overview.html",
        {
            "crumbs": crumbs(desk, _("Overview of a phase")),
            "phase": describe.phase(desk.rulebook, phase),
            "number": phase,
            "phases": [
                (number, describe.phase(desk.rulebook, number), holders.get(number, 0))
                for number in desk.rulebook.phases
            ],
            "holders": len(found.lines),
            "late": found.late,
            "late_address": _address(desk, phase, stage=LATE),
            "stages": [_stage(desk, found, stage, asked) for stage in found.stages],
            "bars": _bars(found),
            "windows": windows_of(desk.rulebook, desk.today, phase),
        },
        listing,
    )


def _listing(request: HttpRequest, desk: Desk, found: Overview) -> Listing:
    stages = {stage.id: stage for stage in found.stages}

    def said(asked: tuple[str, ...]) -> str:
        """A stage and a state of it, or those who are late, in words; nothing for what there is not."""
        if asked[0] == LATE:
            return _("Late")
        if asked[0] not in stages or asked[1] not in found.counts(stages[asked[0]]):
            return ""
        stage = stages[asked[0]]
        return f"{deadlines.name_of(desk.rulebook, stage, found.phase)}: {state_name(desk.rulebook, stage, asked[1])}"

    def fits(line: Line, asked: tuple[str, ...]) -> bool:
        return line.late is not None if asked[0] == LATE else line.states.get(asked[0]) == asked[1]

    def number(line: Line) -> str:
        return "" if line.standing is None else line.standing.account_number

    return Listing(
        request=request,
        name="overview",
        title=_("Each holder"),
        rows=found.lines,
        columns=_columns(desk, found),
        order="participant",
        filters=[
            Words(
                name="name",
                label=_("Name or account"),
                narrow=told(lambda line: line.participant.name, lambda line: line.participant.key, number),
            ),
            Kept(name="stage", label="", keys=("stage", "state"), words=said, narrow=where(fits)),
        ],
        empty=_("No participant fits. Show all, or choose something else."),
        empty_filtered=_("No participant fits. Show all, or choose something else."),
        css="table--stages",
    )


def _columns(desk: Desk, found: Overview) -> list[Column]:
    rulebook = desk.rulebook

    @cache
    def said(stage: Stage, state: str) -> tuple[str, str]:
        """The words and the colour of a state: there are few, and hundreds of cells."""
        return state_name(rulebook, stage, state), _tone(rulebook, stage, state)

    def name(line: Line) -> cells.Cell:
        if line.standing is None:
            return line.participant.name
        number = line.standing.account_number
        account = cells.link(number, accounts.address_of(desk, number), style="table__target number")
        return cells.several([line.participant.name, account], between="\n")

    def column(stage: Stage) -> Column:
        return Column(
            key=stage.id,
            label=deadlines.name_of(rulebook, stage, found.phase),
            cell=lambda line: _cell(desk, stage, line, said),
            sort=lambda line: state_name(rulebook, stage, line.states[stage.id]),
        )

    def next_one(line: Line) -> str | None:
        """What has to be done first comes first: by the day until which."""
        return None if line.next is None else str(line.next.last_day or date.max)

    return [
        Column(
            key="participant",
            label=_("Participant"),
            cell=name,
            sort=lambda line: plain(line.participant.name),
            width=36,
        ),
        *(column(stage) for stage in found.stages),
        Column(
            key="next",
            label=_("What is next"),
            cell=lambda line: _next(desk, found, line),
            sort=next_one,
            width=48,
        ),
    ]


def _asked(desk: Desk, written: str, holders: dict[int, int]) -> int:
    """The phase asked for; else the first with holders whose last window is not over, else the last with holders."""
    phases = desk.rulebook.phases
    if written:
        if not (written.isascii() and written.isdigit() and len(written) < 4 and int(written) in phases):
            raise Http404
        return int(written)
    for number in holders:
        ends = [stage.last_day for stage in registry.stages_of(desk.rulebook, number) if not stage.year]
        if max((day for day in ends if day is not None), default=date.max) >= desk.today:
            return number
    return max(holders, default=min(phases))


def _address(desk: Desk, phase: int, **asked: str) -> str:
    query = urlencode({"phase": phase, **asked})
    return f"{reverse('overview', kwargs={'scheme': desk.scheme})}?{query}"


def state_name(rulebook: Rulebook, stage: Stage, state: str) -> str:
    """The state of a stage in words."""
    return describe.report_state(rulebook, state) if stage.year else _state_names(get_language() or "")[state]


@cache
def _state_names(_language: str) -> dict[str, str]:
    """Worked out once a language, which is the active one: the list asks for each of its cells."""
    return {
        registry.NOT_ISSUED: _("Not issued"),
        registry.LETTER_ISSUED: _("Letter issued"),
        registry.IN_USE: _("In use"),
        registry.NOT_READY: _("Waits for the report"),
        registry.READY: _("Can be issued"),
        registry.ISSUED: _("Allocation issued"),
        registry.NOT_KNOWN: _("Waits for the report"),
        registry.OPEN: _("Not complete yet"),
        registry.COMPLETE: accounts.compliance_name("compliant"),
        registry.MISSED: accounts.compliance_name("non_compliant"),
        registry.NOT_BEGUN: _("Not begun"),
        registry.NOT_APPLIED: _("Not applied for"),
        registry.APPLIED: _("Waits for approval"),
        registry.BANKED: _("Banked"),
        registry.CLOSED: _("Account closed"),
    }


def _tone(rulebook: Rulebook, stage: Stage, state: str) -> str:
    if state == registry.MISSED:
        return "bad"
    if registry.is_settled(rulebook, stage, state):
        return "" if state == registry.CLOSED else "good"
    return "attention" if state in (registry.READY, registry.APPLIED, "approval_requested") else "waiting"


def _stage(desk: Desk, found: Overview, stage: Stage, asked: tuple[str, ...]) -> dict[str, Any]:
    """A stage: how many holders are done with it, and how many in each state, each with the way to them."""
    counts = found.counts(stage)
    done = sum(
        count
        for state, count in counts.items()
        if registry.is_settled(desk.rulebook, stage, state) and state != registry.MISSED
    )
    return {
        "id": f"stage-{stage.id}",
        "name": deadlines.name_of(desk.rulebook, stage, found.phase),
        "done": done,
        "all": len(found.lines),
        "most": max(len(found.lines), 1),
        "last_day": stage.last_day,
        "is_over": stage.last_day is not None and stage.last_day < desk.today,
        "otherwise": deadlines.otherwise(desk.rulebook, stage),
        "states": [
            {
                "name": state_name(desk.rulebook, stage, state),
                "tone": _tone(desk.rulebook, stage, state),
                "count": count,
                "address": _address(desk, found.phase, stage=stage.id, state=state),
                "is_here": asked == (stage.id, state),
            }
            for state, count in sorted(counts.items(), key=lambda item: -item[1])
        ],
    }


def _bars(found: Overview) -> list[Bar]:
    """The sums over all holders, against the longest of them."""
    rows = [line.standing for line in found.lines if line.standing is not None]
    sums = (
        ("base", _("Base-year emissions, approved"), sum(row.base_t or 0 for row in rows)),
        ("aim", _("Emissions at the target"), sum(row.aim_t or 0 for row in rows)),
        ("issued", _("First allocations issued"), sum(row.issued_t or 0 for row in rows)),
        ("due", _("Target-year emissions, approved"), sum(row.target_t or 0 for row in rows)),
        ("surrendered", _("Surrendered"), sum(row.surrendered_t for row in rows)),
        ("still", _("Still to surrender"), sum(row.still_to_surrender_t or 0 for row in rows)),
        ("missing", _("Missing at the deadline"), sum(row.missed_t or 0 for row in rows)),
    )
    longest_t = max(*(value_t for _id, _label, value_t in sums), 1)
    return [Bar(f"sum-{name}", label, value_t, longest_t) for name, label, value_t in sums]


def _next(desk: Desk, found: Overview, line: Line) -> cells.Cell:
    """What a holder has to do next, and with what it is late and what follows from that."""
    following, late = line.next, line.late
    if following is None:
        return _("nothing")
    said: list[cells.Cell] = [cells.strong(deadlines.name_of(desk.rulebook, following, found.phase))]
    if following != late:
        said.append(cells.small(_when(following, desk.today)))
    if late is not None:
        first = "" if late == following else deadlines.name_of(desk.rulebook, late, found.phase)
        said.append(
            cells.several([cells.tag(_("late"), "bad"), first, cells.small(_when(late, desk.today))], between=" ")
        )
        said.append(cells.small(deadlines.otherwise(desk.rulebook, late)))
    return cells.several(said, between="\n")


def _when(stage: Stage, today: date) -> str:
    if stage.first_day is not None and stage.first_day > today:
        return _("from %(day)s") % {"day": describe.here(words.short_day(stage.first_day))}
    if stage.last_day is None:
        return ""
    said = describe.here(words.short_day(stage.last_day))
    return _("was due by %(day)s") % {"day": said} if stage.last_day < today else _("by %(day)s") % {"day": said}


def _cell(desk: Desk, stage: Stage, line: Line, said: Said) -> cells.Cell:
    state, standing = line.states[stage.id], line.standing
    figure_t: int | None = None
    if stage.year:
        figure_t = line.report_t.get(stage.year)
    elif standing is not None and stage.id == registry.ISSUE:
        figure_t = standing.issued_t
    elif standing is not None and stage.id == registry.SURRENDER and standing.target_t is not None:
        figure_t = standing.still_to_surrender_t if state == registry.OPEN else standing.surrendered_t
    name, tone = said(stage, state)
    address = _way_to(desk, stage, state, line)
    shown = cells.link(name, address, style=f"tag tag--{tone}") if address else cells.tag(name, tone)
    figure = None if figure_t is None else cells.small(words.tonnes(figure_t))
    if state == registry.MISSED and standing is not None and standing.missed_t:
        figure = cells.small(_("%(quantity)s missing") % {"quantity": words.tonnes(standing.missed_t)})
    return cells.several([shown, figure], between="\n")


def _way_to(desk: Desk, stage: Stage, state: str, line: Line) -> str:
    """Where the clerk goes about a stage of this holder."""
    key = line.participant.key
    if stage.year:
        return reverse("report", kwargs={"scheme": desk.scheme, "participant": key, "year": stage.year})
    if stage.id == registry.LOGINS:
        return reverse("logins", kwargs={"scheme": desk.scheme}) + "?" + urlencode({"name": line.participant.name})
    if line.standing is None:
        return ""
    number = line.standing.account_number
    if stage.id == registry.ISSUE and state == registry.READY:
        return accounts.address_of(desk, number, "issue-choice")
    if stage.id == registry.BANKING and state == registry.APPLIED:
        return accounts.address_of(desk, number, "approve_banking")
    return accounts.address_of(desk, number)
