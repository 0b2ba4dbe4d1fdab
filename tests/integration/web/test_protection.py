"""The pages that protect an account: trusted accounts, transfers that wait, and proposals of one's own participant."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from tanso.acts import actions as acts
from tanso.parties import actions as parties
from tanso.registry import queries as registry
from tanso.registry.models import PendingTransfer, TrustedAccount
from tests.integration.web.conftest import NOTICE, SignIn
from tests.support.world import ADMINISTRATOR, World

SCHEME = "union-registry"
HOME = f"/schemes/{SCHEME}/"
MONDAY = date(2024, 5, 6)


@pytest.fixture
def world(database: object) -> World:
    """A demonstration of a scheme that protects transfers: `works` with 1,000 t in UR-1001, `steel` with UR-1002."""
    for number in (1, 2):
        parties.add_administrator(login_id=f"admin-{number}", person=f"admin-{number}")
    acts.begin_demonstration(today=MONDAY, notice=NOTICE)
    world = World(begin=MONDAY, scheme=SCHEME)
    for key, kind in (("works", "operator"), ("steel", "trader")):
        assert world.do("register_participant", ADMINISTRATOR, key=key, kind=kind, name=key.upper()).ok
    assert world.issue("UR-1001", "EUA/4", quantity_t=1_000).ok
    return world


def send(client: Client, address: str, **fields: str) -> str:
    """Fill in a form, confirm it, and read the page that comes of it."""
    page = client.get(address).content.decode()
    found = re.search(r'name="act" value="([0-9a-f-]+)"', page)
    assert found is not None, page
    wish = {"act": found[1], **fields}
    client.post(address, wish)
    return client.post(address, {**wish, "step": "perform"}, follow=True).content.decode()


def confirmation(client: Client, address: str, **fields: str) -> str:
    page = client.get(address).content.decode()
    found = re.search(r'name="act" value="([0-9a-f-]+)"', page)
    assert found is not None, page
    return client.post(address, {"act": found[1], **fields}).content.decode()


TRANSFER = {"to": "UR-1002", "unit": "EUA/4", "quantity_t": "600"}


def test_a_transfer_waits_for_two_logins_and_then_for_its_day(world: World, sign_in: SignIn) -> None:
    first, second = sign_in("works-A", language="en"), sign_in("works-B", language="en")
    asked = confirmation(first, HOME + "accounts/UR-1001/transfer/", **TRANSFER)
    assert "not on your list of trusted accounts" in asked
    assert "8 May 2024" in asked
    assert "needs two persons" in asked
    send(first, HOME + "accounts/UR-1001/transfer/", **TRANSFER)
    assert not PendingTransfer.objects.exists()

    assert "waits for your approval" not in first.get(HOME).content.decode()
    assert "1 proposal waits for your approval" in second.get(HOME).content.decode()
    listed = second.get(HOME + "proposals/").content.decode()
    approve = re.search(r'href="([^"]+/proposals/[0-9a-f-]+/)"', listed)
    assert approve is not None
    assert "Yours: another person approves it" in first.get(HOME + "proposals/").content.decode()
    assert "Reserved until the transfer" in send(second, approve[1])

    balance = first.get(HOME + "accounts/UR-1001/").content.decode()
    assert "Reserved for transfers that wait" in balance
    assert re.search("600.t wait to be transferred", first.get(HOME).content.decode())
    waiting = first.get(HOME + "waiting/").content.decode()
    abort = re.search(r'href="([^"]+/abort/)"', waiting)
    assert abort is not None
    assert "Aborted" in send(first, abort[1], reason="Nobody of us asked for this")
    assert "No transfer waits." in first.get(HOME + "waiting/").content.decode()
    assert registry.balance_t("UR-1001", "EUA/4") == 1_000


def test_another_holder_sees_nothing_of_it(world: World, sign_in: SignIn) -> None:
    first, second, other = (sign_in(name, language="en") for name in ("works-A", "works-B", "steel-A"))
    send(first, HOME + "accounts/UR-1001/transfer/", **TRANSFER)
    approve = re.search(r'href="([^"]+/proposals/[0-9a-f-]+/)"', second.get(HOME + "proposals/").content.decode())
    assert approve is not None
    assert other.get(approve[1]).status_code == 404
    send(second, approve[1])
    row = PendingTransfer.objects.get()
    assert "No transfer waits." in other.get(HOME + "waiting/").content.decode()
    for address in (f"waiting/{row.id}/abort/", "accounts/UR-1001/trusted/", "accounts/UR-1001/trusted/add/"):
        assert other.get(HOME + address).status_code == 404
    administrator = sign_in("admin-1", language="en")
    assert "UR-1001" in administrator.get(HOME + "waiting/").content.decode()
    assert "Aborted" in send(administrator, HOME + f"waiting/{row.id}/abort/", reason="A call of the holder")


def test_an_account_is_put_on_the_list_by_two_and_taken_off_by_one(world: World, sign_in: SignIn) -> None:
    first, second = sign_in("works-A", language="en"), sign_in("works-B", language="en")
    page = HOME + "accounts/UR-1001/trusted/"
    assert "No account is on the list" in first.get(page).content.decode()
    assert "no account with the number" in confirmation(first, page + "add/", trusted="UR-9999")
    assert "13 May 2024" in confirmation(first, page + "add/", trusted="ＵＲ－１００２")
    send(first, page + "add/", trusted="UR-1002")
    approve = re.search(r'href="([^"]+/proposals/[0-9a-f-]+/)"', second.get(HOME + "proposals/").content.decode())
    assert approve is not None
    send(second, approve[1])
    listed = first.get(page).content.decode()
    assert "Not yet" in listed
    assert "STEEL" in listed
    assert first.get(page + "UR-1001/remove/").status_code == 404
    send(first, page + "UR-1002/remove/")
    assert not TrustedAccount.objects.filter(removed_on=None).exists()


def test_a_scheme_without_protection_has_none_of_its_pages(world: World, sign_in: SignIn) -> None:
    plain = World(begin=MONDAY, scheme="asset")
    number = plain.trader("plain")
    client = sign_in("plain-A")
    for address in ("waiting/", "proposals/", f"accounts/{number}/trusted/", f"accounts/{number}/trusted/add/"):
        assert client.get(f"/schemes/asset/{address}").status_code == 404
    assert "waiting/" not in client.get("/schemes/asset/").content.decode()
