"""The records of acts: the list, and one act with its decision and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import queries as acts
from tanso.acts.models import ActRecord
from tanso.emissions import queries as emissions
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe, proposing
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who, own_logins
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Days, Filter, Tick, being, on_days
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views import accounts, applications, company_names, custody, transfers
from tanso.interfaces.web.views import contacts as contact_pages
from tanso.interfaces.web.views import objections as case_pages
from tanso.ledger import queries as ledger
from tanso.parties import contact_changes, organisation_changes, renaming
from tanso.parties import queries as parties
from tanso.registry import objections
from tanso.registry import queries as registry

_TONES = {"done": "good", "proposed": "waiting", "refused": "bad"}
_EVERYONE = (Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)


def visible_acts(desk: Desk) -> QuerySet[ActRecord]:
    """The acts that a login may see.

    The administrator sees all. A participant sees its own logins' acts, the steps of its reports, and what touched its
    account; a login for emissions alone only the steps of reports. A verifier sees its own acts.
    """
    rows = acts.acts(desk.scheme)
    if desk.is_administrator:
        return rows
    # Their ids first, each kind by its own index: an OR over them would read every act of the scheme.
    own = acts.acts(desk.scheme, participant=desk.key).order_by().values("id")
    parts: list[Any] = []
    if desk.participant is not None and not desk.is_verifier:
        parts.append(emissions.acts_of(desk.participant.pk))
    if desk.participant is not None and desk.who & {Who.ALLOWANCES, Who.VERIFIER}:
        parts += [about.acts_of(desk.participant.pk) for about in (contact_changes, organisation_changes, renaming)]
    account = registry.account_of(desk.scheme, desk.key) if desk.sees_allowances else None
    if account is not None and desk.participant is not None:
        parts += [ledger.acts_of(account.id), registry.acts_of(desk.participant.pk, account.id)]
    seen = describe.emission_operations(desk.rulebook)
    if desk.is_verifier or desk.participant is None:
        # A verifier has one login, which sees to its contact and its name too.
        seen = seen | contact_pages.ABOUT_REQUESTS | company_names.ABOUT_NAMES
        return rows.filter(id__in=own.union(*parts), operation__in=seen)
    cases = objections.acts_of(desk.participant.pk, emissions_only=not desk.sees_allowances)
    if desk.sees_allowances:
        return rows.filter(id__in=own.union(*parts, cases))
    steps = rows.filter(id__in=own.union(*parts), operation__in=seen).order_by().values("id")
    return rows.filter(id__in=steps.union(cases))


@seen_by(*_EVERYONE)
def act_list(request: HttpRequest) -> HttpResponseBase:
    """Acts, latest first; refused ones alone where asked."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    listing = Listing(
        request=request,
        name="records",
        title=_("Records"),
        rows=visible_acts(desk),
        columns=_columns(desk),
        order="-day",
        filters=_filters(desk),
        lines=lambda rows: describe.act_lines(desk.rulebook, rows),
        tie="",
        empty=_("Nothing has been done yet."),
        empty_filtered=_("No record fits. Show all, or choose something else."),
    )
    return answer(request, "web/records/list.html", {"crumbs": crumbs(desk, _("Records"))}, listing)


def _columns(desk: Desk) -> list[Column]:
    own = own_logins(desk)

    def act(line: describe.ActLine) -> cells.Cell:
        address = reverse("act", kwargs={"scheme": desk.scheme, "act_id": line.record.id})
        return cells.link(line.operation, address)

    def outcome(line: describe.ActLine) -> cells.Cell:
        status = cells.tag(status_name(line.record.status), _TONES.get(line.record.status, "bad"))
        if line.headline is None:
            return status
        # Why not, in words; the record has all reasons, and what to do.
        return cells.several([status, describe.here(line.headline.title), cells.code(line.headline.code)], between="\n")

    return [
        Column(key="act", label=_("Act"), cell=act, width=30),
        Column(key="about", label=_("About"), cell=lambda line: line.about, width=50),
        Column(key="outcome", label=_("Outcome"), cell=outcome, width=30),
        Column(key="by", label=_("By"), cell=lambda line: actor(desk, line.record, own), width=24),
        # Days follow one another in the order of the acts, which has the index.
        Column(key="day", label=_("Day"), cell=lambda line: line.record.day, kind=Kind.DAY, sort="sequence", width=12),
    ]


def actor(desk: Desk, acted: Any, own: frozenset[str]) -> cells.Cell:
    """Who acted: the role; the login id for the administrator, and of one's own logins."""
    role = describe.role(acted.actor_role)
    if desk.is_administrator or acted.actor_login in own:
        return cells.several([role, cells.code(acted.actor_login)], between=" ")
    return role


def _filters(desk: Desk) -> list[Filter]:
    operations = ((key, describe.operation(desk.rulebook, key)) for key in desk.rulebook.operations)
    found: list[Filter] = [
        Choice(
            name="status",
            label=_("Outcome"),
            choices=[(key, status_name(key)) for key in _TONES],
            narrow=being("status"),
        ),
    ]
    if desk.is_administrator:
        acts_of = Choice(
            name="act",
            label=_("Act"),
            choices=sorted(operations, key=lambda one: one[1]),
            # With the status, which is in the index before it.
            narrow=lambda rows, value: rows.filter(operation=value, status__in=list(_TONES)),
        )
        by = Tick(
            name="by",
            label=_("Only what the calendar did"),
            value="calendar",
            narrow=lambda rows, _value: rows.filter(actor_role="system"),
        )
        found += [acts_of, by]
    return [*found, Days(name="day", label=_("Day"), narrow=on_days("day"))]


def status_name(status: str) -> str:
    """What became of an act, in words."""
    names = {"done": _("Carried out"), "proposed": _("Proposed"), "refused": _("Refused")}
    return names.get(status, status)


@seen_by(*_EVERYONE)
def act_page(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """One act: what was asked, by whom and when, what the rules said, and what came of it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    found = acts.acts(desk.scheme).filter(id=act_id).first()
    is_own = found is not None and (desk.is_administrator or visible_acts(desk).filter(id=act_id).exists())
    record: ActRecord = own_or_404(found, is_own=is_own)
    operation = describe.operation(desk.rulebook, record.operation)
    findings = describe.findings(record) or _decided(record)
    posted, reversing = custody.reversal_of_act(desk, record)
    terms, recording = transfers.terms_of_act(desk, record)
    approval = record.approvals.filter(status="done").first() if record.status == "proposed" else None
    return render(
        request,
        "web/records/act.html",
        {
            "crumbs": crumbs(desk, (_("Records"), reverse("acts", kwargs={"scheme": desk.scheme})), operation),
            "record": record,
            "operation": operation,
            "status": status_name(record.status),
            "own_logins": own_logins(desk),
            "lines": describe.arguments(desk.rulebook, record.arguments, _names(desk, record), _phase(desk, record)),
            "results": [*results(desk, record), *terms, *posted],
            "findings": findings,
            "approval": approval,
            "approves_here": record.status == "proposed"
            and approval is None
            and proposing.waiting(desk).filter(id=record.id).exists()
            and proposing.is_for_me(desk, record),
            "onward": [*_onward(desk, record), *recording, *reversing],
        },
    )


def _decided(record: ActRecord) -> list[Any]:
    """The findings of the decision, where the act row itself has none."""
    if record.status != "refused" or record.decision is None:
        return []
    return [describe.Finding.from_json(finding) for finding in record.decision.findings]


def _names(desk: Desk, record: ActRecord) -> dict[str, str]:
    names: dict[str, str] = custody.posting_names(desk.rulebook, record.arguments)
    for name in ("account", "from", "to", "trusted"):
        account = ledger.account_by_number(str(record.arguments.get(name, "")))
        if account is not None:
            names[account.number] = registry.holder_name(account) or describe.kind_of(desk.rulebook, account)
    for name in ("participant", "verifier"):
        participant = parties.participant(desk.scheme, str(record.arguments.get(name, "")))
        if participant is not None:
            names[participant.key] = participant.name
    return names


def _phase(desk: Desk, record: ActRecord) -> int | None:
    participant = parties.participant(desk.scheme, str(record.arguments.get("participant", "")))
    return None if participant is None else participant.phase


def results(desk: Desk, record: ActRecord) -> list[describe.Line]:
    """What came of an act, in words."""
    labels = {
        "issued_t": _("Issued"),
        "transferred_t": _("Transferred"),
        "delayed_t": _("Reserved until the transfer"),
        "executes_on": _("Carried out on"),
        "trusted_from": _("Trusted from"),
        "aborted_t": _("Aborted"),
        "dropped_t": _("Not carried out"),
        "surrendered_t": _("Surrendered"),
        "cancelled_t": _("Cancelled"),
        "reversed_t": _("Reversed"),
        "reverses": _("Reverses posting"),
        "clause": _("Clause"),
        "application": _("Application"),
        "application_state": _("State of the application"),
        "change_state": _("State of the change"),
        "company_change_state": _("State of the change"),
        "objection_state": _("State of the case"),
        "account_status": _("Status of the account"),
        "serials": _("Serial numbers"),
        "state": _("State of the report"),
        "account": _("Account"),
        "status": _("Compliance"),
    }
    lines = []
    for name, label in labels.items():
        value = record.result.get(name)
        if value is None:
            continue
        if name == "state":
            value = describe.report_state(desk.rulebook, value)
        elif name == "application_state":
            value = applications.state_name(value)
        elif name == "change_state":
            value = contact_pages.state_name(value)
        elif name == "company_change_state":
            value = company_names.state_name(value)
        elif name == "objection_state":
            value = case_pages.state_name(value)
        elif name == "clause":
            value = describe.clause(desk.rulebook, value)
        elif name == "account_status":
            value = accounts.status_word(value)
        elif name == "status":
            value = compliance_of(value)
        elif name in ("executes_on", "trusted_from"):
            value = describe.here(describe.words.long_day(date.fromisoformat(value)))
        elif name.endswith("_t"):
            value = describe.words.tonnes(value)
        lines.append(describe.Line(label, str(value)))
    return lines


def compliance_of(status: str) -> str:
    from tanso.interfaces.web.views.accounts import compliance_name  # noqa: PLC0415

    return compliance_name(status)


def _onward(desk: Desk, record: ActRecord) -> list[tuple[str, str]]:
    """Where to go on from here: the report or the account that the act was about."""
    given = record.arguments
    links = []
    if desk.has_reports and "participant" in given and "year" in given:
        address = reverse(
            "report", kwargs={"scheme": desk.scheme, "participant": given["participant"], "year": given["year"]}
        )
        links.append((_("To the report"), address))
    application = given.get("application") or record.result.get("application")
    if application and record.status != "refused" and desk.sees_allowances:
        address = reverse("application", kwargs={"scheme": desk.scheme, "application": application})
        links.append((_("To the application"), address))
    links += contact_pages.onward(desk, record) + company_names.onward(desk, record) + case_pages.onward(desk, record)
    number = given.get("from") or given.get("account")
    if number and desk.sees_allowances:
        links.append((_("To the account"), reverse("account", kwargs={"scheme": desk.scheme, "number": number})))
    links.append((_("To the home page"), reverse("home", kwargs={"scheme": desk.scheme})))
    return links
