"""Applying for registration, for anybody: the form behind a secret link, submission, papers, and what came of it.

Nothing here needs a login. Who knows the link of a draft is who wrote it; every other address does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso import acts
from tanso.acts import Act, Actor
from tanso.interfaces.exports.registration_papers import registration_pdf
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.describe import Line, here
from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.downloads import file_response
from tanso.interfaces.web.forms.registrations import (
    RegistrationFieldsForm,
    changed_rows,
    content_in,
    sections_of,
)
from tanso.interfaces.web.limits import limited
from tanso.interfaces.web.registration_words import (
    ADDRESSEE,
    lines_by_section,
    phase_with_year,
    shown_state,
    tone_of,
)
from tanso.interfaces.web.visiting import Visit, visit_of
from tanso.kernel.outcomes import Finding
from tanso.notices.queries import mails_to_outsider
from tanso.parties.applications import drafts, queries
from tanso.parties.applications.content import Content
from tanso.parties.applications.models import RETURNED, SUBMITTED, ApplicationDraft
from tanso.rulebook.registration import RegistrationForm
from tanso.rulebook.site import papers_go_to

# A field that nobody sees: what fills it in is no person.
TRAP = "website"
_STARTS_AN_HOUR = 20
_SENDINGS_AN_HOUR = 240
_SAVINGS_AN_HOUR = 1200


def _visited(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of a scheme that takes applications; no cache keeps it, and no search engine shows it."""

    @wraps(view)
    def visited(request: HttpRequest, scheme: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visit = visit_of(request, scheme)
        if visit.rulebook.registration is None:
            raise Http404
        response = view(request, visit, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return seen_by(Who.ANYONE)(visited)


@dataclass(frozen=True, slots=True)
class _Own:
    """A visitor's own draft: its form, and the secret by which it was found."""

    visit: Visit
    token: str
    draft: ApplicationDraft
    form: RegistrationForm

    @property
    def address(self) -> str:
        return address_of(self.visit, self.token)


def _own(visit: Visit, token: str) -> _Own:
    """The draft behind a secret; raises Http404 where there is none."""
    draft = drafts.find(visit.scheme, token, visit.today)
    form = None if draft is None else drafts.form_of(visit.rulebook, draft.kind)
    if draft is None or form is None:
        raise Http404
    return _Own(visit, token, draft, form)


def address_of(visit: Visit, token: str, name: str = "registration-draft", **more: str) -> str:
    return reverse(name, kwargs={"scheme": visit.scheme, "token": token, **more})


# -- the beginning ----------------------------------------------------------------------------------------------------


@_visited
@limited("registration start", most=_STARTS_AN_HOUR)
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who may apply and by when; each button begins a draft."""
    if request.method == "POST" and not request.POST.get(TRAP):
        kind, phase = request.POST.get("kind", ""), request.POST.get("phase", "")
        form = drafts.form_of(visit.rulebook, kind)
        chosen = int(phase) if phase.isascii() and phase.isdecimal() else None
        if form is None or (form.has_phase and chosen not in visit.rulebook.phases):
            raise Http404
        token = drafts.start(visit.rulebook, kind=kind, phase=chosen if form.has_phase else None, day=visit.today)
        return HttpResponseRedirect(address_of(visit, token))
    registration = visit.rulebook.registration
    assert registration is not None  # noqa: S101 -- `_visited` has looked
    return render(
        request,
        "web/registration/start.html",
        {
            "title": _("Application for registration"),
            "forms": [_beginning(visit, form) for form in registration.forms.values()],
            "days": visit.rulebook.value(registration.draft_days, visit.today),
            "papers_go_to": papers_go_to(visit.rulebook.site),
            "trap": TRAP,
        },
    )


def _beginning(visit: Visit, form: RegistrationForm) -> dict[str, Any]:
    phases = []
    for number in visit.rulebook.phases if form.has_phase else ():
        due = queries.due_on(visit.rulebook, form, number)
        if due is None or visit.today <= due:
            phases.append(
                {
                    "number": number,
                    "label": describe.phase(visit.rulebook, number),
                    "due": "" if due is None else here(words.short_day(due)),
                    "is_open": form.due is None or _is_open(visit, form.due, number),
                }
            )
    return {
        "kind": form.kind,
        "title": here(form.title),
        "lead": here(form.lead),
        "has_phase": form.has_phase,
        "phases": phases,
        "open": [phase for phase in phases if phase["is_open"]],
        "papers": [here(paper.title) for paper in form.papers.values()],
    }


def _is_open(visit: Visit, window: str, phase: int) -> bool:
    return visit.today in visit.rulebook.calendar.period(window, phase)


# -- the form ---------------------------------------------------------------------------------------------------------


@_visited
@limited("registration", most=_SENDINGS_AN_HOUR)
def draft_page(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """The form while it is the applicant's, else what became of the application."""
    own = _own(visit, token)
    if request.method == "POST" and not request.POST.get(TRAP):
        return _submit(request, own) if request.POST.get("step") == "submit" else _sent(request, own)
    if not drafts.may_be_written(own.draft):
        return _show_state(request, own)
    return _show_form(request, own, Content.read(own.form, own.draft.content))


def _sent(request: HttpRequest, own: _Own) -> HttpResponse:
    """Save what was written; then check it, where that was asked for."""
    visit, step = own.visit, request.POST.get("step", "save")
    said = changed_rows(content_in(own.form, request.POST), step)
    if not drafts.save(visit.rulebook, own.draft, said, visit.today):
        return HttpResponseRedirect(own.address)
    if step != "check":
        # To the page as it was saved: reloading it sends nothing again.
        row = f"#{step.split(':')[1]}-title" if re.fullmatch(r"(add|remove):[a-z]+(:[0-9]+)?", step) else ""
        return HttpResponseRedirect(f"{own.address}?saved=1{row}")
    act = _act(own, uuid4(), said.without_empty_rows().hash)
    outcome = acts.preview(act)
    if not outcome.ok:
        return _show_form(request, own, said, outcome.findings)
    texts = {
        **_frame(own),
        "address": own.address,
        "act_id": act.id,
        "content_hash": act.arguments["content"],
        "parts": lines_by_section(said.without_empty_rows()),
        "papers": [here(paper.title) for paper in own.form.papers.values()],
        "trap": TRAP,
    }
    return render(request, "web/registration/confirm.html", texts)


def _act(own: _Own, act_id: UUID, content: str) -> Act:
    return Act(
        id=act_id,
        scheme=own.visit.scheme,
        operation="submit_registration",
        arguments={"draft": own.draft.id, "content": content},
        day=own.visit.today,
        actor=Actor.public(),
    )


def _submit(request: HttpRequest, own: _Own) -> HttpResponse:
    """Submit exactly what was confirmed; a form that is sent again meets its first outcome."""
    try:
        act_id = UUID(request.POST.get("act", ""))
    except ValueError:
        raise Http404 from None
    acts.pass_time(own.visit.scheme, own.visit.today)
    outcome = acts.perform(_act(own, act_id, request.POST.get("content", "")[:64]))
    if outcome.ok or not drafts.may_be_written(own.draft):
        return HttpResponseRedirect(own.address)
    return _show_form(request, own, Content.read(own.form, own.draft.content), outcome.findings)


@_visited
@limited("registration saving", most=_SAVINGS_AN_HOUR)
def save(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """Keep what was written so far, where scripts run: a sentence for the page."""
    own = _own(visit, token)
    if request.method != "POST" or request.POST.get(TRAP):
        return HttpResponseRedirect(own.address)
    is_saved = drafts.save(visit.rulebook, own.draft, content_in(own.form, request.POST), visit.today)
    return render(request, "web/registration/saved.html", {"is_saved": is_saved})


def _show_form(request: HttpRequest, own: _Own, said: Content, findings: Sequence[Finding] = ()) -> HttpResponse:
    # A visitor has no desk, by which the frame would write clauses out.
    told = [replace(found, clause=describe.clause(own.visit.rulebook, found.clause)) for found in findings]
    fields = RegistrationFieldsForm(said, told)
    texts = {
        **_frame(own),
        "form": fields,
        "sections": sections_of(said, fields),
        "address": own.address,
        "save_address": address_of(own.visit, own.token, "registration-save"),
        "link": request.build_absolute_uri(own.address),
        "kept_until": own.draft.expires_on,
        "returned": _returned(own.draft),
        "is_saved": request.GET.get("saved") == "1",
        "trap": TRAP,
    }
    return render(request, "web/registration/form.html", texts, status=422 if findings else 200)


def _frame(own: _Own) -> dict[str, Any]:
    visit, draft, form = own.visit, own.draft, own.form
    due = queries.due_on(visit.rulebook, form, draft.phase)
    return {
        "title": here(form.title),
        "lead": here(form.lead),
        "version": f"Ver.{form.version}",
        "phase": "" if draft.phase is None else here(phase_with_year(visit.rulebook, draft.phase)),
        "due": due,
    }


def _returned(draft: ApplicationDraft) -> str:
    """Why the application came back; empty where it did not."""
    found = draft.application
    if found is None or found.state != RETURNED:
        return ""
    step = found.steps.filter(to_state=RETURNED, operation="return_registration").order_by("-id").first()
    return "" if step is None else step.note


# -- what became of it ------------------------------------------------------------------------------------------------


def _show_state(request: HttpRequest, own: _Own) -> HttpResponse:
    visit, found = own.visit, own.draft.application
    if found is None:
        raise Http404
    said = queries.content_of(visit.rulebook, found)
    papers = [
        {
            "title": here(said.form.papers[paper.paper].title),
            "seal": here(said.form.papers[paper.paper].seal),
            "arrived_on": paper.arrived_on,
            "due_on": paper.due_on,
            "is_overdue": paper.is_overdue(visit.today),
            "address": address_of(visit, own.token, "registration-paper", paper=paper.paper),
        }
        for paper in queries.papers_of(visit.rulebook, found)
    ]
    steps = list(found.steps.order_by("-id"))
    texts = {
        **_frame(own),
        "found": found,
        "state": shown_state(found.state),
        "tone": tone_of(found.state),
        "is_waiting": found.state == SUBMITTED,
        "reason": steps[0].note if steps else "",
        "check_code": queries.check_code(found),
        "papers": papers,
        "papers_go_to": papers_go_to(visit.rulebook.site),
        "steps": [Line(_step(visit, step), here(words.long_day(step.day))) for step in steps],
        "messages": [
            {"subject": _in_language(mail.subject), "body": _in_language(mail.body), "day": mail.day}
            for mail in mails_to_outsider(visit.scheme, ADDRESSEE, str(found.id))
        ],
        "parts": lines_by_section(said),
        "link": request.build_absolute_uri(own.address),
    }
    return render(request, "web/registration/state.html", texts)


def _in_language(text: dict[str, str]) -> str:
    return str(text["ja" if (get_language() or "en").startswith("ja") else "en"])


def _step(visit: Visit, step: Any) -> str:
    rule = visit.rulebook.operations.get(step.operation)
    return shown_state(step.to_state) if rule is None else here(rule.label)


@_visited
def paper(request: HttpRequest, visit: Visit, token: str, paper: str) -> HttpResponse:
    """A paper to be printed, sealed and sent."""
    own = _own(visit, token)
    found = own.draft.application
    if found is None or paper not in own.form.papers:
        raise Http404
    content = registration_pdf(visit.rulebook, found, paper, get_language() or "en")
    name = f"{visit.scheme}-{found.id}-{found.version}-{paper}.pdf"
    return file_response(content, name, media_type="application/pdf")
