"""The operation manual for everybody: a page a chapter, and the whole or a chapter as PDF."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports import manual
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.context import installation_name
from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.downloads import named
from tanso.interfaces.web.visiting import kept_a_while

_WHOLE = "whole"
_SECONDS_KEPT = 3600


def _language() -> str:
    return get_language() or "en"


@seen_by(Who.ANYONE)
def contents(request: HttpRequest) -> HttpResponse:
    """The chapters."""
    chapters = [manual.chapter(name, _language()) for name in manual.CHAPTERS]
    lines = [
        (chapter.title, _address(chapter.name), [block for block in chapter.blocks if block.level == 2])
        for chapter in chapters
    ]
    context = {"title": _("Operation manual"), "lines": lines, "file": _file_address(_WHOLE)}
    return kept_a_while(request, render(request, "web/site/manual.html", context))


@seen_by(Who.ANYONE)
def chapter_page(request: HttpRequest, chapter: str) -> HttpResponse:
    """One chapter."""
    if chapter not in manual.CHAPTERS:
        raise Http404
    found = manual.chapter(chapter, _language())
    context = {
        "chapter": found,
        "others": [(manual.chapter(name, _language()).title, _address(name)) for name in manual.CHAPTERS],
        "file": _file_address(chapter),
    }
    return kept_a_while(request, render(request, "web/site/manual_chapter.html", context))


@seen_by(Who.ANYONE)
def manual_file(request: HttpRequest, chapter: str) -> HttpResponse:
    """A chapter, or the whole manual, as PDF in the language of the page."""
    if chapter not in (*manual.CHAPTERS, _WHOLE):
        raise Http404
    names = manual.CHAPTERS if chapter == _WHOLE else (chapter,)
    content = _pdf(names, _language(), installation_name())
    response = HttpResponse(content, content_type="application/pdf")
    response["Cache-Control"] = f"private, max-age={_SECONDS_KEPT}"
    response["Vary"] = "Cookie, Accept-Language"
    title = "" if chapter == _WHOLE else f" {manual.chapter(chapter, _language()).title}"
    return named(response, f"{_('Operation manual')}{title}.pdf")


@lru_cache(maxsize=16)
def _pdf(names: tuple[str, ...], language: str, installation: str) -> bytes:
    """Set once a process: the manual changes with the software alone."""
    return manual.manual_pdf(names, language, day=manual.WRITTEN_ON, installation=installation)


def _address(chapter: str) -> str:
    return reverse("manual-chapter", kwargs={"chapter": chapter})


def _file_address(chapter: str) -> str:
    return reverse("manual-file", kwargs={"chapter": chapter})
