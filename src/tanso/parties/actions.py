"""Writes of the parties room: registration of participants, logins and their passwords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act, Actor
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import read_quantity
from tanso.parties.events import ParticipantRegistered
from tanso.parties.models import PARTICIPANT, VERIFIER, Login, Organisation, Participant, Site
from tanso.parties.permissions import is_administrator
from tanso.rulebook import Rulebook


def register_participant(
    *,
    scheme: str,
    key: str,
    kind: str,
    name: str,
    organisation: str,
    day: date,
    letters: Iterable[str],
    role: str,
    phase: int | None,
    reduction_target_t: int | None,
    form: str,
    sites: Iterable[str],
    attributes: Mapping[str, Any],
) -> tuple[Participant, dict[str, str]]:
    """Register a participant with its sites and its logins (without passwords); returns it and its login ids by letter.

    The organisation is found by its name or made. Accounts and reports follow in the rooms above.
    """
    owner, _ = Organisation.objects.get_or_create(name=organisation)
    participant = Participant.objects.create(
        scheme=scheme,
        key=key,
        kind=kind,
        organisation=owner,
        name=name,
        phase=phase,
        reduction_target_t=reduction_target_t,
        form=form,
        attributes=dict(attributes),
        registered_on=day,
    )
    Site.objects.bulk_create([Site(participant=participant, name=site) for site in sites])
    ids = {letter: _free_login_id(scheme, key, letter) for letter in letters}
    logins = [
        Login(login=login_id, role=role, scheme=scheme, participant=participant, letter=letter)
        for letter, login_id in ids.items()
    ]
    for login in logins:
        login.set_unusable_password()
    Login.objects.bulk_create(logins)
    return participant, ids


def _free_login_id(scheme: str, key: str, letter: str) -> str:
    """`key-LETTER`, with the scheme before it where another scheme of the installation has the same key."""
    plain = f"{key}-{letter}"
    return f"{scheme}-{plain}" if Login.objects.filter(login=plain).exists() else plain


def add_administrator(*, login_id: str, person: str, mail: str = "") -> Login:
    """A login of the authority's secretariat, without a password; the same id twice gives the same login."""
    login, made = Login.objects.get_or_create(
        login=login_id, defaults={"role": "administrator", "person": person, "mail": mail}
    )
    if made:
        login.set_unusable_password()
        login.save(update_fields=["password"])
    return login


def set_password(*, login: Login, password: str) -> None:
    """Give a login a new password. The password is in no act and no log."""
    login.set_password(password)
    login.save(update_fields=["password"])


def _permitted(actor: Actor, act: Act) -> bool:
    return is_administrator(actor)


def _already_there(act: Act) -> Finding | None:
    key = str(act.arguments["key"])
    taken = Participant.objects.filter(scheme=act.scheme, key=key).exists()
    return refusal("participant.exists", participant=key) if taken else None


def _locks(act: Act) -> Iterable[str]:
    # All registrations of a scheme follow one another: organisations and account numbers are allotted in order.
    return (f"registration:{act.scheme}",)


def _facts(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    phase = act.arguments.get("phase")
    facts = {
        "participant.kind": act.arguments["kind"],
        "participant.has_phase": phase is not None,
        "participant.phase": phase or 0,
    }
    if act.arguments.get("reduction_target_t") is not None:
        target = read_quantity(act.arguments["reduction_target_t"])
        facts |= {"quantity.t": target.t, "quantity.is_whole": target.is_whole}
    return facts


def _register(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    arguments = act.arguments
    kind = rulebook.participant_kinds[arguments["kind"]]
    participant, logins = register_participant(
        scheme=act.scheme,
        key=arguments["key"],
        kind=arguments["kind"],
        name=arguments["name"],
        organisation=arguments.get("organisation") or arguments["name"],
        day=act.day,
        letters=tuple(kind.logins),
        role=VERIFIER if kind.kind == VERIFIER else PARTICIPANT,
        phase=arguments.get("phase"),
        reduction_target_t=facts.get("quantity.t"),
        form=arguments.get("form", "single"),
        sites=arguments.get("sites", ()),
        attributes=arguments.get("attributes", {}),
    )
    event = ParticipantRegistered(participant=participant.key, kind=participant.kind, day=act.day.isoformat())
    return Done(result={"logins": logins}, events=(event,))


def register_operations() -> None:
    """Offer this room's operations to the door; called once at start."""
    operations.register(
        Operation(
            name="register_participant",
            required=frozenset({"key", "kind", "name"}),
            optional=frozenset({"organisation", "phase", "reduction_target_t", "form", "sites", "attributes"}),
            permission=_permitted,
            missing=_already_there,
            locks=_locks,
            facts=_facts,
            execute=_register,
        )
    )
