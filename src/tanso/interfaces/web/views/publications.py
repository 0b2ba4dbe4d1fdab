"""The administrator's side of what is published: the lists, and the acts that publish and withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso import acts
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import ActView, Crumb, crumbs, perform
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.base import ReasonForm
from tanso.interfaces.web.forms.publications import AnswerForm, NoticeForm, PublishedFileForm
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Words, plain, told, where
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.lists.pages import ShownList
from tanso.interfaces.web.views.publishing import offers, phases_of, said
from tanso.notices import published, questions
from tanso.notices.models import Answer, Document, Notice
from tanso.notices.publications import ANSWER, DOCUMENT, NOTICE, NUMBER, Kind
from tanso.notices.site_models import Publication

_MODELS: Mapping[str, type[Publication]] = {"notice": Notice, "answer": Answer, "document": Document}


def _state(desk: Desk, row: Publication) -> tuple[str, str]:
    """Whether people can read it, with how its tag looks."""
    if row.is_withdrawn:
        return _("Withdrawn"), "bad"
    if isinstance(row, Notice) and row.first_day > desk.today:
        return _("To come"), "waiting"
    if isinstance(row, Notice) and row.last_day is not None and row.last_day < desk.today:
        return _("Over"), ""
    return _("Published"), "good"


def _title(row: Any) -> str:
    return said(row.question if isinstance(row, Answer) else row.title)


def _address(desk: Desk, name: str, number: int | None = None) -> str:
    numbered = {} if number is None else {"number": number}
    return reverse(name, kwargs={"scheme": desk.scheme, **numbered})


@seen_by(Who.ADMINISTRATOR)
def publication_list(request: HttpRequest) -> HttpResponseBase:
    """Everything that is or was published, with the way to change it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    labels = {"notice": _("Notices"), "answer": _("Questions and answers"), "document": _("Documents")}
    listings = {
        name: _listing(request, desk, name, label)
        for name, label in labels.items()
        if offers(desk.rulebook, f"publish_{name}")
    }
    sections = [
        {
            "id": name,
            "label": labels[name],
            "new": _address(desk, f"publish_{name}"),
            "operation": describe.operation(desk.rulebook, f"publish_{name}"),
            "list": ShownList(listing),
        }
        for name, listing in listings.items()
    ]
    context = {"crumbs": crumbs(desk, _("Publications")), "sections": sections}
    return answer(request, "web/site/publications.html", context, *listings.values())


def _listing(request: HttpRequest, desk: Desk, name: str, label: str) -> Listing:
    rows = list(reversed(published.latest(_MODELS[name], desk.scheme)))
    states = sorted({_state(desk, row)[0] for row in rows})
    return Listing(
        request=request,
        name=f"{name}s",
        prefix=f"{name}-",
        title=label,
        rows=rows,
        columns=_columns(desk, name),
        filters=[
            Words(name="words", label=_("Title"), narrow=told(_title)),
            Choice(
                name="state",
                label=_("State"),
                choices=[(state, state) for state in states],
                narrow=where(lambda row, state: _state(desk, row)[0] == state),
            ),
        ],
        empty=_("Nothing has been published yet."),
        is_dense=False,
    )


def _columns(desk: Desk, name: str) -> list[Column]:
    def change(row: Publication) -> str:
        return _address(desk, f"change_{name}", row.number)

    def version(row: Publication) -> cells.Cell:
        history = reverse("act", kwargs={"scheme": desk.scheme, "act_id": row.act_id})
        day = describe.here(words.short_day(row.day))
        return cells.several([cells.link(str(row.version), history, style="number"), f"({day})"], between=" ")

    def doing(row: Publication) -> cells.Cell:
        if row.is_withdrawn:
            return cells.button(_("Publish again"), change(row), about=_title(row))
        return cells.button(_("Withdraw"), _address(desk, f"withdraw_{name}", row.number), about=_title(row))

    return [
        Column(
            key="title",
            label=_("Title"),
            cell=lambda row: cells.link(_title(row), change(row)),
            sort=lambda row: plain(_title(row)),
            width=48,
        ),
        Column(
            key="phases",
            label=_("Phases"),
            cell=lambda row: phases_of(desk.rulebook, row.phases) or _("All"),
            sort=lambda row: row.phases,
        ),
        Column(key="version", label=_("Version"), cell=version, sort=lambda row: (row.day, row.number)),
        Column(
            key="state",
            label=_("State"),
            cell=lambda row: cells.tag(*_state(desk, row)),
            sort=lambda row: _state(desk, row)[0],
        ),
        Column(key="acts", label=_("What to do"), cell=doing, in_file=False),
    ]


class PublicationAct(ActView):
    """An act about something published; with a number in its address, about the latest version of that."""

    who = (Who.ADMINISTRATOR,)
    kind: ClassVar[Kind]
    row: Any = None

    def find(self, **kwargs: Any) -> None:
        if not offers(self.desk.rulebook, self.operation):
            raise Http404
        if "number" in kwargs:
            self.row = self.kind.latest(self.desk.scheme, kwargs["number"])
            if self.row is None:
                raise Http404

    def fixed_arguments(self) -> dict[str, Any]:
        return {} if self.row is None else {NUMBER[self.kind.name]: self.row.number}

    def lead(self) -> str:
        if self.row is None:
            return ""
        return _("%(title)s (version %(version)s)") % {"title": _title(self.row), "version": self.row.version}

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Publications"), self.back()), self.title())

    def back(self) -> str:
        return _address(self.desk, "publications")

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


class _Publish(PublicationAct):
    """Publish something new, or a further version."""

    texts: ClassVar[tuple[str, ...]]

    def form_options(self) -> dict[str, Any]:
        rulebook = self.desk.rulebook
        return {
            "phases": [(number, describe.phase(rulebook, number)) for number in rulebook.phases],
            "initial": self.initial() if self.row is None else self.filled(),
        }

    def initial(self) -> dict[str, Any]:
        """What a form for something new begins with."""
        return {}

    def filled(self) -> dict[str, Any]:
        """The latest version, to be changed."""
        given = {
            f"{name}_{language}": text for name in self.kind.texts for language, text in getattr(self.row, name).items()
        }
        return given | {"phases": [str(number) for number in self.row.phases]}


class PublishNotice(_Publish):
    operation = "publish_notice"
    kind = NOTICE
    form_class = NoticeForm

    def form_options(self) -> dict[str, Any]:
        kinds = self.desk.rulebook.participant_kinds.values()
        named = [(kind.kind, describe.capital(describe.here(kind.label))) for kind in kinds]
        return super().form_options() | {"kinds": named}

    def initial(self) -> dict[str, Any]:
        return {"first_day": self.desk.today, "is_pinned": "no"}

    def filled(self) -> dict[str, Any]:
        same = {name: getattr(self.row, name) for name in ("audience", "first_day", "last_day")}
        return super().filled() | same | {"is_pinned": "yes" if self.row.is_pinned else "no"}


class PublishAnswer(_Publish):
    """Of a question that was answered, question and answer stand in the form already, to be freed of who asked."""

    operation = "publish_answer"
    kind = ANSWER
    form_class = AnswerForm

    def form_options(self) -> dict[str, Any]:
        site = self.desk.rulebook.site
        subjects = {} if site is None else site.subjects
        return super().form_options() | {
            "subjects": [(name, describe.here(subject.label)) for name, subject in subjects.items()]
        }

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("question", "")
        found = questions.question(self.desk.scheme, int(asked)) if asked.isascii() and asked.isdigit() else None
        if found is None:
            return {"place": 0}
        return {"place": 0, "subject": found.subject, "question_ja": found.text[:1_000], "answer_ja": found.answer}

    def filled(self) -> dict[str, Any]:
        return super().filled() | {"subject": self.row.subject, "place": self.row.place}


class PublishDocument(_Publish):
    """As it may carry a file, it is performed as it is sent; a refusal comes back with the form."""

    operation = "publish_document"
    kind = DOCUMENT
    form_class = PublishedFileForm
    confirms = False

    def form_options(self) -> dict[str, Any]:
        rulebook = self.desk.rulebook
        kinds = {} if rulebook.site is None else rulebook.site.documents
        return super().form_options() | {
            "kinds": [(name, describe.here(label)) for name, label in kinds.items()],
            "largest_bytes": rulebook.value("largest_publication_bytes", self.desk.today),
            "keeps_file": self.row is not None,
        }

    def initial(self) -> dict[str, Any]:
        return {"issued_on": self.desk.today, "language": ""}

    def filled(self) -> dict[str, Any]:
        return super().filled() | {
            name: getattr(self.row, name) for name in ("kind", "edition", "issued_on", "language")
        }

    def context(self) -> dict[str, Any]:
        return {"button": _("Publish")}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, request.FILES, **self.form_options())
        if not form.is_valid():
            return self._show_form(form, status=422)
        act = self._act(form.act_id, {**self.fixed_arguments(), **form.arguments()}, form.uploads())
        outcome = acts.preview(act)
        if not outcome.ok:
            return self._show_form(form, findings=outcome.findings, status=422)
        return perform(request, act)


class WithdrawNotice(PublicationAct):
    operation = "withdraw_notice"
    kind = NOTICE
    form_class = ReasonForm


class WithdrawAnswer(PublicationAct):
    operation = "withdraw_answer"
    kind = ANSWER
    form_class = ReasonForm


class WithdrawDocument(PublicationAct):
    operation = "withdraw_document"
    kind = DOCUMENT
    form_class = ReasonForm
