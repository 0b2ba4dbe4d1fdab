"""Mails to the administrators about values that this installation sets in place of a scheme's."""

from __future__ import annotations

from datetime import date
from typing import Any

from tanso.acts import rulebooks
from tanso.acts.outbox import Message
from tanso.acts.overriding import OverrideWithdrawn, ParameterOverridden
from tanso.kernel.texts import Text
from tanso.notices.models import Mail
from tanso.parties.models import Login
from tanso.rulebook import Rulebook
from tanso.rulebook.overrides import shown_value
from tanso.rulebook.texts import show

_SUBJECTS = {
    ParameterOverridden.name: Text(ja="制度の値の変更：{label}", en="Parameter overridden: {label}"),
    OverrideWithdrawn.name: Text(ja="制度の値の変更の取りやめ：{label}", en="Override withdrawn: {label}"),
}
_BODIES = {
    ParameterOverridden.name: Text(
        ja="{scheme}の「{label}」（{parameter}）の値を、{since}{until}、{value}に変更しました。\n理由：{reason}\n承認者：{login}",
        en="In {scheme}, “{label}” ({parameter}) is {value} {since}{until}.\nReason: {reason}\nApproved by: {login}",
    ),
    OverrideWithdrawn.name: Text(
        ja="{scheme}の「{label}」（{parameter}）の値の変更を、{since}取りやめました。制度の定める値によります。\n"
        "理由：{reason}\n承認者：{login}",
        en="In {scheme}, “{label}” ({parameter}) has the scheme's own value again {since}.\n"
        "Reason: {reason}\nApproved by: {login}",
    ),
}


def wants(rulebook: Rulebook, event: str) -> bool:
    """What was overridden or withdrawn, whatever the scheme."""
    return event in _BODIES


def write_notices(messages: list[Message]) -> None:
    """Write to every active administrator what was overridden or withdrawn; a repeat writes nothing more."""
    told = [message for message in messages if message.event in _BODIES]
    if not told:
        return
    administrators = list(Login.objects.filter(role="administrator", is_active=True).order_by("pk"))
    books = {scheme: rulebooks.current(scheme) for scheme in {message.scheme for message in told}}
    Mail.objects.bulk_create(
        [
            Mail(
                outbox_id=message.id,
                scheme=message.scheme,
                login=login.login,
                address=login.mail,
                event=message.event,
                subject=_filled(_SUBJECTS[message.event], message, books[message.scheme]).as_json(),
                body=_filled(_BODIES[message.event], message, books[message.scheme]).as_json(),
                day=message.day,
            )
            for message in told
            for login in administrators
        ],
        ignore_conflicts=True,
    )


def _filled(text: Text, message: Message, rulebook: Rulebook) -> Text:
    payload = message.payload
    parameter = rulebook.parameters[payload["parameter"]]
    value = shown_value(parameter.type, payload["value"], parameter.unit) if "value" in payload else Text("", "")
    facts: dict[str, Any] = {"parameter": parameter.id, "reason": payload["reason"], "login": payload["login"]}
    said = {"scheme": rulebook.title, "label": parameter.label, "value": value, **_days(payload)}
    return Text(
        ja=text.ja.format(**facts, **{name: part.ja for name, part in said.items()}),
        en=text.en.format(**facts, **{name: part.en for name, part in said.items()}),
    )


def _days(payload: dict[str, Any]) -> dict[str, Text]:
    since, until = payload["from_day"], payload.get("to_day")
    days = {"since": Text("初めから", "from the beginning"), "until": Text("", "")}
    if since:
        first = date.fromisoformat(since)
        days["since"] = Text(f"{show(first, 'ja')}から", f"from {show(first, 'en')}")
    if until:
        last = date.fromisoformat(until)
        days["until"] = Text(f"{show(last, 'ja')}まで", f" to {show(last, 'en')}")
    return days
