"""Changes of tables that change leave a trail by trigger: who, when, what, before and after, whoever makes them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from tanso.acts import actions as acts
from tanso.acts.models import ChangeRecord
from tanso.database.urls import Server
from tanso.interfaces.web.writers import say_who_writes
from tanso.kernel.texts import Text
from tanso.parties import actions as parties
from tanso.parties.models import Login, Participant
from tests.support.world import BEGIN, World

# Why a table that changes leaves no trail: it is history, or says nothing of parties, rights or content.
WITHOUT_TRAIL = {
    "account_emailaddress": "empty: the login id is all that names a person",
    "account_emailconfirmation": "empty: the same",
    "acts_demonstrationday": "only in a demonstration",
    "acts_outboxmessage": "only whether an event was told",
    "acts_position": "written by the database's own function alone",
    "acts_timepassed": "only how far time has passed",
    "auth_group": "unused", "auth_group_permissions": "unused", "auth_permission": "Django's own names",
    "axes_accessattempt": "kept by axes", "axes_accessattemptexpiration": "kept by axes",
    "axes_accessfailurelog": "kept by axes", "axes_accesslog": "kept by axes",
    "django_content_type": "Django's own names", "django_migrations": "written by the owner",
    "django_session": "sessions",
    "notices_letternumber": "a counter",
    "notices_sending": "only what became of a mail",
    "emissions_report": "each change is a row of emissions_reportstep",
    "parties_applicationdraft": "what nobody has applied for yet; deleted after a while",
    "parties_cache": "counters",
    "registry_obligation": "each change follows from a recorded act",
    "usersessions_usersession": "sessions",
    "web_attempt": "counters", "web_look": "a trail itself",
}  # fmt: skip


@pytest.fixture
def world(database: object) -> World:
    parties.add_administrator(login_id="admin-1", person="事務局 1")
    acts.begin_demonstration(today=BEGIN, notice=Text("試験", "Test"))
    return World()


def trail(relation: str) -> list[ChangeRecord]:
    return list(ChangeRecord.objects.filter(relation=relation).order_by("id"))


def execute(statement: str, *values: Any, alias: str = "default") -> None:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement, values)


def test_what_an_act_writes_names_its_act_and_its_login(world: World) -> None:
    world.holder("abc")

    (made,) = trail("parties_participant")

    assert (made.kind, made.login, made.before) == ("INSERT", "admin-1", None)
    assert made.after["key"] == "abc"
    act = Participant.objects.get(key="abc")
    assert made.row == str(act.id)
    assert made.act_id is not None
    # The next writer on this connection is somebody else.
    parties.set_password(login=Login.objects.get(login="abc-A"), password="a long enough password")  # noqa: S106
    assert (trail("parties_login")[-1].login, trail("parties_login")[-1].act_id) == ("", None)


def test_only_what_differs_is_kept_and_a_secret_is_not(world: World) -> None:
    login = Login.objects.get(login="admin-1")
    parties.set_password(login=login, password="a long enough password")  # noqa: S106
    Login.objects.filter(login="admin-1").update(mail="somebody@office.example", is_active=False)

    *_, password, both = trail("parties_login")

    assert (password.kind, password.before, password.after) == ("UPDATE", {"password": "***"}, {"password": "***"})
    assert both.before == {"mail": "***", "is_active": True}
    assert both.after == {"mail": "***", "is_active": False}
    everything = "".join(f"{row.before}{row.after}" for row in ChangeRecord.objects.all())
    for word in ("pbkdf2", "somebody@", "事務局 1"):
        assert word not in everything


def test_signing_in_and_writing_what_was_there_leave_nothing(world: World) -> None:
    before = len(trail("parties_login"))
    execute("UPDATE parties_login SET last_login = now()")
    execute("UPDATE parties_login SET is_active = is_active")

    assert len(trail("parties_login")) == before


def test_whoever_writes_by_hand_leaves_a_trail_too(world: World) -> None:
    execute("UPDATE parties_organisation SET name_kana = name_kana", alias="owner")
    world.holder("abc")
    execute("UPDATE parties_organisation SET name_kana = 'カナ'", alias="owner")

    last = trail("parties_organisation")[-1]

    assert (last.kind, last.before, last.after) == ("UPDATE", {"name_kana": ""}, {"name_kana": "カナ"})
    assert "owner" in last.database_role


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE acts_change SET login = 'nobody'",
        "DELETE FROM acts_change",
        "TRUNCATE acts_change",
    ],
)
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_nobody_changes_the_trail(world: World, statement: str, alias: str) -> None:
    world.holder("abc")

    with pytest.raises(DatabaseError):
        execute(statement, alias=alias)


def test_the_application_writes_no_trail_of_its_own(world: World) -> None:
    with pytest.raises(DatabaseError):
        execute(
            "INSERT INTO acts_change (relation, row, kind, login, database_role)"
            " VALUES ('parties_login', '1', 'UPDATE', 'somebody', 'x')"
        )


def test_a_request_says_who_writes_and_the_next_one_begins_anew(world: World) -> None:
    def view(request: Any) -> HttpResponse:
        Login.objects.filter(login="admin-1").update(person="別の人" + request.method)
        return HttpResponse()

    def send(method: str, user: Any) -> str:
        request = getattr(RequestFactory(), method)("/")
        request.user = user
        say_who_writes(view)(request)
        return trail("parties_login")[-1].login

    assert send("post", Login.objects.get(login="admin-1")) == "admin-1"
    assert send("get", Login.objects.get(login="admin-1")) == ""


def test_a_request_that_fails_forgets_who_wrote(world: World) -> None:
    def view(request: Any) -> HttpResponse:
        raise RuntimeError("broken")

    request = RequestFactory().post("/")
    request.user = Login.objects.get(login="admin-1")  # type: ignore[assignment]
    with pytest.raises(RuntimeError):
        say_who_writes(view)(request)

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('tanso.login', true)")
        assert cursor.fetchone() == ("",)


# The bits of `tgtype` that say what a trigger answers to: insert, delete, update.
_EVERY_CHANGE = 4 | 8 | 16


def test_every_table_that_changes_leaves_a_trail_or_says_why_not(database: Server) -> None:
    """History needs none (its rows never change), and the ledger guards its own tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class AS table_
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                  AND relname NOT LIKE 'ledger\\_%%' AND relname NOT LIKE 'procrastinate\\_%%'
                  AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = table_.oid AND tgenabled = 'A'
                                   AND tgname LIKE '%%is\\_history')
                  AND coalesce((SELECT bit_or(tgtype & %(every)s) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
                                 WHERE tgrelid = table_.oid AND tgenabled = 'A'
                                   AND proname IN ('acts_leave_trail', 'acts_leave_trail_of_rows')), 0) <> %(every)s""",
            {"every": _EVERY_CHANGE},
        )
        silent = {name for (name,) in cursor.fetchall()}

    assert sorted(silent - set(WITHOUT_TRAIL)) == [], (
        "a table that changes leaves a trail: `leave_trail(table, hidden=…)` of acts/history.py in a migration of its "
        "room, secrets and personal data hidden; or say in WITHOUT_TRAIL why not"
    )
