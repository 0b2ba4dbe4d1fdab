"""Registering participants: with their organisation, sites and logins; the work of many, and of one.

Accounts and reports follow in the rooms above, which follow the event.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection

from tanso.acts import trail
from tanso.acts.act import Act
from tanso.acts.operations import BatchWork, Done, Facts
from tanso.acts.refusals import refusal
from tanso.database.bulk import copy_rows
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import read_quantity
from tanso.parties import fields
from tanso.parties.events import ParticipantRegistered
from tanso.parties.models import PARTICIPANT, VERIFIER
from tanso.parties.names import name_key, organisation_key
from tanso.parties.namesakes import Namesakes, account_name_of, organisation_of
from tanso.parties.permissions import is_administrator
from tanso.parties.queries import registered
from tanso.rulebook import Rulebook

Wish = tuple[Act, Facts]


def locks(act: Act) -> Iterable[str]:
    """All registrations of a scheme follow one another: organisations and account numbers are allotted in order."""
    return (f"registration:{act.scheme}",)


class Registrations(BatchWork):
    """New participants, each under a key of its own."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._taken = set(registered(rulebook.scheme, {str(act.arguments["key"]) for act in acts}))
        self._namesakes = Namesakes(rulebook, acts)

    def permits(self, act: Act) -> bool:
        return is_administrator(act.actor)

    def missing(self, act: Act) -> Finding | None:
        key = str(act.arguments["key"])
        return refusal("participant.exists", participant=key) if key in self._taken else None

    def facts(self, act: Act) -> Facts:
        phase = act.arguments.get("phase")
        facts = {
            "participant.kind": act.arguments["kind"],
            "participant.has_phase": phase is not None,
            "participant.phase": phase or 0,
        }
        if act.arguments.get("reduction_target_t") is not None:
            target = read_quantity(act.arguments["reduction_target_t"])
            facts |= {"quantity.t": target.t, "quantity.is_whole": target.is_whole}
        facts |= self._namesakes.facts(act)
        return facts | fields.facts_of(self._rulebook, str(act.arguments["kind"]), act.arguments.get("attributes", {}))

    def apply(self, act: Act, facts: Facts) -> None:
        self._taken.add(str(act.arguments["key"]))
        self._namesakes.learn(act)

    def write(self, allowed: Sequence[Wish]) -> list[Done]:
        organisations = self._write_organisations(allowed)
        ids = self._write_participants(allowed, organisations)
        self._write_sites(allowed, ids)
        logins = self._write_logins(allowed, ids)
        return [
            Done(
                result={"logins": logins[act.arguments["key"]]},
                events=(
                    ParticipantRegistered(
                        participant=act.arguments["key"], kind=act.arguments["kind"], day=act.day.isoformat()
                    ),
                ),
            )
            for act, _ in allowed
        ]

    def _write_organisations(self, allowed: Sequence[Wish]) -> dict[str, int]:
        """The organisations by their names, in whatever spelling; made where they are new, and named as first spelt."""
        names = [organisation_of(act.arguments) for act, _ in allowed]
        spelt: dict[str, str] = {}
        writers: dict[str, Act] = {}
        for name, (act, _) in zip(names, allowed, strict=True):
            spelt.setdefault(organisation_key(name), name)
            writers.setdefault(organisation_key(name), act)
        with _rows_by("parties_organisation", writers, allowed):
            found = _organisations(spelt)
        return {name: found[organisation_key(name)] for name in names}

    def _write_participants(self, allowed: Sequence[Wish], organisations: dict[str, int]) -> dict[str, int]:
        """The participants themselves; their ids by their keys."""
        writers = {str(act.arguments["key"]): act for act, _ in allowed}
        with _rows_by("parties_participant", writers, allowed), connection.cursor() as cursor:
            copy_rows(
                cursor,
                "parties_participant",
                (
                    "scheme",
                    "key",
                    "kind",
                    "organisation_id",
                    "name",
                    "phase",
                    "reduction_target_t",
                    "form",
                    "account_name",
                    "account_key",
                    "attributes",
                    "registered_on",
                ),
                (_participant(act, facts, organisations, self._account_name(act)) for act, facts in allowed),
            )
        return {key: row.id for key, row in registered(self._rulebook.scheme, list(writers)).items()}

    def _write_sites(self, allowed: Sequence[Wish], ids: dict[str, int]) -> None:
        rows = [(ids[act.arguments["key"]], site) for act, _ in allowed for site in act.arguments.get("sites", ())]
        if rows:
            with _rows_by("parties_site", _by_id(allowed, ids), allowed), connection.cursor() as cursor:
                copy_rows(cursor, "parties_site", ("participant_id", "name"), rows)

    def _write_logins(self, allowed: Sequence[Wish], ids: dict[str, int]) -> dict[str, dict[str, str]]:
        """The logins that each kind has, without passwords; their ids by the participant's key and the letter."""
        scheme = self._rulebook.scheme
        wanted = [
            (act.arguments["key"], letter)
            for act, _ in allowed
            for letter in self._rulebook.participant_kinds[act.arguments["kind"]].logins
        ]
        taken = _logins_taken([f"{key}-{letter}" for key, letter in wanted])
        found: dict[str, dict[str, str]] = {act.arguments["key"]: {} for act, _ in allowed}
        for key, letter in wanted:
            plain = f"{key}-{letter}"
            # Another scheme of the installation may have the same key.
            found[key][letter] = f"{scheme}-{plain}" if plain in taken else plain
        roles = {act.arguments["key"]: self._role(act) for act, _ in allowed}
        with _rows_by("parties_login", _by_id(allowed, ids), allowed), connection.cursor() as cursor:
            copy_rows(
                cursor,
                "parties_login",
                ("login", "role", "scheme", "participant_id", "letter", "person", "mail", "is_active", "password"),
                (
                    (found[key][letter], roles[key], scheme, ids[key], letter, "", "", True, _no_password())
                    for key, letter in wanted
                ),
            )
        return found

    def _account_name(self, act: Act) -> str:
        """The name of the account that opens for it; "" where its kind has none."""
        kind = self._rulebook.participant_kinds[act.arguments["kind"]]
        return "" if kind.account_kind is None else account_name_of(act.arguments)

    def _role(self, act: Act) -> str:
        kind = self._rulebook.participant_kinds[act.arguments["kind"]]
        return VERIFIER if kind.kind == VERIFIER else PARTICIPANT


def _rows_by(relation: str, writers: Mapping[str, Act], allowed: Sequence[Wish]) -> AbstractContextManager[None]:
    """Whose each new row is, where several acts are written together. Of a single one the trail knows already."""
    return trail.rows_by(relation, writers) if len(allowed) > 1 else nullcontext()


def _by_id(allowed: Sequence[Wish], ids: dict[str, int]) -> dict[str, Act]:
    """The acts by the number of the participant that each registers."""
    return {str(ids[act.arguments["key"]]): act for act, _ in allowed}


def _organisations(spelt: Mapping[str, str]) -> dict[str, int]:
    """The organisations of these keys; those that are new are made, of the name beside the key."""
    keys = list(spelt)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_key, id FROM parties_organisation WHERE name_key = ANY(%s)", [keys])
        found = dict(cursor.fetchall())
        new = [key for key in keys if key not in found]
        if new:
            cursor.execute(
                """INSERT INTO parties_organisation (name, name_kana, name_key)
                   SELECT name, '', key
                     FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS new (name, key, place) ORDER BY place
                   ON CONFLICT DO NOTHING""",
                [[spelt[key] for key in new], new],
            )
            cursor.execute("SELECT name_key, id FROM parties_organisation WHERE name_key = ANY(%s)", [keys])
            found = dict(cursor.fetchall())
    return found


def _participant(act: Act, facts: Facts, organisations: dict[str, int], account_name: str) -> tuple[Any, ...]:
    arguments = act.arguments
    return (
        act.scheme,
        arguments["key"],
        arguments["kind"],
        organisations[organisation_of(act.arguments)],
        arguments["name"],
        arguments.get("phase"),
        facts.get("quantity.t"),
        arguments.get("form", "single"),
        account_name,
        name_key(account_name),
        json.dumps(dict(arguments.get("attributes", {})), ensure_ascii=False),
        act.day,
    )


def _logins_taken(logins: Sequence[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT login FROM parties_login WHERE login = ANY(%s)", [list(logins)])
        return {row[0] for row in cursor.fetchall()}


def _no_password() -> str:
    """What Django takes for "no password"; different each time, so that no link to set one outlives another."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)
