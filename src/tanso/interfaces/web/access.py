"""Every page says whom it is for. A view without `seen_by` is refused by a house test.

`seen_by` asks in this order: is anyone signed in (else the sign-in page), does the login belong to the scheme (else the
page does not exist), is the page for this kind of login (else it is forbidden). Whether an object is the login's own is
asked by the view, through `own_or_404`: another party's object does not exist for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from tanso.interfaces.web import looks
from tanso.interfaces.web.desk import Who, desk_of

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]
Found = TypeVar("Found")


def seen_by(*who: Who) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Declare whom a view is for, and keep everyone else out. The declaration can be read as `view.seen_by`."""

    def declare(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if Who.ANYONE in who:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if Who.SIGNED_IN in who:
                return view(request, *args, **kwargs)
            desk = desk_of(request.user, kwargs.pop("scheme"))
            if desk is None:
                raise Http404
            request.desk = desk  # type: ignore[attr-defined]
            if not desk.who.intersection(who):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.seen_by = frozenset(who)  # type: ignore[attr-defined]
        return guarded

    return declare


def own_or_404(found: Found | None, *, is_own: bool) -> Found:
    """The object, where there is one and it is the login's own; otherwise the page does not exist.

    Whose it is goes into the trail of looks, shown or not.
    """
    looks.saw(found)
    if found is None or not is_own:
        raise Http404
    return found
