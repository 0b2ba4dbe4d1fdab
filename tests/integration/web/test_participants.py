"""What the administrator does with participants by hand: registers one, changes a field, closes an empty account."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tanso.acts.models import ActRecord
from tanso.parties.models import Participant
from tanso.registry import queries
from tests.integration.web.conftest import SignIn
from tests.support.world import World

HOME = "/schemes/asset/"
REGISTER = f"{HOME}participants/register/"
HOLDER = {
    "kind": "target_holder",
    "key": "blue-sky",
    "name": "青空工業株式会社",
    "phase": "2",
    "reduction_target_t": "１,０００",
    "form": "single",
    "sites": "第一工場\n",
    "field_site_type": "factory",
    "field_tokyo_saitama": "no",
    "field_floor_area_m2": "12,000",
}


def send(client: Client, address: str, **written: Any) -> Any:
    """Fill in the form and confirm it."""
    return client.post(address, {"act": str(uuid4()), **written, "step": "perform"})


def test_a_participant_is_registered_with_its_account_and_fields(world: World, sign_in: SignIn) -> None:
    response = send(sign_in("admin-1"), REGISTER, **HOLDER)

    assert response.status_code == 302
    found = Participant.objects.get(key="blue-sky")
    assert (found.name, found.phase, found.reduction_target_t) == ("青空工業株式会社", 2, 1_000)
    assert found.attributes == {"site_type": "factory", "tokyo_saitama": False, "floor_area_m2": 12_000}
    assert [site.name for site in found.sites.all()] == ["第一工場"]
    assert queries.account_of("asset", "blue-sky") is not None


def test_the_confirmation_names_what_is_registered(world: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1", language="en")

    page = client.post(REGISTER, {"act": str(uuid4()), **HOLDER}).content.decode()

    assert "1,000" in page
    assert "Form of participation" in page
    assert not Participant.objects.exists()


@pytest.mark.parametrize("key", ["", "A/B", "ｘ", "-a", "a" * 50, "a b"])
def test_a_key_that_no_address_can_hold_is_refused_beside_its_field(world: World, sign_in: SignIn, key: str) -> None:
    response = send(sign_in("admin-1"), REGISTER, **{**HOLDER, "key": key})

    assert response.status_code == 422
    assert not Participant.objects.exists()


def test_the_rules_refuse_a_participant_without_a_phase_and_all_is_kept_in_the_form(
    world: World, sign_in: SignIn
) -> None:
    response = sign_in("admin-1").post(REGISTER, {"act": str(uuid4()), **HOLDER, "phase": ""})

    assert response.status_code == 422
    page = response.content.decode()
    assert "participant.phase_unknown" in page
    assert "青空工業株式会社" in page


def test_a_field_gets_another_value_with_a_reason(world: World, sign_in: SignIn) -> None:
    world.holder("abc", tokyo_saitama=True)
    client = sign_in("admin-1", language="en")
    address = f"{HOME}participants/abc/fields/tokyo_saitama/"
    assert address in client.get(f"{HOME}contacts/of/abc/").content.decode()

    preview = client.post(address, {"act": str(uuid4()), "value": "no", "reason": "移転のため"}).content.decode()
    assert send(client, address, value="no", reason="移転のため").status_code == 302

    assert "移転のため" in preview
    assert Participant.objects.get(key="abc").attributes["tokyo_saitama"] is False


@pytest.mark.parametrize(("field", "value", "kept"), [("floor_area_m2", "多い", None), ("site_type", "", None)])
def test_a_value_that_does_not_fit_is_refused(
    world: World, sign_in: SignIn, field: str, value: str, kept: object
) -> None:
    world.holder("abc")
    address = f"{HOME}participants/abc/fields/{field}/"

    response = sign_in("admin-1").post(address, {"act": str(uuid4()), "value": value, "reason": "x"})

    assert response.status_code == 422
    assert Participant.objects.get(key="abc").attributes.get(field) is kept


def test_two_persons_close_an_empty_account(world: World, sign_in: SignIn) -> None:
    number = world.trader("trd")
    address = f"{HOME}accounts/{number}/close/"
    first, second = sign_in("admin-1"), sign_in("admin-2")
    assert address in first.get(f"{HOME}accounts/{number}/").content.decode()

    assert send(first, address, reason="参加の取りやめ").status_code == 302
    proposal = ActRecord.objects.get(operation="close_empty_account", status="proposed")
    send(second, f"{HOME}proposals/{proposal.id}/")

    standing = queries.standing("asset", "trd", world.today)
    assert standing is not None
    assert standing.account.is_closed


def test_an_account_that_holds_units_is_not_closed_and_not_offered(world: World, sign_in: SignIn) -> None:
    number = world.holder_with_units("abc")
    world.go_to(date(2014, 6, 2))
    client = sign_in("admin-1")
    address = f"{HOME}accounts/{number}/close/"

    assert address not in client.get(f"{HOME}accounts/{number}/").content.decode()
    page = client.post(address, {"act": str(uuid4()), "reason": "x"})
    assert page.status_code == 422
    assert "account.not_empty" in page.content.decode()


def test_where_the_scheme_closes_nothing_by_hand_there_is_no_such_page(world: World, sign_in: SignIn) -> None:
    other = World(scheme="union-registry", begin=world.today)
    number = other.trader_of("operator", "works")

    assert sign_in("admin-1").get(f"/schemes/union-registry/accounts/{number}/close/").status_code == 404
