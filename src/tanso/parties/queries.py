"""Reads of participants and logins."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection

from tanso.acts.act import Actor, Role
from tanso.parties.models import Login, Participant


def participant(scheme: str, key: str) -> Participant | None:
    """The participant with this key, or None."""
    return Participant.objects.select_related("organisation").filter(scheme=scheme, key=key).first()


class Registered(NamedTuple):
    """What rooms above need of a participant to open what belongs to it."""

    id: int
    phase: int | None


def registered(scheme: str, keys: Collection[str]) -> dict[str, Registered]:
    """The participants with these keys, by key, in one query; unknown ones are left out."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, id, phase FROM parties_participant WHERE scheme = %s AND key = ANY(%s)", [scheme, list(keys)]
        )
        return {key: Registered(participant_id, phase) for key, participant_id, phase in cursor.fetchall()}


def participants(scheme: str, *, kind: str | None = None, phase: int | None = None) -> list[Participant]:
    """The participants of a scheme in the order of their registration; of one kind or phase where asked."""
    rows = Participant.objects.select_related("organisation").filter(scheme=scheme)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if phase is not None:
        rows = rows.filter(phase=phase)
    return list(rows.order_by("id"))


def key_of_holder(holder_key: str) -> str:
    """The participant's key in the external key of a ledger holder; "" for none."""
    return holder_key.partition("/")[2]


def participants_by_holder(holder_keys: Iterable[str]) -> dict[str, Participant]:
    """The participants behind these external keys of ledger holders, by that key, in one query."""
    keys = [key.split("/", 1) for key in holder_keys]
    rows = Participant.objects.select_related("organisation").filter(
        scheme__in={scheme for scheme, _ in keys}, key__in={key for _, key in keys}
    )
    return {row.holder_key: row for row in rows}


def verifiers(scheme: str) -> list[Participant]:
    """The verifiers of a scheme, by name."""
    rows = Participant.objects.filter(scheme=scheme, logins__role="verifier").distinct()
    return list(rows.order_by("name"))


def logins_of(participant_id: int) -> dict[str, Login]:
    """A participant's logins by letter."""
    return {login.letter: login for login in Login.objects.filter(participant_id=participant_id)}


def actor_of(login: Login) -> Actor:
    """The actor that a signed-in login is."""
    role: Role = "administrator"
    if login.role == "participant":
        role = "participant"
    elif login.role == "verifier":
        role = "verifier"
    key = None if login.participant is None else login.participant.key
    return Actor(role=role, login=login.login, participant=key, letter=login.letter)
