"""Messages on the pages: each login its own, the administrator all mails, and a failed one sent again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tanso.acts.models import ActRecord
from tanso.notices import delivery
from tanso.notices.models import Mail, Reading, Sending
from tanso.parties.models import Login
from tests.support.mail_server import mail_server
from tests.support.stories import Once
from tests.support.world import ADMINISTRATOR, World, login

SignIn = Callable[..., Client]
OWN = "/schemes/asset/messages/"
ALL = "/schemes/asset/mails/"


def _story(world: World) -> None:
    """A holder that heard of a report and of units, and another one."""
    account = world.holder_with_units("abc")
    trader = world.trader("trd")
    assert world.do("transfer", login("abc"), from_=account, to=trader, unit="JAA/2", quantity_t=10).ok
    world.holder("xyz")


@pytest.fixture
def story(world: World, once: Once) -> World:
    return once(_story, world)


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def mail_of(key: str, letter: str, event: str) -> Mail:
    return Mail.objects.get(participant__key=key, letter=letter, event=event)


def failed(mail: Mail, address: str = "old@example.com") -> Sending:
    return Sending.objects.create(
        mail=mail, address=address, state="failed", attempts=1, error="550 <b>nobody</b>", attempted_at="2014-04-01"
    )


def test_login_a_reads_of_units_and_login_b_of_emissions_alone(story: World, sign_in: SignIn) -> None:
    of_a, of_b = text(sign_in("abc-A").get(OWN)), text(sign_in("abc-B").get(OWN))

    assert "排出枠を移転しました" in of_a
    assert "排出量が承認されました" in of_b
    assert "排出枠" not in of_b.split("<main")[1]
    assert story.account("abc") not in of_b


def test_a_message_is_read_once_it_is_opened_by_its_own_login(story: World, sign_in: SignIn) -> None:
    mail = mail_of("abc", "A", "transfer.sent")
    client = sign_in("abc-A")
    before = text(client.get(OWN))

    page = text(client.get(f"{OWN}{mail.pk}/"))

    assert "10 t" in page
    assert Reading.objects.get().mail == mail
    text(client.get(f"{OWN}{mail.pk}/"))
    assert (before.count("tag--attention"), text(client.get(OWN)).count("tag--attention")) == (5, 4)
    assert mail.subject["ja"] not in text(client.get(f"{OWN}?show=unread"))


@pytest.mark.parametrize("who", ["abc-B", "xyz-A", "verifier-of-abc-A", "trd-A", "admin-1"])
def test_the_message_of_another_login_does_not_exist(story: World, sign_in: SignIn, who: str) -> None:
    mail = mail_of("abc", "A", "report.approved")

    assert sign_in(who).get(f"{OWN}{mail.pk}/").status_code == 404
    assert not Reading.objects.exists()


def test_all_messages_are_read_at_once_by_their_own_login_and_no_later_one(story: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")
    upto = re.search(r'name="upto" value="([0-9]+)"', text(client.get(OWN)))
    assert upto is not None
    world, late = story, login("abc")
    assert world.do("cancel", late, account=world.account("abc"), unit="JAA/2", quantity_t=1, purpose="voluntary").ok
    of_others = Mail.objects.exclude(participant__key="abc", letter="A").count()

    answer = client.post(f"{OWN}read/", {"upto": upto[1]})

    assert answer["Location"] == OWN
    unread = Mail.objects.filter(reading=None)
    assert unread.exclude(participant__key="abc", letter="A").count() == of_others
    assert {mail.event for mail in unread.filter(participant__key="abc", letter="A")} == {"units.cancelled"}
    assert "すべて既読にする" in text(client.get(OWN))
    client.post(f"{OWN}read/", {"upto": str(Mail.objects.latest("id").pk)})
    assert "すべて既読にする" not in text(client.get(OWN))
    assert Mail.objects.filter(reading__isnull=False).exclude(participant__key="abc", letter="A").count() == 0


@pytest.mark.parametrize("upto", ["", "x", "-1", "9" * 30, "１"])
def test_what_is_no_number_marks_nothing(story: World, sign_in: SignIn, upto: str) -> None:
    assert sign_in("abc-A").post(f"{OWN}read/", {"upto": upto}).status_code == 302
    assert sign_in("abc-A").get(f"{OWN}read/", {"upto": "999"}).status_code == 302
    assert not Reading.objects.exists()


def test_the_navigation_says_how_many_are_unread(story: World, sign_in: SignIn) -> None:
    assert 'site-nav__count">5' in text(sign_in("abc-A").get("/schemes/asset/"))
    assert "site-nav__count" not in text(sign_in("xyz-A").get("/schemes/asset/"))


@pytest.mark.parametrize("words", ["移転しました", "have been transferred", "AST-1001"])
def test_messages_are_found_by_their_words_in_either_language(story: World, sign_in: SignIn, words: str) -> None:
    if words.startswith("have"):
        words = mail_of("abc", "A", "transfer.sent").body["en"].splitlines()[2][:12]

    page = text(sign_in("abc-A").get(OWN, {"q": words}))

    assert mail_of("abc", "A", "transfer.sent").subject["ja"] in page


@pytest.mark.parametrize("words", ["\0", "%", "' OR 1=1 --", "あ" * 1000, "<script>"])
def test_odd_words_find_nothing_and_break_nothing(story: World, sign_in: SignIn, words: str) -> None:
    page = text(sign_in("xyz-A").get(OWN, {"q": words}))

    assert "<script>" not in page


def test_a_login_without_messages_is_told_so(story: World, sign_in: SignIn) -> None:
    assert "Nothing has been written to you yet" in text(sign_in("xyz-A", language="en").get(OWN))


def test_the_demonstration_shows_the_administrator_what_would_go_out(story: World, sign_in: SignIn) -> None:
    mail = mail_of("abc", "A", "transfer.sent")
    client = sign_in("admin-1", language="en")

    listed, shown = text(client.get(ALL)), text(client.get(f"{ALL}{mail.pk}/"))

    assert "A demonstration writes to nobody" in listed
    assert "On its page only" in listed
    assert mail.subject["ja"] in shown
    assert mail.subject["en"] in shown
    assert "Replies to it are not read" in shown


def test_the_lists_take_as_many_queries_for_many_mails_as_for_few(story: World, sign_in: SignIn) -> None:
    clients = ((sign_in("abc-A"), OWN), (sign_in("admin-1"), ALL))

    def queries_of(client: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    for client, address in clients:
        client.get(address)
    few = [queries_of(*asked) for asked in clients]
    rows = list(Mail.objects.filter(participant__key="abc", letter="A"))
    for number in range(1, 21):
        for row in rows:
            row.pk, row.outbox_id = None, number * 1_000_000 + row.outbox_id % 1_000_000
            row.save(force_insert=True)

    assert [queries_of(*asked) for asked in clients] == few
    assert max(few) <= 20


def test_a_failed_mail_goes_out_again_to_the_address_of_today(story: World, sign_in: SignIn) -> None:
    mail = mail_of("abc", "A", "transfer.sent")
    failed(mail)
    Login.objects.filter(login="abc-A").update(mail="new@example.com")
    client = sign_in("admin-1", language="en")
    assert "550 &lt;b&gt;nobody&lt;/b&gt;" in text(client.get(f"{ALL}{mail.pk}/"))
    confirm = text(client.get(f"{ALL}{mail.pk}/send-again/"))
    assert "new@example.com" in confirm

    sent = client.post(f"{ALL}{mail.pk}/send-again/", {"act": str(uuid4()), "step": "perform"})

    assert sent.status_code == 302
    assert ActRecord.objects.get(operation="send_again").status == "done"
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM acts_demonstrationday")
    with mail_server() as server:
        assert delivery.deliver().sent == 1
        assert server.addresses == ["new@example.com"]


def test_only_a_failed_mail_with_an_address_is_sent_again(story: World, sign_in: SignIn) -> None:
    kept, nowhere = mail_of("abc", "A", "units.issued"), mail_of("abc", "A", "transfer.sent")
    failed(nowhere)

    codes = [
        story.do("send_again", actor, mail=number).findings[0].code
        for actor, number in (
            (login("abc"), nowhere.pk),
            (ADMINISTRATOR, 10**9),
            (ADMINISTRATOR, kept.pk),
            (ADMINISTRATOR, nowhere.pk),
        )
    ]

    assert codes == ["permission.denied", "mail.unknown", "mail.not_failed", "mail.no_address"]


def test_a_mail_of_another_scheme_is_not_there(story: World, sign_in: SignIn) -> None:
    mail = mail_of("abc", "A", "transfer.sent")

    assert sign_in("admin-1").get(f"/schemes/jvets/mails/{mail.pk}/").status_code == 404


def test_a_login_chooses_the_language_of_its_mails_and_no_other_ones(story: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")
    assert 'value="both" checked' in re.sub(r'\s+(class|id|required)="[^"]*"', "", text(client.get("/own-login/")))

    assert client.post("/own-login/mail-language/", {"language": "en"})["Location"] == "/own-login/"

    chosen = dict(Login.objects.exclude(participant=None).values_list("login", "mail_language"))
    assert chosen.pop("abc-A") == "en"
    assert set(chosen.values()) == {""}
    mail = mail_of("abc", "A", "transfer.sent")
    shown = text(sign_in("admin-1").get(f"{ALL}{mail.pk}/"))
    assert mail.body["en"].splitlines()[2] in shown
    assert mail.body["ja"].splitlines()[2] not in shown
    assert mail.subject["ja"] in text(client.get(OWN)), "the pages are in both languages"
    client.post("/own-login/mail-language/", {"language": "both"})
    assert Login.objects.get(login="abc-A").mail_language == ""


@pytest.mark.parametrize("language", ["", "fr", "ja "])
def test_an_unknown_language_changes_nothing(story: World, sign_in: SignIn, language: str) -> None:
    Login.objects.filter(login="abc-A").update(mail_language="ja")

    sign_in("abc-A").post("/own-login/mail-language/", {"language": language})

    assert Login.objects.get(login="abc-A").mail_language == "ja"
