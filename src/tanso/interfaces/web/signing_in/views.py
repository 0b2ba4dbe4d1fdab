"""The pages of signing in and of one's own login: allauth's views behind our doors, in our frame.

Every view is declared with `seen_by`. `_own` adds the frame of the login's scheme where it has one, and names the steps
before everything else at which the page may be reached (`middleware`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import allauth.account.views as account
import allauth.mfa.base.views as mfa
import allauth.mfa.recovery_codes.views as codes
import allauth.mfa.totp.views as totp
import allauth.mfa.webauthn.views as webauthn
import allauth.usersessions.views as user_sessions
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.desk import Who, desk_of
from tanso.interfaces.web.signing_in import forms, policy, seals
from tanso.interfaces.web.signing_in.middleware import ask_again
from tanso.parties import actions as parties
from tanso.parties import logins
from tanso.parties.models import Login

FIRST_PASSWORD, SECOND_FACTOR = "choose-password", "second-factor"
Page = Callable[..., HttpResponseBase]


def _own(*steps: str) -> Callable[[Page], Page]:
    """A page of one's own login, which may be reached at these steps too, before everything else is in order."""

    def declare(view: Page) -> Page:
        @wraps(view)
        def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            login = _login(request)
            is_in_order = not login.must_change_password and (
                policy.has_second_factor(login) or not policy.must_have_second_factor(login)
            )
            if login.scheme and is_in_order:
                request.desk = desk_of(login, login.scheme)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded = seen_by(Who.SIGNED_IN)(never_cache(framed))
        guarded.steps = frozenset(steps)  # type: ignore[attr-defined]
        return guarded

    return declare


def _login(request: HttpRequest) -> Login:
    """The login whose page it is; nobody else has such pages."""
    if not isinstance(request.user, Login):
        raise Http404
    return request.user


# -- the way in and out -----------------------------------------------------------------------------------------------


class _SignIn(account.LoginView):
    template_name = "web/signing_in/sign_in.html"
    form_class = forms.SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"passkey_failed": self.request.GET.get("passkey") == "failed"}


class _SecondStep(mfa.AuthenticateView):
    template_name = "web/signing_in/second_step.html"
    form_class = forms.CodeForm


class _PasskeySignIn(webauthn.LoginWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to where one signs in, which says what happened."""
        return HttpResponseRedirect(f"{reverse('sign-in')}?passkey=failed")


sign_in = seen_by(Who.ANYONE)(_SignIn.as_view())
second_step = seen_by(Who.ANYONE)(_SecondStep.as_view())
passkey_sign_in = seen_by(Who.ANYONE)(_PasskeySignIn.as_view())
sign_out = seen_by(Who.ANYONE)(LogoutView.as_view())


# -- who are you, once more -------------------------------------------------------------------------------------------


class _ConfirmByPassword(account.ReauthenticateView):
    template_name = "web/signing_in/confirm.html"
    form_class = forms.ConfirmByPasswordForm


class _ConfirmByCode(mfa.ReauthenticateView):
    template_name = "web/signing_in/confirm.html"
    form_class = forms.ConfirmByCodeForm


class _ConfirmByPasskey(webauthn.ReauthenticateWebAuthnView):
    template_name = "web/signing_in/confirm.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"form": kwargs.get("form") or self.get_form(), "by_passkey": True}


confirm_by_password = _own(SECOND_FACTOR)(_ConfirmByPassword.as_view())
confirm_by_code = _own()(_ConfirmByCode.as_view())
confirm_by_passkey = _own()(_ConfirmByPasskey.as_view())


# -- one's own login --------------------------------------------------------------------------------------------------


class _OwnLogin(mfa.IndexView):
    template_name = "web/signing_in/own_login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        login = _login(self.request)
        found: dict[str, Any] = super().get_context_data(**kwargs)
        kept = found["authenticators"]
        return found | {
            "login": login,
            "app": kept.get(Authenticator.Type.TOTP),
            "passkeys": kept.get(Authenticator.Type.WEBAUTHN, []),
            "codes": kept.get(Authenticator.Type.RECOVERY_CODES),
            "must_have": policy.must_have_second_factor(login),
            "keeper": next(iter(logins.keepers_of(login)), ""),
            "chosen_on": None if login.password_chosen_at is None else localtime(login.password_chosen_at).date(),
            "kept_logins": [
                {"login": kept.login, "address": reverse("change_password", args=[kept.scheme, kept.letter])}
                for kept in logins.kept_by(login)
            ],
            "language_form": forms.MailLanguageForm(initial={"language": login.mail_language or "both"}),
            "session_count": UserSession.objects.filter(user=login).count(),
        }


@_own()
def mail_language(request: HttpRequest) -> HttpResponse:
    """The login chooses in which language mails go out to it."""
    form = forms.MailLanguageForm(request.POST)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        parties.set_mail_language(login=_login(request), language="" if chosen == "both" else chosen)
        messages.success(request, _("Mails go out to you in the language that you chose."))
    return HttpResponseRedirect(reverse("mfa_index"))


class _OwnPassword(account.PasswordChangeView):
    template_name = "web/signing_in/password.html"
    form_class = forms.OwnPasswordForm
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A login whose password another one keeps has no such page."""
        if logins.keepers_of(_login(request)):
            raise Http404
        if not _login(request).has_usable_password():
            return HttpResponseRedirect(reverse("mfa_index"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password was changed. All other browsers were signed out."))
        return answer


class _FirstPassword(_OwnPassword):
    """An own password in place of the letter's, before anything else."""

    template_name = "web/signing_in/first_password.html"
    form_class = forms.FirstPasswordForm
    success_url = reverse_lazy("entrance")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _login(request).must_change_password:
            return HttpResponseRedirect(reverse("entrance"))
        # The page of the present password is closed to some logins; this one is open to all.
        answer: HttpResponseBase = super(_OwnPassword, self).dispatch(request, *args, **kwargs)
        return answer


@_own(SECOND_FACTOR)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and which there are."""
    if not policy.must_have_second_factor(_login(request)) or policy.has_second_factor(_login(request)):
        return HttpResponseRedirect(reverse("mfa_index"))
    return render(request, "web/signing_in/second_factor.html")


class _App(totp.ActivateTOTPView):
    template_name = "web/signing_in/app.html"
    form_class = forms.AppForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super(totp.ActivateTOTPView, self).get_context_data(**kwargs)
        secret = found["form"].secret
        groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        address = get_adapter().build_totp_url(_login(self.request), secret)
        return found | {"secret": groups, "totp_url": address}

    def form_valid(self, form: Any) -> HttpResponse:
        ask_again(self.request)
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("The app is set up. From now on you sign in with its code too."))
        return answer


@_own(SECOND_FACTOR)
def app_picture(request: HttpRequest) -> HttpResponse:
    """The secret of the app that is being set up, as a picture for its camera."""
    secret = seals.pending_app_secret(request)
    if secret is None:
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(_login(request), secret))
    return HttpResponse(picture, content_type="image/svg+xml")


class _RemoveApp(totp.DeactivateTOTPView):
    template_name = "web/signing_in/remove_app.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policy.has_app(_login(request)):
            return HttpResponseRedirect(reverse("mfa_index"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        ask_again(self.request)
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("The app was removed."))
        return answer


class _AddPasskey(webauthn.AddWebAuthnView):
    template_name = "web/signing_in/add_passkey.html"
    form_class = forms.PasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Allauth drops the form that it was given, and with it what was wrong.
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"form": kwargs.get("form") or found.get("form") or self.get_form()}

    def form_valid(self, form: Any) -> HttpResponse:
        ask_again(self.request)
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("The passkey was added."))
        return answer


class _RemovePasskey(webauthn.RemoveWebAuthnView):
    template_name = "web/signing_in/remove_passkey.html"
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Another login's passkey is not there, whatever else would be asked first."""
        own = Authenticator.objects.filter(user=_login(request), type=Authenticator.Type.WEBAUTHN)
        if not own.filter(pk=kwargs["pk"]).exists():
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            context = self.get_context_data(form=form, is_needed=True)
            return self.render_to_response(context, status=422)
        ask_again(self.request)
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("The passkey was removed."))
        return answer


class _RecoveryCodes(codes.ViewRecoveryCodesView):
    template_name = "web/signing_in/recovery_codes.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not Authenticator.objects.filter(user=_login(request), type=Authenticator.Type.RECOVERY_CODES).exists():
            return HttpResponseRedirect(reverse("mfa_index"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class _NewRecoveryCodes(codes.GenerateRecoveryCodesView):
    template_name = "web/signing_in/new_recovery_codes.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("mfa_index"))


class _Sessions(user_sessions.ListUserSessionsView):
    template_name = "web/signing_in/sessions.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("All other browsers were signed out."))
        return answer


own_login = _own()(_OwnLogin.as_view())
own_password = _own()(_OwnPassword.as_view())
choose_password = _own(FIRST_PASSWORD)(_FirstPassword.as_view())
app = _own(SECOND_FACTOR)(_App.as_view())
remove_app = _own()(_RemoveApp.as_view())
add_passkey = _own(SECOND_FACTOR)(_AddPasskey.as_view())
remove_passkey = _own()(_RemovePasskey.as_view())
recovery_codes = _own(SECOND_FACTOR)(_RecoveryCodes.as_view())
new_recovery_codes = _own()(_NewRecoveryCodes.as_view())
sessions = _own()(_Sessions.as_view())
