"""The public side of a scheme: which scheme and day a visitor's page is of, and whether the visitor is signed in there.

`visit` is for pages that anybody may open. Who is signed in and belongs to the scheme keeps the desk, with its
navigation; everyone else gets that of the public pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from tanso.acts import rulebooks
from tanso.interfaces.clock import today_in
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.desk import Desk, Who, desk_of, signed_in
from tanso.rulebook import Rulebook, library

Parameters = ParamSpec("Parameters")
Response = TypeVar("Response", bound=HttpResponseBase)
# So long a browser may show a public page again without asking.
SECONDS_KEPT = 60


@dataclass(frozen=True, slots=True)
class Visit:
    """A scheme as its public pages see it on a day. `desk` is that of a login of the scheme, where one is signed in."""

    scheme: str
    rulebook: Rulebook
    today: date
    desk: Desk | None = None


def visit_of(request: HttpRequest, scheme: str) -> Visit:
    """The visit to a scheme's public pages; raises Http404 where there is no such scheme."""
    if scheme not in library().schemes():
        raise Http404
    login = signed_in(request)
    desk = None if login is None else desk_of(login, scheme)
    rulebook = rulebooks.current(scheme) if desk is None else desk.rulebook
    found = Visit(scheme, rulebook, today_in(rulebook) if desk is None else desk.today, desk)
    request.visit = found  # type: ignore[attr-defined]
    if desk is not None:
        request.desk = desk  # type: ignore[attr-defined]
    return found


def public_page(
    view: Callable[Concatenate[HttpRequest, Visit, Parameters], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page of a scheme for anybody. It is handed the visit; browsers of visitors may keep it a while."""

    @wraps(view)
    def visited(request: HttpRequest, scheme: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, visit_of(request, scheme), *args, **kwargs)
        return response if response.has_header("Cache-Control") else kept_a_while(request, response)

    return seen_by(Who.ANYONE)(visited)


def kept_a_while(request: HttpRequest, response: Response) -> Response:
    """Let a visitor's browser keep a page; never one of somebody who is signed in, nor an answer to a form."""
    if signed_in(request) is None and request.method == "GET" and response.status_code == 200:
        patch_cache_control(response, private=True, max_age=SECONDS_KEPT)
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
