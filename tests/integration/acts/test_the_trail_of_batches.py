"""Rows that many acts write together leave their trail together, each under its own act; or nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from tanso.acts import Act, Actor, perform_batch, records, trail
from tanso.acts.models import ActRecord, ChangeRecord
from tanso.parties.models import Login, Organisation, Participant, Site
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World

pytestmark = pytest.mark.usefixtures("database")

# What goes by COPY comes as psycopg's.
DATABASE_ERRORS = (DatabaseError, psycopg.DatabaseError)
TABLES = ("parties_organisation", "parties_participant", "parties_site", "parties_login")


HOLDER = {"kind": "target_holder", "phase": 2, "reduction_target_t": 10}


def a_registration(world: World, key: str, actor: Actor = ADMINISTRATOR, **more: Any) -> Act:
    return world.act("register_participant", actor, {"key": key, "name": key, **more})


def three(world: World) -> list[Act]:
    """Two of one company, whose name the second spells otherwise, and one by somebody else."""
    return [
        a_registration(world, "one", organisation="Company", sites=["North", "South"], form="group", **HOLDER),
        a_registration(world, "two", SECOND_ADMINISTRATOR, organisation="Ｃｏｍｐａｎｙ", sites=["West"], **HOLDER),
        a_registration(world, "three", SECOND_ADMINISTRATOR, kind="trading_participant"),
    ]


def added(relation: str) -> dict[str, tuple[Any, str]]:
    """The act and the login of each row of the table by its number, as the trail tells them."""
    rows = ChangeRecord.objects.filter(relation=relation, kind="INSERT", act_id__isnull=False)
    return {row.row: (row.act_id, row.login) for row in rows}


def test_each_row_names_the_act_that_wrote_it_and_its_login() -> None:
    world = World()
    acts = three(world)

    assert [outcome.codes for outcome in perform_batch(acts)] == [(), (), ()]

    by = {act.arguments["key"]: (act.id, act.actor.login) for act in acts}
    assert len({login for _, login in by.values()}) == 2
    participants = Participant.objects.filter(key__in=by)
    assert added("parties_participant") == {str(row.pk): by[row.key] for row in participants}
    sites, logins = (kind.objects.filter(participant__key__in=by) for kind in (Site, Login))
    assert added("parties_site") == {str(row.pk): by[row.participant.key] for row in sites}
    assert added("parties_login") == {str(row.pk): by[row.participant.key] for row in logins}
    # The first who names a company makes it.
    company, other = Organisation.objects.filter(name__in=["Company", "three"]).order_by("id")
    assert added("parties_organisation") == {str(company.pk): by["one"], str(other.pk): by["three"]}


def test_secrets_are_hidden_in_the_trail_of_many_as_in_that_of_one() -> None:
    world = World()
    perform_batch([a_registration(world, "alone", sites=["North"], **HOLDER)])
    perform_batch(three(world))

    for relation in TABLES:
        alone, *together = ChangeRecord.objects.filter(relation=relation, act_id__isnull=False).order_by("id")
        assert together
        assert all(row.after.keys() == alone.after.keys() and row.before is None for row in together)
        hidden = {name for name, value in alone.after.items() if value == "***"}
        assert all({name for name, value in row.after.items() if value == "***"} == hidden for row in together)
    assert ChangeRecord.objects.filter(relation="parties_login").latest("id").after["password"] == "***"  # noqa: S105


def everything() -> tuple[int, ...]:
    return tuple(kind.objects.count() for kind in (ActRecord, ChangeRecord, Organisation, Participant, Site, Login))


def test_a_batch_that_breaks_after_its_rows_are_written_leaves_none_and_no_trail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, seen = World(), []
    before = everything()

    def crash(*_: object) -> None:
        seen.append(everything())
        raise RuntimeError("the power went")

    monkeypatch.setattr(records, "write", crash)
    with pytest.raises(RuntimeError):
        perform_batch(three(world))

    assert seen[0][1] > before[1]
    assert everything() == before
    assert who_writes() == ("", "", "")


@pytest.mark.parametrize("relation", TABLES)
def test_a_row_that_nobody_is_named_for_is_refused_and_the_batch_with_it(
    relation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, before = World(), everything()
    say_whose = trail.rows_by

    @contextmanager
    def forgetful(name: str, writers: Mapping[str, Act]) -> Iterator[None]:
        with say_whose(name, dict(list(writers.items())[1:]) if name == relation else writers):
            yield

    monkeypatch.setattr(trail, "rows_by", forgetful)
    with pytest.raises(DATABASE_ERRORS, match=f"rows of {relation} together"):
        perform_batch(three(world))

    assert everything() == before


def test_names_given_for_one_table_say_nothing_of_another() -> None:
    acts = three(World())

    with transaction.atomic():
        trail.name_writers(acts)
        with trail.rows_by("parties_participant", {"one": acts[0]}):
            refused("INSERT INTO parties_organisation (name, name_kana, name_key) VALUES ('one', '', 'one')")


@pytest.mark.parametrize("alias", ["default", "owner"])
@pytest.mark.parametrize(
    "statement", ["UPDATE parties_organisation SET name = 'other'", "DELETE FROM parties_organisation"]
)
def test_what_several_acts_change_together_is_refused_where_rows_cannot_be_named(alias: str, statement: str) -> None:
    Organisation.objects.create(name="kept", name_key="kept")

    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT set_config('tanso.act', 'several', true)")
        refused(statement, alias)

    assert Organisation.objects.filter(name="kept").exists()


def refused(statement: str, alias: str = "default") -> None:
    with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement)


def test_the_writer_after_a_batch_is_not_one_of_it() -> None:
    perform_batch(three(World()))

    Organisation.objects.create(name="later", name_key="later")

    last = ChangeRecord.objects.latest("id")
    assert (last.relation, last.login, last.act_id) == ("parties_organisation", "", None)


@pytest.mark.parametrize(
    "function", ["acts_leave_trail('id', '', '')", "acts_leave_trail_of_rows('id', '{}', '', 'id')"]
)
def test_the_application_hangs_no_trail_on_tables_of_its_own(function: str) -> None:
    """They write as the owner: on a table of the same name, they would tell of changes that never were."""
    each = "STATEMENT" if "of_rows" in function else "ROW"
    transition = "REFERENCING NEW TABLE AS new_rows" if each == "STATEMENT" else ""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("CREATE TEMPORARY TABLE parties_login (id text) ON COMMIT DROP")
        with pytest.raises(DatabaseError, match="permission denied for function"), transaction.atomic():
            cursor.execute(
                f"CREATE TRIGGER forged AFTER INSERT ON pg_temp.parties_login {transition}"
                f" FOR EACH {each} EXECUTE FUNCTION {function}"
            )


def who_writes() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('tanso.act', true), current_setting('tanso.login', true),"
            " current_setting('tanso.writers', true)"
        )
        return tuple(value or "" for value in cursor.fetchone())
