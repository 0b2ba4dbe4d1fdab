"""Other names of accounts and sites: from the day of the act on; papers of earlier days keep the name of their day."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection

from tanso.interfaces.exports.statement import statement_paper
from tanso.ledger import movements
from tanso.ledger import queries as ledger
from tanso.ledger import statement as statements
from tanso.notices.models import Letter, Mail
from tanso.parties import organisation_changes, renaming
from tanso.parties.models import NameChange, Participant, Site
from tanso.registry import queries as registry
from tests.support.world import ADMINISTRATOR, World, login

BEFORE, SINCE = date(2014, 5, 31), date(2014, 6, 2)


@pytest.fixture
def world(database: object) -> World:
    """A holder with units whose account gets another name on 2 June 2014."""
    world = World()
    world.holder_with_units("abc")
    world.go_to(SINCE)
    assert rename(world, "新しい名の口座").ok
    return world


def rename(world: World, name: str, key: str = "abc") -> object:
    return world.do("rename_account", ADMINISTRATOR, participant=key, name=name, reason="改称のため")


def holder_of(last_day: date) -> dict[str, str]:
    """Whom the paper of a statement that ends on a day names."""
    account = ledger.account_by_number("AST-1001")
    assert account is not None
    with movements.snapshot():
        statement = statements.read(account, date(2014, 4, 1), date.fromordinal(last_day.toordinal() + 1))
        facts = statement_paper(statement, printed_on=SINCE).facts
    return {label.en: value.en for label, value in facts if label.en in ("Account holder", "Corporation")}


def test_the_name_is_another_one_at_once_and_what_it_was_stays_readable(world: World) -> None:
    participant = Participant.objects.get(key="abc")

    assert (participant.account_name, participant.name) == ("新しい名の口座", "新しい名の口座")
    assert renaming.account_names_on([participant], BEFORE) == {participant.pk: "ABC"}
    assert renaming.account_names_on([participant], SINCE) == {participant.pk: "新しい名の口座"}
    assert registry.holder_name(ledger.account_by_number("AST-1001")) == "新しい名の口座"  # type: ignore[arg-type]


def test_between_several_names_each_day_has_its_own(world: World) -> None:
    world.go_to(date(2014, 6, 9))
    assert rename(world, "三つ目の名").ok
    world.go_to(date(2014, 6, 10))
    assert rename(world, "ABC").ok
    participant = Participant.objects.get(key="abc")

    names = [renaming.account_names_on([participant], date(2014, 6, day))[participant.pk] for day in (1, 2, 8, 9, 10)]

    assert names == ["ABC", "新しい名の口座", "新しい名の口座", "三つ目の名", "ABC"]


def test_a_statement_names_the_holder_as_on_its_last_day(world: World) -> None:
    assert holder_of(BEFORE) == {"Account holder": "ABC", "Corporation": "ABC"}
    assert holder_of(SINCE) == {"Account holder": "新しい名の口座", "Corporation": "ABC"}


def test_a_statement_names_the_corporation_as_on_its_last_day_too(world: World) -> None:
    names = {"name": "新ABC株式会社", "name_kana": "しんえーびーしー", "from_day": SINCE.isoformat()}
    assert world.do("announce_organisation_change", login("abc"), participant="abc", **names).ok
    paper = {"company_change": 1, "arrived_on": SINCE.isoformat()}
    assert world.do("record_change_paper", ADMINISTRATOR, **paper).ok
    assert world.do("accept_organisation_change", ADMINISTRATOR, company_change=1).ok
    organisation = Participant.objects.get(key="abc").organisation

    assert holder_of(BEFORE)["Corporation"] == "ABC"
    assert holder_of(SINCE)["Corporation"] == "新ABC株式会社"
    assert organisation_changes.names_on([organisation], BEFORE) == {organisation.pk: "ABC"}


def test_letters_keep_the_name_of_their_day(world: World) -> None:
    account = world.account("abc")
    assert world.do("cancel", login("abc"), account=account, unit="JAA/2", quantity_t=1, purpose="voluntary").ok
    before = Letter.objects.filter(day__lt=SINCE).latest("id")
    after = Letter.objects.filter(day=SINCE).latest("id")

    assert before.content["holder"] == "ABC"
    assert after.content["holder"] == "新しい名の口座"


def test_the_holder_is_told_on_login_a(world: World) -> None:
    told = Mail.objects.filter(event="participant.renamed")

    assert [mail.letter for mail in told] == ["A"]
    assert "「ABC」の名称が「新しい名の口座」に変更されました" in told.get().body["ja"]


def test_a_registration_finds_the_new_name_and_may_take_the_old_one(world: World) -> None:
    given = {"key": "new", "kind": "trading_participant", "name": "新しい会社"}

    taken = world.do("register_participant", ADMINISTRATOR, **given, account_name="新しい名の 口座")
    free = world.do("register_participant", ADMINISTRATOR, **given, account_name="ABC")

    assert taken.codes == ("asset.register.account_name_taken",)
    assert free.ok


def test_names_that_were_are_history(world: World) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE parties_namechange SET before = 'x'")


def test_the_site_of_another_participant_is_not_there(world: World) -> None:
    other = world.holder("def") and Participant.objects.get(key="def")
    site = Site.objects.create(participant=other, name="工場")

    outcome = world.do("rename_site", ADMINISTRATOR, participant="abc", site=site.pk, name="別の工場", reason="x")

    assert outcome.codes == ("rename.unknown",)
    assert NameChange.objects.count() == 1
