"""The permission table of docs/reference/permissions.md, and how each of its rows is tried on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tanso.interfaces.web.desk import Who, desk_of
from tanso.parties.models import Login
from tests.support import two_of_each
from tests.support.two_of_each import LOGINS, Subject
from tests.support.world import SCHEME, World

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "permissions.md"
OPENS, SIGN_IN, NOT_FOR_YOU, NOT_THERE, NOBODY = "yes", "sign in", "403", "404", "–"
ANSWERS = (OPENS, SIGN_IN, NOT_FOR_YOU, NOT_THERE, NOBODY)
_FIRST_LINE = "| page | object |"
# A page that is there answers so: shown, sent on, or waiting for another method or for what it asks.
_OPEN_STATUSES = frozenset({200, 204, 301, 302, 303, 405, 422})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a page with an object, and the answer that each login gets."""

    page: str
    object: str
    answers: Mapping[str, str]

    @property
    def key(self) -> str:
        return f"{self.page} · {self.object}"

    def __str__(self) -> str:
        return " | ".join([self.page, self.object, *(self.answers[who] for who in LOGINS), ""]).rstrip()


def rows() -> list[Row]:
    """All rows of the table, in its order. Raises ValueError where one cannot be read."""
    found, is_inside = [], False
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), start=1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            is_inside = False
        elif line.startswith(_FIRST_LINE):
            is_inside = True
            if tuple(cells[2:]) != tuple(LOGINS):
                raise ValueError(f"permissions.md:{number}: the columns are {', '.join(LOGINS)}")
        elif is_inside and not set(cells[0]) <= set("-: "):
            answers = dict(zip(LOGINS, cells[2:], strict=False))
            if len(cells) != len(LOGINS) + 2 or not set(answers.values()) <= set(ANSWERS):
                raise ValueError(
                    f"permissions.md:{number}: a row has {len(LOGINS)} answers out of {', '.join(ANSWERS)}"
                )
            found.append(Row(cells[0], cells[1], answers))
    return found


@cache
def routes() -> Mapping[str, URLPattern]:
    """Every address of the installation by its name. Raises ValueError where one has no name of its own."""
    found: dict[str, URLPattern] = {}

    def walk(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
                continue
            name = f"{prefix}{pattern.name}"
            if pattern.name is None or name in found:
                raise ValueError(f"the address {pattern.pattern} needs a name of its own; it has {pattern.name}")
            found[name] = pattern

    walk(get_resolver().url_patterns, "")
    return found


def address(page: str, subject: Subject) -> str:
    """The address of a page about an object; a scheme's page is that of the scheme of the tests."""
    known = {"scheme": SCHEME, **subject.address}
    asked = _parameters(page)
    if not asked <= set(known):
        raise ValueError(f"{page} is about {sorted(asked)}, and the object in its row has {sorted(subject.address)}")
    return reverse(page, kwargs={name: known[name] for name in asked})


def arguments(page: str) -> set[str]:
    """What the address of a page names besides the scheme."""
    return _parameters(page) - {"scheme"}


def _parameters(page: str) -> set[str]:
    resolver, name = get_resolver(), page
    while ":" in name:
        namespace, _, name = name.partition(":")
        resolver = resolver.namespace_dict[namespace][1]
    (possibilities, *_more) = resolver.reverse_dict.getlist(name)[0]
    (_pattern, parameters), *_others = possibilities
    return set(parameters)


# What is sent with a form where the answer must not depend on it.
SENT = {"act": "7f6a3d0e-51c7-4d5f-9c53-6d3a2f3a8f11", "step": "perform", "quantity_t": "1", "unit": "JAA/2"}


class People:
    """Everybody of `LOGINS` and of the objects, each with a browser of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clients: dict[str | None, Client] = {}
        self._subjects: dict[str, Subject] = {}

    def subject(self, name: str) -> Subject:
        if name not in self._subjects:
            self._subjects[name] = two_of_each.subject(self._world, name)
        return self._subjects[name]

    def client(self, login: str | None) -> Client:
        if login not in self._clients:
            client = Client(headers={"host": "localhost", "accept-language": "ja"}, raise_request_exception=False)
            if login is not None:
                client.force_login(Login.objects.get(login=login))
            self._clients[login] = client
        return self._clients[login]

    def login(self, row: Row, who: str) -> str | None:
        """The login that tries a row in a column."""
        return self.subject(row.object).logins.get(who, LOGINS[who])

    def kinds(self, row: Row, who: str) -> frozenset[Who]:
        """What kinds of login this one is in the scheme that the row is about; none where it does not belong there."""
        login = self.login(row, who)
        if login is None:
            return frozenset()
        scheme = self.subject(row.object).address.get("scheme", SCHEME)
        desk = desk_of(Login.objects.select_related("participant").get(login=login), scheme)
        return frozenset() if desk is None else desk.who

    def tries(self, row: Row) -> Iterator[tuple[str, Client, str]]:
        """Everybody who can try the row: column, browser, address."""
        subject = self.subject(row.object)
        at = address(row.page, subject)
        for who, usual in LOGINS.items():
            login = subject.logins.get(who, usual)
            if who == "visitor" or login is not None:
                yield who, self.client(login), at

    def answers(self, row: Row) -> dict[str, str]:
        """What everybody is answered who asks for the page."""
        found = dict.fromkeys(LOGINS, NOBODY)
        for who, client, at in self.tries(row):
            found[who] = answer(client.get(at))
        return found


def answer(response: Any) -> str:
    """An answer in the words of the table; the status itself where the table has no word for it."""
    status = int(response.status_code)
    if status in (301, 302, 303) and _path(response["Location"]) == _path(resolve_url(settings.LOGIN_URL)):
        return SIGN_IN
    if status in _OPEN_STATUSES:
        return OPENS
    return str(status)


def _path(location: str) -> str:
    return re.sub(r"^https?://[^/]+", "", location).partition("?")[0]
