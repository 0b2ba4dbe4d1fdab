"""Writes of the emissions room: each step of a report's life is one operation of the door.

Which step leads where is the scheme's (`reports.yaml`); this module writes what a step leaves behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act
from tanso.acts.events import Event
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.emissions import events, queries, verification, workbooks
from tanso.emissions.models import (
    Assignment,
    File,
    Report,
    ReportAttachment,
    ReportStep,
    ReportVersion,
    ReviewPaper,
    Verification,
)
from tanso.emissions.permissions import BY_OPERATION as PERMISSIONS
from tanso.kernel import papers
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import Quantity, read_quantity
from tanso.kernel.texts import Text
from tanso.parties import fields
from tanso.parties import queries as parties
from tanso.parties.events import ParticipantRegistered
from tanso.parties.models import VERIFIER, Participant
from tanso.parties.permissions import is_administrator
from tanso.rulebook import Rulebook


def open_reports(
    registered: Sequence[tuple[Act, ParticipantRegistered]], rulebook: Rulebook
) -> list[tuple[Event, ...]]:
    """Give each new participant an empty report for each year of its phase that the scheme has it report."""
    acts = {event.participant: act for act, event in registered if rulebook.participant_kinds[event.kind].has_phase}
    participants = parties.registered(rulebook.scheme, list(acts))
    Report.objects.bulk_create(
        [
            Report(
                participant_id=participants[key].id,
                year=year,
                fiscal_year=rulebook.life.years[year].fiscal_year_in(rulebook.phases[phase]),
                state=rulebook.life.initial,
            )
            for key, act in acts.items()
            if (phase := participants[key].phase) is not None
            for year in rulebook.years_reported(_facts_at_registration(act, rulebook))
        ]
    )
    return [() for _ in registered]


def _facts_at_registration(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    """What may be asked about a new participant, to know which years it reports."""
    kind, phase = str(act.arguments["kind"]), act.arguments.get("phase")
    return {
        "day": act.day,
        "participant.kind": kind,
        "participant.has_phase": phase is not None,
        "participant.phase": phase or 0,
    } | fields.facts_of(rulebook, kind, act.arguments.get("attributes", {}))


def take_step(*, act: Act, rulebook: Rulebook, report: Report, note: str = "") -> None:
    """Record a step and move the report to where the scheme's life leads; the rulebook has allowed it.

    The step is written first: a trigger lets the state change only to where the latest step leads.
    """
    to_state = rulebook.life.next_state(act.operation, report.year, report.state)
    if to_state is None:
        raise AssertionError(f"{act.operation} was allowed but leads nowhere from {report.state}")
    ReportStep.objects.create(
        report=report,
        operation=act.operation,
        from_state=report.state,
        to_state=to_state,
        act_id=act.id,
        actor_login=act.actor.login,
        actor_role=act.actor.role,
        day=act.day,
        note=note,
    )
    report.state = to_state
    if to_state in rulebook.life.final_states:
        report.settled_on, report.settled_t = act.day, report.emissions_t
    report.save()


def keep_file(content: bytes) -> str:
    """Keep the bytes of an upload, once for each distinct content; their SHA-256, by which they are found."""
    digest = hashlib.sha256(content).hexdigest()
    File.objects.bulk_create([File(sha256=digest, content=content)], ignore_conflicts=True)
    return digest


def register_version(*, act: Act, report: Report, emissions_t: int, content: bytes | None) -> ReportVersion:
    """Keep one more version of the report; it is the one that counts from now on."""
    stored = None if content is None else keep_file(content)
    version = ReportVersion.objects.create(
        report=report,
        number=report.versions.count() + 1,
        emissions_t=emissions_t,
        workbook_id=stored,
        act_id=act.id,
        registered_on=act.day,
    )
    report.emissions_t = emissions_t
    report.verified_t = None
    report.opinion = ""
    return version


def file_verification(*, act: Act, report: Report, emissions_t: int) -> Verification:
    """Keep the verifier's report on the latest version: figure, opinion, and the form and document where given."""
    if report.verifier is None:
        raise AssertionError("a verification was allowed for a report without a verifier")
    filed = Verification.objects.create(
        report=report,
        version=report.versions.latest("number"),
        verifier=report.verifier,
        emissions_t=emissions_t,
        opinion=act.arguments["opinion"],
        form=act.arguments.get("form"),
        document_id=_document_of(act),
        act_id=act.id,
        filed_on=act.day,
    )
    report.verified_t = emissions_t
    report.opinion = filed.opinion
    return filed


def _document_of(act: Act) -> str | None:
    """The document that came with the act, kept; None where none did."""
    return keep_file(act.files["document"]) if "document" in act.files else None


def assign_verifier(*, act: Act, report: Report) -> None:
    """Give the report to a verifier, for the first time or in place of another."""
    verifier = parties.participant(act.scheme, act.arguments["verifier"])
    assert verifier is not None  # noqa: S101 -- an unknown one is refused before
    Assignment.objects.create(
        report=report, verifier=verifier, reason=act.arguments["reason"], act_id=act.id, assigned_on=act.day
    )
    report.verifier = verifier


def write_review_paper(*, act: Act, report: Report) -> None:
    """Keep a question of the authority or an answer of the verifier."""
    ReviewPaper.objects.create(
        report=report,
        by_authority=is_administrator(act.actor),
        text=act.arguments["text"].strip(),
        document_id=_document_of(act),
        act_id=act.id,
        actor_login=act.actor.login,
        written_on=act.day,
    )


def attach(*, act: Act, report: Report) -> None:
    """Keep a file that the holder adds to the report; the rulebook has allowed its kind and size."""
    content = act.files["document"]
    ReportAttachment.objects.create(
        report=report,
        text=act.arguments["text"].strip(),
        document_id=keep_file(content),
        kind=papers.kind_of(content),
        size_bytes=len(content),
        act_id=act.id,
        actor_login=act.actor.login,
        attached_on=act.day,
    )


def _report(act: Act) -> Report | None:
    return queries.report(act.scheme, act.arguments["participant"], act.arguments["year"])


def _missing(act: Act) -> Finding | None:
    key = str(act.arguments["participant"])
    if parties.participant(act.scheme, key) is None:
        return refusal("participant.unknown", participant=key)
    if "verifier" in act.arguments:
        verifier_key = str(act.arguments["verifier"])
        verifier = parties.participant(act.scheme, verifier_key)
        if verifier is None:
            return refusal("participant.unknown", participant=verifier_key)
        if verifier.kind != VERIFIER:
            return refusal("participant.not_a_verifier", participant=verifier_key)
    if _report(act) is None:
        return refusal("participant.no_report", participant=key, year=str(act.arguments["year"]))
    return None


def _locks(act: Act) -> Iterable[str]:
    # The participant as a whole: an approved figure changes what its account may do.
    return (f"participant:{act.scheme}/{act.arguments['participant']}",)


def _figure(act: Act, rulebook: Rulebook, report: Report | None) -> tuple[Quantity, Text | None]:
    """The figure that the act hands in, or why its workbook is not the prescribed form."""
    if "workbook" in act.arguments:
        expected = workbooks.Expected() if report is None else queries.expected_form(report)
        reading = workbooks.read(act.files["workbook"], rulebook, expected=expected)
        if reading.emissions is None:
            # A scheme that prescribes no form has no rule about forms either: nothing may come of a file.
            return Quantity(t=0, is_whole=rulebook.report_form is not None), reading.reason
        return reading.emissions, None
    if "emissions_t" in act.arguments:
        return read_quantity(act.arguments["emissions_t"]), None
    return Quantity(t=0, is_whole=True), None


def report_facts(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    """What the rulebook may ask about a report and the step that is to be taken."""
    report = _report(act)
    year = act.arguments["year"]
    quantity, form_problem = _figure(act, rulebook, report)
    facts: dict[str, Any] = {
        "report.exists": report is not None,
        "report.year": year,
        "report.form_ok": form_problem is None,
        "report.opinion": act.arguments.get("opinion", ""),
        "quantity.t": quantity.t,
        "quantity.is_whole": quantity.is_whole,
    }
    if form_problem is not None:
        facts |= {"report.form_problem_ja": form_problem.ja, "report.form_problem_en": form_problem.en}
    participant = parties.participant(act.scheme, act.arguments["participant"])
    if participant is not None:
        facts |= {
            "participant.kind": participant.kind,
            "participant.has_phase": participant.phase is not None,
            "participant.phase": participant.phase or 0,
            **_field_facts("participant", participant),
        }
    if "reason" in act.arguments or "text" in act.arguments:
        facts["reason"] = str(act.arguments.get("reason") or act.arguments.get("text") or "").strip()
    if act.operation == "file_verification":
        facts |= verification.facts_of(act.arguments.get("form"))
    if "document" in act.files:
        facts |= _document_facts(act.files["document"])
    if report is not None:
        facts |= _verifier_facts(act, report)
        facts |= {
            "report.is_correction": report.settled_t is not None,
            "report.settled_t": report.settled_t or 0,
            "report.state": report.state,
            "report.step_allowed": rulebook.life.next_state(act.operation, year, report.state) is not None,
            "report.emissions_t": report.emissions_t or 0,
            "report.has_verified": report.verified_t is not None,
            "report.verified_t": report.verified_t or 0,
            "report.opinion": act.arguments.get("opinion", report.opinion),
        }
    return facts


def _field_facts(prefix: str, participant: Participant) -> dict[str, Any]:
    """The fields that the scheme asks of a participant, under a prefix."""
    return {
        f"{prefix}.{name}": value
        for field, given in participant.attributes.items()
        for name, value in ((f"attribute.{field}", given), (f"has_attribute.{field}", True))
    }


def _document_facts(content: bytes) -> dict[str, Any]:
    return {
        "document.exists": True,
        "document.kind": papers.kind_of(content),
        "document.size_bytes": len(content),
    }


def _verifier_facts(act: Act, report: Report) -> dict[str, Any]:
    """Who verifies the report, and whether the one that the act names is free to."""
    facts: dict[str, Any] = {
        "report.has_verifier": report.verifier is not None,
        "report.verifier": "" if report.verifier is None else report.verifier.key,
        "report.verifier_is_assigned": queries.is_assigned(report),
    }
    if "verifier" in act.arguments:
        named = parties.participant(act.scheme, str(act.arguments["verifier"]))
        if named is not None:
            facts |= {
                "verifier.key": named.key,
                "verifier.is_of_the_holder": named.organisation_id == report.participant.organisation_id,
                "verifier.years_in_a_row": queries.years_in_a_row(report, named),
                **_field_facts("verifier", named),
            }
    return facts


def _execute(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    report = _report(act)
    if report is None:
        raise AssertionError(f"{act.operation} was allowed without a report")
    settled_before_t = report.settled_t
    if act.operation == "register_report":
        register_version(act=act, report=report, emissions_t=facts["quantity.t"], content=act.files.get("workbook"))
    elif act.operation == "request_verification":
        report.verifier = parties.participant(act.scheme, act.arguments["verifier"])
    elif act.operation == "file_verification":
        file_verification(act=act, report=report, emissions_t=facts["quantity.t"])
    elif act.operation == "assign_verifier":
        assign_verifier(act=act, report=report)
    elif act.operation == "write_review_paper":
        write_review_paper(act=act, report=report)
    elif act.operation == "attach_to_report":
        attach(act=act, report=report)
    reason = str(act.arguments.get("reason") or act.arguments.get("text") or "").strip()
    take_step(act=act, rulebook=rulebook, report=report, note=reason)
    event = events.BY_OPERATION[act.operation](
        participant=report.participant.key,
        year=report.year,
        fiscal_year=report.fiscal_year,
        state=report.state,
        emissions_t=report.emissions_t,
        verifier="" if report.verifier is None else report.verifier.key,
        reason=reason,
        settled_before_t=settled_before_t,
    )
    return Done(result={"state": report.state, "emissions_t": report.emissions_t}, events=(event,))


# Arguments beside participant and year: required ones, optional ones.
_ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    "register_report": (set(), {"emissions_t", "workbook"}),
    "attach_to_report": ({"text"}, {"document"}),
    "withdraw_report": (set(), set()),
    "request_verification": ({"verifier"}, set()),
    "request_return": (set(), {"reason"}),
    "file_verification": ({"emissions_t", "opinion"}, {"form", "document"}),
    "assign_verifier": ({"verifier", "reason"}, set()),
    "write_review_paper": ({"text"}, {"document"}),
    "request_correction": ({"reason"}, set()),
    "open_correction": ({"reason"}, set()),
    "request_approval": (set(), set()),
    "return_report": ({"reason"}, set()),
    "approve_report": (set(), set()),
    "receive_report": (set(), set()),
}


def register_operations() -> None:
    """Offer the steps of a report's life to the door; called once at start."""
    for name, (required, optional) in _ARGUMENTS.items():
        operations.register(
            Operation(
                name=name,
                required=frozenset({"participant", "year", *required}),
                optional=frozenset(optional),
                permission=PERMISSIONS[name],
                missing=_missing,
                locks=_locks,
                facts=report_facts,
                execute=_execute,
            )
        )
