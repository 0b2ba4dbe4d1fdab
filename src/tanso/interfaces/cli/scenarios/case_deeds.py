"""From steps about names of corporations, objections and disputes to acts for the door."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from tanso.interfaces.cli.scenarios.cast import Cast, Deed, by_administrator, by_party
from tanso.interfaces.cli.scenarios.model import Step, Workbook
from tanso.registry.objections import Written


def announce(step: Step, cast: Cast) -> Iterator[Deed]:
    given = {name: value for name, value in step.arguments.items() if name != "party"}
    given |= {"participant": step.arguments["party"], "from_day": step.arguments["from_day"].isoformat()}
    yield Deed(step.verb, by_party(step, cast), given)


def settle_name(step: Step, cast: Cast) -> Iterator[Deed]:
    """An act about the change of name that an earlier step announced."""
    given: dict[str, Any] = {"company_change": cast.made_by(step.arguments["change"], "company_change")}
    if "reason" in step.arguments:
        given["reason"] = step.arguments["reason"]
    if "arrived_on" in step.arguments:
        given["arrived_on"] = step.arguments["arrived_on"].isoformat()
    signed = by_party if step.verb == "withdraw_organisation_change" else by_administrator
    yield Deed(step.verb, signed(step, cast), given)


def file_case(step: Step, cast: Cast) -> Iterator[Deed]:
    given, files = _paper(step)
    yield Deed(step.verb, by_party(step, cast), {**given, "decision": cast.act_of(step.arguments["step"])}, files)


def of_case(step: Step, cast: Cast) -> Iterator[Deed]:
    """An act about the case that an earlier step filed."""
    given, files = _paper(step) if step.verb == "write_objection_paper" else ({}, {})
    given["objection"] = cast.made_by(step.arguments["objection"], "objection")
    given |= {name: step.arguments[name] for name in ("outcome", "reason") if name in step.arguments}
    if "correction" in step.arguments:
        given["correction"] = cast.act_of(step.arguments["correction"])
    signed = by_party if step.verb == "withdraw_objection" else by_administrator
    yield Deed(step.verb, signed(step, cast), given, files)


def _paper(step: Step) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What is written and the document with it: their hashes for the act, their bytes beside it."""
    written, document = Written(text=step.arguments["text"], salt=f"step {step.n}"), step.arguments.get("document")
    given, files = {"content": written.sha256}, {"content": written.as_bytes()}
    if isinstance(document, Workbook):
        given["document"] = hashlib.sha256(document.content).hexdigest()
        files["document"] = document.content
    return given, files


MAKERS = {
    "announce_organisation_change": announce,
    "record_change_paper": settle_name,
    "accept_organisation_change": settle_name,
    "refuse_organisation_change": settle_name,
    "withdraw_organisation_change": settle_name,
    "file_objection": file_case,
    "file_dispute": file_case,
    "acknowledge_objection": of_case,
    "write_objection_paper": of_case,
    "withdraw_objection": of_case,
    "decide_objection": of_case,
}
