"""Applications for units through the pages: made with a document, seen by two, issued by two persons, refused."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tanso.registry import queries
from tanso.registry.models import UnitApplication
from tests.integration.web.conftest import SignIn
from tests.support.papers import PDF
from tests.support.stories import Once
from tests.support.world import World

FORM = "/schemes/asset/accounts/AST-1001/apply-for-units/jCER/"
PAGE = "/schemes/asset/applications/"
REFERENCE = "ＪＰ-2014-0001"


def _two(world: World) -> None:
    world.go_to(date(2014, 6, 2))
    world.holder("abc")
    world.trader("trd")


@pytest.fixture
def two(world: World, once: Once) -> World:
    return once(_two, world)


def written(**more: object) -> dict[str, object]:
    return {
        "act": str(uuid4()),
        "quantity_t": "５００",
        "kind": "CER",
        "reference": REFERENCE,
        "account": "JP-100-1234-0",
        "serials": "IN-5-1 to IN-5-500",
        "day": "2014-05-30",
        "document": SimpleUploadedFile("record.exe", PDF, content_type="application/x-msdownload"),
    } | more


def act_in(page: HttpResponse) -> str:
    """The id of the act that a page would send."""
    found = re.search(r'name="act" value="([0-9a-f-]+)"', page.content.decode())
    assert found is not None
    return found[1]


def apply(client: Client) -> UnitApplication:
    response = client.post(FORM, written())
    assert response.status_code == 302, response.content.decode()
    return UnitApplication.objects.get()


def test_a_holder_applies_with_a_document_and_finds_the_application(two: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    made = apply(client)
    record = client.get("/schemes/asset/records/")

    assert (made.quantity_t, made.reference, made.document_kind) == (500, "jp-2014-0001", "pdf")
    assert "排出枠の発行申請" in record.content.decode()
    listed = client.get(PAGE).content.decode()
    assert "500" in listed
    assert "処理待ち" in listed
    page = client.get(f"{PAGE}{made.id}/").content.decode()
    assert "IN-5-1 to IN-5-500" in page
    assert "JP-100-1234-0" in page


def test_the_document_comes_back_as_it_was_sent_and_is_no_page_of_ours(two: World, sign_in: SignIn) -> None:
    made = apply(sign_in("abc-A"))

    for login in ("abc-A", "admin-1"):
        response = sign_in(login).get(f"{PAGE}{made.id}/document/")
        assert response.content == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment; ")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]


def test_nobody_else_sees_an_application_or_its_document(two: World, sign_in: SignIn) -> None:
    made = apply(sign_in("abc-A"))
    two.verifier("ver")
    two.holder("def")

    for login, answers in {"trd-A": {404}, "def-A": {404}, "abc-B": {403}, "ver-A": {403}}.items():
        client = sign_in(login)
        for path in ("", "document/", "withdraw/"):
            assert client.get(f"{PAGE}{made.id}/{path}").status_code in answers, (login, path)
        for path in ("issue/", "refuse/"):
            assert client.get(f"{PAGE}{made.id}/{path}").status_code == 403, (login, path)
    assert REFERENCE not in sign_in("trd-A").get(PAGE).content.decode()


def test_what_the_rules_refuse_comes_back_with_the_form(two: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")
    wrong = SimpleUploadedFile("record.pdf", b"<html>%PDF-1.4</html>", content_type="application/pdf")

    response = client.post(FORM, written(document=wrong, day="2014-06-03"))

    body = response.content.decode()
    assert response.status_code == 422
    assert "添付書類の形式" in body
    assert "移転又は無効化の完了" in body
    assert REFERENCE in body  # what was written stays written
    assert not UnitApplication.objects.exists()


def test_a_form_that_leaves_something_out_says_what(two: World, sign_in: SignIn) -> None:
    response = sign_in("abc-A").post(FORM, {"act": str(uuid4())})

    assert response.status_code == 422
    assert response.content.decode().count("field--error") >= 6
    assert not UnitApplication.objects.exists()


def test_a_document_beyond_the_limit_is_refused_before_it_is_read(two: World, sign_in: SignIn) -> None:
    large = SimpleUploadedFile("large.pdf", PDF + b"\0" * (5 * 1024 * 1024), content_type="application/pdf")

    response = sign_in("abc-A").post(FORM, written(document=large))

    assert response.status_code == 422
    assert "5 MB以下" in response.content.decode()


def test_two_administrators_issue_exactly_what_was_applied_for(two: World, sign_in: SignIn) -> None:
    made = apply(sign_in("abc-A"))
    first = sign_in("admin-1")

    home = first.get("/schemes/asset/").content.decode()
    confirm = first.get(f"{PAGE}{made.id}/issue/")
    proposed = first.post(f"{PAGE}{made.id}/issue/", {"act": act_in(confirm), "step": "perform"})

    assert "排出枠の発行申請" in home
    assert "500" in confirm.content.decode()
    assert proposed.status_code == 302
    made.refresh_from_db()
    assert made.state == "waiting"
    proposal = proposed.url.rstrip("/").rsplit("/", 1)[-1]
    second = sign_in("admin-2")
    shown = second.get(f"/schemes/asset/proposals/{proposal}/")
    second.post(f"/schemes/asset/proposals/{proposal}/", {"act": act_in(shown), "step": "perform"})
    made.refresh_from_db()
    assert made.state == "issued"
    assert queries.balance_t("AST-1001", "jCER") == 500
    assert "発行済み" in sign_in("abc-A").get(f"{PAGE}{made.id}/").content.decode()


def test_a_refusal_needs_a_reason_and_the_holder_reads_it(two: World, sign_in: SignIn) -> None:
    made = apply(sign_in("abc-A"))
    client = sign_in("admin-1")

    empty = client.post(f"{PAGE}{made.id}/refuse/", {"act": str(uuid4()), "reason": ""})
    client.post(f"{PAGE}{made.id}/refuse/", {"act": str(uuid4()), "reason": "頁が足りません。", "step": "perform"})

    assert empty.status_code == 422
    page = sign_in("abc-A").get(f"{PAGE}{made.id}/")
    assert "頁が足りません。" in page.content.decode()
    # The step leads to its record, which the holder may open.
    step = UnitApplication.objects.get().steps.get()
    assert sign_in("abc-A").get(f"/schemes/asset/records/{step.act_id}/").status_code == 200
    assert sign_in("trd-A").get(f"/schemes/asset/records/{step.act_id}/").status_code == 404


def test_the_holder_takes_an_application_back(two: World, sign_in: SignIn) -> None:
    made = apply(sign_in("abc-A"))
    client = sign_in("abc-A")

    client.post(f"{PAGE}{made.id}/withdraw/", {"act": str(uuid4()), "step": "perform"})

    made.refresh_from_db()
    assert made.state == "withdrawn"
    assert "withdraw/" not in client.get(f"{PAGE}{made.id}/").content.decode()


def test_a_unit_that_is_not_issued_on_evidence_has_no_form(two: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    for unit in ("JAA", "JAA-2", "jXYZ"):
        assert client.get(f"/schemes/asset/accounts/AST-1001/apply-for-units/{unit}/").status_code == 404
    assert client.get("/schemes/asset/accounts/AST-1002/apply-for-units/jCER/").status_code == 404


def test_the_list_for_the_administrator_begins_with_what_waits(two: World, sign_in: SignIn) -> None:
    apply(sign_in("abc-A"))
    client = sign_in("admin-1", language="en")

    assert "ABC" in client.get(PAGE).content.decode()
    assert "ABC" in client.get(f"{PAGE}?state=").content.decode()
    assert "There are no such applications" in client.get(f"{PAGE}?state=issued").content.decode()
