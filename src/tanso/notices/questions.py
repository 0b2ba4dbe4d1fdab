"""Questions to the secretariat, by anybody, and their answers.

What is asked and answered may hold personal data: it travels beside the act as a file, the act has its hash alone, and
the row is emptied when the time that the scheme states is over. The hash is over a random secret too, so that nobody
can find the text behind it by trying.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tanso.acts import rulebooks
from tanso.acts.act import Act, Actor
from tanso.acts.events import Event
from tanso.acts.operations import Done, Operation
from tanso.acts.passing import DatedItem
from tanso.kernel.canonical import canonical, sha256
from tanso.notices.publications import not_offered
from tanso.notices.site_models import Question
from tanso.parties import permissions as may
from tanso.parties import queries as parties
from tanso.rulebook import Rulebook

LONGEST_TEXT, LONGEST_MAIL = 5_000, 254
_SECRET = 43


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(Event):
    """Somebody asked; `subject` says about what."""

    name: ClassVar[str] = "question.asked"
    question: int
    question_subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReceived(Event):
    """The same, for whoever asked."""

    name: ClassVar[str] = "question.received"
    question: int
    question_subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Event):
    """A question was answered."""

    name: ClassVar[str] = "question.answered"
    question: int
    question_subject: str


def packed(**content: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """What is said, as an act carries it: the argument with its hash, and the file."""
    return {"content": sha256(content)}, {"content": canonical(content).encode()}


def _unpacked(act: Act) -> dict[str, Any]:
    """What the act says; raises ValueError where the file is not the one that the arguments name."""
    content = json.loads(act.files["content"])
    if not isinstance(content, dict) or sha256(content) != act.arguments["content"]:
        raise ValueError("the content is not the one whose SHA-256 the arguments name")
    return content


def question(scheme: str, number: object) -> Question | None:
    """The question of that number, or None."""
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    return Question.objects.filter(scheme=scheme, number=number).first()


def by_secret(scheme: str, secret: str) -> Question | None:
    """The question whose page has this secret in its address, or None."""
    return Question.objects.filter(scheme=scheme, secret=secret).first()


def count_waiting(scheme: str) -> int:
    """How many questions wait for an answer."""
    return Question.objects.filter(scheme=scheme, answered_on=None, erased_on=None).count()


def asked_by(scheme: str, login: str, most: int) -> list[Question]:
    """The latest questions of a login."""
    return list(Question.objects.filter(scheme=scheme, asker=login).exclude(asker="").order_by("-id")[:most])


def askers(scheme: str, numbers: Collection[Any]) -> dict[int, tuple[str, str]]:
    """Mail address and secret of those who asked, by the number of the question."""
    rows = Question.objects.filter(scheme=scheme, number__in=list(numbers))
    return {number: (mail, secret) for number, mail, secret in rows.values_list("number", "mail", "secret")}


# -- asking -----------------------------------------------------------------------------------------------------------


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_MAIL


def _wrong(act: Act, said: Mapping[str, Any], book: Rulebook) -> list[str]:
    wrong = []
    if book.site is None or act.arguments["subject"] not in book.site.subjects:
        wrong.append("subject")
    if not 0 < len(str(said.get("text", "")).strip()) <= LONGEST_TEXT:
        wrong.append("text")
    mail = str(said.get("mail", ""))
    # Who is signed in may be answered on the page alone.
    if (mail or act.actor.role == "public") and not _is_mail(mail):
        wrong.append("mail")
    if len(str(said.get("secret", ""))) != _SECRET:
        wrong.append("secret")
    return wrong


def _ask_facts(act: Act, book: Rulebook) -> dict[str, Any]:
    return {"question.wrong_fields": _wrong(act, _unpacked(act), book)}


def _ask(act: Act, book: Rulebook, facts: Mapping[str, Any]) -> Done:
    said = _unpacked(act)
    last = Question.objects.filter(scheme=act.scheme).order_by("-number").values_list("number", flat=True).first()
    is_public = act.actor.role == "public"
    key = act.actor.participant
    made = Question.objects.create(
        scheme=act.scheme,
        number=(last or 0) + 1,
        secret=said["secret"],
        subject=act.arguments["subject"],
        text=said["text"].strip(),
        mail=said.get("mail", ""),
        asker="" if is_public else act.actor.login,
        participant=None if key is None else parties.participant(act.scheme, key),
        asked_on=act.day,
        act_id=act.id,
    )
    asked = QuestionAsked(question=made.number, question_subject=made.subject)
    received = QuestionReceived(question=made.number, question_subject=made.subject)
    return Done(result={"question": made.number}, events=(asked, received))


# -- answering --------------------------------------------------------------------------------------------------------


def _answer_facts(act: Act, book: Rulebook) -> dict[str, Any]:
    found = question(act.scheme, act.arguments["question"])
    text = str(_unpacked(act).get("text", "")).strip()
    return {
        "question.exists": found is not None and found.erased_on is None,
        "question.is_answered": found is not None and found.answered_on is not None,
        "question.wrong_fields": [] if 0 < len(text) <= 2 * LONGEST_TEXT else ["text"],
    }


def _answer(act: Act, book: Rulebook, facts: Mapping[str, Any]) -> Done:
    found = question(act.scheme, act.arguments["question"])
    if found is None:
        raise AssertionError("a question that does not exist was allowed to be answered")
    found.answer, found.answered_on, found.answer_act_id = _unpacked(act)["text"].strip(), act.day, act.id
    found.save(update_fields=["answer", "answered_on", "answer_act_id"])
    event = QuestionAnswered(question=found.number, question_subject=found.subject)
    return Done(result={"question": found.number}, events=(event,))


# -- erasing ----------------------------------------------------------------------------------------------------------


def _kept(book: Rulebook, day: date) -> timedelta:
    return timedelta(days=book.value("question_days_kept", day))


def ends_of_keeping(scheme: str, after: date, upto: date) -> Iterator[DatedItem]:
    """The days on which the time of questions is over: from then on their words are not there any more."""
    book = rulebooks.current(scheme)
    if "erase_questions" not in book.operations:
        return
    kept = _kept(book, upto)
    rows = Question.objects.filter(scheme=scheme, erased_on=None, asked_on__lt=upto - kept)
    for asked_on in rows.order_by("asked_on").values_list("asked_on", flat=True).distinct():
        # Where the time was made shorter, it may have been over before.
        day = max(asked_on + kept + timedelta(days=1), after + timedelta(days=1))
        yield DatedItem(day=day, operation="erase_questions", arguments={"asked_on": asked_on.isoformat()})


def _erase(act: Act, book: Rulebook, facts: Mapping[str, Any]) -> Done:
    asked_on = date.fromisoformat(act.arguments["asked_on"])
    rows = Question.objects.filter(scheme=act.scheme, erased_on=None, asked_on=asked_on)
    erased = rows.update(text="", mail="", answer="", asker="", erased_on=act.day)
    return Done(result={"erased": erased})


def _may_ask(actor: Actor, act: Act) -> bool:
    return actor.role in ("public", "participant", "verifier", "administrator")


OPERATIONS = (
    Operation(
        name="ask_question",
        required=frozenset({"subject", "content"}),
        permission=_may_ask,
        missing=not_offered,
        locks=lambda act: (f"site:{act.scheme}/question",),
        facts=_ask_facts,
        execute=_ask,
    ),
    Operation(
        name="answer_question",
        required=frozenset({"question", "content"}),
        permission=lambda actor, act: may.is_administrator(actor),
        missing=not_offered,
        locks=lambda act: (f"site:{act.scheme}/question",),
        facts=_answer_facts,
        execute=_answer,
    ),
    Operation(
        name="erase_questions",
        required=frozenset({"asked_on"}),
        permission=lambda actor, act: may.is_system(actor),
        missing=not_offered,
        locks=lambda act: (f"site:{act.scheme}/question",),
        execute=_erase,
    ),
)
