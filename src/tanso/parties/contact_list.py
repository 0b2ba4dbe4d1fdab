"""The list of contacts that participants agreed to share with one another, to find counterparties.

Whoever has agreed is on it, as long as its account is open: login A says yes and no, and no counts at once. The field
of participants that says so is the scheme's (`attributes.yaml`), of the name below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tanso.acts.act import Act, Actor
from tanso.acts.operations import Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.parties import queries
from tanso.parties.contact_changes import is_first_login
from tanso.parties.contact_data import FIELDS, ContactData
from tanso.parties.events import ParticipantChanged
from tanso.parties.models import AttributeChange, Participant
from tanso.rulebook import Rulebook

CONSENT = "contact_consent"
_SAYS = {"join_contact_list": True, "leave_contact_list": False}

# Whoever has an account that is not closed; of several rows of one participant there are none: it has one account.
_LISTED = """
SELECT participant.key, participant.kind, participant.phase, participant.name, participant.account_name,
       organisation.name, organisation.name_kana, account.number,
       COALESCE(participant.attributes -> %s = 'true'::jsonb, false), COALESCE(login.mail, ''), {contact}
  FROM parties_participant AS participant
  JOIN parties_organisation AS organisation ON organisation.id = participant.organisation_id
  JOIN ledger_holder AS holder ON holder.external_key = participant.scheme || '/' || participant.key
  JOIN ledger_account AS account ON account.holder_id = holder.id
  LEFT JOIN parties_contact AS contact ON contact.participant_id = participant.id
  LEFT JOIN parties_login AS login ON login.participant_id = participant.id AND login.letter = 'A'
 WHERE participant.scheme = %s AND account.status <> 'closed'
 ORDER BY account.id
""".format(contact=", ".join(f"COALESCE(contact.{name}, '')" for name in FIELDS))


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    key: str
    kind: str
    phase: int | None
    account_name: str
    organisation: str
    organisation_kana: str
    number: str
    agrees: bool
    mail: str
    contact: ContactData


def has_list(rulebook: Rulebook) -> bool:
    """Whether the scheme lets participants share their contacts."""
    return "join_contact_list" in rulebook.operations


def agrees(participant: Participant) -> bool:
    """Whether the participant agreed to be on the list."""
    return participant.attributes.get(CONSENT) is True


def everybody(scheme: str) -> list[Listed]:
    """Every participant with an open account, whether it agrees or not, by account: for the authority."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [CONSENT, scheme])
        return [
            Listed(
                key=key,
                kind=kind,
                phase=phase,
                account_name=account_name or name,
                organisation=organisation,
                organisation_kana=kana,
                number=number,
                agrees=agreed,
                mail=mail,
                contact=ContactData(**dict(zip(FIELDS, contact, strict=True))),
            )
            for key, kind, phase, name, account_name, organisation, kana, number, agreed, mail, *contact in (
                cursor.fetchall()
            )
        ]


def shared(scheme: str, reader_key: str) -> list[Listed] | None:
    """The list as a participant reads it; None where the participant itself is not on it."""
    found = [line for line in everybody(scheme) if line.agrees]
    return found if any(line.key == reader_key for line in found) else None


# What the lines are sorted by. Names go by their readings where they have one.
ORDERS: Mapping[str, Callable[[Listed], Any]] = {
    "number": lambda line: (len(line.number), line.number),
    "kind": lambda line: (line.kind, line.phase or 0),
    "organisation": lambda line: line.organisation_kana or line.organisation,
    "person_kana": lambda line: line.contact.person_kana or line.contact.person or None,
}


# -- saying yes and no ------------------------------------------------------------------------------------------------


def _says(actor: Actor, act: Act) -> bool:
    return actor.role == "participant" and is_first_login(actor, str(act.arguments["participant"]))


def _locks(act: Act) -> Iterable[str]:
    return (f"participant:{act.scheme}/{act.arguments['participant']}",)


def _missing(act: Act) -> Finding | None:
    key = str(act.arguments["participant"])
    return None if queries.participant(act.scheme, key) else refusal("participant.unknown", participant=key)


def _facts(act: Act, rulebook: Rulebook) -> Facts:
    participant = _participant(act)
    return {
        "participant.kind": participant.kind,
        "change.field": CONSENT,
        "change.is_the_same": agrees(participant) is _SAYS[act.operation],
    }


def _execute(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    participant, says = _participant(act), _SAYS[act.operation]
    AttributeChange.objects.create(
        participant=participant,
        attribute=CONSENT,
        before=participant.attributes.get(CONSENT),
        value=says,
        # Nobody need say why: the operation tells what it is.
        reason="",
        changed_on=act.day,
        act_id=act.id,
    )
    participant.attributes = {**participant.attributes, CONSENT: says}
    participant.save(update_fields=["attributes"])
    event = ParticipantChanged(participant=participant.key, field=CONSENT, reason="", day=act.day.isoformat())
    return Done(result={"field": CONSENT, "value": says}, events=(event,))


def _participant(act: Act) -> Participant:
    participant = queries.participant(act.scheme, str(act.arguments["participant"]))
    if participant is None:
        raise AssertionError("an unknown participant is refused before it comes here")
    return participant


OPERATIONS = tuple(
    Operation(
        name=name,
        required=frozenset({"participant"}),
        permission=_says,
        missing=_missing,
        locks=_locks,
        facts=_facts,
        execute=_execute,
    )
    for name in _SAYS
)
