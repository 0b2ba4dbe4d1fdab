"""Writes letters: from committed events to numbered letters, by the rules of the scheme.

A letter is made in the delivery of its event, with all that it says, and never again. Many at once take one lock and a
fixed number of statements.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from tanso.acts import rulebooks
from tanso.acts.models import OutboxMessage
from tanso.acts.outbox import Message
from tanso.kernel.periods import fiscal_year_of
from tanso.kernel.texts import Text
from tanso.kernel.units import UnitName
from tanso.notices.letter_models import Letter
from tanso.parties import organisation_changes, renaming
from tanso.parties.models import Login, Participant
from tanso.registry import queries as registry
from tanso.registry.models import ComplianceStatement
from tanso.registry.queries import Standing
from tanso.rulebook import Rulebook, library
from tanso.rulebook.letters import FACTS, LetterRule
from tanso.rulebook.texts import fill, show

# Crockford's alphabet: no letter that is read as a digit or as another letter. 20 of them are 100 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
# The version of the layout that new letters are set with.
LAYOUT = 1
_NOTHING = Text("—", "—")
# What is asked of the registry where a letter states it: the account, its figures, what is in it.
_OF_STANDING = frozenset(
    {"account", "base_t", "issued_t", "owed_t", "surrendered_t", "shortfall_t", "stated_on", "held"}
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A letter that an event asks for."""

    message: Message
    rule: LetterRule
    participant: Participant


def wants(rulebook: Rulebook, event: str) -> bool:
    """Events of which the scheme has letters made."""
    return any(rule.event == event for rule in rulebook.letters.kinds.values())


def write_letters(messages: list[Message]) -> None:
    """Make the letters of committed events; an event that comes again makes nothing more."""
    books = {scheme: rulebooks.current(scheme) for scheme in {message.scheme for message in messages}}
    for scheme, rulebook in sorted(books.items()):
        wishes = _wishes([message for message in messages if message.scheme == scheme], rulebook)
        if wishes:
            _write(rulebook, wishes)


def _wishes(messages: Sequence[Message], rulebook: Rulebook) -> list[_Wish]:
    asked = [
        (message, rule)
        for message in messages
        for rule in rulebook.letters.of_event(message.event)
        if all(str(message.payload.get(fact)) in values for fact, values in rule.only.items())
    ]
    if not asked:
        return []
    keys = {str(message.payload.get("participant", "")) for message, _ in asked}
    known = {
        row.key: row
        for row in Participant.objects.select_related("organisation").filter(scheme=rulebook.scheme, key__in=keys)
    }
    made = set(
        Letter.objects.filter(outbox_id__in={message.id for message, _ in asked}).values_list("outbox_id", "kind")
    )
    return [
        _Wish(message, rule, known[message.payload["participant"]])
        for message, rule in asked
        if message.payload.get("participant") in known and (message.id, rule.kind) not in made
    ]


def _write(rulebook: Rulebook, wishes: list[_Wish]) -> None:
    """Letters in the order of their events. Held by the number's lock, nobody else numbers letters meanwhile."""
    numbers = _take_numbers(rulebook.scheme, [fiscal_year_of(wish.message.day) for wish in wishes])
    acts = dict(OutboxMessage.objects.filter(id__in={wish.message.id for wish in wishes}).values_list("id", "act_id"))
    asking = [wish for wish in wishes if wish.rule.states(_OF_STANDING - set(wish.message.payload))]
    standings = _standings(rulebook.scheme, asking)
    stated = _stated(asking, acts)
    logins = _logins(wishes)
    earlier = _earlier(wishes)
    names = _names(wishes)
    letters = []
    for wish, (year, number) in zip(wishes, numbers, strict=True):
        act_id, subject = acts[wish.message.id], _subject(wish)
        reference = rulebook.letters.number(year, number)
        standing = standings.get((wish.message.day, wish.participant.key))
        facts, labels = _facts(rulebook, wish, standing, stated.get(act_id))
        facts["login"] = logins.get((wish.participant.pk, str(wish.message.payload.get("letter", ""))), "—")
        facts |= names[wish.message.day, wish.participant.pk]
        content = _content(rulebook, wish, facts, labels)
        if wish.rule.credentials:
            content["login_letter"] = wish.message.payload["number"]
        if subject:
            content["earlier"] = earlier.get((wish.participant.pk, subject), "")
            earlier[wish.participant.pk, subject] = reference
        letters.append(
            Letter(
                scheme=rulebook.scheme,
                year=year,
                number=number,
                reference=reference,
                kind=wish.rule.kind,
                audience=wish.rule.audience,
                participant=wish.participant,
                subject=subject,
                content=content,
                layout=LAYOUT,
                code=_code(),
                day=wish.message.day,
                act_id=act_id,
                outbox_id=wish.message.id,
            )
        )
    Letter.objects.bulk_create(letters, batch_size=1000)


def _code() -> str:
    """A code that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


_TAKE = """
INSERT INTO notices_letternumber AS given (scheme, year, last) VALUES (%(scheme)s, %(year)s, %(count)s)
ON CONFLICT (scheme, year) DO UPDATE SET last = given.last + excluded.last
RETURNING last
"""


def _take_numbers(scheme: str, years: Sequence[int]) -> list[tuple[int, int]]:
    """The next number of its fiscal year for each letter. A roll-back gives them back: there are no gaps."""
    following: dict[int, int] = {}
    with connection.cursor() as cursor:
        for year in sorted(set(years)):
            count = years.count(year)
            cursor.execute(_TAKE, {"scheme": scheme, "year": year, "count": count})
            (last,) = cursor.fetchone() or (count,)
            following[year] = last - count
    numbers = []
    for year in years:
        following[year] += 1
        numbers.append((year, following[year]))
    return numbers


def _subject(wish: _Wish) -> str:
    """What a letter is about, for letters that take the place of earlier ones."""
    if not wish.rule.series:
        return ""
    return ":".join([wish.rule.series, *(str(wish.message.payload.get(fact, "")) for fact in wish.rule.about)])


def _earlier(wishes: Sequence[_Wish]) -> dict[tuple[int, str], str]:
    """The printed number of the latest letter about each subject, before these."""
    asked = {(wish.participant.pk, subject) for wish in wishes if (subject := _subject(wish))}
    if not asked:
        return {}
    rows = (
        Letter.objects.filter(
            participant__in={participant for participant, _ in asked}, subject__in={subject for _, subject in asked}
        )
        .order_by("id")
        .values_list("participant_id", "subject", "reference")
    )
    return {(participant, subject): reference for participant, subject, reference in rows}


def _standings(scheme: str, wishes: Sequence[_Wish]) -> dict[tuple[date, str], Standing]:
    """Where the participants stand on the days of these letters."""
    standings: dict[tuple[date, str], Standing] = {}
    for day in sorted({wish.message.day for wish in wishes}):
        keys = {wish.participant.key for wish in wishes if wish.message.day == day}
        standings |= {(day, key): found for key, found in registry.standings_of(scheme, keys, day).items()}
    return standings


def _names(wishes: Sequence[_Wish]) -> dict[tuple[date, int], dict[str, str]]:
    """What participants and their corporations were called on the days of these letters."""
    found: dict[tuple[date, int], dict[str, str]] = {}
    for day in sorted({wish.message.day for wish in wishes}):
        some = {wish.participant.pk: wish.participant for wish in wishes if wish.message.day == day}
        names = renaming.names_on(some.values(), day)
        companies = organisation_changes.names_on({row.organisation for row in some.values()}, day)
        for number, row in some.items():
            found[day, number] = {"holder": names[number], "organisation": companies[row.organisation_id]}
    return found


def _logins(wishes: Sequence[_Wish]) -> dict[tuple[int, str], str]:
    """The login ids of the participants that get letters about logins, by participant and letter."""
    participants = {wish.participant.pk for wish in wishes if "letter" in wish.message.payload}
    rows = Login.objects.filter(participant__in=participants).values_list("participant_id", "letter", "login")
    return {(participant, letter): login for participant, letter, login in rows} if participants else {}


def _stated(wishes: Sequence[_Wish], acts: Mapping[int, UUID]) -> dict[UUID, ComplianceStatement]:
    """The statuses that the acts behind these letters stated."""
    rows = ComplianceStatement.objects.filter(
        obligation__participant__in={wish.participant.pk for wish in wishes},
        act_id__in={acts[wish.message.id] for wish in wishes},
    )
    return {row.act_id: row for row in rows} if wishes else {}


# -- what a letter says -----------------------------------------------------------------------------------------------


def _content(rulebook: Rulebook, wish: _Wish, facts: Mapping[str, Any], labels: Mapping[str, Text]) -> dict[str, Any]:
    """All that the paper says but for what its row has besides: number, day, code."""
    rule = wish.rule
    return {
        "title": rule.title.as_json(),
        "sender": rulebook.letters.sender.as_json(),
        "scheme": rulebook.title.as_json(),
        "organisation": facts["organisation"],
        "holder": facts["holder"],
        "body": fill(rule.body, facts, labels).as_json(),
        "rows": [
            {
                "name": figure,
                "label": rulebook.letters.label(figure).as_json(),
                "value": _value(figure, facts, labels).as_json(),
                "is_public": figure in rule.public,
            }
            for figure in rule.figures
        ],
        "tells_addressee": rule.tells_addressee,
        "credentials": rule.credentials,
        "check": f"{settings.TANSO_PUBLIC_ADDRESS}/check/",
    }


def _value(name: str, facts: Mapping[str, Any], labels: Mapping[str, Text]) -> Text:
    if name in labels:
        return labels[name]
    value = facts[name]
    if name.endswith("year"):
        return Text(f"{value}年度", f"FY{value}") if isinstance(value, int) else _NOTHING
    return Text(show(value, "ja"), show(value, "en"))


def _facts(
    rulebook: Rulebook, wish: _Wish, standing: Standing | None, stated: ComplianceStatement | None
) -> tuple[dict[str, Any], dict[str, Text]]:
    """What the letter may state, and the labels that stand for some of it. What is not known reads as a dash."""
    participant, payload = wish.participant, wish.message.payload
    facts: dict[str, Any] = {
        "day": wish.message.day,
        "participant": participant.key,
        "phase": participant.phase,
        "reduction_target_t": participant.reduction_target_t,
    }
    labels: dict[str, Text] = {}
    if standing is not None:
        facts |= {
            "account": standing.account_number,
            "base_t": standing.base_t,
            "issued_t": standing.issued_t,
            "owed_t": standing.target_t,
            "surrendered_t": standing.surrendered_t,
            "shortfall_t": standing.shortfall_t,
            "stated_on": standing.stated_on,
        }
        labels["held"] = _held(standing)
    facts |= {name: value for name, value in payload.items() if name in FACTS and name != "participant"}
    if stated is not None:
        # What the status was stated on, and not what came after it.
        facts |= {"owed_t": stated.emissions_t, "surrendered_t": stated.surrendered_t, "stated_on": stated.stated_on}
    if participant.phase in rulebook.phases:
        labels["phase"] = rulebook.phases[participant.phase].label
    labels |= _labels(rulebook, payload)
    known = dict.fromkeys(FACTS, "—") | {name: fact for name, fact in facts.items() if fact not in (None, "")}
    return known, labels


def _labels(rulebook: Rulebook, payload: Mapping[str, Any]) -> dict[str, Text]:
    labels: dict[str, Text] = {}
    if payload.get("year") in rulebook.life.years:
        label = rulebook.life.years[payload["year"]].label
        labels["year"] = fill(label, {"fiscal_year": str(payload["fiscal_year"])})
    if "unit" in payload:
        labels["unit"] = _unit(rulebook, payload["unit"])
    if "purpose" in payload:
        labels["purpose"] = rulebook.texts.text("purposes", payload["purpose"])
    if payload.get("last_day"):
        day = date.fromisoformat(payload["last_day"])
        labels["last_day"] = Text(show(day, "ja"), show(day, "en"))
    return labels


def _held(standing: Standing) -> Text:
    """What is in the account, a line a unit."""
    held = []
    for holding in standing.holdings:
        unit_class = holding.unit_class
        name = UnitName(unit_class.unit_type, unit_class.phase)
        label = _unit(library().get(unit_class.scheme), str(name))
        quantity = f"{holding.quantity_t:,} t"
        held.append(Text(f"{label.ja}　{quantity}", f"{label.en}: {quantity}"))
    if not held:
        return Text("なし", "none")
    return Text("\n".join(one.ja for one in held), "\n".join(one.en for one in held))


def _unit(rulebook: Rulebook, written: str) -> Text:
    """A unit as people call it, with its phase in words."""
    name = UnitName.parse(written)
    known = rulebook.units.get(name.type)
    if known is None:
        return Text(written, written)
    if name.phase is None:
        return known.label
    book = rulebook if known.scheme == rulebook.scheme else library().get(known.scheme)
    phase = book.phases[name.phase].label
    return Text(f"{known.label.ja}（{phase.ja}）", f"{known.label.en} ({phase.en})")
