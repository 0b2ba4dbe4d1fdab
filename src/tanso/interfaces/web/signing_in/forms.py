"""The forms of signing in: allauth's, in our look and words. They hold no rule of their own."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as AllauthConfirmForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import RadioField, dress
from tanso.interfaces.web.signing_in import seals
from tanso.interfaces.web.signing_in.passwords import LONGEST
from tanso.parties.models import Login
from tanso.parties.spelling import letter_spelling, password_spelling


class Dressed(forms.Form):
    """A form in our look: labels of ours, no placeholders, errors in one voice."""

    use_required_attribute = False

    def dress(self, **labels: Any) -> None:
        for name, field in self.fields.items():
            field.label = labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.pop("autofocus", None)
            field.error_messages["required"] = _("Please fill this in.")
            dress(field)


def _of_passwords(form: forms.Form) -> None:
    for field in form.fields.values():
        if isinstance(field.widget, forms.PasswordInput) and isinstance(field, forms.CharField):
            field.strip = False
            field.max_length = LONGEST
            field.widget.attrs["maxlength"] = str(LONGEST)


def _of_codes(form: forms.Form) -> None:
    form.fields["code"].widget.attrs |= {
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "class": "input--code",
        "maxlength": "20",
        "spellcheck": "false",
    }


def plain_code(written: str) -> str:
    """A code in any width, with spaces or dashes between its digits."""
    return letter_spelling(written)


class SignInForm(Dressed, LoginForm):
    """Login ID and password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        _of_passwords(self)
        # The password's help would lead to a page that we do not have: a lost one comes by letter.
        self.fields["password"].help_text = ""
        self.dress(login=_("Login ID"), password=_("Password"))

    def add_prefix(self, field_name: str) -> str:
        """Browsers and people's password safes know the field by this name."""
        return "username" if field_name == "login" else str(super().add_prefix(field_name))

    def clean_login(self) -> str:
        return password_spelling(self.cleaned_data["login"]).strip()


class OwnPasswordForm(Dressed, ChangePasswordForm):
    """A new password for oneself."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _of_passwords(self)
        self.dress(
            oldpassword=_("Present password"), password1=_("New password"), password2=_("New password once more")
        )
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())


class FirstPasswordForm(OwnPasswordForm):
    """An own password in place of that from the letter. Whoever just signed in with it need not write it again."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["oldpassword"]

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        if isinstance(self.user, Login) and self.user.check_password(password):
            raise forms.ValidationError(_("This is the password from the letter. Choose one of your own."))
        return password


class ConfirmByPasswordForm(Dressed, AllauthConfirmForm):
    """The password once more."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _of_passwords(self)
        self.fields["password"].help_text = ""
        self.dress(password=_("Password"))


class CodeForm(Dressed, AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _of_codes(self)
        self.dress(code=_("Code of the app, or a recovery code"))

    def clean_code(self) -> str:
        self.cleaned_data["code"] = plain_code(self.cleaned_data["code"])
        return str(super().clean_code())


class ConfirmByCodeForm(ReauthenticateForm, CodeForm):
    """A code once more. Allauth's form comes first: its `save` keeps that this was a confirmation."""


class AppForm(Dressed, ActivateTOTPForm):
    """The first code of an app that was just set up.

    Allauth's own `__init__` is left out: it would keep the secret in the session as it is.
    """

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super(ActivateTOTPForm, self).__init__(*args, **options)
        self.user = user
        self.secret = seals.app_secret(context.request, anew=not self.is_bound)
        _of_codes(self)
        self.dress(code=_("The six digits that the app shows now"))

    def clean_code(self) -> str:
        self.cleaned_data["code"] = plain_code(self.cleaned_data["code"])
        return str(super().clean_code())


class MailLanguageForm(Dressed):
    """In which language mails go out to the login."""

    language = RadioField(
        choices=[("both", _("Japanese and English")), ("ja", _("Japanese only")), ("en", _("English only"))]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.dress(language=_("Language of mails"))


class PasskeyForm(Dressed, AddWebAuthnForm):
    """A passkey, with a name by which its owner knows it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs["maxlength"] = "60"
        self.dress(name=_("Name of the passkey"), passwordless=_("Sign in with this passkey alone"))
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _("The device then asks for its PIN, fingerprint or face.")

    def clean_name(self) -> str:
        return str(super().clean_name())[:60]
