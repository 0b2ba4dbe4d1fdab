"""Our answers to what allauth and axes ask of an installation.

Whoever tries a login learns one thing only: in or not in. An unknown login id, a wrong password, a login that is not in
use and one that is locked get the same sentence, after about the same time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanso.interfaces.web.signing_in import policy, seals
from tanso.parties.models import Login

_NOT_IN = gettext_lazy(
    "You could not be signed in. Check the login ID and the password; both are case-sensitive. After several failures"
    " signing in rests for 30 minutes."
)


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from, as far as the proxies that we trust tell; None where nothing is known."""
    address: str | None = get_client_ip(request)
    return address


class AccountAdapter(DefaultAccountAdapter):
    """Passwords and sessions. Nobody signs up, and no address has to be verified: logins come from the authority."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _NOT_IN,
        "too_many_login_attempts": _NOT_IN,
        "invalid_login": _NOT_IN,
        "incorrect_password": gettext_lazy("This is not your password, or too many attempts were made."),
        "incorrect_code": gettext_lazy("This code is not valid. Wait for the next one and write it again."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "rate_limited": gettext_lazy("Too many attempts were made. Wait five minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **options: Any) -> None:
        """Our pages say themselves what was done."""

    def send_notification_mail(self, *args: Any, **options: Any) -> None:
        """Mails about sign-ins go the way of all others (`signing_in.happenings`)."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The login, or None; where nobody looked at the password, as much time passes as if somebody had."""
        try:
            found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        except ValidationError:
            _hash_in_vain(credentials)
            raise
        if found is None and getattr(request, "axes_locked_out", False) and not _was_counted(request):
            _hash_in_vain(credentials)
        return found

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """A password of one's own choice."""
        if not isinstance(user, Login):
            raise TypeError("only logins have passwords")
        user.must_change_password = False
        user.password_chosen_at = timezone.now()
        user.set_password(password)
        user.save(update_fields=["password", "must_change_password", "password_chosen_at"])

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "0.0.0.0"  # noqa: S104 -- no address is known, nothing is bound to it

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Setting up a second factor right after signing in asks for nothing twice."""
        records = get_authentication_records(context.request, context.request.user)
        return not (records and policy.is_recent(records[-1]["at"]))

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """The code of the app where there is one, else a passkey, else the password."""
        if not isinstance(user, Login):
            return []
        types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        ways = []
        if Authenticator.Type.TOTP in types:
            ways.append(("mfa_reauthenticate", _("Code of the app")))
        if Authenticator.Type.WEBAUTHN in types:
            ways.append(("mfa_reauthenticate_webauthn", _("Passkey")))
        ways.append(("account_reauthenticate", _("Password")))
        return [{"id": name, "description": label, "url": reverse(name)} for name, label in ways]


def _hash_in_vain(credentials: dict[str, Any]) -> None:
    """Spend the time of looking at a password."""
    Login().set_password(str(credentials.get("password", "")))


def _was_counted(request: HttpRequest) -> bool:
    """Whether this very attempt was looked at and then locked the login, rather than found it locked."""
    return getattr(request, "axes_failures_since_start", None) is not None


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted in the database, under a key that follows from the installation's."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not valid. Wait for the next one and write it again."),
        "cannot_delete_authenticator": gettext_lazy("Your login needs a second factor. Set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        return seals.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return seals.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return context.request.get_host().partition(":")[0]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of a login that must have one."""
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        has_other = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return has_other or not policy.must_have_second_factor(authenticator.user)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": str(user), "name": str(user)}
