"""The administrator's search: what somebody wrote, read in each way that it can be meant, and what is found by it.

Every finder asks once, by an index, for a few rows more than are shown. Names are looked for among the participants
of the scheme in one statement: PostgreSQL's trigrams leave Japanese out where the database has no locale, as ours, and
a scheme has thousands of participants, not millions. What is written is a value of the statement and no pattern.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts.models import ActRecord
from tanso.emissions.models import Report
from tanso.interfaces.exports.names import Names
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.desk import Desk
from tanso.kernel.serials import SerialSet, SerialsUnreadableError
from tanso.kernel.texts import Text
from tanso.ledger import life as lives
from tanso.ledger import queries as ledger
from tanso.ledger.models import UnitClass
from tanso.ledger.records import Account
from tanso.notices import letter_queries, published
from tanso.notices import queries as messages
from tanso.notices.models import Answer, Document, Notice, Question
from tanso.parties import contact_changes, organisation_changes
from tanso.parties.applications import queries as registrations
from tanso.parties.models import Login
from tanso.parties.names import organisation_key
from tanso.registry import applications as unit_applications
from tanso.registry import objections
from tanso.registry.contexts import evidence_key

LONGEST, FEWEST_LETTERS, MOST_WORDS = 100, 2, 5
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-"))
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_HIRAGANA = {code + 0x60: code for code in range(0x3041, 0x3097)}
# Of an act's number, so many signs say which one is meant.
_PREFIX = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found. `is_exact`: what was written is its own number or key."""

    title: str
    note: str
    address: str
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one sort; `has_more` where there is more than is shown."""

    id: str
    label: str
    found: tuple[Found, ...]
    has_more: bool


class Written:
    """What somebody wrote into the field, in the ways that it can be meant."""

    def __init__(self, written: str) -> None:
        # PostgreSQL takes no NUL, and nobody means one; half of a surrogate pair is no letter either.
        clean = written[: LONGEST * 2].encode("utf-8", "ignore").decode("utf-8").replace("\0", "")
        self.text = " ".join(unicodedata.normalize("NFKC", clean).split())[:LONGEST]
        # The participants that are meant: their reports are found by them too.
        self.participants: list[tuple[Any, ...]] | None = None

    @cached_property
    def code(self) -> str:
        """As a number or key: with plain hyphens, and no spaces."""
        return self.text.translate(_DASHES).replace(" ", "")

    @cached_property
    def words(self) -> list[list[str]]:
        """As words of names, each in the spellings that it may stand in."""
        found = []
        for word in self.text.split()[:MOST_WORDS]:
            key = organisation_key(word)
            plain = key.translate(_DASHES)
            found.append(list(dict.fromkeys((key, key.translate(_KATAKANA), key.translate(_HIRAGANA), plain))))
        return found

    @cached_property
    def number(self) -> int | None:
        """As a number of a letter, an application and so on."""
        digits = self.code.lstrip("#").replace(",", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
            return None
        return int(digits) if 0 < int(digits) <= _LARGEST else None

    @cached_property
    def is_enough(self) -> bool:
        """Whether it is enough to look for: two letters, or a number."""
        return len(self.text) >= FEWEST_LETTERS or self.number is not None


Finder = Callable[[Desk, Written, int], list[Found]]


def search(desk: Desk, written: Written, *, most: int, only: str = "") -> list[Group]:
    """What is found, in groups; of one group alone where asked."""
    groups = []
    for group, label, finder in _finders():
        if only and group != only:
            continue
        found = finder(desk, written, most + 1)
        if found:
            groups.append(Group(group, label, tuple(found[:most]), has_more=len(found) > most))
    return groups


def _finders() -> list[tuple[str, str, Finder]]:
    return [
        ("participants", _("Participants and accounts"), _participants),
        ("own-accounts", _("The registry's own accounts"), _own_accounts),
        ("logins", _("Logins"), _logins),
        ("reports", _("Reports"), _reports),
        ("serials", _("Serial numbers"), _serials),
        ("applications", _("Applications for units"), _applications),
        ("registrations", _("Applications for registration"), _registrations),
        ("changes", _("Changes that were asked for"), _changes),
        ("letters", _("Letters"), _letters),
        ("objections", _("Objections and disputes"), _objections),
        ("messages", _("Messages"), _messages),
        ("publications", _("Notices, answers and documents"), _publications),
        ("questions", _("Questions"), _questions),
        ("acts", _("Records"), _acts),
    ]


def _at(desk: Desk, name: str, **more: Any) -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, **more})


# --- participants, their accounts, logins and reports ----------------------------------------------------------------

_HAYSTACK = """
replace(lower(normalize(concat_ws(chr(10), participant.key, participant.name, participant.account_name,
    organisation.name, organisation.name_kana, organisation.name_key, account.number,
    (SELECT string_agg(site.name || chr(10) || site.name_kana, chr(10)) FROM parties_site AS site
      WHERE site.participant_id = participant.id)), NFKC)), ' ', '')
"""
_PARTICIPANTS = f"""
SELECT id, key, name, kind, phase, number FROM (
    SELECT participant.id, participant.key, participant.name, participant.kind, participant.phase, account.number,
           {_HAYSTACK} AS hay
      FROM parties_participant AS participant
      JOIN parties_organisation AS organisation ON organisation.id = participant.organisation_id
      LEFT JOIN ledger_holder AS holder ON holder.external_key = participant.scheme || '/' || participant.key
      LEFT JOIN ledger_account AS account ON account.holder_id = holder.id
     WHERE participant.scheme = %s) AS known
 WHERE {{conditions}}
 ORDER BY (lower(key) = %s OR lower(number) = %s) DESC NULLS LAST, id LIMIT %s
"""  # noqa: S608 -- put together from fixed texts


def _matching(desk: Desk, written: Written, most: int) -> list[tuple[Any, ...]]:
    """The participants whose names, readings, sites, key or account number have every word; () for none."""
    if not written.words or len(written.text) < FEWEST_LETTERS:
        return []
    if written.participants is None:
        written.participants = _asked(desk, written, most)
    return written.participants


def _asked(desk: Desk, written: Written, most: int) -> list[tuple[Any, ...]]:
    values: list[Any] = [desk.scheme]
    conditions = []
    for spellings in written.words:
        conditions.append("(" + " OR ".join("strpos(hay, %s) > 0" for _spelling in spellings) + ")")
        values += spellings
    code = written.code.casefold()
    with connection.cursor() as cursor:
        cursor.execute(_PARTICIPANTS.format(conditions=" AND ".join(conditions)), [*values, code, code, most])
        return list(cursor.fetchall())


def _participants(desk: Desk, written: Written, most: int) -> list[Found]:
    code = written.code.casefold()
    found = []
    for _id, key, name, kind, phase, number in _matching(desk, written, most):
        rule = desk.rulebook.participant_kinds.get(kind)
        notes = [
            "" if rule is None else describe.here(rule.label),
            "" if phase is None else describe.phase(desk.rulebook, phase),
            key,
            number or "",
        ]
        found.append(
            Found(
                name,
                " · ".join(note for note in notes if note),
                _address_of_participant(desk, key, number),
                is_exact=code in (str(key).casefold(), str(number).casefold()),
            )
        )
    return found


def _address_of_participant(desk: Desk, key: str, number: str | None) -> str:
    if number:
        return _at(desk, "account", number=number)
    if "request_contact_change" in desk.rulebook.operations:
        return _at(desk, "contact", participant=key)
    return _at(desk, "logins") + "?" + urlencode({"name": key})


def _own_accounts(desk: Desk, written: Written, most: int) -> list[Found]:
    code = written.code.casefold()

    def is_meant(account: Account) -> bool:
        return len(code) >= FEWEST_LETTERS and code in account.number.casefold()

    return [
        Found(
            account.number,
            describe.account_kind(desk.rulebook, account.kind),
            _at(desk, "statement", number=account.number),
            is_exact=code == account.number.casefold(),
        )
        for account in ledger.accounts_without_holder(desk.scheme)
        if is_meant(account)
    ][:most]


def _logins(desk: Desk, written: Written, most: int) -> list[Found]:
    if "issue_login" not in desk.rulebook.operations or len(written.code) < FEWEST_LETTERS:
        return []
    rows = Login.objects.select_related("participant").filter(scheme=desk.scheme, participant__isnull=False)
    fitting = rows.filter(login__icontains=written.code).order_by("participant_id", "letter")[:most]
    return [
        Found(
            login.login,
            "" if login.participant is None else login.participant.name,
            _at(desk, "logins") + "?" + urlencode({"name": login.login}),
            is_exact=login.login.casefold() == written.code.casefold(),
        )
        for login in fitting
    ]


def _reports(desk: Desk, written: Written, most: int) -> list[Found]:
    """The reports of the participants that are meant."""
    participants = [row[0] for row in _matching(desk, written, most)]
    rows = Report.objects.select_related("participant").filter(participant_id__in=participants)
    return [
        Found(
            f"{row.participant.name} {describe.report_year(desk.rulebook, row.year, row.participant.phase)}",
            describe.report_state(desk.rulebook, row.state),
            _at(desk, "report", participant=row.participant.key, year=row.year),
        )
        for row in rows.order_by("participant_id", "fiscal_year")[:most]
    ]


# --- numbers ---------------------------------------------------------------------------------------------------------


def _serials(desk: Desk, written: Written, most: int) -> list[Found]:
    """The first and the last number of what was written, of each unit of which it was issued."""
    try:
        ranges = SerialSet.parse(written.text).ranges
    except SerialsUnreadableError:
        return []
    if len(ranges) != 1:
        return []
    first, last = ranges[0].start, ranges[0].end - 1
    names = Names(desk.scheme)
    issued = dict(UnitClass.objects.filter(scheme=desk.scheme).values_list("id", "next_serial"))
    return [
        Found(
            f"{describe.here(names.unit(unit))} {number}",
            "",
            _at(desk, "serials") + "?" + urlencode({"unit": unit.id, "number": number}),
        )
        for unit in lives.unit_classes(scheme=desk.scheme)
        for number in dict.fromkeys((first, last))
        if 1 <= number < issued.get(unit.id, 0)
    ][:most]


def _applications(desk: Desk, written: Written, most: int) -> list[Found]:
    if "apply_for_units" not in desk.rulebook.operations:
        return []
    wanted = Q(reference=evidence_key(written.text))
    if written.number is not None:
        wanted |= Q(id=written.number)
    return [
        Found(
            _("Application %(number)s") % {"number": row.pk},
            f"{row.participant.name} · {describe.unit(desk.rulebook, row.unit)} · {row.as_given}",
            _at(desk, "application", application=row.pk),
            is_exact=True,
        )
        for row in unit_applications.listed(desk.scheme).filter(wanted)[:most]
    ]


def _registrations(desk: Desk, written: Written, most: int) -> list[Found]:
    if desk.rulebook.registration is None or written.number is None:
        return []
    row = registrations.application(desk.scheme, written.number)
    if row is None:
        return []
    said = registrations.content_of(desk.rulebook, row).representative
    title = _("Application %(number)s for registration") % {"number": row.pk}
    return [Found(title, said, _at(desk, "registration-desk", number=row.pk), is_exact=True)]


def _changes(desk: Desk, written: Written, most: int) -> list[Found]:
    """A change of contact or of a company's name, by its number."""
    if written.number is None:
        return []
    found = []
    if "request_contact_change" in desk.rulebook.operations:
        for row in contact_changes.listed(desk.scheme).filter(id=written.number):
            title = _("Change of contact %(number)s") % {"number": row.pk}
            found.append(Found(title, row.participant.name, _at(desk, "contact-change", change=row.pk), is_exact=True))
    if "announce_organisation_change" in desk.rulebook.operations:
        for change in organisation_changes.listed(desk.scheme).filter(id=written.number):
            title = _("Change of company name %(number)s") % {"number": change.pk}
            address = _at(desk, "company-change", change=change.pk)
            found.append(Found(title, change.participant.name, address, is_exact=True))
    return found[:most]


def _letters(desk: Desk, written: Written, most: int) -> list[Found]:
    if not desk.rulebook.letters.kinds:
        return []
    wanted = Q(reference__in={written.text, written.code})
    if written.number is not None:
        wanted |= Q(number=written.number)
    return [
        Found(
            row.reference,
            f"{_said(row.content['title'])} · {row.participant.name}",
            _at(desk, "letter", letter=row.pk),
            is_exact=True,
        )
        for row in letter_queries.letters(desk.scheme).filter(wanted)[:most]
    ]


def _said(text: Any) -> str:
    """A stored text of two languages in that of the page."""
    return describe.here(Text.from_json(text))


def _objections(desk: Desk, written: Written, most: int) -> list[Found]:
    if "file_objection" not in desk.rulebook.operations or written.number is None:
        return []
    return [
        Found(
            _("Objection or dispute %(number)s") % {"number": row.pk},
            f"{row.participant.name} · {describe.operation(desk.rulebook, row.operation)}",
            _at(desk, "objection", objection=row.pk),
            is_exact=True,
        )
        for row in objections.listed(desk.scheme).filter(id=written.number)[:most]
    ]


# --- words -----------------------------------------------------------------------------------------------------------


def _messages(desk: Desk, written: Written, most: int) -> list[Found]:
    """The administrator's own messages by their subject; the list of all mails looks further."""
    if len(written.text) < FEWEST_LETTERS:
        return []
    rows = messages.messages_of(desk.login, desk.scheme)
    subject = Q(subject__ja__icontains=written.text) | Q(subject__en__icontains=written.text)
    return [
        Found(_said(row.subject), describe.here(words.short_day(row.day)), _at(desk, "message", message=row.pk))
        for row in rows.filter(subject)[:most]
    ]


def _publications(desk: Desk, written: Written, most: int) -> list[Found]:
    """Notices, answers and documents that are published; few enough to be read and compared here."""
    if "publish_notice" not in desk.rulebook.operations or len(written.text) < FEWEST_LETTERS:
        return []
    word = written.text.casefold()
    found = []
    for model, page in ((Notice, "change_notice"), (Answer, "change_answer"), (Document, "change_document")):
        for row in published.latest(model, desk.scheme):
            said = row.question if isinstance(row, Answer) else row.title  # type: ignore[attr-defined]
            texts = [said, row.answer] if isinstance(row, Answer) else [said]
            spelt = " ".join(unicodedata.normalize("NFKC", part) for text in texts for part in text.values())
            if word in spelt.casefold():
                found.append(Found(_said(said), "", _at(desk, page, number=row.number)))
    return found[:most]


def _questions(desk: Desk, written: Written, most: int) -> list[Found]:
    if "answer_question" not in desk.rulebook.operations:
        return []
    wanted = Q(number=written.number) if written.number is not None else Q(text__icontains=written.text)
    return [
        Found(
            _("Question %(number)s") % {"number": row.number},
            row.text[:80],
            _at(desk, "answer_question", number=row.number),
            is_exact=row.number == written.number,
        )
        for row in Question.objects.filter(wanted, scheme=desk.scheme, erased_on=None).order_by("-asked_on")[:most]
    ]


def _acts(desk: Desk, written: Written, most: int) -> list[Found]:
    """Records by their number, or by how it begins."""
    code = written.code.casefold()
    if not _PREFIX.fullmatch(code):
        return []
    digits = code.replace("-", "")
    if len(digits) > 32:
        return []
    first, last = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    rows = ActRecord.objects.filter(scheme=desk.scheme, id__gte=first, id__lte=last).order_by("id")[:most]
    return [
        Found(
            line.operation,
            f"{line.about} {line.record.id}".strip(),
            _at(desk, "act", act_id=line.record.id),
            is_exact=len(digits) == 32,
        )
        for line in describe.act_lines(desk.rulebook, list(rows))
    ]
