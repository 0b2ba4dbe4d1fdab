"""Mails about an address that changed: to the old one and to the new one, whoever has them now.

The event names neither address; both are in the recorded change. What the mails say is the engine's, not a scheme's.
"""

from __future__ import annotations

from tanso.acts.outbox import Message
from tanso.kernel.texts import Text
from tanso.notices.models import Mail
from tanso.parties.events import MailAddressChanged
from tanso.parties.models import ContactChange
from tanso.rulebook import Rulebook
from tanso.rulebook.texts import show

_SUBJECT = Text(ja="メールアドレスが変更されました", en="The mail address was changed")
_BODIES = {
    "before": Text(
        ja="{day}に、ログインID {letter} のメールアドレスが別のアドレスに変更されました。"
        "今後、このアドレスには配信されません。\n"
        "変更に心当たりがない場合は、直ちに事務局へ御連絡ください。",
        en="On {day} login {letter} was given another mail address. Nothing will be sent to this one any more.\n"
        "If you know nothing of this, tell the secretariat at once.",
    ),
    "after": Text(
        ja="{day}に、このアドレスがログインID {letter} のメールアドレスとして登録されました。\n"
        "登録に心当たりがない場合は、直ちに事務局へ御連絡ください。",
        en="On {day} this address was made that of login {letter}.\n"
        "If you know nothing of this, tell the secretariat at once.",
    ),
}


def wants(rulebook: Rulebook, event: str) -> bool:
    """Changed addresses, whatever the scheme."""
    return event == MailAddressChanged.name


def write_both(messages: list[Message]) -> None:
    """Write to the address that each message is for; a repeat writes nothing more."""
    told = [message for message in messages if message.event == MailAddressChanged.name]
    changes = ContactChange.objects.in_bulk([message.payload["change"] for message in told])
    Mail.objects.bulk_create(
        [_mail(message, changes[message.payload["change"]]) for message in told], ignore_conflicts=True
    )


def _mail(message: Message, change: ContactChange) -> Mail:
    side, letter = message.payload["side"], message.payload["letter"]
    known = change.before if side == "before" else change.after
    if known is None:
        raise AssertionError("an address that was there before was recorded")
    said = Text(
        ja=_BODIES[side].ja.format(day=show(message.day, "ja"), letter=letter),
        en=_BODIES[side].en.format(day=show(message.day, "en"), letter=letter),
    )
    return Mail(
        outbox_id=message.id,
        scheme=message.scheme,
        participant_id=change.participant_id,
        letter=letter,
        address=known["mails"][letter],
        event=message.event,
        subject=_SUBJECT.as_json(),
        body=said.as_json(),
        day=message.day,
    )
