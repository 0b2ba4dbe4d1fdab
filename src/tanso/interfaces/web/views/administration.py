"""The administrator's pages: participants and where they stand, issue, proposals, banking, the calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso import acts as door
from tanso.acts import Act, rulebooks
from tanso.acts import actions as act_actions
from tanso.acts import queries as acts
from tanso.acts.models import ActRecord
from tanso.acts.overriding import OVERRIDE, WITHDRAW, entry_of
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe, overrides, proposing
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.base import IssueForm, MoveTodayForm
from tanso.interfaces.web.lists import cells, columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Filter, Words, plain, told, where
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views import accounts, custody
from tanso.interfaces.web.views.home import compliance_tone
from tanso.interfaces.web.windows import windows_of
from tanso.kernel.outcomes import Outcome
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.registry import queries as registry
from tanso.registry.queries import Standing
from tanso.rulebook import library

ROWS_A_PAGE = 100


@seen_by(Who.ADMINISTRATOR)
def standings(request: HttpRequest) -> HttpResponseBase:
    """All participants with an account, and where each stands."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    unit = describe.allocation_unit(desk.rulebook, None)
    listing = Listing(
        request=request,
        name="participants",
        title=_("Participants and where they stand"),
        rows=registry.standings(desk.scheme, desk.today),
        columns=_standing_columns(desk, unit),
        order="account",
        filters=_standing_filters(),
        empty=_("No participant has an account yet."),
        empty_filtered=_("No participant fits. Show all, or choose something else."),
        rows_a_page=ROWS_A_PAGE,
        foot=_sums,
    )
    return answer(
        request,
        "web/administration/standings.html",
        {
            "crumbs": crumbs(desk, _("Participants")),
            "registers": reverse("register_participant", kwargs={"scheme": desk.scheme})
            if "register_participant" in desk.rulebook.operations
            else "",
            "reserved": [
                (account.number, describe.account_kind(desk.rulebook, account.kind))
                for account in ledger.accounts_without_holder(desk.scheme)
            ],
        },
        listing,
    )


def _standing_columns(desk: Desk, unit: str) -> list[Column]:
    def figure(key: str, label: str, of: Callable[[Standing], int | None]) -> Column:
        return Column(key=key, label=label, cell=of, sort=of, kind=Kind.TONNES)

    def kind(standing: Standing) -> str:
        return describe.here(desk.rulebook.participant_kinds[standing.participant.kind].label)

    def account(standing: Standing) -> cells.Cell:
        number = standing.account_number
        return cells.link(number, accounts.address_of(desk, number), style="table__target number")

    def compliance(standing: Standing) -> cells.Cell:
        return cells.tag(accounts.compliance_name(standing.compliance), compliance_tone(standing.compliance))

    return [
        Column(
            key="name",
            label=_("Participant"),
            cell=lambda one: cells.beside(one.participant.name, kind(one)),
            sort=lambda one: plain(one.participant.name),
            width=40,
        ),
        Column(key="account", label=_("Account"), cell=account, sort=lambda one: one.account_number),
        figure("base", _("Base year"), lambda one: one.base_t),
        figure("issued", _("%(unit)s issued") % {"unit": unit}, lambda one: one.issued_t),
        figure("target", _("Target year"), lambda one: one.target_t),
        figure("surrendered", _("Surrendered"), lambda one: one.surrendered_t if one.participant.phase else None),
        figure("owed", _("Still to surrender"), lambda one: one.still_to_surrender_t),
        Column(key="compliance", label=_("Compliance"), cell=compliance, sort=lambda one: one.compliance),
    ]


def _standing_filters() -> list[Filter]:
    choices = [(key, accounts.compliance_name(key)) for key in ("compliant", "pending", "non_compliant")]
    ready = [("ready", _("Base year approved, nothing issued"))]
    texts: tuple[Callable[[Standing], str], ...] = (
        lambda one: one.participant.name,
        lambda one: one.participant.key,
        lambda one: one.account_number,
    )
    return [
        Choice(name="show", label=_("Compliance"), choices=[*choices, *ready], narrow=where(_is_shown)),
        Words(name="name", label=_("Name or account"), narrow=told(*texts)),
    ]


def _sums(rows: list[Standing]) -> dict[str, cells.Cell]:
    return {
        "base": sum(standing.base_t or 0 for standing in rows),
        "issued": sum(standing.issued_t or 0 for standing in rows),
        "target": sum(standing.target_t or 0 for standing in rows),
        "surrendered": sum(standing.surrendered_t for standing in rows),
    }


def _is_shown(standing: Standing, show: str) -> bool:
    if show == "ready":
        return standing.participant.phase is not None and standing.base_t is not None and standing.issued_t is None
    return standing.compliance == show


@seen_by(Who.ADMINISTRATOR)
def issue_choice(request: HttpRequest, number: str) -> HttpResponse:
    """Which unit to issue to an account."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    standing = accounts.standing_of(desk, number)
    choices = [
        (
            describe.unit_of(desk.rulebook, unit.type, unit.phase),
            reverse(
                "issue",
                kwargs={"scheme": desk.scheme, "number": number, "unit": str(unit).replace("/", "-")},
            ),
            desk.rulebook.units[unit.type].quantity_from is not None,
        )
        for unit in units_for(desk, standing)
    ]
    return render(
        request,
        "web/administration/issue_choice.html",
        {
            "crumbs": crumbs(desk, (number, accounts.address_of(desk, number)), _("Issue units")),
            "standing": standing,
            "choices": choices,
        },
    )


def units_for(desk: Desk, standing: Standing) -> list[UnitName]:
    """The scheme's own units that may be asked for an account; those of a phase in the phase of its holder."""
    phase = standing.participant.phase
    return [
        UnitName(unit.type, phase if unit.has_phase else None)
        for unit in desk.rulebook.units.values()
        if unit.scheme == desk.scheme and (not unit.has_phase or phase is not None)
    ]


class Issue(accounts.AccountAct):
    """Units into an account; two persons where the scheme asks for two."""

    who = (Who.ADMINISTRATOR,)
    operation = "issue"
    form_class = IssueForm
    is_final = True
    unit: UnitName

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        known = {str(unit).replace("/", "-"): unit for unit in units_for(self.desk, self.standing)}
        if kwargs["unit"] not in known:
            raise Http404
        self.unit = known[kwargs["unit"]]

    def form_options(self) -> dict[str, Any]:
        unit = self.desk.rulebook.units[self.unit.type]
        return {
            "asks_quantity": unit.quantity_from is None,
            "evidence_kinds": [
                (kind, describe.evidence_kind(self.desk.rulebook, kind)) for kind in unit.evidence_kinds
            ],
        }

    def fixed_arguments(self) -> dict[str, Any]:
        return super().fixed_arguments() | {"unit": str(self.unit)}

    def title(self) -> str:
        return _("Issue %(unit)s") % {"unit": describe.unit_of(self.desk.rulebook, self.unit.type, self.unit.phase)}


@seen_by(Who.ADMINISTRATOR, Who.ALLOWANCES)
def proposals(request: HttpRequest) -> HttpResponseBase:
    """Acts that wait for a second person."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if not desk.is_administrator and not proposing.may_propose(desk.rulebook):
        raise Http404
    listing = Listing(
        request=request,
        name="proposals",
        title=_("Proposals"),
        rows=describe.act_lines(desk.rulebook, proposing.waiting(desk)),
        columns=_proposal_columns(desk),
        order="day",
        filters=[
            Words(
                name="words",
                label=_("Words in the list"),
                narrow=told(lambda one: one.operation, lambda one: one.about),
            )
        ],
        empty=_("No proposal waits for approval."),
        is_dense=False,
    )
    return answer(request, "web/administration/proposals.html", {"crumbs": crumbs(desk, _("Proposals"))}, listing)


def _proposal_columns(desk: Desk) -> list[Column]:
    def act(line: describe.ActLine) -> cells.Cell:
        address = reverse("act", kwargs={"scheme": desk.scheme, "act_id": line.record.id})
        return cells.link(line.operation, address)

    def approval(line: describe.ActLine) -> cells.Cell:
        if line.record.actor_login == desk.login.login:
            return cells.soft(_("Yours: another person approves it"))
        if not proposing.is_for_me(desk, line.record):
            return cells.soft(_("An administrator approves it"))
        address = reverse("approve-proposal", kwargs={"scheme": desk.scheme, "act_id": line.record.id})
        return cells.button(_("Check and approve"), address, about=line.about)

    return [
        Column(key="act", label=_("Act"), cell=act, sort=lambda line: line.operation, width=28),
        Column(key="about", label=_("About"), cell=lambda line: line.about, sort=lambda line: line.about, width=50),
        Column(
            key="by",
            label=_("Proposed by"),
            cell=lambda line: line.record.actor_login,
            sort=lambda line: line.record.actor_login,
            kind=Kind.CODE,
        ),
        columns.day(
            "day", _("Day"), lambda line: line.record.day, lambda line: (line.record.day, line.record.sequence)
        ),
        Column(key="approval", label=_("Approval"), cell=approval, in_file=False),
    ]


class ApproveProposal(ActView):
    """The second person's act: the proposal's content, decided again today."""

    who = (Who.ADMINISTRATOR, Who.ALLOWANCES)
    is_final = True
    record: ActRecord

    def find(self, **kwargs: Any) -> None:
        found = acts.open_proposals(self.desk.scheme).filter(id=kwargs["act_id"]).first()
        self.record = own_or_404(found, is_own=found is not None and proposing.is_here(self.desk, found))
        self.operation = self.record.operation  # type: ignore[misc]
        self.proposal = self.record.id

    def fixed_arguments(self) -> dict[str, Any]:
        return dict(self.record.arguments)

    def title(self) -> str:
        return _("Approve the proposal: %(operation)s") % {"operation": super().title()}

    def lead(self) -> str:
        return _("Proposed by %(login)s.") % {"login": self.record.actor_login}

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Proposals"), self.back()), self.title())

    def back(self) -> str:
        return reverse("proposals", kwargs={"scheme": self.desk.scheme})

    def look(self) -> Any:
        """The rulebook, for what changes it; the account that it is about, for the rest."""
        if self.operation in (OVERRIDE, WITHDRAW):
            return rulebooks.current(self.desk.scheme)
        return self._standing()

    def _standing(self) -> Standing | None:
        number = str(self.record.arguments.get("account") or self.record.arguments.get("from", ""))
        return accounts.standing_of(self.desk, number) if number else None

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        if self.operation in (OVERRIDE, WITHDRAW):
            entry = entry_of(self._act(self.record.id, self.fixed_arguments()))
            return overrides.changes(self.desk, entry, before, after)
        return accounts.standing_changes(self.desk, before, after) if before is not None else []

    def remarks(self, outcome: Outcome) -> list[str]:
        return accounts.transfer_remarks(self.desk, outcome) if self.operation == "transfer" else []

    def names(self, act: Act) -> dict[str, str]:
        return accounts.account_names(self.desk, act) | custody.posting_names(self.desk.rulebook, act.arguments)


@seen_by(Who.ADMINISTRATOR)
def banking(request: HttpRequest) -> HttpResponseBase:
    """Banking applications that wait for approval."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    found = registry.waiting_banking(desk.scheme)
    names = registry.holder_names([account for _application, account in found])
    listing = Listing(
        request=request,
        name="banking",
        title=_("Banking applications"),
        rows=[
            {"application": application, "account": account, "name": names.get(account.number, "")}
            for application, account in found
        ],
        columns=_banking_columns(desk),
        order="day",
        filters=[
            Words(
                name="name",
                label=_("Name or account"),
                narrow=told(lambda row: row["name"], lambda row: row["account"].number),
            )
        ],
        empty=_("No application waits for approval."),
        is_dense=False,
    )
    return answer(request, "web/administration/banking.html", {"crumbs": crumbs(desk, _("Banking"))}, listing)


def _banking_columns(desk: Desk) -> list[Column]:
    def account(row: dict[str, Any]) -> cells.Cell:
        number = row["account"].number
        return cells.link(number, accounts.address_of(desk, number), style="table__target number")

    def approval(row: dict[str, Any]) -> cells.Cell:
        number = row["account"].number
        return cells.button(_("Check and approve"), accounts.address_of(desk, number, "approve_banking"), about=number)

    return [
        Column(
            key="name",
            label=_("Participant"),
            cell=lambda row: row["name"],
            sort=lambda row: plain(row["name"]),
            width=36,
        ),
        Column(key="account", label=_("Account"), cell=account, sort=lambda row: row["account"].number),
        columns.day(
            "day",
            _("Applied on"),
            lambda row: row["application"].applied_on,
            lambda row: (row["application"].applied_on, row["application"].id),
        ),
        Column(key="approval", label=_("Approval"), cell=approval, in_file=False),
    ]


@seen_by(Who.ADMINISTRATOR)
def calendar(request: HttpRequest) -> HttpResponseBase:
    """The windows of today; in a demonstration, the administrator moves today forward."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    form = MoveTodayForm(request.POST or None, today=desk.today)
    due = None
    status = 200
    if request.method == "POST":
        if not desk.is_demonstration:
            raise Http404
        if not form.is_valid():
            status = 422
        elif request.POST.get("step") == "perform":
            return _move_today(desk, form)
        elif request.POST.get("step") != "change":
            due = desk.rulebook.due_between(desk.today, form.cleaned_data["day"])
    return render(
        request,
        "web/administration/calendar.html",
        {
            "crumbs": crumbs(desk, _("Calendar")),
            "form": form,
            "windows": windows_of(desk.rulebook, desk.today, None),
            "is_confirming": due is not None,
            "day": form.cleaned_data.get("day") if due is not None else None,
            "due": [
                {
                    "day": item.day,
                    "operation": describe.operation(desk.rulebook, item.operation),
                    "phase": describe.phase(desk.rulebook, item.phase),
                }
                for item in due or ()
            ],
        },
        status=status,
    )


def _move_today(desk: Desk, form: MoveTodayForm) -> HttpResponseRedirect:
    """Let time pass in every scheme of the installation, then move the day; show what happened on the way."""
    day = form.cleaned_data["day"]
    for scheme in library().schemes():
        door.pass_time(scheme, day)
    act_actions.move_demonstration_day(today=day)
    return HttpResponseRedirect(reverse("acts", kwargs={"scheme": desk.scheme}) + "?by=calendar")
