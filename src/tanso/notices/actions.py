"""Writes of the notices room: from events to mails, in both languages, for everyone whom an event concerns.

Whom an event concerns and what the mail says is the scheme's (`events.yaml`, `text.*.yaml`): `to` names the holder, the
verifier, the administrator, or somebody without a login (`outsiders`), `audience` what the mail is about. Login A of a
participant hears of everything; login B of `emissions` only; of `registration` (contacts, logins, taking part) the
first login alone; of a `case` both where it is about emissions, else the first one. Facts of an event whose names end
in `_day` are days, and written as such.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from tanso.acts import rulebooks
from tanso.acts.outbox import Message
from tanso.acts.statements import APART, as_one, prepared
from tanso.kernel.prices import price_text
from tanso.kernel.texts import Text
from tanso.notices.addressees import Post, outsiders_of, post_for, recipients
from tanso.rulebook import Rulebook
from tanso.rulebook.model import EventRule
from tanso.rulebook.texts import fill, show

# What a stated compliance is, in a sentence.
_COMPLIANCE = {
    "compliant": Text("目標は遵守されました。", "The target was met."),
    "non_compliant": Text("目標は遵守されませんでした。", "The target was not met."),
}


def wants(rulebook: Rulebook, event: str) -> bool:
    """Events of which the scheme has mails written."""
    return event in rulebook.events


def write_mails(messages: list[Message]) -> None:
    """Write the mails of committed events; an event that comes again writes nothing more."""
    books = {scheme: rulebooks.current(scheme) for scheme in {message.scheme for message in messages}}
    told = [
        (message, rule) for message in messages if (rule := books[message.scheme].events.get(message.event)) is not None
    ]
    if not told:
        return
    post = post_for(told)
    mails: list[tuple[Any, ...]] = []
    for message, rule in told:
        rulebook = books[message.scheme]
        addressees = list(recipients(message, rulebook, rule, post))
        if not addressees:
            continue
        facts, labels = _facts(message, rulebook, rule, post)
        subject, body = (json.dumps(fill(said, facts, labels).as_json()) for said in (rule.subject, rule.body))
        mails += [
            (message.id, message.scheme, *addressee, message.event, subject, body, message.day)
            for addressee in addressees
        ]
    if mails:
        _write(mails)


_WRITE = f"""
INSERT INTO notices_mail (outbox_id, scheme, address, participant_id, letter, login, addressee, reference,
                          event, subject, body, day)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
                     %s::text[], {APART}::jsonb[], {APART}::jsonb[], %s::date[])
ON CONFLICT DO NOTHING
"""  # noqa: S608 -- put together from fixed texts


def _write(mails: list[tuple[Any, ...]]) -> None:
    *plain, subjects, bodies, days = zip(*mails, strict=True)
    with prepared() as cursor:
        cursor.execute(_WRITE, [*(list(column) for column in plain), as_one(subjects), as_one(bodies), list(days)])


def _facts(message: Message, rulebook: Rulebook, rule: EventRule, post: Post) -> tuple[dict[str, Any], dict[str, Text]]:
    """The facts of an event, and the labels that stand for some of them."""
    payload = message.payload
    facts: dict[str, Any] = {
        **payload,
        "day": message.day,
        "holder": post.name(message.scheme, payload.get("participant", "")),
        "verifier": post.name(message.scheme, payload.get("verifier", ""), "—"),
        **outsiders_of(message, rule, post),
    }
    labels: dict[str, Text] = {}
    if "year" in payload:
        labels["year"] = fill(rulebook.life.years[payload["year"]].label, {"fiscal_year": str(payload["fiscal_year"])})
    if "operations" in payload:
        facts["scope"] = labels["scope"] = _scope(rulebook, payload["operations"])
    for name in payload:
        if name == "until" or name.endswith("_day"):
            labels[name] = _day(payload[name])
    if "operation" in payload:
        labels["operation"] = rulebook.operations[payload["operation"]].label
    if "transfer_kind" in payload:
        labels["transfer_kind"] = _transfer_kind(rulebook, payload["transfer_kind"])
    if "price_yen" in payload:
        facts["price"] = labels["price"] = price_text(payload["price_yen"], payload["quantity_t"])
    if "question_subject" in payload:
        labels["subject"] = rulebook.texts.text("subjects", payload["question_subject"])
    if payload.get("status") in _COMPLIANCE:
        labels["status"] = _COMPLIANCE[payload["status"]]
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
