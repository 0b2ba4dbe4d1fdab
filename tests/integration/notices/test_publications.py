"""Notices, questions with answers, and documents: published by the administrator, in versions that stay."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tanso.acts import Actor, perform
from tanso.acts.models import ActRecord
from tanso.kernel.outcomes import Outcome
from tanso.notices import published
from tanso.notices.models import Answer, Document, Notice
from tests.support.papers import PDF, sha256
from tests.support.world import ADMINISTRATOR, BEGIN, World, login

pytestmark = pytest.mark.usefixtures("database")

TITLE = {"ja": "償却期限について", "en": "On the deadline"}
BODY = {"ja": "11月30日です。", "en": "It is 30 November."}
NOTICE = {"title": TITLE, "body": BODY, "first_day": BEGIN.isoformat()}
ANSWER = {"subject": "emissions", "question": TITLE, "answer": BODY}
DOCUMENT = {"kind": "rules", "title": TITLE, "issued_on": "2014-01-06", "edition": "Ver.1.0"}


@pytest.fixture
def world(database: object) -> World:
    return World()


def codes(outcome: Outcome) -> list[str]:
    return [finding.code for finding in outcome.findings]


def filed(world: World, content: bytes | None = PDF, **more: Any) -> Outcome:
    given = DOCUMENT | ({} if content is None else {"document": sha256(content)}) | more
    files = {} if content is None else {"document": content}
    return perform(world.act("publish_document", ADMINISTRATOR, given, files=files))


def test_a_notice_is_there_from_its_first_day_to_its_last(world: World) -> None:
    days = {"first_day": "2014-04-01", "last_day": "2014-04-30"}
    assert world.do("publish_notice", ADMINISTRATOR, **NOTICE | days).ok

    shown = [bool(published.notices("asset", date(2014, *day))) for day in ((3, 31), (4, 1), (4, 30), (5, 1))]

    assert shown == [False, True, True, False]


def test_a_notice_for_some_is_seen_by_these_alone(world: World) -> None:
    assert world.do("publish_notice", ADMINISTRATOR, **NOTICE, audience=["target_holder"], phases=[2]).ok

    def seen(**who: Any) -> bool:
        return bool(published.notices("asset", BEGIN, **who))

    assert seen(kind="target_holder", phase=2)
    assert not seen(kind="target_holder", phase=3)
    assert not seen(kind="trading_participant")
    assert not seen()


def test_pinned_notices_come_first_and_then_the_newest(world: World) -> None:
    for first_day, is_pinned in (("2014-03-01", True), ("2014-03-02", False), ("2014-03-03", False)):
        changes = {"first_day": first_day, "is_pinned": is_pinned}
        assert world.do("publish_notice", ADMINISTRATOR, **NOTICE | changes).ok

    assert [notice.number for notice in published.notices("asset", BEGIN)] == [1, 3, 2]


def test_a_change_is_a_further_version_and_the_first_one_stays(world: World) -> None:
    assert world.do("publish_notice", ADMINISTRATOR, **NOTICE).result == {"notice": 1, "version": 1}
    changed = NOTICE | {"title": {"ja": "訂正", "en": "Corrected"}}
    assert world.do("publish_notice", ADMINISTRATOR, notice=1, **changed).result == {"notice": 1, "version": 2}

    assert [version.title["en"] for version in published.versions(Notice, "asset", 1)] == ["Corrected", TITLE["en"]]
    assert [notice.version for notice in published.notices("asset", BEGIN)] == [2]


def test_what_is_withdrawn_is_gone_and_can_be_published_again(world: World) -> None:
    assert world.do("publish_answer", ADMINISTRATOR, **ANSWER).ok
    assert world.do("withdraw_answer", ADMINISTRATOR, answer_number=1, reason="古くなった").ok
    assert published.answers("asset") == []
    assert codes(world.do("withdraw_answer", ADMINISTRATOR, answer_number=1, reason="再度")) == [
        "publication.withdrawn"
    ]

    assert world.do("publish_answer", ADMINISTRATOR, answer_number=1, **ANSWER).ok

    assert [answer.version for answer in published.answers("asset")] == [3]
    assert [version.is_withdrawn for version in published.versions(Answer, "asset", 1)] == [False, True, False]


def test_nothing_is_changed_or_withdrawn_that_was_never_published(world: World) -> None:
    for number in (1, 0, -1, "1", True):
        assert "publication.unknown" in codes(world.do("publish_notice", ADMINISTRATOR, notice=number, **NOTICE))
    assert "publication.unknown" in codes(world.do("withdraw_notice", ADMINISTRATOR, notice=9, reason="誤り"))


@pytest.mark.parametrize(
    ("operation", "given", "wrong"),
    [
        ("publish_notice", NOTICE | {"title": {"ja": "片方"}}, ["title"]),
        ("publish_notice", NOTICE | {"title": {"ja": "長" * 201, "en": "x"}, "body": ""}, ["title", "body"]),
        ("publish_notice", NOTICE | {"first_day": "2014-02-30"}, ["first_day"]),
        ("publish_notice", NOTICE | {"last_day": "2014-03-30"}, ["last_day"]),
        ("publish_notice", NOTICE | {"audience": ["nobody"], "phases": [99]}, ["audience", "phases"]),
        ("publish_answer", ANSWER | {"subject": "weather", "place": -1}, ["subject", "place"]),
        ("publish_answer", ANSWER | {"place": 10_000}, ["place"]),
        ("withdraw_notice", {"notice": 1, "reason": " "}, ["reason"]),
    ],
)
def test_every_wrong_field_is_named_at_once(
    world: World, operation: str, given: dict[str, Any], wrong: list[str]
) -> None:
    assert world.do("publish_notice", ADMINISTRATOR, **NOTICE).ok

    outcome = world.do(operation, ADMINISTRATOR, **given)

    assert codes(outcome) == ["publication.wrong_fields"]
    assert outcome.findings[0].facts["fields"] == wrong


def test_only_the_administrator_publishes(world: World) -> None:
    world.holder("abc")

    for actor in (login("abc"), Actor.public()):
        assert codes(world.do("publish_notice", actor, **NOTICE)) == ["permission.denied"]


def office_file(part: str, *more: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return stream.getvalue()


def test_a_document_is_what_its_content_says(world: World) -> None:
    kinds = {"pdf": PDF, "xlsx": office_file("xl/workbook.xml"), "docx": office_file("word/document.xml")}
    for content in kinds.values():
        assert filed(world, content).ok

    assert [row.file_kind for row in published.latest(Document, "asset")] == list(kinds)


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ", b"PK\x03\x04broken", office_file("xl/workbook.xml", "xl/vbaProject.bin"), office_file("x.txt")],
)
def test_anything_else_is_no_document(world: World, content: bytes) -> None:
    assert codes(filed(world, content)) == ["publication.file_kind"]


def test_a_document_has_a_file_and_one_that_is_not_too_large(world: World) -> None:
    assert codes(filed(world, None)) == ["publication.file_missing"]
    largest = 20 * 1024 * 1024
    padded = PDF[:20] + b" " * (largest - len(PDF)) + PDF[20:]
    assert filed(world, padded).ok
    assert codes(filed(world, PDF[:20] + b" " + padded[20:])) == ["publication.file_too_large"]


def test_a_further_edition_keeps_the_earlier_file_to_be_found(world: World) -> None:
    assert filed(world).ok
    newer = PDF + b"\n"
    assert filed(world, newer, document_number=1, edition="Ver.1.1").ok
    assert filed(world, None, document_number=1, edition="Ver.1.1", phases=[2]).ok

    (current,) = published.documents("asset", phase=2)
    assert (current.version, bytes(current.file.content)) == (3, newer)
    assert [row.edition for row in published.earlier_documents("asset")[1]] == ["Ver.1.0"]
    assert published.documents("asset", phase=3) == []


def test_no_edition_of_a_withdrawn_document_can_be_had(world: World) -> None:
    assert filed(world).ok
    assert world.do("withdraw_document", ADMINISTRATOR, document_number=1, reason="誤り").ok

    assert published.document("asset", 1, 1) is None


@pytest.mark.parametrize("table", ["notices_notice", "notices_answer", "notices_document"])
def test_the_database_refuses_to_change_what_was_published(world: World, table: str) -> None:
    assert world.do("publish_notice", ADMINISTRATOR, **NOTICE).ok

    for statement in (f"UPDATE {table} SET reason = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_act_sent_twice_publishes_once(world: World) -> None:
    act = world.act("publish_notice", ADMINISTRATOR, NOTICE)
    assert perform(act).ok
    assert perform(act).result == {"notice": 1, "version": 1}

    assert Notice.objects.count() == 1
    assert ActRecord.objects.filter(operation="publish_notice").count() == 1


def test_a_scheme_that_does_not_list_it_has_none_of_it(world: World) -> None:
    outcome = World(scheme="jvets").do("publish_notice", ADMINISTRATOR, **NOTICE)

    assert codes(outcome) == ["operation.not_offered"]
