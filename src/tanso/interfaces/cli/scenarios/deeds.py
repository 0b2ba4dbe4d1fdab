"""From a step of a scenario to acts for the door: who signs, which operation, which arguments.

Each deed yields the acts one after the other, so that a long one (the whole life of a report) stops at the first
refusal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from tanso.acts import Actor
from tanso.interfaces.cli.scenarios import case_deeds, party_deeds, registration_deeds
from tanso.interfaces.cli.scenarios.cast import Cast, Deed, by_administrator, by_party, signed
from tanso.interfaces.cli.scenarios.model import Evidence, Signer, Step, Workbook

__all__ = ["Deed", "deeds_of"]


def deeds_of(step: Step, cast: Cast) -> Iterator[Deed]:
    """The acts that a step stands for, in their order."""
    return _MAKERS[step.verb](step, cast)


def _by_verifier(step: Step, cast: Cast) -> Actor:
    return signed(step, cast, lambda: cast.report_verifier(step.arguments["party"], step.arguments["year"]))


def _report_step(signed: Callable[[Step, Cast], Actor]) -> Callable[[Step, Cast], Iterator[Deed]]:
    """A step of a report's life: the party's name becomes the participant, everything else stays."""

    def maker(step: Step, cast: Cast) -> Iterator[Deed]:
        arguments = {name: value for name, value in step.arguments.items() if name != "party"}
        arguments["participant"] = step.arguments["party"]
        files = {}
        for name, sent in arguments.items():
            if isinstance(sent, Workbook):
                arguments[name] = hashlib.sha256(sent.content).hexdigest()
                files[name] = sent.content
        yield Deed(step.verb, signed(step, cast), arguments, files)

    return maker


def _whole_life(step: Step, cast: Cast) -> Iterator[Deed]:
    """Register, request verification, verify, request approval, approve; `by` signs the last."""
    party, year, emissions_t = (step.arguments[name] for name in ("party", "year", "emissions_t"))
    holder = cast.actor(Signer(party=party))
    report = {"participant": party, "year": year}
    yield Deed("register_report", holder, {**report, "emissions_t": emissions_t})
    verifier_key, verifier = cast.own_verifier(party, year)
    yield Deed("request_verification", holder, {**report, "verifier": verifier_key})
    yield Deed("file_verification", verifier, {**report, "emissions_t": emissions_t, "opinion": "unqualified"})
    yield Deed("request_approval", verifier, report)
    yield Deed("approve_report", by_administrator(step, cast), report)


def _issue(step: Step, cast: Cast) -> Iterator[Deed]:
    arguments: dict[str, Any] = {
        "account": cast.account_number(step.arguments["party"]),
        "unit": step.arguments["unit"],
    }
    if "quantity_t" in step.arguments:
        arguments["quantity_t"] = step.arguments["quantity_t"]
    if "year" in step.arguments:
        arguments["fiscal_year"] = step.arguments["year"]
    evidence = step.arguments.get("evidence")
    if isinstance(evidence, Evidence):
        arguments["evidence"] = evidence.as_argument()
    if "application" in step.arguments:
        arguments["application"] = cast.application_of(step.arguments["application"])
    yield Deed("issue", by_administrator(step, cast), arguments)


def _apply_for_units(step: Step, cast: Cast) -> Iterator[Deed]:
    arguments: dict[str, Any] = {
        "account": cast.account_number(step.arguments["party"]),
        "unit": step.arguments["unit"],
        "quantity_t": step.arguments["quantity_t"],
    }
    evidence, document = step.arguments.get("evidence"), step.arguments.get("document")
    if isinstance(evidence, Evidence):
        arguments["evidence"] = evidence.as_argument()
    files = {}
    if isinstance(document, Workbook):
        arguments["document"] = hashlib.sha256(document.content).hexdigest()
        files["document"] = document.content
    yield Deed("apply_for_units", by_party(step, cast), arguments, files)


def _settle_application(signed: Callable[[Step, Cast], Actor]) -> Callable[[Step, Cast], Iterator[Deed]]:
    """An act about the application that an earlier step made."""

    def maker(step: Step, cast: Cast) -> Iterator[Deed]:
        given = {name: value for name, value in step.arguments.items() if name != "party"}
        given["application"] = cast.application_of(step.arguments["application"])
        yield Deed(step.verb, signed(step, cast), given)

    return maker


def _transfer(step: Step, cast: Cast) -> Iterator[Deed]:
    actor = signed(step, cast, lambda: cast.actor(cast.holder_of(step.arguments["from"])))
    arguments = {
        "from": cast.account_number(step.arguments["from"]),
        "to": cast.account_number(step.arguments["to"]),
        "unit": step.arguments["unit"],
        "quantity_t": step.arguments["quantity_t"],
        **{name: step.arguments[name] for name in ("price_yen", "kind") if name in step.arguments},
    }
    yield Deed("transfer", actor, arguments)


def _list_account(step: Step, cast: Cast) -> Iterator[Deed]:
    sides = {"account": step.arguments["party"], "trusted": step.arguments["account"]}
    numbers = {name: cast.account_number(named) for name, named in sides.items()}
    yield Deed(step.verb, by_party(step, cast), numbers)


def _abort_transfer(step: Step, cast: Cast) -> Iterator[Deed]:
    arguments = {"transfer": cast.made_by(step.arguments["step"], "waiting"), "reason": step.arguments["reason"]}
    yield Deed(step.verb, by_party(step, cast), arguments)


def _approve(step: Step, cast: Cast) -> Iterator[Deed]:
    deed = cast.approval_of(step.arguments["step"], by_administrator(step, cast))
    if deed is not None:
        yield deed


def _permit_transfer_kind(step: Step, cast: Cast) -> Iterator[Deed]:
    sides = {name: cast.account_number(step.arguments[name]) for name in ("from", "to")}
    last_day = step.arguments["last_day"].isoformat()
    yield Deed(step.verb, by_administrator(step, cast), {**step.arguments, **sides, "last_day": last_day})


def _record_transfer_kind(step: Step, cast: Cast) -> Iterator[Deed]:
    said = {name: step.arguments[name] for name in ("kind", "reason")}
    posting = cast.posting_of(step.arguments["step"])
    yield Deed(step.verb, by_administrator(step, cast), {"posting": posting, **said})


def _of_year(step: Step, cast: Cast) -> Iterator[Deed]:
    """An act about the party and a year: by the administrator, and of the party's account where units move."""
    given = {name: value for name, value in step.arguments.items() if name not in ("party", "year")}
    given["fiscal_year"] = step.arguments["year"]
    if step.verb in ("surrender_for_year", "borrow"):
        yield Deed(step.verb, by_party(step, cast), {**given, "account": cast.account_number(step.arguments["party"])})
    elif step.verb == "open_year":
        yield Deed(step.verb, by_administrator(step, cast), {**given, "participants": [step.arguments["party"]]})
    else:
        yield Deed(step.verb, by_administrator(step, cast), {**given, "participant": step.arguments["party"]})


def _of_account(signed: Callable[[Step, Cast], Actor]) -> Callable[[Step, Cast], Iterator[Deed]]:
    """An act about the party's own account: the party's name becomes the account, everything else stays."""

    def maker(step: Step, cast: Cast) -> Iterator[Deed]:
        arguments = {name: value for name, value in step.arguments.items() if name != "party"}
        arguments["account"] = cast.account_number(step.arguments["party"])
        yield Deed(step.verb, signed(step, cast), arguments)

    return maker


def _freeze(step: Step, cast: Cast) -> Iterator[Deed]:
    arguments = {
        "account": cast.account_number(step.arguments["party"]),
        "reason": step.arguments["reason"],
        "operations": list(step.arguments.get("operations", ())),
    }
    if "until" in step.arguments:
        arguments["until"] = step.arguments["until"].isoformat()
    yield Deed("freeze_account", by_administrator(step, cast), arguments)


def _reverse(step: Step, cast: Cast) -> Iterator[Deed]:
    arguments = {"posting": cast.posting_of(step.arguments["step"]), "reason": step.arguments["reason"]}
    if "clause" in step.arguments:
        arguments["clause"] = step.arguments["clause"]
    if "valid_day" in step.arguments:
        arguments["valid_day"] = step.arguments["valid_day"].isoformat()
    yield Deed("reverse", by_administrator(step, cast), arguments)


def _register(step: Step, cast: Cast) -> Iterator[Deed]:
    yield Deed("register_participant", by_administrator(step, cast), cast.registration_of(step.arguments["party"]))


def _change_attribute(step: Step, cast: Cast) -> Iterator[Deed]:
    arguments = {name: value for name, value in step.arguments.items() if name != "party"}
    yield Deed(step.verb, by_administrator(step, cast), {**arguments, "participant": step.arguments["party"]})


def _override(step: Step, cast: Cast) -> Iterator[Deed]:
    """Of a parameter: the days as text; one that is not said to hold from another day holds from this one."""
    days = {name: step.arguments[name].isoformat() for name in ("from_day", "to_day") if name in step.arguments}
    arguments = {**step.arguments, "from_day": step.day.isoformat(), **days}
    yield Deed(step.verb, by_administrator(step, cast), arguments)


def _nothing(step: Step, cast: Cast) -> Iterator[Deed]:
    return iter(())


_MAKERS: dict[str, Callable[[Step, Cast], Iterator[Deed]]] = {
    "approve_emissions": _whole_life,
    "register_report": _report_step(by_party),
    "attach_to_report": _report_step(by_party),
    "withdraw_report": _report_step(by_party),
    "request_verification": _report_step(by_party),
    "request_return": _report_step(by_party),
    "file_verification": _report_step(_by_verifier),
    "request_approval": _report_step(_by_verifier),
    "return_report": _report_step(_by_verifier),
    "approve_report": _report_step(by_administrator),
    "receive_report": _report_step(by_administrator),
    "assign_verifier": _report_step(by_administrator),
    "write_review_paper": _report_step(by_administrator),
    "request_correction": _report_step(by_party),
    "open_correction": _report_step(by_administrator),
    "issue": _issue,
    "apply_for_units": _apply_for_units,
    "refuse_application": _settle_application(by_administrator),
    "withdraw_application": _settle_application(by_party),
    "transfer": _transfer,
    "trust_account": _list_account,
    "distrust_account": _list_account,
    "abort_transfer": _abort_transfer,
    "approve": _approve,
    "permit_transfer_kind": _permit_transfer_kind,
    "record_transfer_kind": _record_transfer_kind,
    "surrender": _of_account(by_party),
    "open_year": _of_year,
    "exclude_year": _of_year,
    "record_emissions": _of_year,
    "record_figure": _of_year,
    "borrow": _of_year,
    "surrender_for_year": _of_year,
    "cancel": _of_account(by_party),
    "apply_for_banking": _of_account(by_party),
    "approve_banking": _of_account(by_administrator),
    "register_participant": _register,
    "change_attribute": _change_attribute,
    "freeze_account": _freeze,
    "unfreeze_account": _of_account(by_administrator),
    "close_empty_account": _of_account(by_administrator),
    "reverse": _reverse,
    "override_parameter": _override,
    "withdraw_override": _override,
    **party_deeds.MAKERS,
    **registration_deeds.MAKERS,
    **case_deeds.MAKERS,
    "advance": _nothing,
}
