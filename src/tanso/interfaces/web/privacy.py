"""Which personal data the system keeps, what for and how long: the table of the page about personal data."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of data."""

    title: str
    what: str
    why: str
    how_long: str


def parts() -> list[Part]:
    """The kinds of data, in the language of the page."""
    return [
        Part(
            _("Signing in"),
            _(
                "Login ID, the password in a form that cannot be read back, further means of signing in, and attempts "
                "to sign in with the network address that they came from."
            ),
            _("To let in who is entitled, and to keep others out."),
            _("While the login ID is in use; the record of attempts is kept for the audit."),
        ),
        Part(
            _("Contact data"),
            _(
                "Names, offices, addresses, telephone numbers and mail addresses that an applicant or participant "
                "gives."
            ),
            _("To reach the participant. Other participants see them only where both sides agreed to it."),
            _("While the participant takes part, and as long afterwards as the rules of the scheme require."),
        ),
        Part(
            _("Questions"),
            _("What is asked and answered, and the mail address for the answer."),
            _("To answer. Only the secretariat sees it."),
            _("As many days as the form of the scheme says; then question, answer and address are erased."),
        ),
        Part(
            _("Mails"),
            _("To whom which mail was sent, with its text."),
            _("To show that everybody was told what the rules require."),
            _("As long as the record of acts."),
        ),
        Part(
            _("Drafts of applications for registration"),
            _("What an applicant has written so far, found by a secret address alone."),
            _("So that an application can be written in several sittings."),
            _("For some time after it was last saved, as the scheme sets; applications are kept with the register."),
        ),
        Part(
            _("The record of acts"),
            _(
                "Who did what on which day, and who looked at the data of others, by login ID. Names, addresses and "
                "telephone numbers are not in it."
            ),
            _("To show how each tonne was issued, moved and surrendered, and by whose decision."),
            _("For good: the record is never changed or erased."),
        ),
        Part(
            _("Cookies"),
            _("One for the session, one that protects forms, one for the language. None follows you elsewhere."),
            _("Without the first two nobody can sign in; the third spares you choosing the language again."),
            _("The session ends with the browser or after hours without use, the language after a year."),
        ),
    ]
