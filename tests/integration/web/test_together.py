"""One operation for many: chosen in a list, looked at beforehand, confirmed once, and done once."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from tanso.acts.models import ActRecord
from tanso.interfaces.web.views import together
from tanso.parties import credentials
from tanso.parties.models import Login
from tanso.registry import queries
from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import World, login

PAGE = "/schemes/asset/together/"
KEYS = ("a", "b", "c")


def _story(world: World) -> None:
    for key in KEYS:
        world.holder(key)
        world.approve_emissions(key, "base", 10_000)
    world.go_to(date(2014, 4, 1))


@pytest.fixture
def story(world: World, once: Once) -> World:
    return once(_story, world)


def preview(client: Client, kind: str, **chosen: object) -> str:
    response = client.post(f"{PAGE}{kind}/", {"step": "preview", **chosen})
    return response.content.decode()


def batch_of(page: str) -> str:
    found = re.search(r'name="batch" value="([0-9a-f-]+)"', page)
    assert found is not None, page
    return found[1]


def perform(client: Client, kind: str, batch: str, rows: list[str]) -> str:
    """Confirm, and go on until nothing is left; the page of results."""
    response = client.post(f"{PAGE}{kind}/", {"step": "perform", "batch": batch, "row": rows})
    assert response.status_code == 302, response.content.decode()
    here = response["Location"]
    page = client.get(here).content.decode()
    while 'name="csrfmiddlewaretoken"' in page.split("<main", 1)[1]:
        assert client.post(here)["Location"] == here
        page = client.get(here).content.decode()
    return page


def test_the_list_has_the_holders_that_can_be_issued_to(story: World, sign_in: SignIn) -> None:
    story.holder("not-ready")

    page = sign_in("admin-1").get(f"{PAGE}issue/").content.decode()

    assert page.count('name="row"') == 3
    assert "NOT-READY" not in page


def test_the_preview_says_what_would_happen_and_does_nothing(story: World, sign_in: SignIn) -> None:
    before = ActRecord.objects.count()

    page = preview(sign_in("admin-1", language="en"), "issue", row=["AST-1001", "AST-1002"])

    assert "9,000" in page
    assert "18,000" in page
    assert "These need two persons." in page
    assert ActRecord.objects.count() == before


def test_two_persons_issue_to_all_of_them(story: World, sign_in: SignIn) -> None:
    first, second = sign_in("admin-1", language="en"), sign_in("admin-2", language="en")
    numbers = [story.account(key) for key in KEYS]
    page = perform(first, "issue", batch_of(preview(first, "issue", row=numbers)), numbers)
    assert "3 wait for a second person." in page
    assert ActRecord.objects.filter(operation="issue", status="proposed").count() == 3

    # Nobody approves an own proposal, not even many at once.
    assert 'name="row"' not in first.get(f"{PAGE}proposals/").content.decode()
    keys = [str(one) for one in ActRecord.objects.filter(status="proposed").values_list("id", flat=True)]
    page = perform(second, "proposals", batch_of(preview(second, "proposals", row=keys)), keys)

    assert "All went through." in page
    assert [queries.balance_t(number, "JAA/2") for number in numbers] == [9_000] * 3


def test_a_form_that_is_sent_again_does_nothing_again(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    batch = batch_of(preview(client, "issue", row=["AST-1001"]))
    perform(client, "issue", batch, ["AST-1001"])
    count = ActRecord.objects.count()

    perform(client, "issue", batch, ["AST-1001"])
    # In another browser, where nothing is remembered, the same batch is the same acts.
    other = sign_in("admin-1")
    other.post(f"{PAGE}issue/", {"step": "perform", "batch": batch, "row": ["AST-1001"]})

    assert ActRecord.objects.count() == count


def test_long_work_is_done_piece_by_piece(story: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "A_PIECE", 2)
    client = sign_in("admin-1", language="en")
    batch = batch_of(preview(client, "issue", all="1"))
    numbers = [story.account(key) for key in KEYS]

    here = client.post(f"{PAGE}issue/", {"step": "perform", "batch": batch, "row": numbers})["Location"]
    halfway = client.get(here).content.decode()
    client.post(here)
    after = client.get(here).content.decode()

    assert "2 of 3 rows done" in halfway
    assert "Go on: one is left" in halfway
    assert "3 of 3 rows done" in after
    assert "Go on" not in after


def test_what_is_refused_is_shown_with_its_reasons_and_left_out(story: World, sign_in: SignIn) -> None:
    # Of the third phase: its units cannot be issued yet.
    early = story.holder("early", phase=3)
    story.approve_emissions("early", "base", 5_000)

    page = preview(sign_in("admin-1", language="en"), "issue", row=["AST-1001", early])

    assert "One is possible." in page
    assert "One is refused and left out." in page
    assert 'type="hidden" name="row" value="AST-1001"' in page
    assert f'type="hidden" name="row" value="{early}"' not in page
    assert '<code class="small">asset.issue.' in page


def test_logins_are_issued_together(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1", language="en")
    keys = ["a-A", "b-A"]

    perform(client, "logins", batch_of(preview(client, "logins", row=keys)), keys)

    states = {one.login: credentials.state_of(one) for one in Login.objects.filter(login__in=keys)}
    assert states == dict.fromkeys(keys, credentials.ISSUED)


def test_banking_is_approved_together(story: World, sign_in: SignIn) -> None:
    traders = [story.trader(key) for key in ("x", "y")]
    story.go_to(date(2014, 12, 1))
    for key, number in zip(("x", "y"), traders, strict=True):
        assert story.do("apply_for_banking", login(key), account=number).ok
    client = sign_in("admin-1")
    page = client.get(f"{PAGE}banking/").content.decode()
    keys = re.findall(r'name="row" value="([^"]+)"', page)

    perform(client, "banking", batch_of(preview(client, "banking", row=keys)), keys)

    assert queries.waiting_banking("asset") == []


def test_before_it_is_done_the_person_confirms_who_sits_there(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    batch = batch_of(preview(client, "issue", row=["AST-1001"]))

    response = client.post(f"{PAGE}issue/", {"step": "perform", "batch": batch, "row": ["AST-1001"]})

    assert response.status_code == 422
    assert "confirmed-" in response.content.decode()
    assert not ActRecord.objects.filter(operation="issue").exists()


@pytest.mark.parametrize("rows", [[], ["AST-9999"], ["\0"], ["x" * 5000], ["AST-1001'--"]])
def test_rows_that_do_not_wait_are_asked_for_again(story: World, sign_in: SignIn, rows: list[str]) -> None:
    response = sign_in("admin-1").post(f"{PAGE}issue/", {"step": "preview", "row": rows})

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize("batch", ["", "x", "1" * 4000])
def test_a_batch_that_is_none_performs_nothing(story: World, sign_in: SignIn, batch: str) -> None:
    before = ActRecord.objects.count()

    response = sign_in("admin-1").post(f"{PAGE}issue/", {"step": "perform", "batch": batch, "row": ["AST-1001"]})

    assert response.status_code == 200
    assert ActRecord.objects.count() == before


def test_the_results_of_another_login_do_not_exist(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    batch = batch_of(preview(client, "issue", row=["AST-1001"]))
    perform(client, "issue", batch, ["AST-1001"])

    assert sign_in("admin-2").get(f"{PAGE}issue/{batch}/").status_code == 404
    assert client.get(f"{PAGE}logins/{batch}/").status_code == 404
    assert client.get(f"/schemes/jvets/together/issue/{batch}/").status_code == 404
    assert client.get(f"{PAGE}issue/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("kind", ["nothing", "transfer"])
def test_what_cannot_be_done_for_many_has_no_page(story: World, sign_in: SignIn, kind: str) -> None:
    assert sign_in("admin-1").get(f"{PAGE}{kind}/").status_code == 404
