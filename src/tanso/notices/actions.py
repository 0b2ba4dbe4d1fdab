"""Writes of the notices room: from events to mails, in both languages, for each login that an event concerns.

Whom an event concerns and what the mail says is the scheme's (`events.yaml`, `text.*.yaml`). Login A receives every
message of its participant; login B only those whose audience is emissions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tanso.acts import rulebooks
from tanso.acts.models import OutboxMessage
from tanso.notices.models import Mail
from tanso.parties.models import Login, Participant
from tanso.rulebook import Rulebook

# Which fact of an event names the participant behind an addressee of the rule file.
_ADDRESSEES = {"holder": "participant", "verifier": "verifier"}


def write_mails(messages: list[OutboxMessage]) -> None:
    """Write the mails of committed events; an event that comes again writes nothing more."""
    wanted: list[tuple[OutboxMessage, Rulebook, str]] = []
    for message in messages:
        rulebook = rulebooks.current(message.scheme)
        rule = rulebook.events.get(message.event)
        if rule is None:
            continue
        for addressee in rule.to:
            key = message.payload.get(_ADDRESSEES[addressee])
            if key:
                wanted.append((message, rulebook, key))
    people = _logins({(message.scheme, key) for message, _, key in wanted})
    Mail.objects.bulk_create(
        [
            _mail(message, rulebook, login)
            for message, rulebook, key in wanted
            for login in people.get((message.scheme, key), ())
            if _concerns(rulebook, message.event, login)
        ],
        ignore_conflicts=True,
    )


def _logins(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Login]]:
    rows = Login.objects.select_related("participant").filter(
        participant__scheme__in={scheme for scheme, _ in keys}, participant__key__in={key for _, key in keys}
    )
    found: dict[tuple[str, str], list[Login]] = {}
    for login in rows.order_by("letter"):
        if login.participant is not None:
            found.setdefault((login.participant.scheme, login.participant.key), []).append(login)
    return found


def _concerns(rulebook: Rulebook, event: str, login: Login) -> bool:
    """Whether a login may know of an event: its letter's matters include the event's audience."""
    if login.participant is None:
        return False
    return rulebook.events[event].audience in rulebook.participant_kinds[login.participant.kind].logins[login.letter]


def _mail(message: OutboxMessage, rulebook: Rulebook, login: Login) -> Mail:
    participant: Participant = login.participant  # type: ignore[assignment]
    rule = rulebook.events[message.event]
    facts = _facts(message, participant)
    subject, body = rule.subject.filled(facts), rule.body.filled(facts)
    return Mail(
        outbox_id=message.id,
        scheme=message.scheme,
        participant=participant,
        letter=login.letter,
        address=login.mail,
        event=message.event,
        subject=subject.as_json(),
        body=body.as_json(),
        day=message.day,
    )


def _facts(message: OutboxMessage, participant: Participant) -> dict[str, Any]:
    return {**message.payload, "name": participant.name, "day": message.day.isoformat()}
