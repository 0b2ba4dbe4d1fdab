"""The administrator's search: everything is found by what people write, and nothing that they write breaks it."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tanso.acts.models import ActRecord
from tanso.notices.models import Letter
from tanso.parties.models import Organisation, Participant, Site
from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import ADMINISTRATOR, World

PAGE = "/schemes/asset/search/"
SPELLINGS = [
    *("青空工業", "青空", "青空工業株式会社", "青空工業（株）", "アオゾラ", "あおぞら", "ｱｵｿﾞﾗ"),
    *("第一工場", "blue-sky", "ＢＬＵＥ", "青空 第一"),
]
ODD_WORDS = [
    *("%", "_", "%%", "'", "''; DROP TABLE parties_participant; --", "<script>alert(1)</script>", "\\", "*", "( )"),
    *("\0", "a\0b", "\ud800", "あ" * 5000, "1" * 400, "0", "　　", "a b c d e f g h i j"),
]


def _story(world: World) -> None:
    world.holder_with_units("blue-sky")
    world.holder("green")
    world.trader("trader")
    blue = Participant.objects.get(key="blue-sky")
    Organisation.objects.filter(pk=blue.organisation_id).update(name_kana="アオゾラコウギョウ")
    Participant.objects.filter(pk=blue.pk).update(name="青空工業 株式会社")
    Site.objects.create(participant=blue, name="第一工場", name_kana="ダイイチコウジョウ")


@pytest.fixture
def story(world: World, once: Once) -> World:
    return once(_story, world)


def found(story: World, sign_in: SignIn, words: str, **more: str) -> str:
    response = sign_in("admin-1", language="en").get(PAGE, {"q": words, **more})
    assert response.status_code == 200
    return response.content.decode().split("<main", 1)[1]


def exact(page: str) -> str:
    """The part of the page that leads straight to what has this very number."""
    return page.split('id="exact-title"', 1)[1].split("</section>", 1)[0] if 'id="exact-title"' in page else ""


@pytest.mark.parametrize("words", SPELLINGS)
def test_a_participant_is_found_by_each_of_its_names_in_any_spelling(story: World, sign_in: SignIn, words: str) -> None:
    page = found(story, sign_in, words)

    assert "青空工業 株式会社" in page
    assert "GREEN" not in page


@pytest.mark.parametrize("written", ["AST-1001", "ast-1001", "ＡＳＴ－１００１", "AST‐1001", " AST-1001 "])
def test_an_account_number_leads_straight_to_the_account(story: World, sign_in: SignIn, written: str) -> None:
    page = exact(found(story, sign_in, written))

    assert 'href="/schemes/asset/accounts/AST-1001/"' in page


def test_the_own_accounts_of_the_registry_are_found(story: World, sign_in: SignIn) -> None:
    assert "/schemes/asset/accounts/AST-101/statement/" in exact(found(story, sign_in, "AST-101"))


def test_a_login_and_the_reports_of_its_holder_are_found(story: World, sign_in: SignIn) -> None:
    page = found(story, sign_in, "blue-sky-A")
    assert "blue-sky-A" in exact(page)

    assert "/schemes/asset/reports/blue-sky/base/" in found(story, sign_in, "blue-sky")


@pytest.mark.parametrize("written", ["500", "1–9000", "1-9000", "５００"])
def test_a_serial_number_or_range_leads_to_its_page(story: World, sign_in: SignIn, written: str) -> None:
    assert re.search(r"/schemes/asset/serials/\?unit=\d+&amp;number=\d+", found(story, sign_in, written))


def test_a_serial_number_that_was_not_issued_is_not_found(story: World, sign_in: SignIn) -> None:
    assert "/serials/?unit" not in found(story, sign_in, "9001")


def test_a_record_is_found_by_its_number_and_by_how_it_begins(story: World, sign_in: SignIn) -> None:
    record = ActRecord.objects.filter(operation="issue", status="done").get()

    assert f"/schemes/asset/records/{record.id}/" in exact(found(story, sign_in, str(record.id)))
    assert f"/schemes/asset/records/{record.id}/" in found(story, sign_in, str(record.id)[:8].upper())


def test_a_letter_is_found_by_its_number_as_it_is_printed(story: World, sign_in: SignIn) -> None:
    assert story.do("issue_login", ADMINISTRATOR, participant="green", login="green-A").ok
    letter = Letter.objects.filter(participant__key="green").first()
    assert letter is not None

    assert f"/schemes/asset/letters/{letter.pk}/" in exact(found(story, sign_in, letter.reference))


@pytest.mark.parametrize("words", ODD_WORDS)
def test_odd_words_find_nobody_and_break_nothing(story: World, sign_in: SignIn, words: str) -> None:
    address = f"{PAGE}?q={quote(words.encode('utf-8', 'surrogatepass'))}"
    page = sign_in("admin-1").get(address)

    assert page.status_code == 200
    body = page.content.decode()
    assert "青空工業 株式会社" not in body
    assert "<script>alert" not in body


@pytest.mark.parametrize("words", ["", " ", "a", "%"])
def test_too_little_to_look_for_says_what_to_write(story: World, sign_in: SignIn, words: str) -> None:
    assert 'class="empty"' in found(story, sign_in, words)


def test_more_than_is_shown_can_be_shown(story: World, sign_in: SignIn) -> None:
    for number in range(7):
        story.trader(f"many-{number}")
    page = found(story, sign_in, "many")
    assert page.count("/accounts/AST-") == 5
    assert "in=participants" in page

    assert found(story, sign_in, "many", **{"in": "participants"}).count("/accounts/AST-") == 7


def test_the_search_of_one_scheme_finds_nothing_of_another(story: World, sign_in: SignIn) -> None:
    page = sign_in("admin-1").get("/schemes/jvets/search/", {"q": "AST-1001"}).content.decode()

    assert "青空" not in page


def test_nobody_else_has_the_field_or_the_page(story: World, sign_in: SignIn) -> None:
    client = sign_in("green-A")

    assert 'role="search"' not in client.get("/schemes/asset/").content.decode()
    assert client.get(PAGE, {"q": "blue"}).status_code == 403


def test_a_search_takes_few_queries(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    client.get(PAGE, {"q": "blue"})
    for words in ("blue", "1", "AST-1001", "deadbeef"):
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE, {"q": words})
        assert len(queries) <= 30, (words, len(queries))
