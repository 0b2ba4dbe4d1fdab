"""A price is seen by the two parties of a transfer and the administrator, and by nobody else, wherever one looks."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tanso.acts.models import ActRecord
from tanso.notices.models import Mail
from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import ADMINISTRATOR, World, login

# 271 t for 987,653 yen, which is about 3,644 yen a tonne: figures that nothing else has.
PRICES = ("987,653", "987653", "3,644", "3644")


def _sale(world: World) -> None:
    """abc (AST-1001) sold 271 t to def (AST-1002); ghi (AST-1003) has nothing to do with it."""
    world.holder_with_units("abc")
    world.holder("def")
    world.holder("ghi")
    given = {"from": "AST-1001", "to": "AST-1002", "unit": "JAA/2", "quantity_t": 271}
    assert world.do("transfer", login("abc"), **given, price_yen=987_653).ok


@pytest.fixture
def sale(world: World, once: Once) -> World:
    return once(_sale, world)


def addresses() -> list[str]:
    """Every page that takes a scheme, for every account, and for the acts and postings that moved units."""
    found: list[str] = []
    moving = ActRecord.objects.filter(operation__in=("issue", "transfer"), status="done")
    acts = [str(act) for act in moving.values_list("id", flat=True)]
    choices: dict[str, list[Any]] = {
        "scheme": ["asset"],
        "number": ["AST-1001", "AST-1002", "AST-1003"],
        "participant": ["abc"],
        "year": ["base"],
        "unit": ["JAA-2"],
        "posting": [1, 2],
        "act_id": acts,
        "parameter": ["bank_window"],
    }

    def walk(patterns: list[Any], names: tuple[str, ...]) -> None:
        for pattern in patterns:
            inside = (*names, *re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern)))
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, inside)
            elif isinstance(pattern, URLPattern) and pattern.name != "report-file" and set(inside) <= {*choices}:
                found.extend(_all(str(pattern.name), inside, choices))

    walk(get_resolver().url_patterns, ())
    return [at for at in found if "sign" not in at]


def _all(name: str, wanted: tuple[str, ...], choices: dict[str, list[Any]]) -> list[str]:
    ways: list[dict[str, Any]] = [{}]
    for key in wanted:
        ways = [{**way, key: value} for way in ways for value in choices[key]]
    found = []
    for way in ways:
        with suppress(NoReverseMatch):  # the number of something else than an account
            found.append(reverse(name, kwargs=way))
    return found


def body_of(client: Client, address: str) -> str:
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return content.decode(errors="ignore")


def with_price(client: Client) -> set[str]:
    bodies = {at: body_of(client, at) for at in addresses()}
    return {at for at, body in bodies.items() if any(price in body for price in PRICES)}


@pytest.mark.parametrize("who", ["abc-B", "def-B", "ghi-A", "ghi-B", "verifier-of-abc-A"])
def test_nobody_else_sees_the_price_on_any_page(sale: World, sign_in: SignIn, who: str) -> None:
    assert with_price(sign_in(who)) == set()


def test_the_public_sees_it_nowhere(sale: World) -> None:
    sale.go_to(date(2015, 12, 1))

    assert with_price(Client(headers={"host": "localhost"})) == set()


@pytest.mark.parametrize(("who", "number"), [("abc-A", "AST-1001"), ("def-A", "AST-1002")])
def test_both_parties_see_it_in_the_history_the_statement_and_the_record(
    sale: World, sign_in: SignIn, who: str, number: str
) -> None:
    account = f"/schemes/asset/accounts/{number}/"
    record = ActRecord.objects.get(operation="transfer")

    seen = with_price(sign_in(who))

    assert {
        account,
        f"{account}statement/",
        f"{account}statement/file/",
        f"/schemes/asset/records/{record.id}/",
    } <= seen
    others = {"AST-1001", "AST-1002", "AST-1003"} - {number}
    assert not [at for at in seen if any(other in at for other in others)]


def test_the_administrator_sees_it(sale: World, sign_in: SignIn) -> None:
    seen = with_price(sign_in("admin-1"))

    assert {"/schemes/asset/accounts/AST-1001/", "/schemes/asset/accounts/AST-1002/", "/schemes/asset/results/"} <= seen


def test_the_price_goes_by_mail_to_login_a_of_both_parties_alone(sale: World) -> None:
    told = {
        (mail.participant.key, mail.letter, mail.event)
        for mail in Mail.objects.select_related("participant")
        if any("987,653" in text for text in (*mail.subject.values(), *mail.body.values()))
    }

    assert told == {("abc", "A", "transfer.sent"), ("def", "A", "transfer.received")}


def sent(client: Client, **fields: str) -> Any:
    given = {"act": str(uuid4()), "to": "AST-1002", "unit": "JAA/2", "quantity_t": "10", **fields}
    return client.post("/schemes/asset/accounts/AST-1001/transfer/", given)


def test_the_confirmation_shows_the_price_and_what_it_comes_to_a_tonne(sale: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A", language="en")

    page = sent(client, price_yen="１２，０００").content.decode()

    assert "Allowed" in page
    assert "12,000 yen (1,200 yen a tonne)" in page


def test_what_is_no_price_comes_back_with_the_form(sale: World, sign_in: SignIn) -> None:
    response = sent(sign_in("abc-A", language="en"), price_yen="a lot")

    assert response.status_code == 422
    assert "Write a number of yen, for example 1,000,000." in response.content.decode()


def test_a_negative_price_is_refused_by_its_rule(sale: World, sign_in: SignIn) -> None:
    response = sent(sign_in("abc-A", language="en"), price_yen="-1")

    assert response.status_code == 422
    assert "whole number of yen from 0 to 1,000,000,000,000" in response.content.decode()


def test_without_a_record_there_is_no_kind_to_choose(sale: World, sign_in: SignIn) -> None:
    page = body_of(sign_in("abc-A"), "/schemes/asset/accounts/AST-1001/transfer/")

    assert 'name="price_yen"' in page
    assert 'name="kind"' not in page


def test_the_administrator_records_a_kind_beforehand_and_the_holder_sees_and_uses_it(
    sale: World, sign_in: SignIn
) -> None:
    office = sign_in("admin-1", language="en")
    given = {"to": "AST-1002", "unit": "JAA/2", "quantity_t": "50", "kind": "group", "last_day": "2014-06-30"}
    form = {"act": str(uuid4()), "reason": "One company", **given}
    address = "/schemes/asset/accounts/AST-1001/permit-transfer/"

    confirmation = office.post(address, form).content.decode()
    assert "Within a group" in confirmation
    assert "30 June 2014" in confirmation
    assert office.post(address, {**form, "step": "perform"}).status_code == 302

    client = sign_in("abc-A", language="en")
    page = body_of(client, "/schemes/asset/accounts/AST-1001/transfer/")
    assert "Within a group: to AST-1002, Allowance (JAA) (Phase 2), up to 50" in page
    assert '<option value="group">' in page
    assert sent(client, kind="group", step="perform").status_code == 302
    assert "Within a group" in body_of(client, "/schemes/asset/accounts/AST-1001/")


def test_the_administrator_records_another_kind_afterwards_from_the_record(sale: World, sign_in: SignIn) -> None:
    record = ActRecord.objects.get(operation="transfer")
    office = sign_in("admin-1", language="en")
    page = body_of(office, f"/schemes/asset/records/{record.id}/")
    (address,) = re.findall(r'href="(/schemes/asset/postings/\d+/kind/)"', page)
    form = {"act": str(uuid4()), "kind": "group", "reason": "One company after all", "step": "perform"}

    assert office.post(address, form).status_code == 302

    seen = body_of(sign_in("def-A", language="en"), f"/schemes/asset/records/{record.id}/")
    assert "Within a group" in seen
    assert "One company after all" in seen
    assert "/kind/" not in seen


def test_only_the_administrator_records_kinds(sale: World, sign_in: SignIn) -> None:
    for who in ("abc-A", "abc-B", "verifier-of-abc-A"):
        client = sign_in(who)
        for address in ("accounts/AST-1001/permit-transfer/", "postings/2/kind/", "results/", "results/file/"):
            assert client.get(f"/schemes/asset/{address}").status_code == 403, (who, address)
    outcome = sale.do("record_transfer_kind", login("abc"), posting=2, kind="group", reason="Mine")
    assert outcome.codes == ("permission.denied",)
    assert sale.do("record_transfer_kind", ADMINISTRATOR, posting=2, kind="group", reason="Seen").ok
