"""What comes before every page for somebody who is signed in: time limits, an own password, a second factor.

Whoever signs in with a password from a letter chooses an own one first; whoever must have a second factor sets it up
next. Until then no page of theirs can be reached, only those for everybody and those of these steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.signing_in import policy
from tanso.parties.models import Login

_SIGNED_IN_AT, _SEEN_AT, _IS_READY = "signed_in_at", "seen_at", "signed_in_in_order"
# A page that is looked at writes down when, at most once in so many seconds.
_NOTED_EVERY_S = 60
Answer = Callable[[HttpRequest], HttpResponseBase]


@receiver(user_logged_in)
def _begin(request: HttpRequest, **_: Any) -> None:
    now = int(time.time())
    request.session[_SIGNED_IN_AT] = request.session[_SEEN_AT] = now
    request.session.pop(_IS_READY, None)


def ask_again(request: HttpRequest) -> None:
    """Look once more at the next request whether the login is in order; called where that may have changed."""
    request.session.pop(_IS_READY, None)


class SignInOrder:
    """Django middleware; after those of authentication and of allauth."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Any, options: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not isinstance(request.user, Login):
            return None
        if _has_run_out(request):
            logout(request)
            is_for_anyone = Who.ANYONE in getattr(view, "seen_by", ())
            return None if is_for_anyone else redirect_to_login(request.get_full_path())
        step = _next_step(request, request.user)
        if step is None or _is_open(view, step):
            return None
        return HttpResponseRedirect(reverse(step))


def _is_open(view: Callable[..., Any], step: str) -> bool:
    return Who.ANYONE in getattr(view, "seen_by", ()) or step in getattr(view, "steps", ())


def _next_step(request: HttpRequest, login: Login) -> str | None:
    """The page that somebody must deal with first; None where everything is in order."""
    if login.must_change_password:
        return "choose-password"
    if request.session.get(_IS_READY):
        return None
    if policy.must_have_second_factor(login) and not policy.has_second_factor(login):
        return "second-factor"
    request.session[_IS_READY] = True
    return None


def _has_run_out(request: HttpRequest) -> bool:
    """Whether the session is too old, or rested too long. If not, being seen is noted."""
    now, session = int(time.time()), request.session
    signed_in_at, seen_at = session.get(_SIGNED_IN_AT, now), session.get(_SEEN_AT, now)
    if now - signed_in_at >= settings.TANSO_LONGEST_SESSION.total_seconds():
        return True
    if now - seen_at >= settings.TANSO_IDLE.total_seconds():
        return True
    if _SEEN_AT not in session or now - seen_at >= _NOTED_EVERY_S:
        session[_SIGNED_IN_AT], session[_SEEN_AT] = signed_in_at, now
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
    return False
