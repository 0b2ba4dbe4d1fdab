"""A difference stops the accounts concerned and is told to the administrator: once, in both languages, on record."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.db import connections
from django.test import Client

from tanso import acts
from tanso.acts.models import ActRecord
from tanso.interfaces import ledger_check
from tanso.ledger import alarm, guards, queries
from tanso.ledger.models import Check, Checkpoint, Finding
from tanso.notices.models import Mail
from tanso.notices.queries import mails_to_administrator
from tanso.parties.actions import add_administrator
from tanso.parties.models import Login
from tests.support.confirmed import confirmed
from tests.support.world import World, login

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def world() -> World:
    """A holder with units, a trader that bought 100 t of them, and two persons at the secretariat."""
    world = World()
    for name in ("admin-1", "admin-2"):
        add_administrator(login_id=name, person=name, mail=f"{name}@example.org")
    account = world.holder_with_units("abc")
    trader = world.trader("trd")
    assert world.do("transfer", login("abc"), from_=account, to=trader, unit="JAA/2", quantity_t=100).ok
    assert ledger_check.check_everything().differences == []
    return world


def damage(statement: str) -> None:
    """As the owner, with the ledger's triggers off for the moment."""
    with psycopg.connect(**connections["owner"].get_connection_params(), autocommit=True) as connection:
        for table in guards.TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
        connection.execute(statement)  # type: ignore[call-overload]
        for name, trigger in guards.TRIGGERS.items():
            connection.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {name}")  # type: ignore[call-overload]


def shrink(account: str) -> None:
    damage(
        "UPDATE ledger_holding SET quantity = quantity - 1, head[1] = head[1] + 1 FROM ledger_account"
        f" WHERE ledger_account.id = account_id AND number = '{account}'"
    )


def status(account: str) -> str:
    found = queries.account_by_number(account)
    assert found is not None
    return found.status


def test_the_account_is_frozen_through_the_door_and_the_administrator_hears_of_it(world: World) -> None:
    trader = world.account("trd")
    shrink(trader)

    checked = ledger_check.check_everything()

    assert checked.alarm is not None
    assert checked.alarm.frozen == [trader]
    assert status(trader) == "frozen"
    assert status(world.account("abc")) == "open"
    assert ActRecord.objects.get(operation="freeze_account", actor_role="system").status == "done"
    for name in ("admin-1", "admin-2"):
        mail = mails_to_administrator(name).get()
        assert "台帳の検証で差異" in mail.subject["ja"]
        assert f"{trader} asset/JAA/2" in mail.body["en"]
        assert "The accounts concerned are frozen." in mail.body["en"]


def test_what_was_told_is_not_told_again(world: World) -> None:
    shrink(world.account("trd"))

    first, again = ledger_check.check_everything(), ledger_check.check_everything()

    assert first.alarm is not None
    assert again.alarm is not None
    assert again.differences == first.differences
    assert (again.alarm.frozen, again.alarm.new) == ([], [])
    assert mails_to_administrator("admin-1").count() == 1


def test_what_was_gone_and_comes_again_is_told_again(world: World) -> None:
    trader = world.account("trd")
    for _ in range(2):
        shrink(trader)
        assert ledger_check.check_everything().differences
        damage(
            "UPDATE ledger_holding SET quantity = quantity + 1, head[1] = head[1] - 1 FROM ledger_account"
            f" WHERE ledger_account.id = account_id AND number = '{trader}'"
        )
        assert ledger_check.check_everything().differences == []

    assert mails_to_administrator("admin-1").count() == 2
    assert Finding.objects.filter(gone_at=None).count() == 0


def test_only_looking_changes_nothing(world: World) -> None:
    trader = world.account("trd")
    shrink(trader)
    before = ActRecord.objects.count(), Check.objects.count()

    assert ledger_check.check_everything(freeze=False).differences

    assert status(trader) == "open"
    assert (ActRecord.objects.count(), Check.objects.count()) == before
    assert not Finding.objects.exists()


def test_a_reserved_account_is_frozen_too(world: World) -> None:
    damage("UPDATE ledger_unit_class SET next_serial = next_serial - 5")

    checked = ledger_check.check_everything()

    assert checked.alarm is not None
    issuing = [account.number for account in queries.accounts_of_role(scheme="asset", role="issuance")]
    assert checked.alarm.frozen == issuing
    assert not world.issue(world.account("abc"), "JAA/2", quantity_t=1).ok


def test_a_closed_account_stays_as_it_is(world: World) -> None:
    trader = world.account("trd")
    shrink(trader)
    damage(f"UPDATE ledger_account SET status = 'closed' WHERE number = '{trader}'")

    checked = ledger_check.check_everything()

    assert checked.alarm is not None
    assert (checked.alarm.frozen, checked.alarm.not_frozen) == ([], {})


def test_a_guard_is_told_of_and_freezes_nobody(world: World) -> None:
    with psycopg.connect(**connections["owner"].get_connection_params(), autocommit=True) as connection:
        connection.execute("ALTER TABLE ledger_journal DISABLE TRIGGER ledger_journal_is_history")

    checked = ledger_check.check_everything()

    assert checked.alarm is not None
    assert checked.alarm.frozen == []
    assert "ledger_journal_is_history" in mails_to_administrator("admin-1").get().body["en"]


def test_the_finding_survives_where_freezing_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trader = world.account("trd")
    shrink(trader)
    refuse: Callable[..., None] = _refuse
    monkeypatch.setattr(alarm.actions, "freeze", refuse)
    monkeypatch.setattr(acts, "perform", _only(acts.perform, not_the="freeze_account"))

    checked = ledger_check.check_everything()

    assert checked.differences
    assert checked.alarm is not None
    assert checked.alarm.not_frozen == {trader: "not today"}
    assert f"could not be: {trader}" in mails_to_administrator("admin-1").get().body["en"]


def test_the_finding_survives_where_telling_fails_and_is_told_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(world.account("trd"))
    with monkeypatch.context() as patched:
        patched.setattr(alarm, "_tell", _refuse)
        checked = ledger_check.check_everything()
        assert checked.differences
        assert checked.alarm is not None
        assert checked.alarm.not_told == "not today"
        assert not Mail.objects.exclude(login="").exists()

    ledger_check.check_everything()

    assert mails_to_administrator("admin-1").count() == 1


def test_an_administrators_mail_is_no_participants(world: World) -> None:
    shrink(world.account("trd"))
    ledger_check.check_everything()

    assert mails_to_administrator("admin-1").get().participant is None


def test_after_a_batch_the_touched_accounts_are_checked_and_frozen(world: World) -> None:
    holder, trader = world.account("abc"), world.account("trd")
    assert world.do("transfer", login("abc"), from_=holder, to=trader, unit="JAA/2", quantity_t=10).ok
    assert ledger_check.check_after_batch() == []

    assert world.do("transfer", login("abc"), from_=holder, to=trader, unit="JAA/2", quantity_t=10).ok
    shrink(trader)
    found = ledger_check.check_after_batch()

    assert {(each.kind, each.account) for each in found} >= {("quantity", trader), ("serials", trader)}
    assert status(trader) == "frozen"
    assert mails_to_administrator("admin-1").count() == 1


def test_an_account_that_nobody_touched_waits_for_the_night(world: World) -> None:
    shrink(world.account("trd"))

    assert ledger_check.check_after_batch() == []
    assert ledger_check.check_everything().differences


def test_a_wrong_checkpoint_makes_the_quick_check_look_twice_and_alarms_nobody(world: World) -> None:
    holder, trader = world.account("abc"), world.account("trd")
    Checkpoint.objects.update(fingerprint=7, quantity=7)
    assert world.do("transfer", login("abc"), from_=holder, to=trader, unit="JAA/2", quantity_t=10).ok

    assert ledger_check.check_after_batch() == []

    assert not Checkpoint.objects.filter(quantity=7, account_id=queries.account_by_number(trader).id).exists()  # type: ignore[union-attr]


def test_without_any_checkpoint_everything_is_new(world: World) -> None:
    Check.objects.all().update(settled_posting_id=0)
    Checkpoint.objects.all().update(posting_id=0, quantity=0, fingerprint=0)

    assert ledger_check.check_after_batch() == []
    shrink(world.account("trd"))
    Check.objects.all().update(settled_posting_id=0)
    Checkpoint.objects.all().update(posting_id=0, quantity=0, fingerprint=0)

    assert {each.account for each in ledger_check.check_after_batch()} == {world.account("trd")}


def test_the_administrator_sees_it_on_a_page_and_nobody_else_does(world: World) -> None:
    assert "差異はありません" in page(world, "admin-1", "ledger-check/")
    shrink(world.account("trd"))
    ledger_check.check_everything()

    assert f"{world.account('trd')} asset/JAA/2：残高" in page(world, "admin-1", "ledger-check/")
    assert "台帳の差異" in page(world, "admin-1", "")
    act = ActRecord.objects.get(operation="report_differences")
    assert f"{world.account('trd')} asset/JAA/2：残高" in page(world, "admin-1", f"records/{act.id}/")
    assert client_of(world, "abc-A").get("/schemes/asset/ledger-check/").status_code == 403


def _refuse(*_args: object, **_more: object) -> None:
    raise ValueError("not today")


def _only(perform: Callable[..., object], *, not_the: str) -> Callable[..., object]:
    def chosen(act: acts.Act) -> object:
        return _refuse() if act.operation == not_the else perform(act)

    return chosen


def client_of(world: World, login_id: str) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": "ja"})
    client.force_login(Login.objects.get(login=login_id))
    confirmed(client)
    return client


def page(world: World, login_id: str, address: str) -> str:
    response = client_of(world, login_id).get(f"/schemes/asset/{address}")
    assert response.status_code == 200
    return response.content.decode()
