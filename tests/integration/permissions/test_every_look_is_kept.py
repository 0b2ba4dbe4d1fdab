"""Every look at another party's data leaves a row, shown or refused, without any view having to think of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tanso.database.urls import Server
from tanso.interfaces.web import looks
from tanso.interfaces.web.models import Look
from tests.support import permissions, two_of_each
from tests.support.permissions import NOT_THERE, OPENS, People, Row
from tests.support.two_of_each import LOGINS


@pytest.fixture(scope="module")
def people(server: Server, template: str) -> Iterator[People]:
    with two_of_each.lived_in(server, template) as world:
        yield People(world)


def last_look() -> Look | None:
    return Look.objects.order_by("-id").first()


def look_at(client: Any, at: str) -> Look | None:
    """The row that this request left."""
    before = last_look()
    client.get(at)
    after = last_look()
    return None if after is None or (before is not None and before.id == after.id) else after


def key_of(who: str, login: str | None) -> str:
    return "" if login is None or who == "administrator" else login.rpartition("-")[0]


def is_about_the_scheme(row: Row, owners: tuple[str, ...]) -> bool:
    return bool(owners) and "elsewhere" not in owners


def test_every_look_at_another_partys_object_names_whose_it_was(people: People) -> None:
    missing = []
    for row in permissions.rows():
        subject = people.subject(row.object)
        # What anybody may open is nobody's secret.
        if not is_about_the_scheme(row, subject.owners) or row.answers["visitor"] == OPENS:
            continue
        for who, client, at in people.tries(row):
            key = key_of(who, subject.logins.get(who, LOGINS[who]))
            expected = sorted(set(subject.owners) - {key})
            if row.answers[who] == OPENS and expected:
                found = look_at(client, at)
                if found is None or found.participants != expected:
                    missing.append(f"{row.key}, {who}: {None if found is None else found.participants}")

    assert missing == [], "tell `looks.saw` whose object it is (own_or_404 does)"


def test_whoever_reads_for_others_leaves_a_row_on_every_list(people: People) -> None:
    missing = []
    for row in permissions.rows():
        is_list = row.object == "-" and row.page not in looks.SHOWS_NOBODY and row.answers["other scheme"] == NOT_THERE
        for who, client, at in people.tries(row):
            if is_list and who in ("administrator", "verifier") and row.answers[who] == OPENS:
                found = look_at(client, at)
                if found is None or (found.page, found.login) != (row.page, LOGINS[who]):
                    missing.append(f"{row.key}, {who}")

    assert missing == []


def test_looking_at_ones_own_leaves_none(people: People) -> None:
    kept = [
        f"{row.key}, {who}"
        for row in permissions.rows()
        if people.subject(row.object).owners == ("mine",)
        for who, client, at in people.tries(row)
        if who in ("A", "B") and row.answers[who] == OPENS and look_at(client, at) is not None
    ]

    assert kept == []


def test_a_look_says_who_when_from_where_and_at_what_and_no_search_word(people: People) -> None:
    found = look_at(people.client("admin-1"), "/schemes/asset/reports/mine/target/?name=山田")

    assert found is not None
    assert (found.login, found.role, found.page, found.participants) == ("admin-1", "administrator", "report", ["mine"])
    assert (found.path, found.address, found.status) == ("/schemes/asset/reports/mine/target/", "127.0.0.1", 200)
    assert datetime.now(UTC) - found.at < timedelta(minutes=5)


def test_a_page_is_not_shown_where_the_look_cannot_be_kept(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_row: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(Look.objects, "create", broken)

    response = people.client("admin-1").get("/schemes/asset/reports/mine/target/")

    assert response.status_code == 500
    assert "7,529" not in response.content.decode()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE web_look SET login = 'nobody'", "DELETE FROM web_look", "TRUNCATE web_look"],
)
def test_no_role_changes_or_takes_away_a_look(people: People, statement: str) -> None:
    from django.db import connections  # noqa: PLC0415

    people.client("admin-1").get("/schemes/asset/reports/mine/target/")
    count = Look.objects.count()
    for alias in ("default", "owner"):
        with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement)

    assert Look.objects.count() == count


def test_looks_are_forgotten_when_their_time_is_over(people: People) -> None:
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        for days in (400, 1_097):
            cursor.execute(
                "INSERT INTO web_look (at, day, scheme, login, role, page, path, participants, status, address)"
                " VALUES (%s, now(), 'asset', 'x', 'verifier', 'report', '/', '{}', 200, '')",
                [now - timedelta(days=days)],
            )

    assert looks.forget(now) == 1
    assert Look.objects.filter(at__lt=now - timedelta(days=399)).count() == 1
