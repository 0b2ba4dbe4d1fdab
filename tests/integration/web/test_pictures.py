"""What an account held over time: the same in the journal, the table and the picture."""

from __future__ import annotations

from datetime import date

from tanso.ledger import holdings_over_time
from tanso.ledger import queries as ledger
from tests.integration.web.conftest import SignIn
from tests.support.world import World, login


def _trade(world: World) -> str:
    """Two days of trade after the issue; the account's number."""
    abc, trd = world.holder_with_units("abc"), world.trader("trd")
    for quantity_t in (300, 200):
        assert world.do("transfer", login("abc"), from_=abc, to=trd, unit="JAA/2", quantity_t=quantity_t).ok
    world.go_to(date(2014, 6, 2))
    assert world.do("transfer", login("abc"), from_=abc, to=trd, unit="JAA/2", quantity_t=100).ok
    return abc


def _account_id(number: str) -> int:
    account = ledger.account_by_number(number)
    assert account is not None
    return account.id


def test_each_day_of_trade_leaves_one_balance_and_the_last_is_what_is_held(world: World) -> None:
    account = _account_id(_trade(world))

    (told,) = holdings_over_time.read(account, world.today)

    assert told.balances == ((date(2014, 4, 1), 8_500), (date(2014, 6, 2), 8_400))
    (held,) = ledger.holdings([account])[account]
    assert told.balances[-1][1] == held.quantity_t


def test_what_moves_later_is_not_told_of_a_day_before(world: World) -> None:
    account = _account_id(_trade(world))

    (told,) = holdings_over_time.read(account, date(2014, 6, 1))

    assert told.balances == ((date(2014, 4, 1), 8_500),)


def test_an_account_that_never_held_anything_has_no_picture(world: World, sign_in: SignIn) -> None:
    empty = world.trader("empty")

    page = sign_in("empty-A").get(f"/schemes/asset/accounts/{empty}/").content.decode()

    assert "/picture/" not in page


def test_the_picture_is_drawn_anew_after_an_act(world: World, sign_in: SignIn) -> None:
    number = _trade(world)
    client = sign_in("abc-A")
    address = f"/schemes/asset/accounts/{number}/picture/"
    first, again = client.get(address), client.get(address)
    world.do("cancel", login("abc"), account=number, unit="JAA/2", quantity_t=50, purpose="voluntary", statement="")

    after = client.get(address)

    assert first["Content-Type"] == "image/svg+xml"
    assert first.content == again.content
    assert after.content != first.content


def test_the_home_page_tells_how_far_the_emissions_are_from_the_target(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("abc")
    world.go_to(date(2015, 8, 3))
    world.approve_emissions("abc", "target", 9_300)

    own = sign_in("abc-A", language="en").get("/schemes/asset/").content.decode()
    emissions_alone = sign_in("abc-B", language="en").get("/schemes/asset/").content.decode()

    assert "300 t</span> above the target" in own.replace("\N{NO-BREAK SPACE}", " ")
    assert "Own emissions" in emissions_alone
    assert "the target:" not in emissions_alone
    assert "9,000" not in emissions_alone
