"""Questions: the form for anybody, the page on which the answer is read, and the secretariat's queue."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso import acts
from tanso.acts import Act, Actor
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import ActView, Crumb, crumbs, perform
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.publications import QuestionAnswerForm, QuestionForm
from tanso.interfaces.web.limits import limited
from tanso.interfaces.web.lists import cells, columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views.front import contacts_of
from tanso.interfaces.web.views.publishing import offers
from tanso.interfaces.web.visiting import Visit, public_page
from tanso.notices import questions
from tanso.notices.models import Question
from tanso.rulebook import Rulebook

_WAITING = "waiting"
# So many questions from one place in an hour are a person's; more are a machine's.
QUESTIONS_AN_HOUR = 5
_OWN_SHOWN = 20


def subject_name(rulebook: Rulebook, subject: str) -> str:
    """A subject as the scheme calls it."""
    return describe.here(rulebook.texts.text("subjects", subject))


@public_page
@limited("ask_question", most=QUESTIONS_AN_HOUR)
def ask(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The form; sent, it leads to the page of the question, whose address is a secret of who asked."""
    site = visit.rulebook.site
    if site is None or not offers(visit.rulebook, "ask_question"):
        raise Http404
    options: dict[str, Any] = {
        "subjects": [(name, describe.here(subject.label)) for name, subject in site.subjects.items()],
        "needs_mail": visit.desk is None,
    }
    if request.method != "POST":
        given = {"mail": "" if visit.desk is None else visit.desk.login.mail}
        return _form(request, visit, QuestionForm(initial=given, **options))
    form = QuestionForm(request.POST, **options)
    if not form.is_valid() or form.is_from_a_machine:
        return _form(request, visit, form, status=422)
    secret = _secret_of(form.act_id)
    arguments, files = questions.packed(
        text=form.cleaned_data["text"].strip(), mail=form.cleaned_data["mail"], secret=secret
    )
    act = Act(
        id=form.act_id,
        scheme=visit.scheme,
        operation="ask_question",
        arguments={"subject": form.cleaned_data["subject"], **arguments},
        day=visit.today,
        actor=Actor.public() if visit.desk is None else visit.desk.actor,
        files=files,
    )
    acts.pass_time(act.scheme, act.day)
    outcome = acts.perform(act)
    if outcome.ok:
        return HttpResponseRedirect(reverse("question-asked", kwargs={"scheme": visit.scheme, "secret": secret}))
    return _form(request, visit, form, findings=outcome.findings, status=422)


def _secret_of(act_id: UUID) -> str:
    """What nobody can guess; a form that is sent twice has the same, so that it is one question."""
    key = hmac.new(settings.SECRET_KEY.encode(), b"question" + act_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _form(request: HttpRequest, visit: Visit, form: QuestionForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "title": _("Ask a question"),
        "form": form,
        "contacts": contacts_of(visit),
        "days": visit.rulebook.value("question_days_kept", visit.today),
        "own": [] if visit.desk is None else _own(visit.desk),
        "answers": reverse("answers", kwargs={"scheme": visit.scheme})
        if offers(visit.rulebook, "publish_answer")
        else "",
        **more,
    }
    response = render(request, "web/site/ask.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _own(desk: Desk) -> list[dict[str, Any]]:
    """The questions that the login asked."""
    return [
        {
            "question": question,
            "subject": subject_name(desk.rulebook, question.subject),
            "address": reverse("question-asked", kwargs={"scheme": desk.scheme, "secret": question.secret}),
        }
        for question in questions.asked_by(desk.scheme, desk.login.login, _OWN_SHOWN)
    ]


@public_page
def asked(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """A question with its answer, for whoever knows its address. No cache and no search engine keeps it."""
    found = questions.by_secret(visit.scheme, secret)
    if found is None:
        raise Http404
    context = {"question": found, "subject": subject_name(visit.rulebook, found.subject)}
    response = render(request, "web/site/asked.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@seen_by(Who.ADMINISTRATOR)
def question_list(request: HttpRequest) -> HttpResponseBase:
    """The secretariat's queue: those that wait, the oldest first; or all, the latest first."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    if not offers(desk.rulebook, "answer_question"):
        raise Http404
    listing = _queue(request, desk)
    context = {"crumbs": crumbs(desk, _("Questions")), "shows_all": listing.asked.get("show") != _WAITING}
    return answer(request, "web/site/questions.html", context, listing)


def _queue(request: HttpRequest, desk: Desk) -> Listing:
    def asker(row: Question) -> str:
        if row.erased_on:
            return _("Erased")
        return row.participant.name if row.participant else row.asker or _("Somebody without a login")

    def state(row: Question) -> cells.Cell:
        return cells.tag(_("Answered"), "good") if row.answered_on else cells.tag(_("Waiting"), "waiting")

    def leads_to(row: Question) -> str:
        return reverse("answer_question", kwargs={"scheme": desk.scheme, "number": row.number})

    shows_all = request.GET.get("show", _WAITING) != _WAITING
    return Listing(
        request=request,
        name="questions",
        title=_("Questions"),
        rows=Question.objects.filter(scheme=desk.scheme).select_related("participant"),
        columns=[
            replace(columns.numbered(_("Number"), _("Question"), lambda row: row.number, leads_to), sort="number"),
            Column(
                key="subject",
                label=_("Subject"),
                cell=lambda row: subject_name(desk.rulebook, row.subject),
                sort="subject",
                width=32,
            ),
            Column(key="asker", label=_("Asked by"), cell=asker, width=32),
            columns.day("asked", _("Asked on"), lambda row: row.asked_on, "asked_on"),
            Column(key="state", label=_("State"), cell=state, sort="answered_on"),
        ],
        order="-number" if shows_all else "number",
        filters=[
            Choice(
                name="show",
                label=_("State"),
                choices=[(_WAITING, _("Waiting")), ("answered", _("Answered"))],
                narrow=_in_state,
                first=_WAITING,
            ),
            columns.days("asked", _("Asked on"), "asked_on"),
        ],
        empty=_("No question waits."),
        empty_filtered=_("No question waits.") if not shows_all else "",
        is_dense=False,
    )


def _in_state(rows: QuerySet[Question], state: str) -> QuerySet[Question]:
    if state == _WAITING:
        return rows.filter(answered_on=None, erased_on=None)
    return rows.exclude(answered_on=None)


class AnswerQuestion(ActView):
    """One question, and its answer. What is said travels beside the act, so it is performed as it is sent."""

    who = (Who.ADMINISTRATOR,)
    operation = "answer_question"
    form_class = QuestionAnswerForm
    confirms = False
    form_template = "web/site/answer_question.html"
    question: Question

    def find(self, **kwargs: Any) -> None:
        found = questions.question(self.desk.scheme, kwargs["number"])
        if found is None or not offers(self.desk.rulebook, self.operation):
            raise Http404
        self.question = found

    def title(self) -> str:
        return _("Question %(number)s") % {"number": self.question.number}

    def lead(self) -> str:
        return subject_name(self.desk.rulebook, self.question.subject)

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Questions"), self.back()), self.title())

    def back(self) -> str:
        return reverse("questions", kwargs={"scheme": self.desk.scheme})

    def context(self) -> dict[str, Any]:
        publish = reverse("publish_answer", kwargs={"scheme": self.desk.scheme}) + f"?question={self.question.number}"
        return {
            "button": _("Answer"),
            "question": self.question,
            "publish": publish if offers(self.desk.rulebook, "publish_answer") else "",
        }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.question.answered_on is None and self.question.erased_on is None:
            return super().get(request, **kwargs)
        return render(request, "web/site/question.html", self._frame())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self._show_form(form, status=422)
        arguments, files = questions.packed(text=form.cleaned_data["text"].strip())
        act = self._act(form.act_id, {"question": self.question.number, **arguments}, files)
        outcome = acts.preview(act)
        if not outcome.ok:
            return self._show_form(form, findings=outcome.findings, status=422)
        return perform(request, act)
