"""Who may take which step of a report's life."""

from __future__ import annotations

from collections.abc import Callable

from tanso.acts.act import Act, Actor
from tanso.emissions import queries
from tanso.parties.permissions import acts_for, is_administrator, verifies_for


def _participant(actor: Actor, act: Act) -> bool:
    return acts_for(actor, act.arguments["participant"])


def _verifier_of_report(actor: Actor, act: Act) -> bool:
    if actor.role != "verifier":
        return False
    report = queries.report(act.scheme, act.arguments["participant"], act.arguments["year"])
    if report is None:
        return False
    # Nobody's report to verify yet: the rules answer that the step is out of order.
    return report.verifier is None or verifies_for(actor, report.verifier.key)


def _administrator(actor: Actor, act: Act) -> bool:
    return is_administrator(actor)


def _administrator_or_verifier(actor: Actor, act: Act) -> bool:
    return is_administrator(actor) or _verifier_of_report(actor, act)


BY_OPERATION: dict[str, Callable[[Actor, Act], bool]] = {
    "register_report": _participant,
    "withdraw_report": _participant,
    "request_verification": _participant,
    "request_return": _participant,
    "file_verification": _verifier_of_report,
    "request_approval": _verifier_of_report,
    "return_report": _administrator_or_verifier,
    "approve_report": _administrator,
    "receive_report": _administrator,
}
