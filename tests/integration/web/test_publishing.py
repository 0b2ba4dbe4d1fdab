"""Notices, questions and answers, documents and the question form, as people meet them on the pages."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tanso.notices.models import Question
from tests.integration.web.conftest import SignIn
from tests.support.papers import PDF
from tests.support.world import ADMINISTRATOR, BEGIN, World

SITE, HOME = "/site/asset/", "/schemes/asset/"
NOTICE = {
    "title_ja": "償却期限について",
    "title_en": "On the deadline",
    "body_ja": "一つ目。\n\n<script>alert(1)</script> https://www.example.jp/ を御覧ください。",
    "body_en": "See https://www.example.jp/.",
    "first_day": BEGIN.isoformat(),
    "is_pinned": "yes",
}


@pytest.fixture
def visitor(world: World) -> Client:
    return Client(headers={"host": "localhost", "accept-language": "ja"})


def publish(client: Client, place: str, given: dict[str, Any], **more: Any) -> Any:
    return client.post(f"{HOME}publications/{place}/", {"act": str(uuid4()), "step": "perform", **given}, **more)


def test_a_notice_is_published_and_read_by_everybody(world: World, sign_in: SignIn, visitor: Client) -> None:
    world.holder("abc")
    assert publish(sign_in("admin-1"), "notices/new", NOTICE).status_code == 302

    for client, address in ((visitor, SITE), (visitor, f"{SITE}notices/"), (sign_in("abc-A"), HOME)):
        assert "償却期限について" in client.get(address).content.decode()


def test_what_people_write_is_text_with_links_and_never_html(world: World, sign_in: SignIn, visitor: Client) -> None:
    publish(sign_in("admin-1"), "notices/new", NOTICE)

    body = visitor.get(f"{SITE}notices/1/").content.decode()

    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert '<a href="https://www.example.jp/" rel="nofollow">' in body
    assert "<p>一つ目。</p>" in body


def test_a_notice_for_holders_is_on_their_page_alone(world: World, sign_in: SignIn, visitor: Client) -> None:
    world.holder("abc")
    world.trader("trd")
    publish(sign_in("admin-1"), "notices/new", NOTICE | {"audience": "target_holder"})

    assert "償却期限について" in sign_in("abc-B").get(HOME).content.decode()
    assert "償却期限について" not in sign_in("trd-A").get(HOME).content.decode()
    assert visitor.get(f"{SITE}notices/1/").status_code == 404


def test_a_form_shows_all_that_is_wrong_beside_the_fields(world: World, sign_in: SignIn) -> None:
    wrong = NOTICE | {"title_en": "", "first_day": "2014-13-01", "last_day": "x"}

    page = publish(sign_in("admin-1"), "notices/new", wrong)

    assert page.status_code == 422
    for field in ("title_en", "first_day", "last_day"):
        assert f'id="id_{field}_error"' in page.content.decode()


def test_a_change_begins_with_what_is_published(world: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    publish(client, "notices/new", NOTICE)

    form = client.get(f"{HOME}publications/notices/1/").content.decode()
    assert 'value="On the deadline"' in form

    publish(client, "notices/1", NOTICE | {"title_ja": "訂正"})
    assert "訂正" in client.get(f"{SITE}notices/1/").content.decode()
    assert client.get(f"{HOME}publications/notices/2/").status_code == 404


def test_answers_are_found_by_word_in_any_width_and_by_phase(world: World, sign_in: SignIn, visitor: Client) -> None:
    both = {
        "question_ja": "様式はＥｘｃｅｌですか。",
        "question_en": "Is it Excel?",
        "answer_ja": "はい。",
        "answer_en": "Yes.",
    }
    given = both | {"subject": "emissions", "place": "1", "phases": "2"}
    assert publish(sign_in("admin-1"), "answers/new", given).status_code == 302

    def found(query: str) -> bool:
        return "様式はＥｘｃｅｌですか。" in visitor.get(f"{SITE}answers/?{query}").content.decode()

    assert found("")
    assert found("q=excel+様式")
    assert not found("q=zebra")
    assert found("phase=2")
    assert not found("phase=3")
    assert visitor.get(f"{SITE}answers/?phase=99").status_code == 404


def test_a_document_is_downloaded_under_its_title_and_kept_by_caches(
    world: World, sign_in: SignIn, visitor: Client
) -> None:
    given = {
        "kind": "rules",
        "title_ja": "実施ルール",
        "title_en": "Rules",
        "edition": "Ver.1.0",
        "issued_on": "2014-01-06",
        "language": "ja",
        "phases": ["2", "3"],
        "document": SimpleUploadedFile("harmful.html", PDF),
    }
    assert publish(sign_in("admin-1"), "documents/new", given).status_code == 302

    assert "実施ルール Ver.1.0" in visitor.get(f"{SITE}documents/?phase=2&kind=rules").content.decode()
    assert "実施ルール Ver.1.0" not in visitor.get(f"{SITE}documents/?phase=4").content.decode()
    file = visitor.get(f"{SITE}documents/1/1/")
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert "Ver.1.0.pdf" in file["Content-Disposition"]
    assert "immutable" in file["Cache-Control"]


def test_a_file_that_is_none_comes_back_with_the_form(world: World, sign_in: SignIn) -> None:
    given = {"kind": "rules", "title_ja": "x", "title_en": "x", "issued_on": "2014-01-06", "language": ""}

    page = publish(
        sign_in("admin-1"), "documents/new", given | {"document": SimpleUploadedFile("rules.pdf", b"<html>")}
    )

    assert page.status_code == 422
    assert "publication.file_kind" in page.content.decode()


QUESTION = {"subject": "system", "text": "様式はどこですか。", "mail": "asker@example.jp"}


def ask(client: Client, **change: str) -> Any:
    return client.post(f"{SITE}ask/", {"act": str(uuid4()), **QUESTION, **change})


def test_anybody_asks_and_reads_the_answer_on_a_page_of_its_own(world: World, sign_in: SignIn, visitor: Client) -> None:
    sent = ask(visitor)
    assert sent.status_code == 302
    waiting = visitor.get(sent.url)
    assert "様式はどこですか。" in waiting.content.decode()
    assert waiting["Cache-Control"] == "private, no-store"
    assert waiting["X-Robots-Tag"] == "noindex"

    clerk = sign_in("admin-1")
    assert "1" in clerk.get(f"{HOME}questions/").content.decode()
    given = {"act": str(uuid4()), "text": "資料のページにあります。"}
    assert clerk.post(f"{HOME}questions/1/", given).status_code == 302

    assert "資料のページにあります。" in visitor.get(sent.url).content.decode()
    assert visitor.get(f"{SITE}questions/{'x' * 43}/").status_code == 404


def test_the_same_form_sent_twice_is_one_question(visitor: Client) -> None:
    act = str(uuid4())

    assert ask(visitor, act=act).url == ask(visitor, act=act).url
    assert Question.objects.count() == 1
    assert ask(visitor, act=act, text="別の質問").status_code == 422


def test_a_machine_that_fills_in_everything_asks_nothing(visitor: Client) -> None:
    assert ask(visitor, website="https://spam.example").status_code == 422
    assert Question.objects.count() == 0


def test_one_place_asks_only_so_often(visitor: Client) -> None:
    answers = [ask(visitor, text=f"質問 {number}").status_code for number in range(6)]

    assert answers == [302] * 5 + [429]


@pytest.mark.parametrize(
    "change", [{"mail": "nobody"}, {"mail": ""}, {"text": ""}, {"subject": "weather"}, {"text": "長" * 5_001}]
)
def test_what_is_wrong_in_a_question_is_said(visitor: Client, change: dict[str, str]) -> None:
    page = ask(visitor, **change)

    assert page.status_code == 422
    assert "error-summary" in page.content.decode()


def test_an_answered_question_becomes_one_that_everybody_reads(world: World, sign_in: SignIn, visitor: Client) -> None:
    ask(visitor)
    clerk = sign_in("admin-1")
    clerk.post(f"{HOME}questions/1/", {"act": str(uuid4()), "text": "資料のページにあります。"})

    answered = clerk.get(f"{HOME}questions/1/").content.decode()
    assert "publications/answers/new/?question=1" in answered
    assert "<textarea" not in answered
    form = clerk.get(f"{HOME}publications/answers/new/?question=1").content.decode()

    assert "様式はどこですか。" in form
    assert "資料のページにあります。" in form
    assert "asker@example.jp" not in form


def test_who_is_signed_in_finds_the_own_questions_again(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    client = sign_in("abc-A")
    ask(client, mail="")

    assert "質問1番" in client.get(f"{SITE}ask/").content.decode()
    assert "質問1番" not in sign_in("abc-B").get(f"{SITE}ask/").content.decode()


def test_the_public_pages_ask_the_database_little(world: World, sign_in: SignIn, visitor: Client) -> None:
    for number in range(12):
        changes = {"title": NOTICE["title_ja"], "first_day": BEGIN.isoformat()}
        both = {"ja": f"{number}", "en": f"{number}"}
        assert world.do("publish_notice", ADMINISTRATOR, **changes | {"title": both, "body": both}).ok

    for address in (SITE, f"{SITE}notices/", f"{SITE}answers/", f"{SITE}documents/", f"{SITE}ask/"):
        visitor.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert visitor.get(address).status_code == 200
        assert len(asked) <= 8, [query["sql"] for query in asked]


@pytest.mark.parametrize("page", ["notices/", "answers/", "documents/", "ask/"])
def test_a_scheme_without_that_part_has_no_such_page(visitor: Client, page: str) -> None:
    assert visitor.get(f"/site/jvets/{page}").status_code == 404
    assert re.search(page, visitor.get("/site/jvets/").content.decode()) is None
