"""The name and number of an account, as other participants see them and write them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from tanso.acts import perform, perform_batch
from tanso.registry import queries
from tanso.rulebook import RulebookError, load
from tanso.rulebook.library import shipped_schemes
from tests.integration.web.conftest import SignIn
from tests.support.world import ADMINISTRATOR, World, login

ACCOUNT = "/schemes/asset/accounts/AST-1001/"
NAME, OTHER = "アセット第一ビル", "商社の取引口座"


@pytest.fixture
def named(world: World) -> World:
    """A holder and a trading participant whose accounts have names of their own."""
    holder = {"key": "abc", "kind": "target_holder", "phase": 2, "reduction_target_t": 1000, "name": "ABC"}
    assert world.do("register_participant", ADMINISTRATOR, **holder, account_name=NAME, organisation="株式会社ABC").ok
    trader = {"key": "trd", "kind": "trading_participant", "name": "TRD", "account_name": OTHER}
    assert world.do("register_participant", ADMINISTRATOR, **trader).ok
    world.approve_emissions("abc", "base", 10_000)
    world.go_to(date(2014, 4, 1))
    assert world.issue("AST-1001", "JAA/2").ok
    return world


@pytest.mark.parametrize("written", ["AST-1002", "ＡＳＴ－１００２", " AST-1002 "])
def test_the_name_of_an_account_appears_as_its_number_is_written(named: World, sign_in: SignIn, written: str) -> None:
    found = sign_in("abc-A").get("/schemes/asset/account-names/", {"to": written}).content.decode()

    assert OTHER in found
    assert "TRD" not in found


def test_the_confirmation_of_a_transfer_names_both_accounts(named: World, sign_in: SignIn) -> None:
    form = {"act": str(uuid4()), "to": "ＡＳＴ－１００２", "unit": "JAA/2", "quantity_t": "10"}

    body = sign_in("abc-A").post(f"{ACCOUNT}transfer/", form).content.decode()

    assert f"AST-1001 {NAME}" in body
    assert f"AST-1002 {OTHER}" in body


def test_balance_and_statement_bear_the_name_and_the_corporation(named: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    balance = client.get(ACCOUNT).content.decode()
    period = {"first": "2014-04-01", "last": "2014-04-01"}
    statement = client.get(f"{ACCOUNT}statement/", period).content.decode()

    assert NAME in balance
    assert "株式会社ABC" in balance
    assert NAME in statement


def test_the_account_keeps_the_holders_name_when_it_becomes_a_trading_account(named: World, sign_in: SignIn) -> None:
    named.go_to(date(2015, 8, 3))
    named.approve_emissions("abc", "target", 8_000)
    assert named.do("surrender", login("abc"), account="AST-1001", unit="JAA/2", quantity_t=8_000).ok
    named.go_to(date(2015, 12, 1))
    assert named.do("apply_for_banking", login("abc"), account="AST-1001").ok
    assert named.do("approve_banking", ADMINISTRATOR, account="AST-1001").ok

    account = queries.account_of("asset", "abc")

    assert account is not None
    assert (account.number, account.kind) == ("AST-1001", "trading")
    assert queries.holder_name(account) == NAME
    assert NAME in sign_in("trd-A").get("/schemes/asset/account-names/", {"to": "AST-1001"}).content.decode()


def test_without_a_name_of_its_own_an_account_has_the_participants(world: World) -> None:
    number = world.trader("trd")

    account = queries.account_of("asset", "trd")

    assert account is not None
    assert (account.number, queries.holder_name(account)) == (number, "TRD")


def test_numbers_are_allotted_in_turn(world: World) -> None:
    assert [world.trader(f"trader-{number}") for number in range(3)] == ["AST-1001", "AST-1002", "AST-1003"]


def test_numbers_that_would_meet_a_reserved_one_are_refused_at_load(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped_schemes(), tmp_path / "schemes")) / "asset"
    accounts = folder / "accounts.yaml"
    accounts.write_text(accounts.read_text(encoding="utf-8").replace("first_number: 1001", "first_number: 1"))

    with pytest.raises(RulebookError, match=r"reserved\.surrender\.number"):
        load(folder)


def test_what_one_registration_takes_the_next_one_of_a_batch_cannot_have(world: World) -> None:
    def registration(key: str, organisation: str, name: str) -> dict[str, str]:
        return {
            "key": key,
            "kind": "trading_participant",
            "name": key,
            "organisation": organisation,
            "account_name": name,
        }

    outcomes = perform_batch(
        [
            world.act("register_participant", ADMINISTRATOR, registration("a", "株式会社甲", "口座A")),
            world.act("register_participant", ADMINISTRATOR, registration("b", "㈱ 甲", "口座B")),
            world.act("register_participant", ADMINISTRATOR, registration("c", "株式会社乙", "口座 Ａ")),
            world.act("register_participant", ADMINISTRATOR, registration("d", "株式会社乙", "口座D")),
        ]
    )
    again = perform(world.act("register_participant", ADMINISTRATOR, registration("e", "（株）乙", "口座E")))

    assert [outcome.codes for outcome in outcomes] == [
        (),
        ("asset.register.one_trading_account",),
        ("asset.register.account_name_taken",),
        (),
    ]
    assert again.codes == ("asset.register.one_trading_account",)
