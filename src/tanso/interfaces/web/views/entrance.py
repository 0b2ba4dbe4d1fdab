"""The way in and out, and the pages that say what went wrong."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token
from django.views.i18n import set_language as django_set_language

from tanso.acts.persistence import TryAgainError
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.describe import here
from tanso.interfaces.web.desk import Who, schemes_of, signed_in
from tanso.interfaces.web.views.front import first_page
from tanso.kernel.texts import Text
from tanso.rulebook import library

_log = logging.getLogger(__name__)
_NO_ANSWER = Text("まだ回答がありません", "No answer yet")

set_language = seen_by(Who.ANYONE)(django_set_language)


@seen_by(Who.ANYONE)
def entrance(request: HttpRequest) -> HttpResponseBase:
    """To the home page of the login's scheme; an administrator of several chooses, a visitor reads the first page."""
    login = signed_in(request)
    if login is None:
        return first_page(request)
    schemes = schemes_of(login)
    if len(schemes) == 1:
        return HttpResponseRedirect(reverse("home", kwargs={"scheme": schemes[0]}))
    known = library()
    choices = [(here(known.get(scheme).title), reverse("home", kwargs={"scheme": scheme})) for scheme in schemes]
    return render(request, "web/entrance.html", {"choices": choices})


def _error(request: HttpRequest, status: int, title: str, message: str, next_step: str) -> HttpResponse:
    texts = {"title": title, "message": message, "next_step": next_step}
    return render(request, "web/error.html", texts, status=status)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that no page of ours sends."""
    return _error(
        request,
        400,
        _("This request cannot be read"),
        _("The browser sent something that this page does not expect. Nothing was changed."),
        _("Open the page again and repeat the step."),
    )


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page is not for this kind of login."""
    return _error(
        request,
        403,
        _("This page is not for your login ID"),
        _("You are signed in, but this page belongs to another kind of user. Nothing was changed."),
        _("Sign in with a login ID that may see it, or ask the administrator."),
    )


@requires_csrf_token
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's seal is missing or old, for example after signing out in another window."""
    return _error(
        request,
        403,
        _("This form has expired"),
        _("The form is too old, or you signed in or out in another window. Nothing was changed."),
        _("Open the page again and repeat the step."),
    )


@requires_csrf_token
def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: somebody tries too often from one address."""
    return _error(
        request,
        429,
        _("Too many attempts"),
        _("Too many attempts came from your network in a short time. Nothing was changed."),
        _("Wait a few minutes and try again."),
    )


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or not for this login."""
    return _error(
        request,
        404,
        _("This page does not exist"),
        _("There is no page at this address, or it belongs to someone else."),
        _("Check the address, or start from the home page."),
    )


@requires_csrf_token
def failed(request: HttpRequest, **details: Any) -> HttpResponse:
    """500: our mistake, or 503 with its own words for one that we foresaw.

    The page does not ask the database, which may be what failed.
    """
    request.is_failing = True  # type: ignore[attr-defined]
    cause = sys.exc_info()[1]
    try:
        if isinstance(cause, TryAgainError):
            return _error(request, 503, here(_NO_ANSWER), here(cause.message), here(cause.next_step))
        return _error(
            request,
            500,
            _("Something went wrong on our side"),
            _("The step was not carried out. The problem has been written to the log."),
            _("Try again in a few minutes. If it happens again, tell the administrator what you did."),
        )
    except Exception:
        _log.exception("the page about a failure failed too")
        return HttpResponse("500", status=500, content_type="text/plain")
