"""Questions by anybody: kept apart from the acts, answered by the administrator, erased when their time is over."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tanso.acts import Actor, perform
from tanso.acts.models import ActRecord, OutboxMessage
from tanso.kernel.outcomes import Outcome
from tanso.notices import questions
from tanso.notices.models import Question
from tanso.notices.queries import mails_to_outsider
from tests.support.world import ADMINISTRATOR, BEGIN, World, login

pytestmark = pytest.mark.usefixtures("database")

TEXT, MAIL, SECRET = "山田太郎と申します。様式はどこですか。", "yamada@example.jp", "k" * 43


@pytest.fixture
def world(database: object) -> World:
    return World()


def ask(world: World, actor: Actor | None = None, subject: str = "system", **more: Any) -> Outcome:
    content, files = questions.packed(**{"text": TEXT, "mail": MAIL, "secret": SECRET} | more)
    return perform(world.act("ask_question", actor or Actor.public(), {"subject": subject, **content}, files=files))


def answer(
    world: World, number: int = 1, text: str = "資料のページにあります。", actor: Actor = ADMINISTRATOR
) -> Outcome:
    content, files = questions.packed(text=text)
    return perform(world.act("answer_question", actor, {"question": number, **content}, files=files))


def codes(outcome: Outcome) -> list[str]:
    return [finding.code for finding in outcome.findings]


def test_anybody_asks_and_the_act_knows_neither_words_nor_address(world: World) -> None:
    assert ask(world).result == {"question": 1}
    assert answer(world).ok

    kept = json.dumps(list(ActRecord.objects.values("arguments", "result", "findings")), ensure_ascii=False)
    told = json.dumps(list(OutboxMessage.objects.values("payload")), ensure_ascii=False)
    for said in (TEXT, MAIL, SECRET, "資料のページ"):
        assert said not in kept
        assert said not in told


def test_whoever_asked_is_written_to_twice_with_the_page_of_the_question(world: World) -> None:
    ask(world)
    answer(world)

    mails = list(mails_to_outsider("asset", "questioner", "1"))

    assert [mail.event for mail in mails] == ["question.answered", "question.received"]
    for mail in mails:
        assert mail.address == MAIL
        assert f"/site/asset/questions/{SECRET}/" in mail.body["ja"]
        assert TEXT not in str(mail.body)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"subject": "weather"}, ["subject"]),
        ({"text": "  "}, ["text"]),
        ({"text": "長" * 5_001}, ["text"]),
        ({"mail": ""}, ["mail"]),
        ({"mail": "nobody"}, ["mail"]),
        ({"mail": "a@b.jp\nBcc: c@d.jp"}, ["mail"]),
        ({"secret": "short", "text": ""}, ["text", "secret"]),
    ],
)
def test_every_wrong_field_of_a_question_is_named(world: World, change: dict[str, str], wrong: list[str]) -> None:
    outcome = ask(world, **change)

    assert codes(outcome) == ["question.wrong_fields"]
    assert outcome.findings[0].facts["fields"] == wrong


def test_the_longest_question_is_taken(world: World) -> None:
    assert ask(world, text="長" * 5_000).ok


def test_who_is_signed_in_needs_no_address(world: World) -> None:
    world.holder("abc")

    assert ask(world, login("abc"), mail="").ok

    (own,) = questions.asked_by("asset", "abc-A", 10)
    assert own.participant is not None
    assert own.participant.key == "abc"


def test_a_question_is_answered_once_by_the_administrator(world: World) -> None:
    ask(world)

    assert codes(answer(world, actor=Actor.public())) == ["permission.denied"]
    assert codes(answer(world, text=" ")) == ["question.wrong_fields"]
    assert codes(answer(world, number=2)) == ["question.unknown"]
    assert answer(world).ok
    assert codes(answer(world)) == ["question.answered"]


def test_a_question_is_erased_on_the_day_after_its_time(world: World) -> None:
    ask(world)
    answer(world)
    last = BEGIN + timedelta(days=1095)

    world.go_to(last)
    assert Question.objects.get().text == TEXT
    world.go_to(last + timedelta(days=1))

    found = Question.objects.get()
    assert (found.text, found.mail, found.answer, found.erased_on) == ("", "", "", last + timedelta(days=1))
    assert codes(answer(world)) == ["question.unknown"]


def test_each_day_of_questions_is_erased_on_its_own_day(world: World) -> None:
    ask(world)
    world.go_to(BEGIN + timedelta(days=3))
    ask(world, secret="l" * 43)

    world.go_to(date(2020, 1, 6))

    days = Question.objects.order_by("number").values_list("erased_on", flat=True)
    assert list(days) == [BEGIN + timedelta(days=1096), BEGIN + timedelta(days=1099)]


def test_the_content_must_be_the_one_that_the_act_names(world: World) -> None:
    content, _files = questions.packed(text=TEXT, mail=MAIL, secret=SECRET)
    _content, other = questions.packed(text="別の質問", mail=MAIL, secret=SECRET)

    with pytest.raises(ValueError, match="SHA-256"):
        perform(world.act("ask_question", Actor.public(), {"subject": "system", **content}, files=other))


def test_the_database_keeps_what_was_asked_and_by_whom(world: World) -> None:
    ask(world)

    for statement in ("UPDATE notices_question SET number = 2", "DELETE FROM notices_question"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    # An erased question has no words left.
    with pytest.raises(DatabaseError), transaction.atomic():
        Question.objects.update(erased_on=BEGIN)
