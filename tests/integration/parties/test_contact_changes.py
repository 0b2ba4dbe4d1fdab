"""Changes of contact data: asked for by login A, settled by the authority, told to both; in no act a person."""

from __future__ import annotations

import json
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError

from tanso.acts import perform
from tanso.acts.models import ActRecord, DecisionRecord, OutboxMessage
from tanso.kernel.outcomes import Outcome
from tanso.notices.models import Mail
from tanso.parties import contact_changes, contacts, queries
from tanso.parties.contact_data import ContactData, Wish
from tanso.parties.models import ContactRequest, Login, Participant
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

TARO = ContactData(
    company="株式会社アセット不動産",
    department="環境部",
    title="環境部長",
    person="環境太郎",
    person_kana="かんきょうたろう",
    postcode="123-4567",
    address="東京都千代田区1-2-3",
    telephone="03-1234-5678",
    fax="03-1234-5679",
)
MAILS = {"A": "taro@xxx.example", "B": "kankyo@yyy.example"}


@pytest.fixture
def world(database: object) -> World:
    world = World()
    world.holder("abc")
    world.holder("def")
    return world


def ask(world: World, key: str = "abc", contact: ContactData = TARO, mails: dict[str, str] | None = None) -> Outcome:
    wish = Wish(contact=contact, mails=MAILS if mails is None else mails, salt=uuid4().hex)
    arguments = {"participant": key, "content": wish.sha256}
    return perform(world.act("request_contact_change", login(key), arguments, files={"content": wish.as_bytes()}))


def accept(world: World, number: int, **more: Any) -> Outcome:
    arguments = {"change": number, "content": ContactRequest.objects.get(id=number).sha256, "mail_confirmed": True}
    return world.do("accept_contact_change", ADMINISTRATOR, **(arguments | more))


def holder(key: str = "abc") -> Participant:
    found = queries.participant("asset", key)
    assert found is not None
    return found


def test_what_was_asked_for_counts_from_its_acceptance(world: World) -> None:
    asked = ask(world)
    assert contacts.contact_of(holder()) is None

    accepted = accept(world, asked.result["change"])

    assert accepted.result["change_state"] == "accepted"
    assert contacts.contact_of(holder()) == TARO
    assert dict(contacts.known_of(holder()).mails) == MAILS
    (change,) = contacts.changes_of(holder())
    assert change.act_id == accepted.act_id


def test_no_person_is_in_any_act_decision_or_event(world: World) -> None:
    accept(world, ask(world).result["change"])
    refused = ask(world, contact=ContactData(company="会社", person="先進花子"))
    assert not refused.ok

    kept = [
        *ActRecord.objects.values_list("arguments", "result", "findings"),
        *DecisionRecord.objects.values_list("context", "findings"),
        *OutboxMessage.objects.values_list("payload"),
    ]
    said = json.dumps(kept, ensure_ascii=False)
    for personal in (*TARO.as_json().values(), *MAILS.values(), "先進花子"):
        assert personal not in said


def test_both_addresses_hear_of_a_new_one(world: World) -> None:
    accept(world, ask(world).result["change"])
    accept(world, ask(world, mails={"A": "hanako@zzz.example", "B": ""}).result["change"])

    told = Mail.objects.filter(event="contact.mail_changed").order_by("id").values_list("letter", "address")
    assert list(told) == [
        ("A", "taro@xxx.example"),
        ("B", "kankyo@yyy.example"),
        ("A", "taro@xxx.example"),
        ("A", "hanako@zzz.example"),
        ("B", "kankyo@yyy.example"),
    ]
    assert {login.letter: login.mail for login in Login.objects.filter(participant=holder())} == {
        "A": "hanako@zzz.example",
        "B": "",
    }


def test_login_b_hears_of_its_own_address_and_of_nothing_else(world: World) -> None:
    accept(world, ask(world).result["change"])

    assert {mail.event for mail in Mail.objects.filter(letter="B")} == {"contact.mail_changed"}
    assert {"contact.change_requested", "contact.changed"} <= {mail.event for mail in Mail.objects.filter(letter="A")}


def test_a_refused_change_changes_nothing_and_says_why(world: World) -> None:
    number = ask(world).result["change"]

    outcome = world.do("refuse_contact_change", ADMINISTRATOR, change=number, reason="住所が読み取れません。")

    assert outcome.result["change_state"] == "refused"
    assert contacts.contact_of(holder()) is None
    mail = Mail.objects.get(event="contact.change_refused")
    assert "住所が読み取れません。" in mail.body["ja"]
    assert ask(world).ok  # and asked again


def test_a_form_sent_twice_is_one_request_and_with_other_data_it_differs(world: World) -> None:
    wish, other = (Wish(contact=TARO, mails={**MAILS, "B": mail}, salt="s") for mail in ("b@yyy.example", ""))
    act_id = uuid4()
    outcomes = [
        perform(
            world.act(
                "request_contact_change",
                login("abc"),
                {"participant": "abc", "content": one.sha256},
                id=act_id,
                files={"content": one.as_bytes()},
            )
        )
        for one in (wish, wish, other)
    ]

    assert [outcome.ok for outcome in outcomes] == [True, True, False]
    assert outcomes[2].codes == ("act.differs",)
    assert ContactRequest.objects.count() == 1


def test_bytes_that_no_form_sends_are_a_mistake_of_a_programmer(world: World) -> None:
    wish = Wish(contact=TARO, mails=MAILS, salt="s")
    for content in (wish.as_bytes() + b" ", Wish(contact=TARO, mails=MAILS, salt="t").as_bytes()):
        arguments = {"participant": "abc", "content": wish.sha256}
        with pytest.raises(ValueError, match=r"canonical|SHA-256"):
            perform(world.act("request_contact_change", login("abc"), arguments, files={"content": content}))
    with pytest.raises(ValueError, match="every login"):
        ask(world, mails={"A": "a@xxx.example"})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("person", "環境\n太郎"),
        ("person", "\u202e太郎"),
        ("company", "あ" * 201),
        ("address", " 東京都"),
        ("telephone", "+"),
        ("telephone", "0" * 31),
        ("fax", "=1+1"),
        ("postcode", "123-45678"),
        ("person_kana", "かんきょう太郎"),
    ],
)
def test_what_cannot_be_a_contact_is_refused_by_the_field(world: World, field: str, text: str) -> None:
    outcome = ask(world, contact=ContactData(**{**TARO.as_json(), field: text}))

    assert outcome.codes == ("contact.field_wrong",)
    assert outcome.findings[0].facts["fields"] == [field]


def test_the_longest_contact_that_fits_is_kept_whole(world: World) -> None:
    longest = ContactData(
        company="あ" * 200,
        department="い" * 200,
        title="う" * 100,
        person="＝" * 100,
        person_kana="え" * 200,
        postcode="1" * 8,
        address="お" * 300,
        telephone="0" * 30,
        fax="0" * 30,
    )

    accept(world, ask(world, contact=longest).result["change"])

    assert contacts.contact_of(holder()) == longest


def test_of_an_acceptance_and_a_withdrawal_at_once_one_succeeds(world: World) -> None:
    number = ask(world).result["change"]
    content = ContactRequest.objects.get(id=number).sha256
    wishes = [
        world.act(
            "accept_contact_change", ADMINISTRATOR, {"change": number, "content": content, "mail_confirmed": True}
        ),
        world.act("withdraw_contact_change", login("abc"), {"change": number}),
        world.act("refuse_contact_change", SECOND_ADMINISTRATOR, {"change": number, "reason": "x"}),
    ]
    outcomes: list[Outcome] = []
    start = threading.Barrier(len(wishes))

    def run(act: Any) -> None:
        try:
            start.wait()
            outcomes.append(perform(act))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome.status for outcome in outcomes) == ["done", "refused", "refused"]
    assert {outcome.codes for outcome in outcomes if not outcome.ok} == {("change.settled",)}
    assert ContactRequest.objects.get(id=number).steps.count() == 1


def test_somebody_elses_request_is_nobodys(world: World) -> None:
    number = ask(world).result["change"]

    for actor in (login("def"), login("abc", "B"), ADMINISTRATOR):
        assert world.do("withdraw_contact_change", actor, change=number).codes == ("permission.denied",)
    assert world.do("withdraw_contact_change", login("abc"), change=number + 1).codes == ("permission.denied",)
    assert world.do("withdraw_contact_change", login("abc"), change="x").codes == ("permission.denied",)


def test_the_page_of_an_accepted_change_shows_what_was_before(world: World) -> None:
    accept(world, ask(world).result["change"])
    number = ask(world, contact=ContactData(**{**TARO.as_json(), "title": "課長"})).result["change"]
    accept(world, number)
    accept(world, ask(world, contact=ContactData(**{**TARO.as_json(), "title": "係長"})).result["change"])

    before = contact_changes.before(ContactRequest.objects.get(id=number))

    assert before.contact is not None
    assert before.contact.title == "環境部長"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parties_contactrequest SET asked = '{}'",
        "UPDATE parties_contactrequest SET state = 'accepted'",
        "DELETE FROM parties_contactrequest",
        "UPDATE parties_contactrequeststep SET note = 'x'",
    ],
)
def test_the_database_keeps_requests_as_they_were_made(world: World, statement: str) -> None:
    world.do("refuse_contact_change", ADMINISTRATOR, change=ask(world).result["change"], reason="x")

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
