"""Mails go to a real server: once each, later where it is down, never where it says no for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import override_settings

from tanso.acts import outbox
from tanso.acts.actions import begin_demonstration
from tanso.database.urls import Server
from tanso.kernel.texts import Text
from tanso.notices import delivery
from tanso.notices.models import Mail, Sending
from tanso.parties import actions as parties
from tanso.parties.models import Login
from tests.support.mail_server import MailServer, free_port, mail_server
from tests.support.world import World, login

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def smtp(database: Server) -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def registered(world: World, key: str, *, a: str, b: str = "") -> None:
    """A holder whose logins have these addresses, and who has just registered its first report."""
    world.holder(key)
    for letter, mail in (("A", a), ("B", b)):
        Login.objects.filter(login=f"{key}-{letter}").update(mail=mail)
    outcome = world.do("register_report", login(key), participant=key, year="base", emissions_t=10_000)
    assert outcome.ok, outcome


def later() -> None:
    """What was to be tried again later is tried now."""
    Sending.objects.filter(state="waiting").update(next_attempt_at="2000-01-01T00:00:00Z")


def write(count: int, **changes: Any) -> None:
    """Write that many mails straight into the table, as a batch of events would."""
    Mail.objects.bulk_create(
        Mail(
            **{
                "outbox_id": number,
                "scheme": "asset",
                "login": "admin-1",
                "address": f"person-{number}@example.com",
                "event": "report.registered",
                "subject": {"ja": f"件名{number}", "en": f"subject {number}"},
                "body": {"ja": "本文", "en": "text"},
                "day": date(2014, 4, 1),
                **changes,
            }
        )
        for number in range(1, count + 1)
    )
    delivery.queue([outbox.Message(number, "asset", "x", {}, date(2014, 4, 1)) for number in range(1, count + 1)])


def test_each_login_with_an_address_gets_the_mail_in_both_languages(smtp: MailServer) -> None:
    registered(World(), "abc", a="a@example.com", b="b@example.com")

    done = delivery.deliver()

    assert (done.sent, smtp.addresses) == (2, ["a@example.com", "b@example.com"])
    mail = smtp.received[0]
    text = mail.get_content()
    assert "報告書" in str(mail["Subject"])
    assert " / " in str(mail["Subject"])
    assert "2014年3月31日" in text
    assert "31 March 2014" in text
    assert mail["From"].addresses[0].display_name == "事務局"
    assert (mail.get_content_type(), mail.get_content_charset()) == ("text/plain", "utf-8")
    assert mail["Auto-Submitted"] == "auto-generated"


def test_each_login_gets_the_mail_in_the_language_that_it_chose(smtp: MailServer) -> None:
    world = World()
    registered(world, "abc", a="a@example.com", b="b@example.com")
    parties.set_mail_language(login=Login.objects.get(login="abc-A"), language="ja")
    parties.set_mail_language(login=Login.objects.get(login="abc-B"), language="en")

    delivery.deliver()

    japanese, english = smtp.received
    assert "【ASSET】" in str(japanese["Subject"])
    assert "[ASSET]" not in str(japanese["Subject"])
    assert "2014年3月31日" in japanese.get_content()
    assert "31 March 2014" not in japanese.get_content()
    assert "This mail was sent automatically" not in japanese.get_content()
    assert str(english["Subject"]).startswith("[ASSET]")
    assert "31 March 2014" in english.get_content()
    assert "登録" not in english.get_content()
    assert all(set(mail.body) == {"ja", "en"} for mail in Mail.objects.all()), "the pages have both"


def test_an_administrator_gets_mails_in_its_language_too(smtp: MailServer) -> None:
    admin = parties.add_administrator(login_id="admin-1", person="Administrator")
    parties.set_mail_language(login=admin, language="en")
    write(1)

    delivery.deliver()

    assert str(smtp.received[0]["Subject"]) == "subject 1"


def test_nothing_fails_where_no_address_is_registered(smtp: MailServer) -> None:
    registered(World(), "abc", a="a@example.com")

    delivery.deliver()

    assert smtp.addresses == ["a@example.com"]
    assert Mail.objects.filter(letter="B").exists()


def test_what_was_sent_is_not_sent_again(smtp: MailServer) -> None:
    registered(World(), "abc", a="a@example.com")

    assert [delivery.deliver().sent, delivery.deliver().sent] == [1, 0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE acts_outboxmessage SET delivered_at = NULL")
    outbox.deliver()

    assert delivery.deliver().sent == 0
    assert len(smtp.received) == 1


def test_two_workers_do_not_send_at_once(smtp: MailServer, database: Server) -> None:
    write(3)
    with psycopg.connect(database.application_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [delivery._SENDING])

        assert delivery.deliver().sent == 0
        other.execute("SELECT pg_advisory_unlock(%s)", [delivery._SENDING])

        assert delivery.deliver().sent == 3


def test_a_server_that_is_down_costs_no_attempt_and_gets_all_once_it_is_up(smtp: MailServer) -> None:
    write(3)
    smtp.stop()

    assert "refused" in delivery.deliver().unreachable.lower()
    row = Sending.objects.get(pk=Mail.objects.earliest("id").pk)
    assert (row.state, row.attempts) == ("waiting", 0)
    assert row.error

    smtp.start()
    assert delivery.deliver().sent == 3
    assert not Sending.objects.exclude(error="").exists()


def test_an_address_that_is_refused_for_good_fails_alone(smtp: MailServer) -> None:
    smtp.answers["person-2@example.com"] = ["550 5.1.1 no such mailbox"]
    write(3)

    done = delivery.deliver()

    assert (done.sent, done.failed) == (2, 1)
    failed = Sending.objects.get(state="failed")
    assert (failed.address, failed.error) == ("person-2@example.com", "550 5.1.1 no such mailbox")
    later()
    assert delivery.deliver() == delivery.Delivered()


def test_an_address_that_is_refused_for_now_waits_longer_each_time(smtp: MailServer) -> None:
    smtp.answers["person-1@example.com"] = ["451 try later"]
    write(1)
    waits: list[timedelta] = []

    for _ in range(3):
        later()
        assert delivery.deliver().postponed == 1
        row = Sending.objects.get()
        assert row.attempted_at is not None
        waits.append(row.next_attempt_at - row.attempted_at)

    assert waits == list(delivery.WAITS[:3])
    smtp.answers.clear()
    later()
    assert delivery.deliver().sent == 1
    assert Sending.objects.get().attempts == 4


def test_a_mail_that_is_refused_for_days_fails(smtp: MailServer) -> None:
    smtp.answers["person-1@example.com"] = ["451 try later"]
    write(1)

    for _ in range(len(delivery.WAITS) + 1):
        later()
        delivery.deliver()

    assert Sending.objects.get().state == "failed"


def test_our_own_address_is_no_fault_of_the_mail(smtp: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any) -> str:
        return "550 not you"

    monkeypatch.setattr(MailServer, "handle_MAIL", refuse, raising=False)
    write(1)

    assert delivery.deliver().postponed == 1


def test_a_connection_that_breaks_is_made_again_for_the_rest(smtp: MailServer) -> None:
    smtp.hang_up_after = 2
    write(5)

    done = delivery.deliver()

    # The third one was under way: nobody knows whether it was taken, and it is tried again in a minute.
    assert (done.sent, done.postponed) == (4, 3)
    later()
    assert delivery.deliver().sent == 1
    assert sorted(smtp.addresses) == [f"person-{number}@example.com" for number in range(1, 6)]


def test_a_worker_that_dies_after_the_server_took_the_mail_sends_it_under_the_same_id(
    smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(1)

    def die(_results: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            delivery.deliver()
    assert delivery.deliver().sent == 0, "it is not tried again at once"
    later()
    assert delivery.deliver().sent == 1

    assert len({str(mail["Message-ID"]) for mail in smtp.received}) == 1
    assert len(smtp.received) == 2


@pytest.mark.parametrize(
    "address", ["a@example.com\nBcc: b@example.com", "a@example.com, b@example.com", "no", "あ@例.jp"]
)
def test_what_is_no_address_fails_and_reaches_nobody(smtp: MailServer, address: str) -> None:
    write(1, address=address)

    assert delivery.deliver().failed == 1
    assert smtp.received == []


def test_no_event_can_add_a_header(smtp: MailServer) -> None:
    write(1, subject={"ja": "件名\r\nBcc: thief@example.com", "en": "subject\n\nbody\u2028Bcc: x"})

    assert delivery.deliver().sent == 1
    assert smtp.addresses == ["person-1@example.com"]
    assert smtp.received[0]["Bcc"] is None
    assert "Bcc: thief@example.com" in str(smtp.received[0]["Subject"])


def test_a_thousand_mails_take_few_queries(smtp: MailServer) -> None:
    write(1000)
    queries: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        assert delivery.deliver().sent == 1000

    assert len(queries) < 80
    assert len(set(smtp.addresses)) == 1000
    assert len({str(mail["Message-ID"]) for mail in smtp.received}) == 1000


def test_a_demonstration_sends_nothing(smtp: MailServer) -> None:
    begin_demonstration(today=date(2014, 3, 31), notice=Text("試用", "demonstration"))

    registered(World(), "abc", a="a@example.com")

    assert delivery.deliver() == delivery.Delivered()
    assert Mail.objects.exclude(address="").exists()
    assert not Sending.objects.exists()


def test_without_a_server_mails_are_on_their_pages_only() -> None:
    registered(World(), "abc", a="a@example.com")

    assert Mail.objects.exclude(address="").exists()
    assert not Sending.objects.exists()

    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=free_port()):
        assert delivery.deliver() == delivery.Delivered(), "what was written before is not sent once there is one"


def test_the_queries_of_the_worker_use_indexes(smtp: MailServer) -> None:
    write(1000)
    delivery.deliver()
    write_waiting = """UPDATE notices_sending SET state = 'waiting', sent_at = NULL WHERE mail_id % 100 = 0"""
    with connection.cursor() as cursor:
        cursor.execute(write_waiting)
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT mail_id FROM notices_sending WHERE state = 'waiting' AND next_attempt_at <= now() "
            "ORDER BY next_attempt_at, mail_id LIMIT 50"
        )
        assert "notices_sending_waiting" in str(cursor.fetchall())
        cursor.execute("EXPLAIN SELECT id FROM notices_mail WHERE outbox_id = ANY(ARRAY[1, 2]::bigint[])")
        assert "notices_mail_once" in str(cursor.fetchall())
