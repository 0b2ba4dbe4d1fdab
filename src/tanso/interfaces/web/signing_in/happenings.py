"""What happens to a login's way in: kept for whoever audits, and told to its owner by mail.

Allauth sends signals of these; nothing here decides anything. A sign-in is told of where the login has signed in before
and none of its browsers looked like this one.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.account.signals import user_logged_in as signed_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.models import AccessLog
from django.dispatch import receiver
from django.http import HttpRequest

from tanso.acts import rulebooks
from tanso.interfaces.clock import today_in
from tanso.interfaces.web.signing_in.adapters import address_of
from tanso.notices import sign_ins
from tanso.parties.models import Login, SignInEvent
from tanso.rulebook import library

CODE_REFUSED = "code_refused"
_USER_AGENT_LENGTH = 255


def _note(request: HttpRequest, login: Login, event: str) -> None:
    happened = SignInEvent.objects.create(login=login, event=event, address=address_of(request))
    if event != CODE_REFUSED:
        scheme = login.scheme or library().schemes()[0]
        sign_ins.tell(happened, login=login, scheme=scheme, day=today_in(rulebooks.current(scheme)))


@receiver(password_changed)
def _password_changed(request: HttpRequest, user: Login, **_: Any) -> None:
    _note(request, user, "password_changed")


@receiver(authenticator_added)
def _added(request: HttpRequest, user: Login, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _note(request, user, "second_factor_added")


@receiver(authenticator_removed)
def _removed(request: HttpRequest, user: Login, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _note(request, user, "second_factor_removed")


@receiver(authenticator_reset)
def _reset(request: HttpRequest, user: Login, **_: Any) -> None:
    _note(request, user, "recovery_codes_made")


@receiver(authentication_failed)
def _refused(request: HttpRequest, user: Login, **_: Any) -> None:
    _note(request, user, CODE_REFUSED)


@receiver(signed_in)
def _signed_in(request: HttpRequest, user: Login, **_: Any) -> None:
    """The log of sign-ins has this one already."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:_USER_AGENT_LENGTH]
    known = AccessLog.objects.filter(username=user.login)
    if known.count() > 1 and known.filter(user_agent=agent).count() <= 1:
        _note(request, user, "new_browser")
