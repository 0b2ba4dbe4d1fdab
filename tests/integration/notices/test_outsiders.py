"""Mails to people without a login, to administrators, and to a participant's first login alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tanso.acts import rulebooks
from tanso.acts.outbox import Message
from tanso.kernel.texts import Text
from tanso.notices import actions, outsiders
from tanso.notices.models import Mail
from tanso.notices.outsiders import Outsider
from tanso.notices.queries import mails, mails_to_administrator, mails_to_outsider
from tanso.parties.models import Login
from tanso.rulebook import Rulebook, library
from tanso.rulebook.model import EventRule
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("database")

APPLICANTS = {7: Outsider("山田商事", "yamada@example.com"), 8: Outsider("住所なし商店", "")}


@pytest.fixture
def applicants(monkeypatch: pytest.MonkeyPatch) -> list[set[Any]]:
    """A room that keeps applicants; what it was asked for."""
    asked: list[set[Any]] = []

    def read(scheme: str, references: Collection[Any]) -> dict[Any, Outsider]:
        asked.append(set(references))
        return {number: APPLICANTS[number] for number in references if number in APPLICANTS}

    monkeypatch.setattr(outsiders, "_OFFERED", {})
    outsiders.offer("applicant", fact="registration", read=read)
    return asked


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Add an event rule to the scheme."""
    book = library().get("asset")

    def add(**changes: Any) -> None:
        plain = EventRule(
            name="registration.received",
            label=Text("受付", "received"),
            audience="registration",
            to=("applicant",),
            facts=("applicant", "last_day"),
            subject=Text("申請を受け付けました", "Application received"),
            body=Text("{applicant} 様、{last_day}までに", "To {applicant}: by {last_day}"),
            clause="S1 4",
            assumed=None,
        )
        events = {**book.events, "registration.received": replace(plain, **changes)}
        changed = _Changed(book, events)
        monkeypatch.setattr(rulebooks, "current", lambda _scheme: changed)

    return add


class _Changed:
    """A rulebook with other events."""

    def __init__(self, book: Rulebook, events: dict[str, EventRule]) -> None:
        self._book = book
        self.events = events

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)


def told(number: int, **payload: Any) -> Message:
    return Message(
        number, "asset", "registration.received", {"last_day": "2014-09-30", **payload}, day=date(2014, 8, 1)
    )


def test_an_applicant_is_written_to_at_the_address_of_the_application(applicants: list[Any], rule: Any) -> None:
    rule()

    actions.write_mails([told(1, registration=7)])

    mail = mails_to_outsider("asset", "applicant", "7").get()
    assert mail.address == "yamada@example.com"
    assert mail.body == {"ja": "山田商事 様、2014年9月30日までに", "en": "To 山田商事: by 30 September 2014"}


def test_all_applicants_of_a_batch_are_read_at_once(applicants: list[Any], rule: Any) -> None:
    rule()

    actions.write_mails([told(1, registration=7), told(2, registration=8), told(3, registration=99)])

    assert applicants == [{7, 8, 99}]
    assert Mail.objects.count() == 2


def test_an_applicant_without_an_address_has_the_mail_on_its_page_only(applicants: list[Any], rule: Any) -> None:
    rule()

    actions.write_mails([told(1, registration=8)])

    assert mails_to_outsider("asset", "applicant", "8").get().address == ""


def test_an_event_that_comes_again_writes_to_nobody_twice(applicants: list[Any], rule: Any) -> None:
    rule(to=("applicant", "administrator"))
    Login.objects.create(login="admin-1", role="administrator")

    for _ in range(2):
        actions.write_mails([told(1, registration=7)])

    assert Mail.objects.count() == 2


def test_nothing_fails_where_no_room_keeps_such_people(rule: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outsiders, "_OFFERED", {})
    rule()

    actions.write_mails([told(1, registration=7)])

    assert not Mail.objects.exists()


def test_administrators_hear_of_their_own_scheme_and_those_who_left_of_nothing(rule: Any) -> None:
    rule(to=("administrator",), facts=(), body=Text("申請", "application"))
    for name, more in {
        "all": {},
        "asset": {"scheme": "asset"},
        "other": {"scheme": "jvets"},
        "gone": {"is_active": False},
    }.items():
        Login.objects.create(login=name, role="administrator", mail=f"{name}@example.go.jp", **more)

    actions.write_mails([told(1)])

    assert set(Mail.objects.values_list("login", "address")) == {
        ("all", "all@example.go.jp"),
        ("asset", "asset@example.go.jp"),
    }
    assert mails_to_administrator("all").count() == 1


def test_what_is_about_registration_goes_to_the_first_login_alone(rule: Any) -> None:
    World().holder("abc")
    rule(to=("holder",), facts=(), body=Text("連絡先", "contacts"))

    actions.write_mails([told(10_000, participant="abc")])

    assert mails("asset", "abc").filter(event="registration.received").get().letter == "A"
