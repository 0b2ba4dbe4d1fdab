"""From steps about parties' own data to acts for the door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tanso.interfaces.cli.scenarios.cast import Cast, Deed, by_administrator, by_party
from tanso.interfaces.cli.scenarios.model import Step
from tanso.parties.contact_data import FIELDS, ContactData, Wish


def request_contact_change(step: Step, cast: Cast) -> Iterator[Deed]:
    party, given = step.arguments["party"], step.arguments["contact"]
    wish = Wish(
        contact=ContactData(**{name: str(given.get(name, "")) for name in FIELDS}),
        mails={letter: str(given.get(f"mail_{letter}", "")) for letter in cast.letters_of(party)},
        salt=f"step {step.n}",
    )
    arguments = {"participant": party, "content": wish.sha256}
    yield Deed(step.verb, by_party(step, cast), arguments, {"content": wish.as_bytes()})


def settle_contact_change(step: Step, cast: Cast) -> Iterator[Deed]:
    """An act about the request that an earlier step made: its number, and the hash of what is accepted."""
    given = {name: value for name, value in step.arguments.items() if name not in ("party", "change")}
    number = cast.made_by(step.arguments["change"], "change")
    signed = by_party if step.verb == "withdraw_contact_change" else by_administrator
    if step.verb == "accept_contact_change":
        given.setdefault("content", cast.content_of(step.arguments["change"]))
    yield Deed(step.verb, signed(step, cast), {**given, "change": number})


def say_consent(step: Step, cast: Cast) -> Iterator[Deed]:
    arguments: dict[str, Any] = {"participant": step.arguments["party"]}
    yield Deed(step.verb, by_party(step, cast), arguments)


MAKERS = {
    "request_contact_change": request_contact_change,
    "withdraw_contact_change": settle_contact_change,
    "accept_contact_change": settle_contact_change,
    "refuse_contact_change": settle_contact_change,
    "join_contact_list": say_consent,
    "leave_contact_list": say_consent,
}
