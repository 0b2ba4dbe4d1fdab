"""Writes of the notices room: from events to mails, in both languages, for each login that an event concerns.

Whom an event concerns and what the mail says is the scheme's (`events.yaml`, `text.*.yaml`). Login A receives every
message of its participant; login B only those whose audience is emissions.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tanso.acts import rulebooks
from tanso.acts.outbox import Message
from tanso.acts.statements import APART, as_one, prepared
from tanso.kernel.prices import price_text
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook
from tanso.rulebook.model import EventRule
from tanso.rulebook.texts import fill, show

# Which fact of an event names the participant behind an addressee of the rule file.
_ADDRESSEES = {"holder": "participant", "verifier": "verifier"}
_PARTICIPANTS = tuple(_ADDRESSEES.values())


class _Addressee(NamedTuple):
    """A login that mails go to."""

    participant_id: int
    kind: str
    letter: str
    mail: str


@dataclass(frozen=True, slots=True)
class _Post:
    """What a batch of events needs to become mails, read in one query."""

    names: dict[tuple[str, str], str]
    logins: dict[tuple[str, str], list[_Addressee]]


def wants(rulebook: Rulebook, event: str) -> bool:
    """Events of which the scheme has mails written."""
    return event in rulebook.events


def write_mails(messages: list[Message]) -> None:
    """Write the mails of committed events; an event that comes again writes nothing more."""
    post = _post({(message.scheme, key) for message in messages for key in _keys(message)})
    books = {scheme: rulebooks.current(scheme) for scheme in {message.scheme for message in messages}}
    mails: list[tuple[Any, ...]] = []
    for message in messages:
        rulebook = books[message.scheme]
        rule = rulebook.events.get(message.event)
        if rule is None:
            continue
        recipients = list(_recipients(message, rulebook, rule, post))
        if not recipients:
            continue
        facts, labels = _facts(message, rulebook, post)
        subject, body = (json.dumps(fill(said, facts, labels).as_json()) for said in (rule.subject, rule.body))
        for login in recipients:
            addressed = (message.id, message.scheme, login.participant_id, login.letter, login.mail)
            mails.append((*addressed, message.event, subject, body, message.day))
    if mails:
        _write(mails)


_WRITE = f"""
INSERT INTO notices_mail (outbox_id, scheme, participant_id, letter, address, event, subject, body, day, login)
SELECT *, '' FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
                         {APART}::jsonb[], {APART}::jsonb[], %s::date[])
ON CONFLICT DO NOTHING
"""  # noqa: S608 -- put together from fixed texts


def _write(mails: list[tuple[Any, ...]]) -> None:
    *plain, subjects, bodies, days = zip(*mails, strict=True)
    with prepared() as cursor:
        cursor.execute(_WRITE, [*(list(column) for column in plain), as_one(subjects), as_one(bodies), list(days)])


def _keys(message: Message) -> list[str]:
    """The participants that an event names."""
    named = (message.payload.get(fact) for fact in _PARTICIPANTS)
    return [key for key in named if key]


def _post(keys: Collection[tuple[str, str]]) -> _Post:
    names: dict[tuple[str, str], str] = {}
    logins: dict[tuple[str, str], list[_Addressee]] = {}
    with prepared() as cursor:
        cursor.execute(
            """SELECT participant.scheme, participant.key, participant.name,
                      participant.id, participant.kind, login.letter, login.mail
                 FROM parties_participant AS participant
                 LEFT JOIN parties_login AS login ON login.participant_id = participant.id
                WHERE participant.scheme = ANY(%s) AND participant.key = ANY(%s)
                ORDER BY participant.id, login.letter""",
            [list({scheme for scheme, _ in keys}), list({key for _, key in keys})],
        )
        for scheme, key, name, *login in cursor.fetchall():
            names[scheme, key] = name
            addressee = _Addressee(*login)
            if addressee.letter is not None:
                logins.setdefault((scheme, key), []).append(addressee)
    return _Post(names=names, logins=logins)


def _recipients(message: Message, rulebook: Rulebook, rule: EventRule, post: _Post) -> Iterator[_Addressee]:
    for addressee in rule.to:
        key = message.payload.get(_ADDRESSEES[addressee])
        for login in post.logins.get((message.scheme, key), ()) if key else ():
            if rule.audience in _matters(rulebook, login):
                yield login


def _matters(rulebook: Rulebook, login: _Addressee) -> tuple[str, ...]:
    """What a login may know of: its letter's matters in the scheme."""
    return rulebook.participant_kinds[login.kind].logins.get(login.letter, ())


def _facts(message: Message, rulebook: Rulebook, post: _Post) -> tuple[dict[str, Any], dict[str, Text]]:
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
    for name in ("until", "valid_day", "last_day"):
        if name in payload:
            labels[name] = _day(payload[name])
    if "operation" in payload:
        labels["operation"] = rulebook.operations[payload["operation"]].label
    if "transfer_kind" in payload:
        labels["transfer_kind"] = _transfer_kind(rulebook, payload["transfer_kind"])
    if "price_yen" in payload:
        facts["price"] = labels["price"] = price_text(payload["price_yen"], payload["quantity_t"])
    if "purpose" in payload:
        labels["purpose"] = rulebook.texts.text("purposes", payload["purpose"])
    return facts, labels


def _transfer_kind(rulebook: Rulebook, name: str) -> Text:
    """Of which kind a transfer is, in the words of the scheme."""
    kind = rulebook.transfers.find(name)
    return Text(name or "—", name or "—") if kind is None else kind.label


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
