"""Who may take which step of a report's life."""

from __future__ import annotations

from collections.abc import Callable

from tanso.acts.act import Act, Actor
from tanso.emissions import queries
from tanso.emissions.models import Report
from tanso.parties.permissions import acts_for, is_administrator, verifies_for

OF_PARTICIPANT = frozenset(
    {
        "register_report",
        "attach_to_report",
        "withdraw_report",
        "request_verification",
        "request_return",
        "request_correction",
    }
)
OF_VERIFIER = frozenset({"file_verification", "request_approval", "return_report", "write_review_paper"})
OF_ADMINISTRATOR = frozenset(
    {"assign_verifier", "return_report", "approve_report", "receive_report", "write_review_paper", "open_correction"}
)


def may(actor: Actor, operation: str, report: Report) -> bool:
    """Whether the actor may try this step on a report in hand. Whether the step is in order is for the rules."""
    if operation in OF_PARTICIPANT and acts_for(actor, report.participant.key):
        return True
    if operation in OF_ADMINISTRATOR and is_administrator(actor):
        return True
    return operation in OF_VERIFIER and _verifies(actor, report)


def _verifies(actor: Actor, report: Report) -> bool:
    if actor.role != "verifier":
        return False
    # Nobody's report to verify yet: the rules answer that the step is out of order.
    return report.verifier is None or verifies_for(actor, report.verifier.key)


def _may_act(actor: Actor, act: Act) -> bool:
    if act.operation in OF_PARTICIPANT:
        return acts_for(actor, act.arguments["participant"])
    if act.operation in OF_ADMINISTRATOR and is_administrator(actor):
        return True
    if act.operation not in OF_VERIFIER or actor.role != "verifier":
        return False
    report = queries.report(act.scheme, act.arguments["participant"], act.arguments["year"])
    return report is not None and _verifies(actor, report)


BY_OPERATION: dict[str, Callable[[Actor, Act], bool]] = dict.fromkeys(
    sorted(OF_PARTICIPANT | OF_VERIFIER | OF_ADMINISTRATOR), _may_act
)
