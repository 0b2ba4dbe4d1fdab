"""Every address has its row in docs/reference/permissions.md, and answers everybody as it says there.

The table is walked on one world (`tests/support/two_of_each.py`), which stays as it is. It is walked once: what each
answer is, what it says, and which look it leaves behind are asked of the same answers. Looks that are kept otherwise
are in tests/integration/permissions/test_every_look_is_kept.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.db import connection

from tanso.database.urls import Server
from tanso.interfaces.web.models import Look
from tests.support import permissions, shown, two_of_each
from tests.support.permissions import NOBODY, NOT_FOR_YOU, NOT_THERE, OPENS, SIGN_IN, People, Row
from tests.support.two_of_each import LOGINS
from tests.support.world import World

WHAT_TO_DO = (
    "docs/reference/permissions.md says who may open which page (formerly MAY_SEE). Add, in the section where people "
    "would look for it, one row a page and object; objects are made in tests/support/two_of_each.py (OBJECTS)."
)


@pytest.fixture(scope="module")
def world(server: Server, template: str) -> Iterator[World]:
    """One world for the whole walk, which changes nothing in it."""
    with two_of_each.lived_in(server, template) as world:
        yield world


@pytest.fixture(scope="module")
def people(world: World) -> People:
    return People(world)


@dataclass(frozen=True, slots=True)
class Met:
    """What somebody met at a page: the answer, the look that it left, what it said although it must not."""

    at: str
    answer: str
    look: Look | None
    of_others: list[str]


@pytest.fixture(scope="module")
def walk(people: People) -> Mapping[str, Mapping[str, Met]]:
    """Every row of the table, tried by everybody who can: by its key and the column."""
    return {row.key: dict(_met(people, row)) for row in permissions.rows()}


def _met(people: People, row: Row) -> Iterator[tuple[str, Met]]:
    for who, client, at in people.tries(row):
        before = Look.objects.order_by("-id").values_list("id", flat=True).first() or 0
        response = client.get(at)
        look = Look.objects.filter(id__gt=before).order_by("-id").first()
        of_others = shown.words_of_others(people, row, who, at, response)
        yield who, Met(at, permissions.answer(response), look, of_others)


def test_every_page_has_a_row(people: People) -> None:
    known = {row.page for row in permissions.rows()}

    missing = [name for name in permissions.routes() if name not in known]

    assert not missing, f"{WHAT_TO_DO} Today they answer:\n{_as_they_are(people, missing)}"


def _as_they_are(people: People, pages: list[str]) -> str:
    """Rows to copy, if they are what should be: each page with every object that fits its address."""
    lines = []
    for page in pages:
        found = []
        for name in two_of_each.OBJECTS:
            row = Row(page, name, {})
            if permissions.arguments(page) == set(people.subject(name).address):
                found.append(f"| {Row(page, name, people.answers(row))}")
        lines += found or [f"{page}: no object of OBJECTS has {sorted(permissions.arguments(page))}"]
    return "\n".join(lines)


def test_every_row_is_about_a_page_and_stands_once() -> None:
    rows = permissions.rows()
    keys = [row.key for row in rows]

    assert [row.key for row in rows if row.page not in permissions.routes()] == [], "there is no such page any more"
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_view_declares_whom_it_is_for() -> None:
    undeclared = [name for name, route in permissions.routes().items() if not getattr(route.callback, "seen_by", None)]

    assert undeclared == [], "declare it with `seen_by` (interfaces/web/access.py)"


def test_everybody_is_answered_as_the_table_says(walk: Mapping[str, Mapping[str, Met]]) -> None:
    wrong = {}
    for row in permissions.rows():
        found = {who: walk[row.key][who].answer if who in walk[row.key] else NOBODY for who in LOGINS}
        if found != row.answers:
            wrong[row.key] = f"written: | {row}\n      found:   | {Row(row.page, row.object, found)}"

    assert not wrong, "\n".join([WHAT_TO_DO, *(f"{key}\n      {lines}" for key, lines in wrong.items())])


def test_nobody_is_shown_what_belongs_to_another(walk: Mapping[str, Mapping[str, Met]]) -> None:
    found = {f"{key}, {who}": met.of_others for key, all_ in walk.items() for who, met in all_.items() if met.of_others}

    assert found == {}


def test_every_refused_try_leaves_a_row(people: People, walk: Mapping[str, Mapping[str, Met]]) -> None:
    missing, refused = [], 0
    for row in permissions.rows():
        owners = people.subject(row.object).owners
        # Where nobody is let in, there is no such page in the scheme.
        is_of_somebody = bool(owners) and "elsewhere" not in owners and OPENS in row.answers.values()
        for who, met in walk[row.key].items():
            answer = row.answers[who]
            if people.kinds(row, who) and (answer == NOT_FOR_YOU or (answer == NOT_THERE and is_of_somebody)):
                refused += 1
                if met.look is None or str(met.look.status) != answer or met.look.path != met.at:
                    missing.append(f"{row.key}, {who}")

    assert refused > 500
    assert missing == []


def test_a_form_that_is_sent_gets_the_answer_of_its_page_and_changes_nothing(people: People) -> None:
    before = _content_of_the_database()
    wrong = []
    for row in permissions.rows():
        for who, client, at in people.tries(row):
            if row.answers[who] == OPENS:
                continue
            found = permissions.answer(client.post(at, permissions.SENT))
            if found != row.answers[who]:
                wrong.append(f"{row.key}, {who}: {found} instead of {row.answers[who]}")

    assert wrong == []
    assert _content_of_the_database() == before


def test_a_form_without_its_seal_is_refused_to_everybody(people: People) -> None:
    """Another site's form sends no token of ours. Nothing is exempt."""
    taken = []
    for row in permissions.rows():
        for who, client, at in people.tries(row):
            if row.answers[who] != OPENS:
                continue
            client.handler.enforce_csrf_checks = True
            try:
                found = permissions.answer(client.post(at, permissions.SENT))
            finally:
                client.handler.enforce_csrf_checks = False
            if found not in (NOT_FOR_YOU, SIGN_IN, "405"):
                taken.append(f"{row.key}, {who}: {found}")
            break

    assert taken == []


# Tables that a refused request may write: who is signed in, who tried to look at what, counters against too many tries.
_MAY_GROW = frozenset({"django_session", "web_look", "web_attempt", "parties_cache"})


def _content_of_the_database() -> dict[str, str]:
    """Each table's rows as one hash."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in _MAY_GROW]
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(string_agg(row::text, chr(10) ORDER BY row::text), '') FROM {table} AS row"
            )
            (content,) = cursor.fetchone() or ("",)
            found[table] = hashlib.sha256(content.encode()).hexdigest()
    return found
