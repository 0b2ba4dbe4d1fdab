"""Whoever has to send a sealed paper is told where to, on the page and on the paper itself."""

from __future__ import annotations

import pytest
from django.test import Client

from tanso.interfaces.exports import registration_papers
from tanso.parties.applications.models import Application
from tanso.rulebook.library import library
from tests.integration.web.test_registration import begin, submit

ADDRESS = {"ja": "東京都千代田区永田町二丁目10番3号", "en": "2-10-3 Nagata-cho"}


def test_an_applicant_reads_where_the_papers_go(visitor: Client) -> None:
    assert ADDRESS["ja"] in visitor.get("/registration/asset/").content.decode()
    address = begin(visitor)
    submit(visitor, address)

    assert ADDRESS["ja"] in visitor.get(address).content.decode()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_contact_points_have_their_postal_address(visitor: Client, language: str) -> None:
    page = visitor.get("/site/asset/", headers={"accept-language": language}).content.decode()

    assert page.count(ADDRESS[language]) == 1


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("paper", ["application", "consent"])
def test_each_paper_of_an_application_says_it(visitor: Client, language: str, paper: str) -> None:
    submit(visitor, begin(visitor))

    content = registration_papers._content(library().get("asset"), Application.objects.get(), paper, language)

    # `breakable` puts places to break a line at between the letters.
    assert ADDRESS[language] in "\n".join(content["post"]).replace("\u200b", "")
