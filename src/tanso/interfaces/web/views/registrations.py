"""Applications for registration as the administrator follows them up, and the adoption lists they are compared with."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso import acts
from tanso.acts import Act
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.describe import Line, here
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.adoption import AdoptionListForm
from tanso.interfaces.web.forms.base import ActForm, ReasonForm
from tanso.interfaces.web.forms.registrations import AcceptForm, PaperForm
from tanso.interfaces.web.lists import registrations as registration_tables
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.listing import Listing
from tanso.interfaces.web.registration_words import (
    lines_by_section,
    phase_with_year,
    shown_state,
    tone_of,
)
from tanso.kernel.outcomes import Outcome
from tanso.parties.applications import adoption, queries
from tanso.parties.applications.accepting import keys_of
from tanso.parties.applications.content import Content
from tanso.parties.applications.models import (
    RETURNED,
    SUBMITTED,
    AdoptionEntry,
    AdoptionList,
    Application,
)

# So many rows of a list are shown before it is loaded.
_MOST_SHOWN = 500


def _desk_of(request: HttpRequest) -> Desk:
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if desk.rulebook.registration is None:
        raise Http404
    return desk


def _address(desk: Desk, name: str, **more: Any) -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, **more})


def _list(desk: Desk) -> tuple[str, str]:
    """The step of the way that the list is."""
    return _("Applications for registration"), _address(desk, "registrations")


def _found(desk: Desk, number: int) -> Application:
    return own_or_404(queries.application(desk.scheme, number), is_own=True)


def _said(desk: Desk, found: Application) -> Content:
    return queries.content_of(desk.rulebook, found)


def title_of(found: Application) -> str:
    return _("Application %(number)s for registration") % {"number": found.id}


# -- the list ---------------------------------------------------------------------------------------------------------


@seen_by(Who.ADMINISTRATOR)
def registration_list(request: HttpRequest) -> HttpResponseBase:
    """All applications, those that wait unless asked otherwise; with papers that are overdue."""
    desk = _desk_of(request)
    registration = desk.rulebook.registration
    assert registration is not None  # noqa: S101 -- `_desk_of` has looked
    listing = Listing(
        request=request,
        name="registrations",
        title=_("Applications for registration"),
        rows=queries.listed(desk.scheme),
        columns=registration_tables.columns_of(desk),
        order="-number",
        filters=registration_tables.filters_of(desk, list(registration.forms), lambda row: _is_overdue(desk, row)),
        lines=lambda rows: [_line(desk, row) for row in rows],
        empty=_("There are no such applications. Applicants begin on the public page above."),
        empty_filtered=_("There are no such applications. Applicants begin on the public page above."),
        is_dense=False,
    )
    context = {
        "crumbs": crumbs(desk, _("Applications for registration")),
        "has_lists": any(form.on_adoption_list for form in registration.forms.values()),
        "public": reverse("registration", kwargs={"scheme": desk.scheme}),
    }
    return answer(request, "web/registration/list.html", context, listing)


def _is_overdue(desk: Desk, row: Application) -> bool:
    return any(paper.is_overdue(desk.today) for paper in queries.papers_of(desk.rulebook, row))


def _line(desk: Desk, row: Application) -> dict[str, Any]:
    said = _said(desk, row)
    papers = queries.papers_of(desk.rulebook, row)
    return {
        "row": row,
        "name": said.representative,
        "kind": registration_tables.kind_name(desk, row.kind),
        "phase": "" if row.phase is None else describe.phase(desk.rulebook, row.phase),
        "holders": len(said.holders),
        "state": shown_state(row.state),
        "tone": tone_of(row.state),
        "arrived": sum(paper.arrived_on is not None for paper in papers),
        "papers": len(papers),
        "is_overdue": row.state == SUBMITTED and any(paper.is_overdue(desk.today) for paper in papers),
        "address": _address(desk, "registration-desk", number=row.id),
    }


# -- one application --------------------------------------------------------------------------------------------------


@seen_by(Who.ADMINISTRATOR)
def registration_page(request: HttpRequest, number: int) -> HttpResponse:
    """One application: what it says, its papers, what stands in its way, and what became of it."""
    desk = _desk_of(request)
    found = _found(desk, number)
    said = _said(desk, found)
    versions = list(found.versions.order_by("-number"))
    return render(
        request,
        "web/registration/desk.html",
        {
            "crumbs": crumbs(desk, _list(desk), title_of(found)),
            "title": title_of(found),
            "found": found,
            "name": said.representative,
            "kind": registration_tables.kind_name(desk, found.kind),
            "phase": "" if found.phase is None else here(phase_with_year(desk.rulebook, found.phase)),
            "state": shown_state(found.state),
            "tone": tone_of(found.state),
            "check_code": queries.check_code(found),
            "papers": _papers(desk, found, said),
            "findings": _in_the_way(desk, found),
            "buttons": _buttons(desk, found),
            "parts": lines_by_section(said),
            "earlier": [
                {
                    "number": version.number,
                    "submitted_on": version.submitted_on,
                    "changes": _differences(said, Content.read(said.form, version.content)),
                }
                for version in versions[1:]
            ],
            "holders": [
                {
                    "key": holder.participant.key,
                    "name": holder.participant.known_as,
                    "address": _address(desk, "contact", participant=holder.participant.key),
                    "logins": f"{_address(desk, 'logins')}?name={quote(holder.participant.key)}",
                }
                for holder in found.holders.select_related("participant").order_by("place")
            ],
            "steps": [
                {
                    "step": step,
                    "operation": describe.operation(desk.rulebook, step.operation),
                    "address": _address(desk, "act", act_id=step.act_id),
                }
                for step in found.steps.order_by("-id")
            ],
        },
    )


def _papers(desk: Desk, found: Application, said: Content) -> list[dict[str, Any]]:
    return [
        {
            "title": here(said.form.papers[paper.paper].title),
            "seal": here(said.form.papers[paper.paper].seal),
            "arrived_on": paper.arrived_on,
            "due_on": paper.due_on,
            "is_overdue": found.state == SUBMITTED and paper.is_overdue(desk.today),
            "record": _address(desk, "record_paper", number=found.id, paper=paper.paper)
            if paper.arrived_on is None and found.state in (SUBMITTED, RETURNED)
            else "",
        }
        for paper in queries.papers_of(desk.rulebook, found)
    ]


def _in_the_way(desk: Desk, found: Application) -> list[Any]:
    """What an acceptance would be refused for today."""
    if found.state != SUBMITTED:
        return []
    arguments = {"registration": found.id}
    act = Act(uuid4(), desk.scheme, "accept_registration", arguments, desk.today, desk.actor)
    return list(acts.preview(act).findings)


def _buttons(desk: Desk, found: Application) -> list[tuple[str, str]]:
    names = {SUBMITTED: ("accept_registration", "return_registration", "refuse_registration")}
    names[RETURNED] = ("refuse_registration",)  # type: ignore[assignment]
    return [
        (describe.operation(desk.rulebook, name), _address(desk, name, number=found.id))
        for name in names.get(found.state, ())
        if name in desk.rulebook.operations
    ]


def _differences(now: Content, before: Content) -> list[Change]:
    """The lines in which an earlier version differs."""
    old = {line.place: line for line in before.lines()}
    new = {line.place: line for line in now.lines()}
    return [
        Change(
            here((new.get(place) or old[place]).field.label),
            old[place].value if place in old else "",
            new[place].value if place in new else "",
        )
        for place in dict.fromkeys([*new, *old])
        if (old[place].value if place in old else "") != (new[place].value if place in new else "")
    ]


class RegistrationAct(ActView):
    """An act about one application."""

    who = (Who.ADMINISTRATOR,)
    found: Application

    def find(self, **kwargs: Any) -> None:
        if self.desk.rulebook.registration is None:
            raise Http404
        self.found = _found(self.desk, kwargs["number"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"registration": self.found.id}

    def lead(self) -> str:
        return f"{title_of(self.found)} · {_said(self.desk, self.found).representative}"

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk,
            _list(self.desk),
            (title_of(self.found), self.back()),
            self.title(),
        )

    def back(self) -> str:
        return _address(self.desk, "registration-desk", number=self.found.id)

    def look(self) -> Application | None:
        return queries.application(self.desk.scheme, self.found.id)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        return [Change(_("State of the application"), shown_state(before.state), shown_state(after.state))]

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


class RecordPaper(RegistrationAct):
    """A paper arrived."""

    operation = "record_paper"
    form_class: ClassVar[type[ActForm]] = PaperForm
    paper: str

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        form = queries.form_of(self.desk.rulebook, self.found)
        if kwargs["paper"] not in form.papers:
            raise Http404
        self.paper = kwargs["paper"]

    def form_options(self) -> dict[str, Any]:
        return {"today": self.desk.today}

    def fixed_arguments(self) -> dict[str, Any]:
        return super().fixed_arguments() | {"paper": self.paper}

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        day = outcome.result["facts"]["registration.arrived_on"]
        return [Change(self._title(), _("Not arrived yet"), here(words.long_day(day)))]

    def context(self) -> dict[str, Any]:
        return super().context() | {"facts": [Line(_("Paper"), self._title())]}

    def _title(self) -> str:
        return here(queries.form_of(self.desk.rulebook, self.found).papers[self.paper].title)


class ReturnRegistration(RegistrationAct):
    operation = "return_registration"
    form_class: ClassVar[type[ActForm]] = ReasonForm


class RefuseRegistration(RegistrationAct):
    operation = "refuse_registration"
    form_class: ClassVar[type[ActForm]] = ReasonForm
    is_final = True


class AcceptRegistration(RegistrationAct):
    """Register every holder of the application."""

    operation = "accept_registration"
    form_class: ClassVar[type[ActForm]] = AcceptForm
    is_final = True

    def form_options(self) -> dict[str, Any]:
        said = _said(self.desk, self.found)
        labels = [holder.get("site_name") or said.representative for holder in said.holders]
        return {"keys": list(zip(labels, keys_of(self.desk.rulebook, self.found), strict=True))}

    def look(self) -> Any:
        found = super().look()
        assert found is not None  # noqa: S101 -- `find` has looked
        return found.state, [
            (holder.participant.key, holder.participant.known_as)
            for holder in found.holders.select_related("participant").order_by("place")
        ]

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        registered = [Change(_("Registered: %(key)s") % {"key": key}, "", name) for key, name in after[1]]
        state = Change(_("State of the application"), shown_state(before[0]), shown_state(after[0]))
        return [state, *registered]


# -- adoption lists ---------------------------------------------------------------------------------------------------


def _listed_phases(desk: Desk) -> bool:
    registration = desk.rulebook.registration
    return registration is not None and any(form.on_adoption_list for form in registration.forms.values())


@seen_by(Who.ADMINISTRATOR)
def adoption_lists(request: HttpRequest) -> HttpResponseBase:
    """The list that counts for each phase, and when it was loaded."""
    desk = _desk_of(request)
    if not _listed_phases(desk):
        raise Http404
    lists = {row.phase: row for row in AdoptionList.objects.filter(scheme=desk.scheme).order_by("id")}
    asked = request.GET.get("phase", "")
    shown = lists.get(int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else None
    title = "" if shown is None else here(phase_with_year(desk.rulebook, shown.phase))
    context = {
        "crumbs": crumbs(desk, _list(desk), _("Adoption lists")),
        "shown": title,
        "load": _address(desk, "load_adoption_list"),
    }
    listings = [registration_tables.phases(request, desk, lists)]
    if shown is not None:
        listings.append(registration_tables.entries(request, shown, title))
    return answer(request, "web/registration/adoption.html", context, *listings)


class LoadAdoptionList(ActView):
    """A file is read and shown row by row; what was shown is what is loaded."""

    who = (Who.ADMINISTRATOR,)
    operation = "load_adoption_list"
    form_class: ClassVar[type[ActForm]] = AdoptionListForm

    def find(self, **kwargs: Any) -> None:
        if not _listed_phases(self.desk):
            raise Http404

    def form_options(self) -> dict[str, Any]:
        book = self.desk.rulebook
        adopted = [number for number, phase in book.phases.items() if phase.adopted_fy <= self.desk.today.year]
        return {
            "phases": [(str(number), here(phase_with_year(book, number))) for number in book.phases],
            "phase": str(max(adopted, default=min(book.phases))),
        }

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk,
            _list(self.desk),
            (_("Adoption lists"), self.back()),
            self.title(),
        )

    def back(self) -> str:
        return _address(self.desk, "adoption-lists")

    def look(self) -> dict[tuple[str, str], AdoptionEntry]:
        """The rows that count for the phase that is asked for, by their spelling."""
        phase = self.request.POST.get("phase", "")
        row = adoption.latest(self.desk.scheme, int(phase)) if phase.isascii() and phase.isdecimal() else None
        entries = () if row is None else AdoptionEntry.objects.filter(adoption_list=row).order_by("id")
        return {(entry.organisation_key, entry.site_key): entry for entry in entries}

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        changes = [Change(_("Rows"), words.whole_number(len(before)), words.whole_number(len(after)))]
        for key in list(dict.fromkeys([*after, *before]))[:_MOST_SHOWN]:
            entry = after.get(key) or before[key]
            changes.append(Change(f"{entry.organisation} · {entry.site}", _target(before, key), _target(after, key)))
        if len(after) > _MOST_SHOWN:
            changes.append(
                Change(_("Further rows are not shown here"), "", words.whole_number(len(after) - _MOST_SHOWN))
            )
        return changes

    def context(self) -> dict[str, Any]:
        return {"button": _("Read the file")}


def _target(rows: dict[tuple[str, str], AdoptionEntry], key: tuple[str, str]) -> str:
    return words.tonnes(rows[key].reduction_target_t) if key in rows else "—"
