"""The confirmation before an act that cannot be undone: a field on the page that performs it, and no detour.

Asked for is the code of the app where the login has one, else the password. What was confirmed counts for some minutes
(TANSO_CONFIRM_AGAIN_AFTER_MINUTES); signing in alone does not count, because a browser may have been left alone since.
"""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.forms import Form
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from tanso.interfaces.web.signing_in import forms, policy
from tanso.parties.models import Login

# Names of its own, so that they meet none of an act's form.
_PREFIX = "confirmed"
_BY_PASSWORD = "account_reauthenticate"  # noqa: S105


def is_due(request: HttpRequest) -> bool:
    """Whether the person has to confirm before the next act of this kind."""
    return not policy.has_confirmed(request)


def beforehand(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that asks who it is, and from there back to this one."""
    name = "mfa_reauthenticate" if isinstance(request.user, Login) and policy.has_app(request.user) else _BY_PASSWORD
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")


def form_for(request: HttpRequest, *, sent: bool = False) -> Form:
    """The field to confirm with; with what was sent in it where asked."""
    login = request.user
    if not isinstance(login, Login):
        raise TypeError("only somebody who is signed in confirms")
    kind = forms.ConfirmByCodeForm if policy.has_app(login) else forms.ConfirmByPasswordForm
    form: Form = kind(data=request.POST if sent else None, user=login, prefix=_PREFIX)
    return form


def confirm(request: HttpRequest, form: Form) -> bool:
    """Whether it is the person; if so, that is remembered for some minutes. Else the form says what is wrong."""
    if not form.is_valid():
        return False
    if isinstance(form, forms.ConfirmByCodeForm):
        form.save()
    else:
        reauthenticate_by_password(request)
    return True
