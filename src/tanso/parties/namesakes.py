"""What a scheme has already of the organisations, sites and account names that new participants bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from tanso.acts.act import Act
from tanso.parties.names import name_key, organisation_key
from tanso.rulebook import Rulebook

Facts = dict[str, Any]

# Kind, phase and sites of those of an organisation, with whether units can still move in its account.
_OF_ORGANISATIONS = """
SELECT organisation.name_key, participant.kind, participant.phase,
       EXISTS (SELECT FROM ledger_holder AS holder JOIN ledger_account AS account ON account.holder_id = holder.id
                WHERE holder.external_key = participant.scheme || '/' || participant.key
                  AND account.status <> 'closed'),
       ARRAY(SELECT site.name FROM parties_site AS site WHERE site.participant_id = participant.id)
  FROM parties_organisation AS organisation
  JOIN parties_participant AS participant ON participant.organisation_id = organisation.id
 WHERE participant.scheme = %s AND organisation.name_key = ANY(%s)
"""
_ACCOUNT_NAMES = "SELECT account_key FROM parties_participant WHERE scheme = %s AND account_key = ANY(%s)"


def organisation_of(arguments: Mapping[str, Any]) -> str:
    """The corporation's name that a registration gives; without one, the participant's own."""
    return str(arguments.get("organisation") or arguments["name"]).strip()


def account_name_of(arguments: Mapping[str, Any]) -> str:
    """The account's name that a registration gives; without one, the participant's own."""
    given = arguments.get("account_name")
    return str(arguments["name"] if given is None else given).strip()


def sites_of(arguments: Mapping[str, Any]) -> list[str]:
    """The names of the sites that a registration gives."""
    return [str(site) for site in arguments.get("sites", ())]


class Namesakes:
    """Organisations and names in the scheme, as the registrations so far leave them."""

    def __init__(self, rulebook: Rulebook, acts: Sequence[Act]) -> None:
        self._rulebook = rulebook
        self._kinds: dict[str, set[str]] = {}
        self._sites: set[tuple[str, str, int | None, str]] = set()
        self._names: set[str] = set()
        self._read(
            {organisation_key(organisation_of(act.arguments)) for act in acts},
            {name_key(account_name_of(act.arguments)) for act in acts if self._has_account(act)},
        )

    def _read(self, organisations: Iterable[str], names: Iterable[str]) -> None:
        scheme = self._rulebook.scheme
        with connection.cursor() as cursor:
            cursor.execute(_OF_ORGANISATIONS, [scheme, list(organisations)])
            for key, kind, phase, is_open, sites in cursor.fetchall():
                self._learn(key, kind, phase, sites, is_open=is_open)
            cursor.execute(_ACCOUNT_NAMES, [scheme, list(names)])
            self._names = {key for (key,) in cursor.fetchall()}

    def facts(self, act: Act) -> Facts:
        """What rules may ask about the organisation, the sites and the account's name of a new participant."""
        arguments, name = act.arguments, account_name_of(act.arguments)
        organisation, sites = organisation_key(organisation_of(arguments)), sites_of(arguments)
        subject = (organisation, str(arguments["kind"]), arguments.get("phase"))
        return {
            "participant.form": str(arguments.get("form", "single")),
            "participant.site_count": len(sites),
            "participant.sites_taken": [site for site in sites if (*subject, name_key(site)) in self._sites],
            "participant.organisation": organisation_of(arguments),
            "participant.organisation_holds": sorted(self._kinds.get(organisation, ())),
            "participant.account_name": name,
            "participant.account_name_taken": self._has_account(act) and name_key(name) in self._names,
        }

    def learn(self, act: Act) -> None:
        """Know a new participant too."""
        arguments = act.arguments
        organisation = organisation_key(organisation_of(arguments))
        is_open = self._has_account(act)
        self._learn(organisation, str(arguments["kind"]), arguments.get("phase"), sites_of(arguments), is_open=is_open)
        if is_open:
            self._names.add(name_key(account_name_of(arguments)))

    def _learn(self, organisation: str, kind: str, phase: int | None, sites: Iterable[str], *, is_open: bool) -> None:
        if is_open:
            self._kinds.setdefault(organisation, set()).add(kind)
        self._sites |= {(organisation, kind, phase, name_key(site)) for site in sites}

    def _has_account(self, act: Act) -> bool:
        kind = self._rulebook.participant_kinds.get(str(act.arguments["kind"]))
        return kind is not None and kind.account_kind is not None
