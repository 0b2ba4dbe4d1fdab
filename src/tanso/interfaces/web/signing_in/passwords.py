"""Which passwords may be chosen: long, not among those that everybody tries, and nobody's name.

Passwords are judged as they are kept: full-width characters count as the plain ones (`parties.spelling`).
"""

from __future__ import annotations

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

from tanso.parties.models import Login
from tanso.parties.spelling import password_spelling

# Longer ones are cut by nobody, but looking a whole page of text up takes too long.
LONGEST = 128
_LOOKED_AT = 72
# Ten to the power of these guesses, by someone who tries known passwords, words, dates and patterns first.
_GUESSES_LOG10 = 10
_SHORTEST_NAME = 4


class LengthValidator:
    """At least so many characters."""

    def __init__(self, at_least: int) -> None:
        self.at_least = at_least

    def validate(self, password: str, user: object | None = None) -> None:
        count = len(password_spelling(password))
        if count < self.at_least:
            raise ValidationError(
                ngettext(
                    "This password has %(count)s character. It needs at least %(at_least)s.",
                    "This password has %(count)s characters. It needs at least %(at_least)s.",
                    count,
                )
                % {"count": count, "at_least": self.at_least},
                code="password_too_short",
            )
        if count > LONGEST:
            raise ValidationError(_("A password has at most 128 characters."), code="password_too_long")

    def get_help_text(self) -> str:
        return _("At least %(at_least)s characters; a sentence is good.") % {"at_least": self.at_least}


class KnownPasswordValidator:
    """None of the passwords known from break-ins, nor one that is put together from such, words and patterns."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator()

    def validate(self, password: str, user: object | None = None) -> None:
        spelt = password_spelling(password)
        try:
            self._common.validate(spelt)
        except ValidationError:
            raise ValidationError(self._sentence(), code="password_too_common") from None
        own = names_of(user) if isinstance(user, Login) else []
        if spelt and zxcvbn(spelt[:_LOOKED_AT], user_inputs=own)["guesses_log10"] < _GUESSES_LOG10:
            raise ValidationError(self._sentence(), code="password_too_common")

    def _sentence(self) -> str:
        return _("This password is known from break-ins or easily guessed. Choose one that nobody else would think of.")

    def get_help_text(self) -> str:
        return _("No password that is known from break-ins, no plain word, date or row of keys.")


class OwnNameValidator:
    """Not the login ID, the person or the organisation, nor a password that consists of little else."""

    def validate(self, password: str, user: object | None = None) -> None:
        if not isinstance(user, Login):
            return
        spelt = password_spelling(password).casefold()
        for name in names_of(user):
            # What is left without the name must stand by itself.
            if name in spelt and len(spelt.replace(name, "")) < max(_SHORTEST_NAME * 2, len(name)):
                raise ValidationError(
                    _("This password consists mostly of your login ID or a name that others know. Choose another one."),
                    code="password_too_similar",
                )

    def get_help_text(self) -> str:
        return _("Not your login ID, your name or the name of your organisation.")


def names_of(login: Login) -> list[str]:
    """What others know of a login: its id, its person and its participant, as they would be typed."""
    known = [login.login, login.person]
    if login.participant is not None:
        known += [login.participant.key, login.participant.name, login.participant.account_name]
        known += [login.participant.organisation.name]
    spelt = [password_spelling(name).casefold().strip() for name in known]
    return [name for name in dict.fromkeys(spelt) if len(name) >= _SHORTEST_NAME]
