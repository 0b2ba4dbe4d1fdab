"""The operation manual on the pages: found from the first page, read by everybody, downloaded, led to from acts."""

from __future__ import annotations

import pytest
from django.test import Client

from tanso.interfaces.exports import manual
from tests.integration.web.conftest import SignIn
from tests.support.world import World


@pytest.fixture
def visitor(world: World) -> Client:
    return Client(headers={"host": "localhost", "accept-language": "ja"})


@pytest.mark.parametrize("page", ["/", "/site/asset/", "/site/asset/documents/", "/sign-in/"])
def test_the_manual_is_found_before_anybody_signs_in(visitor: Client, page: str) -> None:
    assert 'href="/manual/"' in visitor.get(page, follow=True).content.decode()


@pytest.mark.parametrize("name", manual.CHAPTERS)
def test_every_chapter_is_read_in_both_languages(visitor: Client, name: str) -> None:
    japanese = visitor.get(f"/manual/{name}/").content.decode()
    english = visitor.get(f"/manual/{name}/", headers={"accept-language": "en"}).content.decode()

    assert manual.chapter(name, "ja").title in japanese
    assert manual.chapter(name, "en").title in english


@pytest.mark.parametrize("name", ["whole", "holder"])
def test_it_is_downloaded_as_pdf(visitor: Client, name: str) -> None:
    file = visitor.get(f"/manual/{name}/file/")

    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF-")
    assert file["Content-Disposition"].startswith("attachment")


def test_there_is_no_other_chapter(visitor: Client) -> None:
    assert visitor.get("/manual/nobody/").status_code == 404
    assert visitor.get("/manual/nobody/file/").status_code == 404


def test_the_page_of_an_act_leads_to_the_section_that_explains_it(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("abc")
    found = manual.where("transfer", "ja")
    assert found is not None

    page = sign_in("abc-A").get("/schemes/asset/accounts/AST-1001/transfer/").content.decode()

    assert f'href="/manual/{found[0]}/#{found[1]}"' in page
