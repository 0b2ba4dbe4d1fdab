"""Secrets of second factors as tables and sessions hold them: encrypted under keys that follow from the installation's.

What is written is sealed under the present key; what lies under one of the fallbacks is read as well, and `renew` seals
it anew, so that a fallback may go. Passkeys have no secret here: only their public half is kept.
"""

from __future__ import annotations

import base64

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# What of a second factor is a secret, by its type.
_SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def seal(text: str) -> str:
    """A secret as it may be kept."""
    return _cipher().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again; raises InvalidToken where no key of the installation opens it."""
    return _cipher().decrypt(sealed.encode()).decode()


def app_secret(request: HttpRequest, *, anew: bool = False) -> str:
    """The secret of the app that is being set up in this session, sealed there; a new one where there is none."""
    kept = None if anew else pending_app_secret(request)
    if kept is not None:
        return kept
    secret: str = generate_totp_secret()
    request.session[SECRET_SESSION_KEY] = seal(secret)
    return secret


def pending_app_secret(request: HttpRequest) -> str | None:
    """The secret of the app that is being set up, or None where none is, or none that can be opened."""
    sealed = request.session.get(SECRET_SESSION_KEY)
    if sealed is None:
        return None
    try:
        return unseal(sealed)
    except InvalidToken:
        return None


def renew() -> int:
    """Seal under the present key what lies under a fallback; how many were sealed anew."""
    if not settings.SECRET_KEY_FALLBACKS:
        return 0
    return sum(_renew(pk) for pk in Authenticator.objects.filter(type__in=_SECRETS).values_list("pk", flat=True))


@transaction.atomic
def _renew(pk: int) -> bool:
    found = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        return False
    name = _SECRETS[Authenticator.Type(found.type)]
    sealed = found.data[name].encode()
    try:
        _ciphers()[0].decrypt(sealed)
    except InvalidToken:
        found.data[name] = _cipher().rotate(sealed).decode()
        found.save(update_fields=["data"])
        return True
    return False


def _cipher() -> MultiFernet:
    return MultiFernet(_ciphers())


def _ciphers() -> list[Fernet]:
    """One for each key of the installation, the present one first."""
    return [
        Fernet(
            base64.urlsafe_b64encode(salted_hmac("tanso.second-factor", "", secret=key, algorithm="sha256").digest())
        )
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
