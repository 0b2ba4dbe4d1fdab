"""Fields of participants: what a scheme asks is given and typed, and changes by an act with a reason, kept for good."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tanso.kernel.outcomes import Outcome
from tanso.parties import fields
from tanso.parties.models import AttributeChange, Participant
from tanso.rulebook.model import Attribute
from tests.support.world import ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def world() -> World:
    world = World()
    world.holder("abc", site_type="factory")
    world.go_to(date(2014, 5, 1))
    return world


def change(world: World, attribute: str, value: Any, actor: Any = ADMINISTRATOR) -> Outcome:
    return world.do(
        "change_attribute", actor, participant="abc", attribute=attribute, value=value, reason="moved to another site"
    )


def test_a_change_is_kept_with_what_was_before_and_why(world: World) -> None:
    outcome = change(world, "site_type", "workplace")

    assert outcome.result == {"field": "site_type", "value": "workplace"}
    assert Participant.objects.get(key="abc").attributes["site_type"] == "workplace"
    kept = AttributeChange.objects.get()
    assert (kept.before, kept.value, kept.reason) == ("factory", "workplace", "moved to another site")
    assert (kept.changed_on, kept.act_id) == (date(2014, 5, 1), outcome.act_id)


def test_changes_are_history(world: World) -> None:
    change(world, "site_type", "workplace")
    for statement in ("UPDATE parties_attributechange SET reason = 'x'", "DELETE FROM parties_attributechange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_does_not_fit_is_refused_with_all_findings(world: World) -> None:
    outcome = world.do(
        "change_attribute", ADMINISTRATOR, participant="abc", attribute="site_type", value="castle", reason=""
    )
    assert outcome.codes == ("reason.missing", "participant.field_wrong")
    assert change(world, "colour", "red").codes == ("participant.field_unknown",)
    assert change(world, "site_type", "factory").codes == ("participant.field_same",)
    assert change(world, "site_type", "workplace", login("abc")).codes == ("permission.denied",)
    assert AttributeChange.objects.count() == 0


def test_an_unknown_participant_is_named(world: World) -> None:
    outcome = world.do(
        "change_attribute", ADMINISTRATOR, participant="nobody", attribute="site_type", value="factory", reason="x"
    )
    assert outcome.codes == ("participant.unknown",)


def test_fields_are_asked_at_registration(world: World) -> None:
    refused = world.do(
        "register_participant",
        ADMINISTRATOR,
        key="new",
        kind="trading_participant",
        name="New",
        attributes={"site_type": 7, "colour": "red"},
    )
    assert {"participant.field_wrong", "participant.field_unknown"} <= set(refused.codes)


FIELDS = {
    kind: Attribute("x", kind, "", {"one": None, "two": None}, (), None, "T0 3")  # type: ignore[arg-type, dict-item]
    for kind in ("bool", "text", "choice", "int", "decimal", "day")
}
GOOD: dict[str, tuple[Any, ...]] = {
    "bool": (True, False),
    "text": ("", "a" * fields.TEXT_LENGTH_MAX),
    "choice": ("one", "two"),
    "int": (0, -5, 10**15),
    "decimal": ("0", "1.075", "-0.5"),
    "day": ("2014-04-01",),
}
BAD: dict[str, tuple[Any, ...]] = {
    "bool": (0, "true", None),
    "text": (1, "a" * (fields.TEXT_LENGTH_MAX + 1), None),
    "choice": ("three", 1, None),
    "int": ("7", True, 2**70, 1.5, None),
    "decimal": (1, "1,5", "1e5", "NaN", None),
    "day": ("2014-02-30", "1 April", 20140401, date(2014, 4, 1), None),
}


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in GOOD.items() for value in values])
def test_a_value_of_the_type_fits(kind: str, value: Any) -> None:
    assert fields.fits(FIELDS[kind], value)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in BAD.items() for value in values])
def test_a_value_of_another_type_does_not_fit(kind: str, value: Any) -> None:
    assert not fields.fits(FIELDS[kind], value)
