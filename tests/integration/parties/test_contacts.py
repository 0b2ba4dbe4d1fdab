"""Contacts of participants: one that counts, and every change under the id of its act."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from tanso.parties import contacts, queries
from tanso.parties.contact_data import ContactData
from tanso.parties.models import Participant
from tests.support.world import World

TARO = ContactData(
    company="株式会社アセット不動産",
    department="環境部",
    title="環境部長",
    person="環境太郎",
    person_kana="かんきょうたろう",
    postcode="123-4567",
    address="東京都千代田区1-2-3",
    telephone="03-1234-5678",
)
HANAKO = ContactData(company="ABCリース株式会社", person="先進花子", person_kana="せんしんはなこ")


@pytest.fixture
def abc(database: object) -> Participant:
    World().holder("abc")
    found = queries.participant("asset", "abc")
    assert found is not None
    return found


def test_nobody_has_a_contact_before_one_is_recorded(abc: Participant) -> None:
    assert contacts.contact_of(abc) is None
    assert contacts.known_of(abc).mails == {"A": "", "B": ""}


def test_the_latest_contact_counts_and_every_change_is_kept(abc: Participant) -> None:
    first, second = uuid4(), uuid4()

    contacts.keep(participant=abc, contact=TARO, mails={"A": "taro@xxx.example"}, day=date(2014, 4, 1), act_id=first)
    contacts.keep(participant=abc, contact=HANAKO, mails={"B": "b@yyy.example"}, day=date(2014, 5, 1), act_id=second)

    assert contacts.contact_of(abc) == HANAKO
    assert contacts.known_of(abc).mails == {"A": "taro@xxx.example", "B": "b@yyy.example"}
    one, two = contacts.changes_of(abc)
    assert (one.before, one.act_id, one.changed_on) == (None, first, date(2014, 4, 1))
    assert (two.before, two.act_id) == (one.after, second)
    assert two.after == {
        "contact": HANAKO.as_json(),
        "mails": {"A": "taro@xxx.example", "B": "b@yyy.example"},
    }


def test_an_address_goes_to_a_login_that_there_is(abc: Participant) -> None:
    with pytest.raises(ValueError, match="no login C"):
        contacts.keep(participant=abc, contact=TARO, mails={"C": "c@xxx.example"}, day=date(2014, 4, 1), act_id=uuid4())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parties_contactchange SET changed_on = changed_on",
        "DELETE FROM parties_contactchange",
        "DELETE FROM parties_contact",
        "UPDATE parties_contact SET person = 'somebody else'",
        "UPDATE parties_contact SET act_id = '00000000-0000-4000-8000-000000000001'",
    ],
)
def test_the_database_keeps_contacts_as_the_changes_left_them(abc: Participant, statement: str) -> None:
    contacts.keep(participant=abc, contact=TARO, mails={}, day=date(2014, 4, 1), act_id=uuid4())

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
