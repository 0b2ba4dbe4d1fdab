"""Writes of the notices room: from events to mails, in both languages, for each login that an event concerns.

Whom an event concerns and what the mail says is the scheme's (`events.yaml`, `text.*.yaml`). Login A receives every
message of its participant; login B only those whose audience is emissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tanso.acts import rulebooks
from tanso.acts.models import OutboxMessage
from tanso.kernel.texts import Text
from tanso.notices.models import Mail
from tanso.parties.models import Login, Participant
from tanso.rulebook import Rulebook
from tanso.rulebook.model import EventRule
from tanso.rulebook.texts import fill, show

# Which fact of an event names the participant behind an addressee of the rule file.
_ADDRESSEES = {"holder": "participant", "verifier": "verifier"}
_PARTICIPANTS = tuple(_ADDRESSEES.values())


@dataclass(frozen=True, slots=True)
class _Post:
    """What a batch of events needs to become mails, read in two queries."""

    names: dict[tuple[str, str], str]
    logins: dict[tuple[str, str], list[Login]]


def write_mails(messages: list[OutboxMessage]) -> None:
    """Write the mails of committed events; an event that comes again writes nothing more."""
    post = _post({(message.scheme, key) for message in messages for key in _keys(message)})
    books = {scheme: rulebooks.current(scheme) for scheme in {message.scheme for message in messages}}
    mails = []
    for message in messages:
        rulebook = books[message.scheme]
        rule = rulebook.events.get(message.event)
        if rule is None:
            continue
        facts, labels = _facts(message, rulebook, post)
        subject, body = (fill(sentence, facts, labels).as_json() for sentence in (rule.subject, rule.body))
        for login in _recipients(message, rulebook, rule, post):
            mails.append(
                Mail(
                    outbox_id=message.id,
                    scheme=message.scheme,
                    participant=login.participant,
                    letter=login.letter,
                    address=login.mail,
                    event=message.event,
                    subject=subject,
                    body=body,
                    day=message.day,
                )
            )
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


def _keys(message: OutboxMessage) -> list[str]:
    """The participants that an event names."""
    named = (message.payload.get(fact) for fact in _PARTICIPANTS)
    return [key for key in named if key]


def _post(keys: Iterable[tuple[str, str]]) -> _Post:
    wanted = list(keys)
    participants = Participant.objects.filter(
        scheme__in={scheme for scheme, _ in wanted}, key__in={key for _, key in wanted}
    )
    names = {(row.scheme, row.key): row.name for row in participants}
    logins: dict[tuple[str, str], list[Login]] = {}
    for login in Login.objects.select_related("participant").filter(participant__in=participants).order_by("letter"):
        if login.participant is not None:
            logins.setdefault((login.participant.scheme, login.participant.key), []).append(login)
    return _Post(names=names, logins=logins)


def _recipients(message: OutboxMessage, rulebook: Rulebook, rule: EventRule, post: _Post) -> Iterator[Login]:
    for addressee in rule.to:
        key = message.payload.get(_ADDRESSEES[addressee])
        for login in post.logins.get((message.scheme, key), ()) if key else ():
            if login.participant is not None and rule.audience in _matters(rulebook, login.participant.kind, login):
                yield login


def _matters(rulebook: Rulebook, kind: str, login: Login) -> tuple[str, ...]:
    """What a login may know of: its letter's matters in the scheme."""
    return rulebook.participant_kinds[kind].logins.get(login.letter, ())


def _facts(message: OutboxMessage, rulebook: Rulebook, post: _Post) -> tuple[dict[str, Any], dict[str, Text]]:
    """The facts of an event, and the labels that stand for some of them."""
    payload = message.payload
    facts: dict[str, Any] = {
        **payload,
        "day": message.day,
        "holder": post.names.get((message.scheme, payload.get("participant", "")), ""),
        "verifier": post.names.get((message.scheme, payload.get("verifier", "")), "—"),
    }
    labels: dict[str, Text] = {}
    if "year" in payload:
        labels["year"] = fill(rulebook.life.years[payload["year"]].label, {"fiscal_year": str(payload["fiscal_year"])})
    if "operations" in payload:
        facts["scope"] = labels["scope"] = _scope(rulebook, payload["operations"])
    for name in ("until", "valid_day"):
        if name in payload:
            labels[name] = _day(payload[name])
    if "operation" in payload:
        labels["operation"] = rulebook.operations[payload["operation"]].label
    if "purpose" in payload:
        labels["purpose"] = rulebook.texts.text("purposes", payload["purpose"])
    return facts, labels


def _scope(rulebook: Rulebook, operations: list[str]) -> Text:
    """What an account is frozen for, in words."""
    if not operations:
        return Text("口座の全部", "the whole account")
    names = [rulebook.operations[operation].label for operation in operations]
    return Text("、".join(name.ja for name in names), ", ".join(name.en for name in names))


def _day(written: str | None) -> Text:
    """A day of an event in words; None where there is no end."""
    if not written:
        return Text("期限の定めなし", "no end is set")
    day = date.fromisoformat(written)
    return Text(show(day, "ja"), show(day, "en"))
