"""The lists of the registration desk: applications, adoption lists, and the rows of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe
from tanso.interfaces.web.desk import Desk
from tanso.interfaces.web.lists import cells, columns
from tanso.interfaces.web.lists.filters import Choice, Filter, Tick, Words, being, having
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.registration_words import shown_state
from tanso.parties.applications.models import STATES, SUBMITTED, AdoptionEntry, AdoptionList, Application


def kind_name(desk: Desk, kind: str) -> str:
    """A kind of participant where it stands alone."""
    return describe.capital(describe.here(desk.rulebook.participant_kinds[kind].label))


def columns_of(desk: Desk) -> list[Column]:
    """The columns of applications."""

    def applicant(line: dict[str, Any]) -> cells.Cell:
        several = _("%(number)s holders") % {"number": line["holders"]} if line["holders"] > 1 else ""
        return cells.beside(line["name"], several)

    def papers(line: dict[str, Any]) -> cells.Cell:
        late = cells.tag(_("overdue"), "attention") if line["is_overdue"] else None
        return cells.several([f"{line['arrived']}/{line['papers']}", late], between=" ")

    return [
        columns.numbered(_("Number"), _("Application"), lambda line: line["row"].id, lambda line: line["address"]),
        Column(key="applicant", label=_("Applicant"), cell=applicant, width=36),
        Column(key="kind", label=_("Kind"), cell=lambda line: line["kind"], sort="kind"),
        Column(key="phase", label=_("Phase"), cell=lambda line: line["phase"] or "—", sort="phase"),
        columns.day("submitted", _("Submitted on"), lambda line: line["row"].submitted_on, "submitted_on"),
        Column(key="papers", label=_("Papers"), cell=papers),
        Column(
            key="state", label=_("State"), cell=lambda line: cells.tag(line["state"], line["tone"] or ""), sort="state"
        ),
    ]


def filters_of(desk: Desk, kinds: list[str], is_overdue: Callable[[Application], bool]) -> list[Filter]:
    """What applications are narrowed by; those that wait are shown first."""

    def overdue(rows: Any, _value: str) -> Any:
        waiting = rows.filter(state=SUBMITTED)
        return rows.filter(pk__in=[row.pk for row in waiting if is_overdue(row)])

    phases = [(str(one), describe.phase(desk.rulebook, one)) for one in desk.rulebook.phases]
    states = [(name, shown_state(name)) for name in STATES]
    return [
        Choice(name="state", label=_("State"), choices=states, narrow=being("state"), first=SUBMITTED),
        Choice(
            name="kind", label=_("Kind"), choices=[(one, kind_name(desk, one)) for one in kinds], narrow=being("kind")
        ),
        Choice(name="phase", label=_("Phase"), choices=phases, narrow=being("phase")),
        Tick(name="overdue", label=_("Only with overdue papers"), value="1", narrow=overdue),
        columns.days("submitted", _("Submitted on"), "submitted_on"),
    ]


def phases(request: HttpRequest, desk: Desk, lists: dict[int, AdoptionList]) -> Listing:
    """The adoption lists that count, by phase."""

    def phase(line: dict[str, Any]) -> cells.Cell:
        address = f"{reverse('adoption-lists', kwargs={'scheme': desk.scheme})}?phase={line['row'].phase}"
        return cells.link(describe.phase(desk.rulebook, line["row"].phase), address)

    def loaded(line: dict[str, Any]) -> cells.Cell:
        address = reverse("act", kwargs={"scheme": desk.scheme, "act_id": line["row"].act_id})
        return cells.link(line["row"].loaded_on, address)

    return Listing(
        request=request,
        name="phases",
        prefix="phases-",
        title=_("Adoption lists"),
        rows=[{"row": row, "count": row.entries.count()} for _number, row in sorted(lists.items())],
        columns=[
            Column(key="phase", label=_("Phase"), cell=phase, sort=lambda line: line["row"].phase),
            Column(
                key="rows",
                label=_("Rows"),
                cell=lambda line: line["count"],
                sort=lambda line: line["count"],
                kind=Kind.NUMBER,
            ),
            columns.day("loaded", _("Loaded on"), loaded, lambda line: line["row"].loaded_on),
        ],
        order="phase",
        empty=_(
            "No list was loaded yet. Without the list of its phase, no application of a target holder can be accepted."
        ),
        is_dense=False,
    )


def entries(request: HttpRequest, shown: AdoptionList, title: str) -> Listing:
    """The rows of one of them."""
    return Listing(
        request=request,
        name="adoption",
        title=title,
        rows=AdoptionEntry.objects.filter(adoption_list=shown).order_by("id"),
        columns=[
            Column(
                key="business",
                label=_("Representative business"),
                cell=lambda row: row.organisation,
                sort="organisation",
                width=36,
            ),
            Column(key="site", label=_("Site"), cell=lambda row: row.site, sort="site", width=36),
            Column(
                key="target",
                label=_("Reduction target"),
                cell=lambda row: row.reduction_target_t,
                sort="reduction_target_t",
                kind=Kind.TONNES,
            ),
        ],
        filters=[Words(name="name", label=_("Name"), narrow=having("organisation", "site"))],
        empty=_("The list is empty."),
        is_dense=False,
    )
