"""The public pages of what is published: notices, questions and answers, documents to download."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts import rulebooks
from tanso.emissions import workbooks
from tanso.interfaces.web import describe
from tanso.interfaces.web.describe import here
from tanso.interfaces.web.downloads import EXCEL, named
from tanso.interfaces.web.visiting import Visit, public_page
from tanso.kernel import papers
from tanso.kernel.texts import Text
from tanso.notices import published
from tanso.notices.models import Answer, Document, Notice
from tanso.rulebook import Rulebook

_A_KILOBYTE = 1024
_COMMA = Text("、", ", ")
_A_YEAR = 365 * 24 * 3600


def said(text: dict[str, str]) -> str:
    """A text of a publication in the language of the page."""
    return describe.here(Text.from_json(text))


def offers(rulebook: Rulebook, operation: str) -> bool:
    """Whether the scheme has that part of the site."""
    return operation in rulebook.operations


def _phase(visit: Visit, request: HttpRequest) -> int | None:
    """The phase asked for; None for all. Raises Http404 for one that the scheme has not."""
    asked = request.GET.get("phase", "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdigit() or int(asked) not in visit.rulebook.phases:
        raise Http404
    return int(asked)


def _phases(visit: Visit, shown: int | None) -> list[tuple[int, str, bool]]:
    return [(number, describe.phase(visit.rulebook, number), number == shown) for number in visit.rulebook.phases]


def phases_of(rulebook: Rulebook, numbers: list[int]) -> str:
    """The phases that something is about, in words; empty for all."""
    return here(_COMMA).join(describe.phase(rulebook, number) for number in numbers if number in rulebook.phases)


# -- notices ----------------------------------------------------------------------------------------------------------


def notice_line(rulebook: Rulebook, notice: Notice) -> dict[str, Any]:
    """A notice as lists show it."""
    return {
        "notice": notice,
        "title": said(notice.title),
        "phases": phases_of(rulebook, notice.phases),
        "address": reverse("notice", kwargs={"scheme": rulebook.scheme, "number": notice.number}),
    }


def notices_for(visit: Visit) -> list[Notice]:
    """The notices that this visitor may read: a participant those of its kind and phase too, the administrator all."""
    if not offers(visit.rulebook, "publish_notice"):
        return []
    desk = visit.desk
    if desk is None or desk.participant is None:
        return published.notices(visit.scheme, visit.today)
    kind, phase = desk.participant.kind, desk.participant.phase
    return published.notices(visit.scheme, visit.today, kind=kind, phase=phase)


@public_page
def notice_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All notices of today."""
    if not offers(visit.rulebook, "publish_notice"):
        raise Http404
    lines = [notice_line(visit.rulebook, notice) for notice in notices_for(visit)]
    return render(request, "web/site/notices.html", {"title": _("Notices"), "lines": lines})


@public_page
def notice_page(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One notice; what was withdrawn, is over or is for others does not exist."""
    found = next((notice for notice in notices_for(visit) if notice.number == number), None)
    if found is None:
        raise Http404
    context = {**notice_line(visit.rulebook, found), "body": said(found.body)}
    return render(request, "web/site/notice.html", context)


# -- questions and answers --------------------------------------------------------------------------------------------


@public_page
def answer_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Questions and answers by subject; those that have every word that is sought, and are for the phase asked for."""
    site = visit.rulebook.site
    if site is None or not offers(visit.rulebook, "publish_answer"):
        raise Http404
    phase, sought = _phase(visit, request), request.GET.get("q", "").strip()[:200]
    found = [answer for answer in published.answers(visit.scheme, phase) if _has(answer, sought)]
    sections = [
        {
            "id": name,
            "label": describe.here(subject.label),
            "answers": [_answer(visit, answer) for answer in found if answer.subject == name],
        }
        for name, subject in site.subjects.items()
    ]
    context = {
        "title": _("Questions and answers"),
        "sought": sought,
        "phases": _phases(visit, phase),
        "is_filtered": bool(sought or phase),
        "sections": [section for section in sections if section["answers"]],
    }
    return render(request, "web/site/answers.html", context)


def _answer(visit: Visit, answer: Answer) -> dict[str, Any]:
    return {
        "number": answer.number,
        "question": said(answer.question),
        "answer": said(answer.answer),
        "phases": phases_of(visit.rulebook, answer.phases),
    }


def _has(answer: Answer, sought: str) -> bool:
    words = _folded(sought).split()
    text = _folded(" ".join([*answer.question.values(), *answer.answer.values()]))
    return all(word in text for word in words)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


# -- documents --------------------------------------------------------------------------------------------------------


def size_of(size_bytes: int) -> str:
    """The size of a file as people read it."""
    kilobytes = -(-size_bytes // _A_KILOBYTE)
    return f"{kilobytes:,} KB" if kilobytes < _A_KILOBYTE else f"{-(-kilobytes // _A_KILOBYTE):,} MB"


def document_line(rulebook: Rulebook, document: Document) -> dict[str, Any]:
    """A document as lists show it."""
    return {
        "document": document,
        "title": said(document.title),
        "phases": phases_of(rulebook, document.phases),
        "language": {"ja": "日本語", "en": "English"}.get(document.language, ""),
        "size": size_of(document.size_bytes),
        "file_kind": document.file_kind.upper(),
        "address": _file_address(rulebook.scheme, document),
    }


def _file_address(scheme: str, document: Document) -> str:
    names = {"scheme": scheme, "number": document.number, "version": document.version}
    return reverse("document-file", kwargs=names)


@public_page
def document_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The documents to download by kind; those of a phase or a kind where asked. Earlier editions stay below each."""
    site = visit.rulebook.site
    if site is None or not offers(visit.rulebook, "publish_document"):
        raise Http404
    phase, asked = _phase(visit, request), request.GET.get("kind", "")
    if asked and asked not in site.documents:
        raise Http404
    earlier = published.earlier_documents(visit.scheme)
    found = published.documents(visit.scheme, phase)
    sections = [
        {
            "id": kind,
            "label": describe.here(label),
            "lines": [
                document_line(visit.rulebook, document)
                | {"earlier": [document_line(visit.rulebook, other) for other in earlier.get(document.number, [])]}
                for document in found
                if document.kind == kind
            ],
        }
        for kind, label in site.documents.items()
        if asked in ("", kind)
    ]
    context = {
        "title": _("Documents"),
        "phases": _phases(visit, phase),
        "kinds": [(kind, describe.here(label), kind == asked) for kind, label in site.documents.items()],
        "is_filtered": bool(asked or phase),
        "sections": [section for section in sections if section["lines"]],
        "rules": reverse("rules", kwargs={"scheme": visit.scheme}),
        "made": [
            (_("Operation manual"), reverse("manual"), _("What each page does, step by step, to read or to download"))
        ],
        "has_form": visit.rulebook.report_form is not None,
        "blank_forms": [] if phase is None else _blank_forms(visit, phase),
    }
    return render(request, "web/site/documents.html", context)


def _blank_forms(visit: Visit, phase: int) -> list[tuple[str, str]]:
    """The prescribed forms of a phase, one a year: which, and where."""
    rulebook = visit.rulebook
    if rulebook.report_form is None:
        return []
    return [
        (
            describe.capital(describe.report_year(rulebook, year, phase)),
            reverse("blank-form", kwargs={"scheme": visit.scheme, "phase": phase, "year": year}),
        )
        for year in rulebook.life.years
    ]


@public_page
def blank_form(request: HttpRequest, visit: Visit, phase: int, year: str) -> HttpResponse:
    """The prescribed form with nothing filled in, to look at what is asked and to begin before there is a login."""
    rulebook = visit.rulebook
    if rulebook.report_form is None or phase not in rulebook.phases or year not in rulebook.life.years:
        raise Http404
    content = _blank(visit.scheme, rulebook.version, phase, year)
    fiscal_year = rulebook.life.years[year].fiscal_year_in(rulebook.phases[phase])
    name = f"{visit.scheme}-{phase}-{fiscal_year}-{year}-form.xlsx"
    return named(HttpResponse(content, content_type=EXCEL), name)


@lru_cache(maxsize=32)
def _blank(scheme: str, version: str, phase: int, year: str) -> bytes:
    """Written once for each version of the rules, because anybody may ask for it as often as he likes."""
    rulebook = rulebooks.current(scheme)
    fiscal_year = rulebook.life.years[year].fiscal_year_in(rulebook.phases[phase])
    content = workbooks.content_of(rulebook, {}, made=workbooks.Made(scheme, phase, year, fiscal_year))
    return workbooks.write(content.form, content.inputs, content.shown)


@public_page
def document_file(request: HttpRequest, visit: Visit, number: int, version: int) -> HttpResponse:
    """The file of one version, to be kept; a version never changes, so every cache may keep it too."""
    found = published.document(visit.scheme, number, version)
    if found is None:
        raise Http404
    title = Text.from_json(found.title).in_language(found.language or get_language() or "en")
    name = " ".join(part for part in (title, found.edition) if part)
    response = HttpResponse(bytes(found.file.content), content_type=papers.media_type(found.file_kind))
    response["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    return named(response, f"{name}.{found.file_kind}")
