"""A mail as it goes out: plain text in UTF-8, Japanese first and then English, with headers that nobody can forge.

Both languages go in one mail unless the login says which one it prefers: an applicant has no login yet, and several
people may read one address. Nothing that an event says can add a header: line breaks in a subject are spaces.
The Message-ID follows from the mail, so that a mail that was sent twice is known as one.
"""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from tanso.kernel.canonical import sha256
from tanso.kernel.texts import Text

_RULE = "-" * 40
_LANGUAGES = ("ja", "en")
_FOOTER = Text(
    ja="このメールは自動的に送信しています。ご返信いただいてもお答えできません。",
    en="This mail was sent automatically. Replies to it are not read.",
)


class Outgoing(NamedTuple):
    """A mail to be sent. `origin` is what it follows from: it tells two installations' mails apart.

    `language` is the one that its reader chose; empty for both.
    """

    mail_id: int
    address: str
    subject: dict[str, str]
    body: dict[str, str]
    origin: dict[str, Any]
    language: str = ""


def is_address(text: str) -> bool:
    """Whether a mail can be sent to it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def message_id(mail: Outgoing, sender: str) -> str:
    """The Message-ID of a mail: the same however often it is sent."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<tanso.{mail.mail_id}.{sha256(mail.origin)[:24]}@{domain}>"


def subject(mail: Outgoing) -> str:
    """The subject in the reader's languages, on one line."""
    return " / ".join(dict.fromkeys(_on_one_line(mail.subject[language]) for language in _languages(mail)))


def body(mail: Outgoing) -> str:
    """The text in the reader's languages, and who does not read replies."""
    languages = _languages(mail)
    if len(languages) == 1 or mail.body["ja"] == mail.body["en"]:
        parts = mail.body[languages[0]]
    else:
        parts = f"{mail.body['ja']}\n\n{_on_one_line(mail.subject['en'])}\n\n{mail.body['en']}"
    footer = "\n".join(_FOOTER.in_language(language) for language in languages)
    return f"{parts}\n\n{_RULE}\n{footer}\n"


def _languages(mail: Outgoing) -> tuple[str, ...]:
    return (mail.language,) if mail.language in _LANGUAGES else _LANGUAGES


def message(mail: Outgoing, sender: str) -> EmailMessage:
    """The mail as it goes to the server. Raises ValueError where its address is none."""
    if not is_address(mail.address):
        raise ValueError(f"not a mail address: {mail.address!r}")
    return EmailMessage(
        subject=subject(mail),
        body=body(mail),
        from_email=sender,
        to=[mail.address],
        # Answered by no machine (RFC 3834), and the same mail however often it is sent.
        headers={"Message-ID": message_id(mail, sender), "Auto-Submitted": "auto-generated"},
    )


def _on_one_line(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())
