"""Changes of contact data: asked for by login A in the system, settled by the authority.

What is asked for comes beside the act, as bytes whose SHA-256 the act names (`contact_data.Wish`). It waits until the
authority accepts or refuses it, or the participant takes it back; each of these is a step that stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from tanso.acts.act import Act, Actor
from tanso.acts.events import Event
from tanso.acts.operations import Done, Facts, Operation
from tanso.acts.refusals import refusal
from tanso.acts.steps import take_step
from tanso.kernel.outcomes import Finding
from tanso.parties import contacts, events, queries
from tanso.parties.contact_data import ContactData, Known, Wish
from tanso.parties.models import (
    ACCEPTED,
    REFUSED,
    WAITING,
    WITHDRAWN,
    ContactRequest,
    ContactRequestStep,
    Participant,
)
from tanso.parties.permissions import is_administrator
from tanso.rulebook import Rulebook

_BECOMES = {
    "accept_contact_change": ACCEPTED,
    "refuse_contact_change": REFUSED,
    "withdraw_contact_change": WITHDRAWN,
}


def request(scheme: str, number: Any) -> ContactRequest | None:
    """The request with this number, or None where the scheme has none."""
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    rows = ContactRequest.objects.select_related("participant")
    return rows.filter(participant__scheme=scheme, id=number).first()


def listed(scheme: str, participant_key: str | None = None, state: str = "") -> QuerySet[ContactRequest]:
    """Requests, latest first; of one participant, and in one state, where asked."""
    rows = ContactRequest.objects.select_related("participant").filter(participant__scheme=scheme)
    if participant_key is not None:
        rows = rows.filter(participant__key=participant_key)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-id")


def acts_of(participant_id: int) -> Any:
    """The ids of the acts that settled a participant's requests, as a query to filter by."""
    return ContactRequestStep.objects.filter(request__participant_id=participant_id).values("act_id")


def before(row: ContactRequest) -> Known:
    """What is compared with what was asked for: what counts while it waits, what counted when it was accepted."""
    if row.state == ACCEPTED:
        step = row.steps.get(to_state=ACCEPTED)
        for change in contacts.changes_of(row.participant):
            if change.act_id == step.act_id and change.before is not None:
                return Known.from_json(change.before)
        return Known(None, dict.fromkeys(row.asked["mails"], ""))
    return contacts.known_of(row.participant)


def _lock_of(scheme: str, participant_key: str) -> str:
    return f"contact:{scheme}/{participant_key}"


def is_first_login(actor: Actor, participant_key: str) -> bool:
    """Login A of a participant or a verifier: whom the authority talks to about it."""
    return actor.role in ("participant", "verifier") and actor.letter == "A" and actor.participant == participant_key


# -- asking -----------------------------------------------------------------------------------------------------------


def _asks(actor: Actor, act: Act) -> bool:
    return is_first_login(actor, str(act.arguments["participant"]))


def _ask_locks(act: Act) -> Iterable[str]:
    return (_lock_of(act.scheme, str(act.arguments["participant"])),)


def _ask_missing(act: Act) -> Finding | None:
    key = str(act.arguments["participant"])
    return None if queries.participant(act.scheme, key) else refusal("participant.unknown", participant=key)


def wish_in(act: Act) -> Wish:
    """What the act asks for; raises ValueError where the bytes are not the ones that it names."""
    wish = Wish.from_bytes(act.files["content"])
    if wish.sha256 != act.arguments["content"]:
        raise ValueError("the contact is not the one whose SHA-256 the arguments name")
    return wish


def _ask_facts(act: Act, rulebook: Rulebook) -> Facts:
    wish, participant = wish_in(act), _participant(act)
    known, given = contacts.known_of(participant), wish.given()
    if set(wish.mails) != set(known.mails):
        raise ValueError("a request names the address of every login")
    required = rulebook.value("contact_fields_required", act.day)
    return {
        "participant.kind": participant.kind,
        "contact.missing_fields": [name for name in required if name in given and not given[name].strip()],
        "contact.wrong_fields": wish.wrong(),
        "contact.is_the_same": Known(wish.contact, wish.mails).as_json() == known.as_json(),
        "contact.one_waits": ContactRequest.objects.filter(participant=participant, state=WAITING).exists(),
    }


def _ask(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    wish, participant = wish_in(act), _participant(act)
    made = ContactRequest.objects.create(
        participant=participant,
        asked=Known(wish.contact, wish.mails).as_json(),
        salt=wish.salt,
        sha256=wish.sha256,
        asked_on=act.day,
        act_id=act.id,
    )
    return Done(
        result={"change": made.id},
        events=(events.ContactChangeRequested(participant=participant.key, change=made.id),),
    )


def _participant(act: Act) -> Participant:
    participant = queries.participant(act.scheme, str(act.arguments["participant"]))
    if participant is None:
        raise AssertionError("an unknown participant is refused before it comes here")
    return participant


# -- settling ---------------------------------------------------------------------------------------------------------


def _settles(actor: Actor, act: Act) -> bool:
    return is_administrator(actor)


def _takes_back(actor: Actor, act: Act) -> bool:
    """Login A of whose request it is. Nobody's request is nobody's: the answer tells nothing about others."""
    found = request(act.scheme, act.arguments["change"])
    return found is not None and is_first_login(actor, found.participant.key)


def _settle_locks(act: Act) -> Iterable[str]:
    found = request(act.scheme, act.arguments["change"])
    return () if found is None else (_lock_of(act.scheme, found.participant.key),)


def _settle_facts(act: Act, rulebook: Rulebook) -> Facts:
    number, found = act.arguments["change"], request(act.scheme, act.arguments["change"])
    facts: Facts = {"change.id": number if isinstance(number, int) else 0, "reason": _reason(act)}
    if found is None:
        return facts
    return facts | {
        "change.exists": True,
        "change.state": found.state,
        "change.matches": act.arguments.get("content") == found.sha256,
        "contact.mail_changes": dict(contacts.known_of(found.participant).mails) != found.asked["mails"],
        "contact.mail_is_confirmed": act.arguments.get("mail_confirmed") is True,
    }


def _reason(act: Act) -> str:
    return str(act.arguments.get("reason", "")).strip()


def _settle(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = request(act.scheme, act.arguments["change"])
    if found is None:
        raise AssertionError(f"{act.operation} was allowed without a request")
    take_step(act, found, _BECOMES[act.operation], note=_reason(act))
    happened: Sequence[Event] = ()
    if found.state == ACCEPTED:
        happened = _accept(act, found)
    elif found.state == REFUSED:
        happened = (
            events.ContactChangeRefused(participant=found.participant.key, change=found.id, reason=_reason(act)),
        )
    return Done(result={"change": found.id, "change_state": found.state}, events=tuple(happened))


def _accept(act: Act, found: ContactRequest) -> list[Event]:
    """What was asked for counts; whoever loses or gets an address hears of it."""
    asked, participant = Known.from_json(found.asked), found.participant
    mails = contacts.known_of(participant).mails
    change = contacts.keep(
        participant=participant,
        contact=asked.contact or ContactData(),
        mails=asked.mails,
        day=act.day,
        act_id=act.id,
    )
    happened: list[Event] = [events.ContactChanged(participant=participant.key, change=found.id)]
    for letter in sorted(asked.mails):
        if asked.mails[letter] != mails[letter]:
            happened += [
                events.MailAddressChanged(participant=participant.key, letter=letter, change=change.id, side=side)
                for side, address in (("before", mails[letter]), ("after", asked.mails[letter]))
                if address
            ]
    return happened


OPERATIONS = (
    Operation(
        name="request_contact_change",
        required=frozenset({"participant", "content"}),
        permission=_asks,
        missing=_ask_missing,
        locks=_ask_locks,
        facts=_ask_facts,
        execute=_ask,
    ),
    Operation(
        name="withdraw_contact_change",
        required=frozenset({"change"}),
        permission=_takes_back,
        locks=_settle_locks,
        facts=_settle_facts,
        execute=_settle,
    ),
    Operation(
        name="accept_contact_change",
        required=frozenset({"change", "content"}),
        optional=frozenset({"mail_confirmed"}),
        permission=_settles,
        locks=_settle_locks,
        facts=_settle_facts,
        execute=_settle,
    ),
    Operation(
        name="refuse_contact_change",
        required=frozenset({"change", "reason"}),
        permission=_settles,
        locks=_settle_locks,
        facts=_settle_facts,
        execute=_settle,
    ),
)
