"""Who must have a second factor, and for how long a confirmation counts.

Which logins need a second factor is the scheme's (parameters named below); a scheme without them demands none. A
demonstration demands none either unless the installation says so (TANSO_SECOND_FACTOR).
"""

from __future__ import annotations

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from tanso.acts import rulebooks
from tanso.interfaces.clock import today_in
from tanso.parties.models import VERIFIER, Login
from tanso.rulebook import Rulebook, library

# Parameters of a scheme, by what the login may do; each is yes or no.
OF_ADMINISTRATORS = "second_factor_of_administrators"
OF_ALLOWANCES = "second_factor_for_allowances"
OF_EMISSIONS = "second_factor_for_emissions"
OF_VERIFIERS = "second_factor_of_verifiers"


def must_have_second_factor(login: Login) -> bool:
    """Whether the login's scheme (for an administrator, any scheme of the installation) demands a second factor."""
    if not settings.TANSO_DEMANDS_SECOND_FACTOR:
        return False
    if login.scheme:
        rulebook = rulebooks.current(login.scheme)
        return _says_yes(rulebook, _parameter_of(login, rulebook))
    return any(_says_yes(rulebooks.current(scheme), OF_ADMINISTRATORS) for scheme in library().schemes())


def _parameter_of(login: Login, rulebook: Rulebook) -> str:
    if login.role == VERIFIER:
        return OF_VERIFIERS
    kind = None if login.participant is None else rulebook.participant_kinds.get(login.participant.kind)
    areas = () if kind is None else kind.logins.get(login.letter, ())
    return OF_ALLOWANCES if "allowances" in areas else OF_EMISSIONS


def _says_yes(rulebook: Rulebook, parameter: str) -> bool:
    return parameter in rulebook.parameters and bool(rulebook.value(parameter, today_in(rulebook)))


def has_second_factor(login: Login) -> bool:
    """Whether a second factor is set up; recovery codes alone are none."""
    rows = Authenticator.objects.filter(user=login)
    return rows.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)).exists()


def has_app(login: Login) -> bool:
    """Whether the login has an app that shows codes."""
    return Authenticator.objects.filter(user=login, type=Authenticator.Type.TOTP).exists()


def is_recent(at: float) -> bool:
    """Whether something at this second still counts as a confirmation now."""
    return time.time() - at < app_settings.REAUTHENTICATION_TIMEOUT


def has_confirmed(request: HttpRequest) -> bool:
    """Whether the person has confirmed, not long ago, to be the one who signed in. Signing in itself is not enough."""
    records = get_authentication_records(request, request.user)
    confirmed = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(confirmed) and is_recent(confirmed[-1])
