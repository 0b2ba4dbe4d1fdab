"""Whom an event is told to: logins of participants, the administrators, and people without a login.

Login A of a participant hears everything, login B what concerns emissions alone: what each letter may know of is the
scheme's (`scheme.yaml`, `logins`). Everything that a batch of events needs is read in a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tanso.acts.outbox import Message
from tanso.acts.statements import prepared
from tanso.notices import outsiders
from tanso.notices.outsiders import Outsider
from tanso.parties.models import Login
from tanso.rulebook import Rulebook
from tanso.rulebook.model import EventRule

# Which fact of an event names the participant behind an addressee of the rule file.
_PARTICIPANTS = {"holder": "participant", "verifier": "verifier"}
_ADMINISTRATOR = "administrator"
# What is about taking part itself (contacts, logins, registration) goes to a participant's first login.
_REGISTRATION = "registration"
# An objection or dispute says itself what it is about (`about_emissions`).
_CASE = "case"


class Addressee(NamedTuple):
    """One whom a mail goes to: a login of a participant, one of the administrator, or a row that names somebody."""

    address: str
    participant_id: int | None = None
    letter: str = ""
    login: str = ""
    addressee: str = ""
    reference: str = ""


class _ParticipantLogin(NamedTuple):
    participant_id: int
    kind: str
    letter: str
    mail: str


@dataclass(slots=True)
class Post:
    """What a batch of events needs to become mails: names of participants, and everyone who may be written to."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    logins: dict[tuple[str, str], list[_ParticipantLogin]] = field(default_factory=dict)
    administrators: list[Login] = field(default_factory=list)
    # By addressee, scheme and row.
    outside: dict[tuple[str, str, str], Outsider] = field(default_factory=dict)

    def name(self, scheme: str, key: str, otherwise: str = "") -> str:
        """The name of a participant."""
        return self.names.get((scheme, key), otherwise)


def post_for(told: Iterable[tuple[Message, EventRule]]) -> Post:
    """Read what these events need."""
    told = list(told)
    keys = {(message.scheme, key) for message, _ in told for key in _keys(message)}
    post = Post()
    if keys:
        _read_participants(keys, post)
    if any(_ADMINISTRATOR in rule.to for _, rule in told):
        post.administrators = list(Login.objects.filter(role="administrator", is_active=True).order_by("pk"))
    _read_outsiders(told, post)
    return post


def recipients(message: Message, rulebook: Rulebook, rule: EventRule, post: Post) -> Iterator[Addressee]:
    """Everyone whom the rule has the event told to, each of them once."""
    for to in dict.fromkeys(rule.to):
        if to in _PARTICIPANTS:
            key = message.payload.get(_PARTICIPANTS[to])
            for login in post.logins.get((message.scheme, key), ()) if key else ():
                if _hears(rulebook, login, _audience(message, rule)):
                    yield Addressee(login.mail, participant_id=login.participant_id, letter=login.letter)
        elif to == _ADMINISTRATOR:
            for person in post.administrators:
                if person.scheme in ("", message.scheme):
                    yield Addressee(person.mail, login=person.login)
        else:
            reference = _reference(message, to)
            found = post.outside.get((to, message.scheme, reference))
            if found is not None:
                yield Addressee(found.mail, addressee=to, reference=reference)


def outsiders_of(message: Message, rule: EventRule, post: Post) -> dict[str, str]:
    """The names of those outside whom the rule writes to, by addressee, and the page on which they read on."""
    found = {to: post.outside.get((to, message.scheme, _reference(message, to))) for to in rule.to}
    linked = [("link", person.link) for person in found.values() if person is not None and person.link]
    return dict(linked) | {to: person.name for to, person in found.items() if person is not None}


def _audience(message: Message, rule: EventRule) -> str:
    """What a message is about; of a case, what its subject is."""
    if rule.audience != _CASE:
        return rule.audience
    return "emissions" if message.payload.get("about_emissions") else _REGISTRATION


def _hears(rulebook: Rulebook, login: _ParticipantLogin, audience: str) -> bool:
    """Whether what is meant for an audience is for this login."""
    letters = rulebook.participant_kinds[login.kind].logins
    if audience == _REGISTRATION:
        return login.letter == min(letters, default="")
    return audience in letters.get(login.letter, ())


def _keys(message: Message) -> list[str]:
    """The participants that an event names."""
    named = (message.payload.get(fact) for fact in _PARTICIPANTS.values())
    return [key for key in named if key]


def _reference(message: Message, addressee: str) -> str:
    """The row of somebody outside that an event names; "" for none."""
    offered = outsiders.offered(addressee)
    named = None if offered is None else message.payload.get(offered.fact)
    return "" if named is None else str(named)


def _read_participants(keys: set[tuple[str, str]], post: Post) -> None:
    with prepared() as cursor:
        cursor.execute(
            """SELECT participant.scheme, participant.key, participant.name,
                      participant.id, participant.kind, login.letter, login.mail
                 FROM parties_participant AS participant
                 LEFT JOIN parties_login AS login ON login.participant_id = participant.id
                WHERE participant.scheme = ANY(%s) AND participant.key = ANY(%s)
                ORDER BY participant.id, login.letter""",
            [list({scheme for scheme, _ in keys}), list({key for _, key in keys})],
        )
        for scheme, key, name, *login in cursor.fetchall():
            post.names[scheme, key] = name
            found = _ParticipantLogin(*login)
            if found.letter is not None:
                post.logins.setdefault((scheme, key), []).append(found)


def _read_outsiders(told: Iterable[tuple[Message, EventRule]], post: Post) -> None:
    wanted: dict[tuple[str, str], set[object]] = {}
    for message, rule in told:
        for to in rule.to:
            offered = outsiders.offered(to)
            named = None if offered is None else message.payload.get(offered.fact)
            if named is not None:
                wanted.setdefault((to, message.scheme), set()).add(named)
    for (to, scheme), references in wanted.items():
        offered = outsiders.offered(to)
        if offered is not None:
            for reference, person in offered.read(scheme, references).items():
                post.outside[to, scheme, str(reference)] = person
