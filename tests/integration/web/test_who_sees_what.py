"""Another party's object does not exist; a login for emissions sees no figure of allowances, whatever it asks for."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from tanso.acts.models import ActRecord
from tests.integration.web.conftest import SignIn
from tests.support.world import World, login

# Pages for everyone, signed in or not.
_COMMON = {
    "scheme": "asset",
    "year": "base",
    "unit": "JAA-2",
    "posting": 1,
    "sha256": "0" * 64,
    "parameter": "surrender_deadline",
}
OWN = {**_COMMON, "number": "AST-1001", "participant": "abc", "application": 1}
OTHERS = {**_COMMON, "number": "AST-1002", "participant": "def", "application": 2}
# Figures that nothing but an allowance has in the world below.
ALLOWANCE_FIGURES = ("9,137", "9137", "8,137", "8137", "7,916", "7916", "1,221", "1221", "AST-1001", "JAA")
# Names drawn by lot (an act's, a form's token, a hash): any of them may happen to hold the digits of a figure.
DRAWN = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9]{64})\b")


@pytest.fixture
def two_holders(world: World) -> World:
    """abc was issued 9,137 t, sent 221 t away and surrendered 1,000 t; def has reported and nothing more."""
    world.holder_with_units("abc", base_t=10_137)
    other = world.holder("def")
    world.approve_emissions("def", "base", 3_000)
    assert world.do("transfer", login("abc"), from_="AST-1001", to=other, unit="JAA/2", quantity_t=221).ok
    assert world.do("surrender", login("abc"), account="AST-1001", unit="JAA/2", quantity_t=1_000).ok
    return world


def routes(patterns: list[Any] | None = None) -> list[URLPattern]:
    found: list[URLPattern] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        found += routes(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return found


def address(route: URLPattern, subject: dict[str, str], **more: Any) -> str:
    """The address of a page about the subject; what else it names need not exist."""
    values = {**subject, **more} | ({"number": 1} if route.name == "report-file" else {})
    given: dict[str, Any] = {}
    for name, converter in route.pattern.converters.items():
        value = values.get(name, 1 if isinstance(converter, IntConverter) else "x" * 43)
        given[name] = 1 if isinstance(converter, IntConverter) and not isinstance(value, int) else value
    if "uuid" in str(route.pattern):
        given = {name: uuid4() if value == "x" * 43 else value for name, value in given.items()}
    try:
        return reverse(str(route.name), kwargs=given | {"scheme": values["scheme"]})
    except NoReverseMatch:
        return reverse(str(route.name), kwargs=given)


def is_public(route: URLPattern) -> bool:
    return "anyone" in route.callback.seen_by


def every_address(subject: dict[str, str]) -> dict[str, str]:
    acts = ActRecord.objects.values_list("id", flat=True)
    found = {}
    for route in routes():
        for act_id in acts if "act_id" in str(route.pattern) else [uuid4()]:
            found[f"{route.name} {act_id}"] = address(route, subject, act_id=act_id)
    return found


def test_the_login_for_emissions_sees_no_allowance_on_any_page(two_holders: World, sign_in: SignIn) -> None:
    client = sign_in("abc-B")

    public_pages = {str(route.name) for route in routes() if is_public(route)}
    shown = {}
    for name, at in every_address(OWN).items():
        for response in (client.get(at), client.post(at, {"act": str(uuid4()), "quantity_t": "1", "unit": "JAA/2"})):
            body = DRAWN.sub("", response.content.decode(errors="ignore").replace(at, ""))
            # What units are called and the number of the first account stand in the rules, which everybody may read.
            public = {"JAA", "AST-1001"} if name.split(" ")[0] in public_pages else set()
            found = [figure for figure in ALLOWANCE_FIGURES if figure in body and figure not in public]
            if found:
                shown[name] = found

    assert shown == {}


def test_every_page_of_allowances_is_closed_to_the_login_for_emissions(two_holders: World, sign_in: SignIn) -> None:
    client = sign_in("abc-B")

    answers = {
        str(route.name): client.get(address(route, OWN, act_id=uuid4())).status_code
        for route in routes()
        if "participant, emissions" not in route.callback.seen_by
        and not {"anyone", "signed in"} & set(route.callback.seen_by)
    }

    assert set(answers.values()) == {403}


@pytest.mark.parametrize("who", ["abc-A", "abc-B", "verifier-of-abc-A", "def-A"])
def test_another_partys_object_does_not_exist(two_holders: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    subject = OWN if who == "def-A" else OTHERS

    answers = {
        str(route.name): client.get(address(route, subject, act_id=uuid4())).status_code
        for route in routes()
        if re.search("<str:participant>|<str:number>", str(route.pattern))
    }

    assert set(answers.values()) <= {403, 404}, answers


def test_a_record_is_shown_to_those_whom_it_concerns(two_holders: World, sign_in: SignIn) -> None:
    transfer = ActRecord.objects.get(operation="transfer")
    surrender = ActRecord.objects.get(operation="surrender")
    at = {act: reverse("act", kwargs={"scheme": "asset", "act_id": act.id}) for act in (transfer, surrender)}

    def answers(who: str) -> list[int]:
        client = sign_in(who)
        return [client.get(at[act]).status_code for act in (transfer, surrender)]

    assert answers("abc-A") == [200, 200]
    assert answers("def-A") == [200, 404]
    assert answers("abc-B") == [404, 404]
    assert answers("verifier-of-abc-A") == [404, 404]
    assert answers("admin-1") == [200, 200]


def test_who_is_not_signed_in_is_asked_to(two_holders: World) -> None:
    client = Client(headers={"host": "localhost"})
    public_pages = {str(route.name) for route in routes() if is_public(route)}

    for name, at in every_address(OWN).items():
        if name.split(" ")[0] in public_pages:
            continue
        response = client.get(at)
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in/"), name


def test_a_login_of_one_scheme_finds_no_other(two_holders: World, sign_in: SignIn) -> None:
    assert sign_in("abc-A").get("/schemes/other/").status_code == 404
    assert sign_in("admin-1").get("/schemes/other/").status_code == 404


def test_blank_until_approval_and_issue(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    world.do("register_report", login("abc"), participant="abc", year="base", emissions_t=4_321)

    body = sign_in("abc-A").get("/schemes/asset/").content.decode()

    figures = re.findall(r'<div class="figure(.*?)</div>', body, re.DOTALL)
    assert len(figures) == 4
    assert all("figure--blank" in figure and "4,321" not in figure for figure in figures)


def test_the_home_page_says_when_an_account_would_be_closed_without_banking(world: World, sign_in: SignIn) -> None:
    number = world.trader("trd")
    address, button = "/schemes/asset/", f"/accounts/{number}/apply-for-banking/"

    world.go_to(date(2014, 11, 30))
    before = sign_in("trd-A").get(address).content.decode()
    world.go_to(date(2014, 12, 28))
    within = sign_in("trd-A").get(address).content.decode()
    world.go_to(date(2014, 12, 29))
    after = sign_in("trd-A").get(address).content.decode()

    assert [button in page for page in (before, within, after)] == [False, True, False]
    assert "2014年12月28日（平成26年12月28日）まで" in within
    assert "口座は閉鎖されています" in after
