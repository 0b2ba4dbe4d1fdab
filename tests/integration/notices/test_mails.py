"""Who hears of what: login A of everything, login B of emissions only, and each of them once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from tanso.acts import outbox
from tanso.acts.models import OutboxMessage
from tanso.notices.models import Mail
from tanso.notices.queries import mails
from tests.support.world import World, login

pytestmark = pytest.mark.usefixtures("database")


def a_year_of_a_holder() -> World:
    """Reports, issue, transfer, surrender, cancellation: everything that writes to a holder."""
    world = World()
    account = world.holder_with_units("abc")
    trader = world.trader("trd")
    world.do("transfer", login("abc"), from_=account, to=trader, unit="JAA/2", quantity_t=10)
    world.do("cancel", login("abc"), account=account, unit="JAA/2", quantity_t=1, purpose="voluntary", statement="")
    world.go_to(date(2015, 6, 1))
    world.approve_emissions("abc", "target", 8000)
    world.do("surrender", login("abc"), account=account, unit="JAA/2", quantity_t=8000)
    return world


def test_login_b_hears_of_emissions_and_of_nothing_else() -> None:
    a_year_of_a_holder()

    heard = {mail.event for mail in mails("asset", "abc", "B")}

    assert heard == {"report.registered", "verification.requested", "report.approved"}


def test_no_mail_to_login_b_shows_an_account_a_unit_or_a_serial_number() -> None:
    world = a_year_of_a_holder()

    texts = [text for mail in mails("asset", "abc", "B") for text in (*mail.subject.values(), *mail.body.values())]

    assert texts
    assert not [text for text in texts if "JAA" in text or world.account("abc") in text or "–" in text]


def test_login_a_hears_of_everything_that_b_hears_of() -> None:
    a_year_of_a_holder()

    heard = {letter: {mail.event for mail in mails("asset", "abc", letter)} for letter in "AB"}

    assert heard["B"] < heard["A"]
    assert heard["A"] >= {"units.issued", "transfer.sent", "units.surrendered", "units.cancelled"}


def test_a_verifier_hears_of_its_reports_only() -> None:
    a_year_of_a_holder()

    assert {mail.event for mail in mails("asset", "verifier-of-abc", "A")} == {
        "verification.requested",
        "report.approved",
    }


def test_a_mail_is_written_in_both_languages_with_the_facts_filled_in() -> None:
    a_year_of_a_holder()

    sent = mails("asset", "abc", "A").get(event="transfer.sent")

    assert "10 t" in sent.body["en"]
    assert "JAA/2" in sent.body["ja"]
    assert "2014年4月1日" in sent.body["ja"]
    assert "1 April 2014" in sent.body["en"]
    assert not [text for text in (*sent.subject.values(), *sent.body.values()) if "{" in text or "}" in text]


def test_an_event_that_is_delivered_twice_writes_no_second_mail() -> None:
    a_year_of_a_holder()
    before = Mail.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE acts_outboxmessage SET delivered_at = NULL")

    assert outbox.deliver() == OutboxMessage.objects.count()

    assert Mail.objects.count() == before


@pytest.mark.parametrize(
    ("surrendered_t", "ja", "en"),
    [
        (8_000, "目標は遵守されました。", "The target was met."),
        (7_999, "遵守されませんでした。", "The target was not met."),
    ],
)
def test_a_holder_is_told_how_its_compliance_was_decided(surrendered_t: int, ja: str, en: str) -> None:
    world = World()
    account = world.holder_with_units("abc")
    world.go_to(date(2015, 6, 1))
    world.approve_emissions("abc", "target", 8_000)
    about = {"account": account, "unit": "JAA/2", "quantity_t": surrendered_t}
    assert world.do("surrender", login("abc"), **about).ok
    world.go_to(date(2015, 12, 1))

    told = [mail for mail in mails("asset", "abc") if mail.event == "compliance.stated"]

    assert [mail.letter for mail in told] == ["A"], "login B hears nothing of it"
    assert ja in told[0].body["ja"]
    assert en in told[0].body["en"]
