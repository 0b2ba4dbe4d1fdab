"""What every page keeps to: languages, headers, forms that cannot be forged, and pages for what goes wrong."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory

from tanso.interfaces.web.views import entrance
from tanso.parties import actions as parties
from tests.integration.web.conftest import NOTICE, SignIn
from tests.support.world import World


@pytest.fixture
def visitor(world: World) -> Client:
    return Client(headers={"host": "localhost", "accept-language": "ja"}, raise_request_exception=False)


def test_no_page_allows_scripts_or_styles_from_elsewhere_or_within(visitor: Client) -> None:
    policy = visitor.get("/sign-in/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_language_follows_the_browser_until_somebody_switches(visitor: Client) -> None:
    assert 'lang="ja"' in visitor.get("/sign-in/").content.decode()

    visitor.post("/language/", {"language": "en", "next": "/sign-in/"})

    body = visitor.get("/sign-in/").content.decode()
    assert '<html lang="en">' in body
    assert "Sign in" in body


def test_the_switch_leads_back_to_the_page_and_never_elsewhere(visitor: Client) -> None:
    own = visitor.post("/language/", {"language": "en", "next": "/sign-in/?next=/"})
    other = visitor.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})

    assert own["Location"] == "/sign-in/?next=/"
    assert other["Location"] == "/"


def test_a_form_from_elsewhere_is_not_taken(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    client = sign_in("abc-A", enforce_csrf_checks=True)

    response = client.post("/schemes/asset/accounts/AST-1001/transfer/", {"quantity_t": "1"})

    assert response.status_code == 403
    assert "有効期限" in response.content.decode()


def test_signing_out_takes_a_form(world: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/schemes/asset/").status_code == 302


def test_a_wrong_password_says_nothing_about_who_exists(visitor: Client, world: World) -> None:
    answers = [
        visitor.post("/sign-in/", {"username": name, "password": "wrong"}).content.decode() for name in ("admin-1", "x")
    ]

    messages = [body.split("error-summary-title", 1)[1].split("</div>", 1)[0] for body in answers]
    assert messages[0] == messages[1]


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/schemes/nowhere/", 302)])
def test_what_does_not_exist_has_a_page(visitor: Client, path: str, status: int) -> None:
    assert visitor.get(path).status_code == status


def test_every_failure_has_a_page_in_the_readers_language(world: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1", language="en")
    request = RequestFactory(headers={"host": "localhost"}).get("/")
    request.user = client  # type: ignore[assignment]

    for view, status in (
        (entrance.bad_request, 400),
        (entrance.forbidden, 403),
        (entrance.not_found, 404),
        (entrance.failed, 500),
    ):
        response = view(request)
        assert response.status_code == status
        assert "<h1>" in response.content.decode()


def test_a_demonstration_says_so_on_every_page(visitor: Client, world: World, sign_in: SignIn) -> None:
    assert NOTICE.ja in visitor.get("/sign-in/").content.decode()
    assert NOTICE.ja in sign_in("admin-1").get("/schemes/asset/").content.decode()


def test_a_real_installation_has_the_real_day_and_no_calendar_to_move(database: object) -> None:
    login = parties.add_administrator(login_id="admin-1", person="")
    client = Client(headers={"host": "localhost", "accept-language": "ja"})
    client.force_login(login)

    page = client.get("/schemes/asset/calendar/")

    assert page.status_code == 200
    assert "体験" not in page.content.decode()
    assert client.post("/schemes/asset/calendar/", {"day": "2030-01-01"}).status_code == 404


def test_the_places_of_the_administrator_stand_in_groups_and_the_one_that_one_is_in_is_open(
    world: World, sign_in: SignIn
) -> None:
    page = sign_in("admin-1", language="en").get("/schemes/asset/banking/").content.decode()

    groups = re.findall(r"<details[^>]*>.*?</details>", page, flags=re.DOTALL)
    open_ones = [group for group in groups if group.split(">")[0].endswith(" open")]

    assert len(groups) > 3
    assert len(open_ones) == 1
    assert 'href="/schemes/asset/banking/" aria-current="page"' in open_ones[0]
    assert page.count('aria-label="Main"') == 1


def test_on_the_home_page_no_group_is_open(world: World, sign_in: SignIn) -> None:
    page = sign_in("admin-1").get("/schemes/asset/").content.decode()

    assert '<details name="site-nav">' in page
    assert " open>" not in page.split("</nav>")[0]


def test_whoever_has_few_places_sees_them_all_at_once(world: World, sign_in: SignIn) -> None:
    world.verifier("checker")

    page = sign_in("checker-A").get("/schemes/asset/").content.decode()

    assert "<details" not in page.split("</nav>")[0]
    assert 'href="/schemes/asset/reports/"' in page
