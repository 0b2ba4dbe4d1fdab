"""Submitting an application, recording its papers, returning and refusing it. Acceptance is in `accepting`.

Acts name the application and a hash of what it says; what it says is in its versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tanso.acts.act import Act
from tanso.acts.operations import Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.acts.steps import take_step
from tanso.kernel.outcomes import Finding
from tanso.parties import permissions as may
from tanso.parties.applications import adoption, checking, queries
from tanso.parties.applications.accepting import Acceptances
from tanso.parties.applications.content import Content
from tanso.parties.applications.events import (
    PaperArrived,
    RegistrationEvent,
    RegistrationReceived,
    RegistrationRefused,
    RegistrationReturned,
)
from tanso.parties.applications.models import (
    REFUSED,
    RETURNED,
    SUBMITTED,
    Application,
    ApplicationDraft,
    ApplicationPaper,
    ApplicationVersion,
)
from tanso.parties.applications.steps import state_facts
from tanso.rulebook import Rulebook, library

_SETTLES: dict[str, tuple[str, type[RegistrationEvent]]] = {
    "return_registration": (RETURNED, RegistrationReturned),
    "refuse_registration": (REFUSED, RegistrationRefused),
}

# -- submitting -------------------------------------------------------------------------------------------------------


def _draft(act: Act) -> ApplicationDraft | None:
    """The draft that an act names, if it says what the act says that it says."""
    number = act.arguments["draft"]
    if not isinstance(number, int):
        return None
    rows = ApplicationDraft.objects.select_related("application")
    return rows.filter(scheme=act.scheme, id=number).first()


def _submit_locks(act: Act) -> Iterable[str]:
    return (f"registration-draft:{act.arguments['draft']}", f"registration:{act.scheme}")


def _submit_missing(act: Act) -> Finding | None:
    """The refusal where there is no such draft, or where it says something else by now."""
    draft = _draft(act)
    if draft is None:
        return refusal("registration.unknown", number=act.arguments["draft"])
    said = _said(act, draft)
    return None if said is not None and said.hash == act.arguments["content"] else refusal("registration.draft_changed")


def _said(act: Act, draft: ApplicationDraft) -> Content | None:
    """What the draft says, as it is submitted."""
    registration = library().get(act.scheme).registration
    form = None if registration is None else registration.forms.get(draft.kind)
    return None if form is None else Content.read(form, draft.content).without_empty_rows()


def _submitted(act: Act) -> tuple[ApplicationDraft, Content]:
    draft = _draft(act)
    said = None if draft is None else _said(act, draft)
    if draft is None or said is None:
        raise AssertionError("an unknown draft is refused before it comes here")
    return draft, said


def _submit_facts(act: Act, rulebook: Rulebook) -> Facts:
    draft, said = _submitted(act)
    before = draft.application
    facts = checking.facts_of(act, rulebook, said, draft.phase)
    return (
        facts
        | state_facts(act.operation, before)
        | {"registration.first_day": act.day if before is None else before.first_submitted_on}
    )


def _submit(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    draft, said = _submitted(act)
    found = draft.application
    if found is None:
        found = Application.objects.create(
            scheme=act.scheme,
            kind=draft.kind,
            phase=draft.phase,
            version=1,
            content_hash=said.hash,
            state=SUBMITTED,
            first_submitted_on=act.day,
            submitted_on=act.day,
        )
        draft.application = found
    else:
        found.version += 1
    draft.content = said.as_json()
    draft.save(update_fields=["application", "content"])
    ApplicationVersion.objects.create(
        application=found,
        number=found.version,
        content=said.as_json(),
        content_hash=said.hash,
        submitted_on=act.day,
        act_id=act.id,
    )
    found.content_hash, found.submitted_on = said.hash, act.day
    take_step(act, found, SUBMITTED, changed=("version", "content_hash", "submitted_on"))
    event = RegistrationReceived(registration=found.id, kind=found.kind, reason="", papers_day=_day(rulebook, found))
    return Done(result={"registration": found.id, "version": found.version}, events=(event,))


def _day(rulebook: Rulebook, found: Application) -> str:
    due = queries.papers_due_on(rulebook, found)
    return "" if due is None else due.isoformat()


# -- following it up --------------------------------------------------------------------------------------------------


def locks(act: Act) -> Iterable[str]:
    """An application stands still while an act about it is decided."""
    return (f"registration:{act.scheme}/{act.arguments['registration']}",)


def missing(act: Act) -> Finding | None:
    """The refusal where there is no such application."""
    if queries.application(act.scheme, act.arguments["registration"]) is not None:
        return None
    return refusal("registration.unknown", number=act.arguments["registration"])


def _application(act: Act) -> Application:
    found = queries.application(act.scheme, act.arguments["registration"])
    if found is None:
        raise AssertionError("an unknown application is refused before it comes here")
    return found


def _paper_facts(act: Act, rulebook: Rulebook) -> Facts:
    found = _application(act)
    papers = {paper.paper: paper for paper in queries.papers_of(rulebook, found)}
    paper = papers[str(act.arguments["paper"])]
    return state_facts(act.operation, found) | {
        "registration.code_matches": act.arguments["check_code"] == queries.check_code(found),
        "registration.paper_arrived": paper.arrived_on is not None,
        "registration.arrived_on": date.fromisoformat(str(act.arguments["arrived_on"])),
        "registration.submitted_on": found.submitted_on,
    }


def _record_paper(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found, paper = _application(act), str(act.arguments["paper"])
    arrived_on = facts["registration.arrived_on"]
    ApplicationPaper.objects.create(
        application=found, paper=paper, version=found.version, arrived_on=arrived_on, act_id=act.id
    )
    take_step(act, found, found.state)
    event = PaperArrived(
        registration=found.id, kind=found.kind, reason="", paper=paper, arrived_day=arrived_on.isoformat()
    )
    return Done(result={"registration_state": found.state}, events=(event,))


def _settle_facts(act: Act, rulebook: Rulebook) -> Facts:
    return state_facts(act.operation, _application(act)) | {"reason": str(act.arguments["reason"]).strip()}


def _settle(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found, reason = _application(act), facts["reason"]
    state, event = _SETTLES[act.operation]
    take_step(act, found, state, note=reason)
    return Done(
        result={"registration_state": state},
        events=(event(registration=found.id, kind=found.kind, reason=reason),),
    )


OPERATIONS = (
    Operation(
        name="submit_registration",
        required=frozenset({"draft", "content"}),
        permission=lambda actor, act: actor.role == "public",
        locks=_submit_locks,
        missing=_submit_missing,
        facts=_submit_facts,
        execute=_submit,
    ),
    Operation(
        name="record_paper",
        required=frozenset({"registration", "paper", "check_code", "arrived_on"}),
        permission=lambda actor, act: may.is_administrator(actor),
        locks=locks,
        missing=missing,
        facts=_paper_facts,
        execute=_record_paper,
    ),
    *(
        Operation(
            name=name,
            required=frozenset({"registration", "reason"}),
            permission=lambda actor, act: may.is_administrator(actor),
            locks=locks,
            missing=missing,
            facts=_settle_facts,
            execute=_settle,
        )
        for name in _SETTLES
    ),
    Operation(
        name="accept_registration",
        required=frozenset({"registration"}),
        optional=frozenset({"keys"}),
        locks=lambda act: (*locks(act), f"registration:{act.scheme}"),
        batch=Acceptances,
    ),
    Operation(
        name="load_adoption_list",
        required=frozenset({"phase", adoption.FILE}),
        permission=lambda actor, act: may.is_administrator(actor),
        locks=adoption.locks,
        missing=adoption.missing,
        facts=adoption.facts,
        execute=adoption.execute,
    ),
)
