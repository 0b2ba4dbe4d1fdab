"""Other names of accounts and sites: given by the authority, with a reason, from the day of the act on.

A participant has one account, so its account's name is a field of its own. What was called how on which day stays
readable (`account_name_on`); the name of a corporation changes on paper (`organisation_changes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tanso.acts.act import Act
from tanso.acts.operations import Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.parties import permissions as may
from tanso.parties import queries
from tanso.parties.events import ParticipantRenamed
from tanso.parties.models import NameChange, Participant, Site
from tanso.parties.names import name_key
from tanso.rulebook import Rulebook

NAME_LENGTH_MAX = 200
_ACCOUNT, _SITE = "rename_account", "rename_site"


def account_names_on(participants: Iterable[Participant], day: date) -> dict[int, str]:
    """By what name others knew each of these participants on a day, in one query."""
    known = {row.pk: row.known_as for row in participants}
    later = NameChange.objects.filter(participant__in=known, site=None, changed_on__gt=day)
    # The first change after the day tells what the name was before it.
    for number, before in later.order_by("-changed_on", "-id").values_list("participant_id", "before"):
        known[number] = before
    return known


def names_on(participants: Iterable[Participant], day: date) -> dict[int, str]:
    """Each participant's own name on a day: that of its account where the two are one, else what it always was."""
    rows = list(participants)
    accounts = account_names_on(rows, day)
    return {row.pk: accounts[row.pk] if row.name == row.account_name else row.name for row in rows}


def site_of(participant: Participant, number: Any) -> Site | None:
    """The participant's site with this number, or None."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**63:
        return None
    return Site.objects.filter(participant=participant, id=number).first()


def acts_of(participant_id: int) -> Any:
    """The ids of the acts about a participant's names, as a query to filter by."""
    return NameChange.objects.filter(participant_id=participant_id).values("act_id")


def _locks(act: Act) -> Iterable[str]:
    # Registrations look for names, too.
    return (f"participant:{act.scheme}/{act.arguments['participant']}", f"registration:{act.scheme}")


def _missing(act: Act) -> Finding | None:
    """The refusal where there is no such participant, account or site."""
    participant = queries.participant(act.scheme, str(act.arguments["participant"]))
    if participant is None:
        return refusal("participant.unknown", participant=act.arguments["participant"])
    has_one = bool(participant.account_name) if act.operation == _ACCOUNT else _site(act, participant) is not None
    return None if has_one else refusal("rename.unknown", participant=participant.key)


def _site(act: Act, participant: Participant) -> Site | None:
    return site_of(participant, act.arguments["site"]) if act.operation == _SITE else None


def _participant(act: Act) -> Participant:
    participant = queries.participant(act.scheme, str(act.arguments["participant"]))
    if participant is None:
        raise AssertionError("an unknown participant is refused before it comes here")
    return participant


def _names(act: Act) -> tuple[str, str]:
    return str(act.arguments["name"]).strip(), str(act.arguments.get("name_kana", "")).strip()


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    participant, (name, kana) = _participant(act), _names(act)
    site = _site(act, participant)
    facts: Facts = {
        "participant.kind": participant.kind,
        "participant.has_phase": participant.phase is not None,
        "participant.phase": participant.phase or 0,
        "rename.name": name,
        "rename.has_name": 0 < len(name) <= NAME_LENGTH_MAX and len(kana) <= NAME_LENGTH_MAX,
        "reason": str(act.arguments["reason"]).strip(),
    }
    if site is not None:
        return facts | {
            "rename.is_the_same": (name, kana) == (site.name, site.name_kana),
            "participant.sites_taken": [name] if _is_taken(participant, site, name) else [],
        }
    others = Participant.objects.filter(scheme=act.scheme, account_key=name_key(name)).exclude(pk=participant.pk)
    return facts | {
        "rename.is_the_same": name == participant.account_name,
        "participant.account_name": name,
        "participant.account_name_taken": name != "" and others.exists(),
    }


def _is_taken(participant: Participant, site: Site, name: str) -> bool:
    """Whether another site of the same corporation takes part under that name, in the same kind and phase."""
    rows = Site.objects.filter(
        participant__organisation=participant.organisation_id,
        participant__scheme=participant.scheme,
        participant__kind=participant.kind,
        participant__phase=participant.phase,
    ).exclude(pk=site.pk)
    return name_key(name) in {name_key(other) for other in rows.values_list("name", flat=True)}


def _rename(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    participant, (name, kana) = _participant(act), _names(act)
    site = _site(act, participant)
    before = participant.account_name if site is None else site.name
    NameChange.objects.create(
        participant=participant,
        site=site,
        before=before,
        before_kana="" if site is None else site.name_kana,
        name=name,
        name_kana=kana,
        reason=facts["reason"],
        changed_on=act.day,
        act_id=act.id,
    )
    if site is None:
        # Most are registered under their account's name; it stays one name.
        if participant.name == participant.account_name:
            participant.name = name
        participant.account_name, participant.account_key = name, name_key(name)
        participant.save(update_fields=["name", "account_name", "account_key"])
    else:
        site.name, site.name_kana = name, kana
        site.save(update_fields=["name", "name_kana"])
    event = ParticipantRenamed(participant=participant.key, before_name=before, new_name=name, reason=facts["reason"])
    return Done(result={"before": before}, events=(event,))


OPERATIONS = tuple(
    Operation(
        name=operation,
        required=frozenset({"participant", "name", "reason", *more}),
        optional=optional,
        permission=lambda actor, act: may.is_administrator(actor),
        locks=_locks,
        missing=_missing,
        facts=_facts,
        execute=_rename,
    )
    for operation, more, optional in ((_ACCOUNT, (), frozenset()), (_SITE, ("site",), frozenset({"name_kana"})))
)
