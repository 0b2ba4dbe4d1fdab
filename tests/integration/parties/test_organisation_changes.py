"""Another name of a corporation: on paper, from a day on, and what it was called before stays readable."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from tanso.interfaces.exports.change_form import change_form_pdf
from tanso.parties import organisation_changes, queries
from tanso.parties.models import Organisation, OrganisationName, Participant
from tanso.rulebook import library
from tests.support.world import ADMINISTRATOR, World, login


@pytest.fixture
def world(database: object) -> World:
    world = World(begin=date(2014, 6, 2))
    for key in ("abc", "def"):
        outcome = world.do(
            "register_participant",
            ADMINISTRATOR,
            key=key,
            kind="target_holder",
            name=f"{key} 工場",
            organisation="ABCリース株式会社" if key == "abc" else "株式会社先進",
            phase=2,
            reduction_target_t=1000,
        )
        assert outcome.ok, outcome
    return world


def holder(key: str = "abc") -> Participant:
    found = queries.participant("asset", key)
    assert found is not None
    return found


def rename(world: World, name: str, kana: str, day: date) -> None:
    world.go_to(max(day, world.today))
    announced = world.do(
        "announce_organisation_change",
        login("abc"),
        participant="abc",
        name=name,
        name_kana=kana,
        from_day=day.isoformat(),
    )
    number = announced.result["company_change"]
    for operation, more in (
        ("record_change_paper", {"arrived_on": world.today.isoformat()}),
        ("accept_organisation_change", {}),
    ):
        outcome = world.do(operation, ADMINISTRATOR, company_change=number, **more)
        assert outcome.ok, outcome


def test_the_corporation_has_its_new_name_and_each_day_the_name_of_that_day(world: World) -> None:
    rename(world, "新ABC株式会社", "しんえーびーしー", date(2014, 7, 1))
    rename(world, "真ABC株式会社", "しんえーびーしー", date(2014, 9, 1))

    organisation = holder().organisation
    assert (organisation.name, organisation.name_kana) == ("真ABC株式会社", "しんえーびーしー")
    named = {day: organisation_changes.name_on(organisation, day) for day in map(date.fromisoformat, DAYS)}
    assert list(named.values()) == ["ABCリース株式会社", "新ABC株式会社", "新ABC株式会社", "真ABC株式会社"]
    assert OrganisationName.objects.count() == 2


DAYS = ("2014-06-30", "2014-07-01", "2014-08-31", "2014-09-01")


def test_a_renamed_corporation_is_found_by_its_new_name(world: World) -> None:
    rename(world, "新ABC株式会社", "しんえーびーしー", date(2014, 7, 1))

    world.do(
        "register_participant",
        ADMINISTRATOR,
        key="ghi",
        kind="target_holder",
        name="第二工場",
        organisation="新ABC㈱",
        phase=2,
        reduction_target_t=100,
        sites=["第二工場"],
    )

    assert holder("ghi").organisation_id == holder().organisation_id
    assert Organisation.objects.count() == 2


def test_the_form_is_the_same_to_the_byte_and_filled_in_where_a_change_waits(world: World) -> None:
    book = library().get("asset")
    blank = change_form_pdf(book, holder(), None, date(2014, 6, 2), "ja")
    world.do(
        "announce_organisation_change",
        login("abc"),
        participant="abc",
        name="長い名" * 60,
        name_kana="ながい",
        from_day="2014-07-01",
    )
    waits = organisation_changes.listed("asset", "abc").get()

    for language in ("ja", "en"):
        one, again = (change_form_pdf(book, holder(), waits, date(2014, 6, 2), language) for _time in range(2))
        assert one == again
        assert one.startswith(b"%PDF-")
        assert one != blank


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parties_organisationchange SET name = 'x'",
        "UPDATE parties_organisationchange SET state = 'announced'",
        "DELETE FROM parties_organisationchange",
        "UPDATE parties_organisationname SET before = 'x'",
        "UPDATE parties_organisationchangestep SET note = 'x'",
    ],
)
def test_the_database_keeps_changes_as_they_were_made(world: World, statement: str) -> None:
    rename(world, "新ABC株式会社", "しんえーびーしー", date(2014, 7, 1))

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
