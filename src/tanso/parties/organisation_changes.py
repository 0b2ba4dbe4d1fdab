"""Changes of a corporation's name: announced, sent in on paper with its seal, then accepted or refused.

A corporation may take part several times and in several schemes: its name changes everywhere. What it was called before
stays readable by day (`name_on`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tanso.acts.act import Act, Actor
from tanso.acts.events import Event
from tanso.acts.operations import Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.acts.steps import take_step
from tanso.kernel.outcomes import Finding
from tanso.parties import events, queries
from tanso.parties.contact_changes import is_first_login
from tanso.parties.models import (
    ACCEPTED,
    ANNOUNCED,
    ARRIVED,
    REFUSED,
    WITHDRAWN,
    Organisation,
    OrganisationChange,
    OrganisationChangeStep,
    OrganisationName,
    Participant,
)
from tanso.parties.names import organisation_key
from tanso.parties.permissions import is_administrator
from tanso.rulebook import Rulebook

OPEN = (ANNOUNCED, ARRIVED)
NAME_LENGTH_MAX = 200
_BECOMES = {
    "record_change_paper": ARRIVED,
    "accept_organisation_change": ACCEPTED,
    "refuse_organisation_change": REFUSED,
    "withdraw_organisation_change": WITHDRAWN,
}


def change(scheme: str, number: Any) -> OrganisationChange | None:
    """The change with this number, or None where the scheme has none."""
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    rows = OrganisationChange.objects.select_related("participant__organisation")
    return rows.filter(participant__scheme=scheme, id=number).first()


def listed(scheme: str, participant_key: str | None = None) -> QuerySet[OrganisationChange]:
    """Changes, latest first; of one participant where asked."""
    rows = OrganisationChange.objects.select_related("participant__organisation").filter(participant__scheme=scheme)
    if participant_key is not None:
        rows = rows.filter(participant__key=participant_key)
    return rows.order_by("-id")


def acts_of(participant_id: int) -> Any:
    """The ids of the acts about changes of a participant's corporation, as a query to filter by."""
    rows = OrganisationChange.objects.filter(participant_id=participant_id)
    steps = OrganisationChangeStep.objects.filter(change__participant_id=participant_id)
    return rows.values("act_id").union(steps.values("act_id"))


def name_on(organisation: Organisation, day: date) -> str:
    """What the corporation was called on a day."""
    return names_on([organisation], day)[organisation.pk]


def names_on(organisations: Iterable[Organisation], day: date) -> dict[int, str]:
    """What each of these corporations was called on a day, in one query."""
    known = {row.pk: row.name for row in organisations}
    later = OrganisationName.objects.filter(organisation__in=known, from_day__gt=day)
    # The first change after the day tells what the name was before it.
    for number, before in later.order_by("-from_day", "-id").values_list("organisation_id", "before"):
        known[number] = before
    return known


def _says(actor: Actor, act: Act) -> bool:
    return is_administrator(actor) or is_first_login(actor, str(act.arguments["participant"]))


def _settles(actor: Actor, act: Act) -> bool:
    return is_administrator(actor)


def _takes_back(actor: Actor, act: Act) -> bool:
    found = change(act.scheme, act.arguments["company_change"])
    return found is not None and is_first_login(actor, found.participant.key)


def _announce_missing(act: Act) -> Finding | None:
    key = str(act.arguments["participant"])
    return None if queries.participant(act.scheme, key) else refusal("participant.unknown", participant=key)


def _announce_locks(act: Act) -> Iterable[str]:
    return (f"company:{act.scheme}/{act.arguments['participant']}",)


def _participant(act: Act) -> Participant:
    participant = queries.participant(act.scheme, str(act.arguments["participant"]))
    if participant is None:
        raise AssertionError("an unknown participant is refused before it comes here")
    return participant


def _names(act: Act) -> tuple[str, str]:
    return str(act.arguments["name"]).strip(), str(act.arguments["name_kana"]).strip()


def _name_facts(organisation: Organisation, name: str) -> Facts:
    others = Organisation.objects.exclude(id=organisation.id)
    return {"company.name": name, "company.name_taken": others.filter(name_key=organisation_key(name)).exists()}


def _announce_facts(act: Act, rulebook: Rulebook) -> Facts:
    participant, (name, kana) = _participant(act), _names(act)
    organisation = participant.organisation
    return _name_facts(organisation, name) | {
        "participant.kind": participant.kind,
        "company.has_names": all(0 < len(text) <= NAME_LENGTH_MAX for text in (name, kana)),
        "company.is_the_same": (name, kana) == (organisation.name, organisation.name_kana),
        "company.one_waits": OrganisationChange.objects.filter(participant=participant, state__in=OPEN).exists(),
    }


def _announce(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    participant, (name, kana) = _participant(act), _names(act)
    made = OrganisationChange.objects.create(
        participant=participant,
        name=name,
        name_kana=kana,
        from_day=date.fromisoformat(str(act.arguments["from_day"])),
        announced_on=act.day,
        act_id=act.id,
    )
    event = events.OrganisationChangeAnnounced(participant=participant.key, company_change=made.id)
    return Done(result={"company_change": made.id}, events=(event,))


def _locks(act: Act) -> Iterable[str]:
    found = change(act.scheme, act.arguments["company_change"])
    if found is not None:
        yield f"company:{act.scheme}/{found.participant.key}"
        # Registrations look for the names of corporations, too.
        yield f"registration:{act.scheme}"


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    number, found = act.arguments["company_change"], change(act.scheme, act.arguments["company_change"])
    facts: Facts = {"company.id": number if isinstance(number, int) else 0, "reason": _reason(act)}
    if found is None:
        return facts
    arrived = act.arguments.get("arrived_on")
    return (
        facts
        | _name_facts(found.participant.organisation, found.name)
        | {
            "company.exists": True,
            "company.state": found.state,
            "company.from_day": found.from_day,
            "company.arrived_on": date.fromisoformat(str(arrived)) if arrived else act.day,
        }
    )


def _reason(act: Act) -> str:
    return str(act.arguments.get("reason", "")).strip()


def _settle(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = change(act.scheme, act.arguments["company_change"])
    if found is None:
        raise AssertionError(f"{act.operation} was allowed without a change")
    state = _BECOMES[act.operation]
    if state == ARRIVED:
        found.arrived_on = facts["company.arrived_on"]
    take_step(act, found, state, note=_reason(act), changed=("arrived_on",))
    happened: tuple[Event, ...] = ()
    if found.state == ACCEPTED:
        _rename(act, found)
        happened = (events.OrganisationChanged(participant=found.participant.key, company_change=found.id),)
    elif found.state == REFUSED:
        happened = (
            events.OrganisationChangeRefused(
                participant=found.participant.key, company_change=found.id, reason=_reason(act)
            ),
        )
    return Done(result={"company_change": found.id, "company_change_state": found.state}, events=happened)


def _rename(act: Act, found: OrganisationChange) -> None:
    """Give the corporation its new name; what it was called before is kept with the day."""
    organisation = found.participant.organisation
    OrganisationName.objects.create(
        organisation=organisation,
        before=organisation.name,
        before_kana=organisation.name_kana,
        name=found.name,
        name_kana=found.name_kana,
        from_day=found.from_day,
        act_id=act.id,
    )
    organisation.name, organisation.name_kana = found.name, found.name_kana
    organisation.name_key = organisation_key(found.name)
    organisation.save(update_fields=["name", "name_kana", "name_key"])


def _settling(name: str, *, by_party: bool = False, more: Iterable[str] = ()) -> Operation:
    return Operation(
        name=name,
        required=frozenset({"company_change", *more}),
        permission=_takes_back if by_party else _settles,
        locks=_locks,
        facts=_facts,
        execute=_settle,
    )


OPERATIONS = (
    Operation(
        name="announce_organisation_change",
        required=frozenset({"participant", "name", "name_kana", "from_day"}),
        permission=_says,
        missing=_announce_missing,
        locks=_announce_locks,
        facts=_announce_facts,
        execute=_announce,
    ),
    _settling("record_change_paper", more=("arrived_on",)),
    _settling("accept_organisation_change"),
    _settling("refuse_organisation_change", more=("reason",)),
    _settling("withdraw_organisation_change", by_party=True),
)
