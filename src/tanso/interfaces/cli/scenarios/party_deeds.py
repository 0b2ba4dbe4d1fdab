"""From steps about parties' own data to acts for the door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tanso.interfaces.cli.scenarios.cast import Cast, Deed, by_administrator, by_party
from tanso.interfaces.cli.scenarios.model import Step
from tanso.parties.contact_data import FIELDS, ContactData, Wish
from tanso.parties.models import Site


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


def rename(step: Step, cast: Cast) -> Iterator[Deed]:
    """Of a site, by the number of the one that has this name now; 0 where none has."""
    given = {name: value for name, value in step.arguments.items() if name not in ("party", "site")}
    arguments = {**given, "participant": step.arguments["party"]}
    if "site" in step.arguments:
        rows = Site.objects.filter(participant__key=step.arguments["party"], name=step.arguments["site"])
        arguments["site"] = rows.values_list("id", flat=True).first() or 0
    yield Deed(step.verb, by_administrator(step, cast), arguments)


MAKERS = {
    "rename_account": rename,
    "rename_site": rename,
    "request_contact_change": request_contact_change,
    "withdraw_contact_change": settle_contact_change,
    "accept_contact_change": settle_contact_change,
    "refuse_contact_change": settle_contact_change,
    "join_contact_list": say_consent,
    "leave_contact_list": say_consent,
}
