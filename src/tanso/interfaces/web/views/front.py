"""What anyone sees: the first page of the installation and of each scheme, and what it says of data and of access."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.context import installation_name
from tanso.interfaces.web.describe import here
from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.privacy import parts
from tanso.interfaces.web.views.publishing import notice_line, notices_for, offers
from tanso.interfaces.web.visiting import Visit, kept_a_while, public_page, visit_of
from tanso.interfaces.web.windows import windows_of, windows_to_come
from tanso.kernel.texts import Text
from tanso.rulebook import RulebookError, library

WINDOWS_TO_COME = 4
NOTICES_SHOWN = 5


def first_page(request: HttpRequest) -> HttpResponse:
    """The first page for somebody who is not signed in: the one scheme's own, or the list of schemes."""
    schemes = library().schemes()
    first = settings.TANSO.first_scheme
    if first in schemes or len(schemes) == 1:
        response = _front(request, visit_of(request, first if first in schemes else schemes[0]))
    else:
        response = render(request, "web/site/schemes.html", {"title": installation_name(), "schemes": _schemes()})
    return kept_a_while(request, response)


def _schemes() -> list[dict[str, str]]:
    """Each scheme that can be read, with its page."""
    found = []
    for scheme in library().schemes():
        with suppress(RulebookError):
            book = library().get(scheme)
            found.append(
                {
                    "title": here(book.title),
                    "about": "" if book.site is None else here(book.site.about),
                    "address": reverse("front", kwargs={"scheme": scheme}),
                }
            )
    return found


@public_page
def front(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The public page of a scheme."""
    return _front(request, visit)


def _front(request: HttpRequest, visit: Visit) -> HttpResponse:
    return render(
        request,
        "web/site/front.html",
        {
            "title": here(visit.rulebook.title),
            "about": "" if visit.rulebook.site is None else here(visit.rulebook.site.about),
            "windows": windows_of(visit.rulebook, visit.today, None)
            + windows_to_come(visit.rulebook, visit.today, WINDOWS_TO_COME),
            "contacts": contacts_of(visit),
            "notices": [notice_line(visit.rulebook, notice) for notice in notices_for(visit)[:NOTICES_SHOWN]],
            "has_notices": offers(visit.rulebook, "publish_notice"),
            "registration": _registration(visit),
            "links": _links(visit),
        },
    )


def _registration(visit: Visit) -> str:
    """Where one applies for registration; empty where the scheme takes no applications by a form."""
    if visit.rulebook.registration is None:
        return ""
    return reverse("registration", kwargs={"scheme": visit.scheme})


def _links(visit: Visit) -> list[tuple[str, str, str]]:
    """Where to read on: label, address, what is there."""
    found = [
        (
            _("Rules of the scheme"),
            reverse("rules", kwargs={"scheme": visit.scheme}),
            _("Every value, period and condition, with its clause"),
        )
    ]
    for operation, label, name, about in (
        ("publish_document", _("Documents"), "documents", _("Rules, forms, guidelines and the manual, by phase")),
        ("publish_answer", _("Questions and answers"), "answers", _("What others have asked")),
        ("ask_question", _("Ask a question"), "ask_question", _("You are answered by mail")),
    ):
        if offers(visit.rulebook, operation):
            found.append((label, reverse(name, kwargs={"scheme": visit.scheme}), about))
    if visit.rulebook.registration is not None:
        found.append(
            (
                _("Application for registration"),
                reverse("registration", kwargs={"scheme": visit.scheme}),
                _("For target holders, trading participants and verifiers: the form, and the papers to print"),
            )
        )
    found.append(
        (_("Operation manual"), reverse("manual"), _("What each page does, step by step, to read or to download"))
    )
    if visit.rulebook.results is not None:
        found.append(
            (
                _("Published results"),
                reverse("published-results", kwargs={"scheme": visit.scheme}),
                _("What came of each phase that is over"),
            )
        )
    return found


def contacts_of(visit: Visit) -> list[dict[str, Any]]:
    """The offices that answer questions, each with what it answers."""
    site = visit.rulebook.site
    if site is None:
        return []
    return [
        {
            "point": point,
            "label": here(point.label),
            "subjects": [here(subject.label) for subject in site.subjects.values() if subject.contact == point],
        }
        for point in site.contact_points.values()
    ]


def operator() -> str:
    """Who runs the installation, in the language of the page; empty where it does not say."""
    return here(Text(settings.TANSO.operator_ja, settings.TANSO.operator_en))


@seen_by(Who.ANYONE)
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the pages do for everyone to use them, and where they fall short."""
    texts = {"title": _("Accessibility"), "operator": operator()}
    return kept_a_while(request, render(request, "web/site/accessibility.html", texts))


@seen_by(Who.ANYONE)
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data are kept, what for, and how long."""
    texts = {"title": _("Personal data"), "operator": operator(), "parts": parts()}
    return kept_a_while(request, render(request, "web/site/privacy.html", texts))
