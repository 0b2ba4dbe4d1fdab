"""Whoever clicks through everything that he is shown meets no figure that is not for him; drafts are no figures."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from tanso.acts import actions as acts
from tanso.acts import perform
from tanso.database.urls import Server
from tanso.parties import actions as parties
from tanso.parties.models import Login
from tests.support import shown, two_of_each
from tests.support.permissions import People
from tests.support.two_of_each import LOGINS, NOTICE
from tests.support.world import ADMINISTRATOR, BEGIN, World, login

HOME = "/schemes/asset/"
MOST_PAGES = 600


@pytest.fixture(scope="module")
def people(server: Server, template: str) -> Iterator[People]:
    with two_of_each.lived_in(server, template) as world:
        yield People(world)


def everything_linked(client: Client, start: str) -> Iterator[tuple[str, str]]:
    """Every page and file that one gets to by clicking, with what it says; forms are not sent."""
    waiting, seen = [start], {start}
    while waiting:
        at = waiting.pop()
        response = client.get(at)
        text = shown.text_of(response)
        yield at, text
        links = re.findall(r'(?:href|hx-get|src)="(/[^"#]*)', text)
        for link in map(html.unescape, [*links, response.headers.get("Location", "")]):
            if link.startswith("/") and not link.startswith("/static/") and link not in seen and len(seen) < MOST_PAGES:
                seen.add(link)
                waiting.append(link)


@pytest.mark.parametrize("column", ["B", "other B", "verifier", "other verifier", "A", "other A", "trader"])
def test_clicking_through_everything_shows_nothing_that_is_not_for_you(people: People, column: str) -> None:
    forbidden = shown.forbidden(column)

    pages, found = 0, {}
    for at, text in everything_linked(people.client(LOGINS[column]), HOME):
        pages += 1
        public = {"AST-1001"} if "/rules/" in at else set()
        words = sorted(word for word in forbidden - public if word in text)
        if words:
            found[at] = words

    assert 5 < pages < MOST_PAGES
    assert found == {}


def test_the_crawl_of_the_login_for_allowances_meets_the_figures_that_the_other_one_must_not_see(
    people: People,
) -> None:
    """Otherwise the test above would look for what is nowhere."""
    read = [text for _at, text in everything_linked(people.client("mine-A"), HOME)]
    text = "".join(read)

    papers = "".join(one for one in read if "Content-Type: application/pdf" in one)
    assert [word for word in shown.ALLOWANCES_OF["mine"] if word in papers] != []
    assert [word for word in shown.ALLOWANCES_OF["mine"] if word not in text] == []
    assert [word for word in shown.EMISSIONS_OF["mine"] if word not in text] == []


def home_of(who: str) -> str:
    client = Client(headers={"host": "localhost", "accept-language": "ja"})
    client.force_login(Login.objects.get(login=who))
    return shown.text_of(client.get(HOME))


def figures_of(page: str) -> str:
    """The figures of the home page, as a list of terms."""
    (found,) = re.findall(r'<dl class="figures">.*?</dl>', page, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("who", ["draft-A", "draft-B"])
def test_no_figure_of_the_home_page_is_a_draft(database: object, who: str) -> None:
    """Each step before an approval and before an issue leaves the figures of the home page blank."""
    for which in (1, 2):
        parties.add_administrator(login_id=f"admin-{which}", person=f"事務局 {which}")
    acts.begin_demonstration(today=BEGIN, notice=NOTICE)
    world = World()
    number = world.holder("draft")
    verifier = world.verifier("checker")
    about = {"participant": "draft"}
    steps = (
        ("register_report", login("draft"), {"emissions_t": 6_661}),
        ("register_report", login("draft"), {"emissions_t": 6_337}),
        ("request_verification", login("draft"), {"verifier": "checker"}),
        ("file_verification", verifier, {"emissions_t": 6_337, "opinion": "unqualified"}),
        ("request_approval", verifier, {}),
    )
    drafts = ("6661", "6337", "5661", "5337")
    for operation, actor, arguments in steps:
        assert world.do(operation, actor, **about, year="base", **arguments).ok
        assert [word for word in drafts if word in home_of(who)] == [], f"after {operation}"
    assert world.do("approve_report", ADMINISTRATOR, **about, year="base").ok
    assert "6337" in home_of(who)

    world.go_to(date(2014, 4, 1))
    acts.move_demonstration_day(today=world.today)
    proposal = world.act("issue", ADMINISTRATOR, {"account": number, "unit": "JAA/2"})
    assert perform(proposal).status == "proposed"
    # What was issued is blank; that it will be as much as the aim is no secret.
    assert ">5337<" not in figures_of(home_of(who))
    assert world.issue(number, "JAA/2").ok
    assert (">5337<" in figures_of(home_of(who))) == (who == "draft-A")
