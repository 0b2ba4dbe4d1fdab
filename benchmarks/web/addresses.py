"""Every address of the installation as somebody reaches it: found from the routes, so that a new page is measured too.

The values in an address follow from the names of its places, for the logins with the longest lists. A page about an
object that these do not have is asked for as the permission table names it, with the objects that its tests have. What
nobody reaches is left out and named.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from benchmarks.web import world
from tanso.parties.models import Login

BACKEND = "tanso.interfaces.web.signing_in.backends.LoginBackend"
HOST = {"host": "localhost", "accept-language": "ja"}
# Addresses that do something else than show: they change the session or the language, or lead elsewhere.
_NOT_SHOWN = {"sign-out", "set_language"}
# What is asked of pages that answer questions.
_ASKED = {
    "search": ("", "?q=holder-0001", "?q=計測", "?q=AST-1", "?q=1-100"),
    "acts": ("", "?status=refused"),
    "standings": ("", "?sort=-name", "?name=0001"),
    "reports": ("", "?sort=-participant"),
}
_TABLE_LOGINS = ("visitor", "A", "B", "trader", "verifier", "administrator")


@dataclass(frozen=True, slots=True)
class Address:
    """A page or file that answers 200: its route's name, who asks ("" for a visitor), and the address.

    A file is made once and kept by whoever asked for it; the goals are those of pages.
    """

    route: str
    login: str
    address: str
    is_page: bool = True


def signed_in(login: str) -> Client:
    client = Client(headers=HOST)
    if login:
        client.force_login(
            Login.objects.get(login=login), backend="tanso.interfaces.web.signing_in.backends.LoginBackend"
        )
    return client


def found() -> tuple[list[Address], list[str]]:
    """The addresses that answer, for each route and kind of login that may see it; the routes that nobody reached."""
    logging.getLogger("django.request").setLevel(logging.ERROR)  # many a 403 on the way is right
    clients = {name: signed_in(login) for name, login in people().items()}
    values = _values()
    reached, missed = [], []
    for route in _routes(get_resolver().url_patterns):
        if route.name is None or route.name in _NOT_SHOWN:
            continue
        here = [
            _answered(client, route.name, people()[name], address + asked)
            for name, client in clients.items()
            for address in _filled(route.name, values[name])
            for asked in _ASKED.get(route.name, ("",))
        ]
        reached += filter(None, here)
        if not any(here):
            missed.append(route.name)
    told = _of_the_table(set(missed))
    return reached + told, sorted(set(missed) - {address.route for address in told})


def _of_the_table(routes: set[str]) -> list[Address]:
    """The pages of these routes that the permission table says open, for the first login of each kind."""
    from tests.support import permissions, two_of_each  # noqa: PLC0415
    from tests.support.world import World  # noqa: PLC0415

    world = World(begin=two_of_each.TODAY)
    found, clients = [], {}
    for row in permissions.rows():
        if row.page not in routes:
            continue
        subject = two_of_each.subject(world, row.object)
        for who in _TABLE_LOGINS:
            login = subject.logins.get(who, two_of_each.LOGINS[who]) or ""
            if row.answers[who] != permissions.OPENS or (who != "visitor" and not login):
                continue
            client = clients.setdefault(login, signed_in(login))
            found.append(_answered(client, row.page, login, permissions.address(row.page, subject)))
    return [address for address in found if address is not None]


def _answered(client: Client, route: str, login: str, address: str) -> Address | None:
    answer = client.get(address)
    if answer.status_code != 200:
        return None
    return Address(route, login, address, is_page=answer["Content-Type"].startswith("text/html"))


def people() -> dict[str, str]:
    """One login of each kind: with the longest lists, so that what is slow shows."""
    return {
        "visitor": "",
        "holder": "holder-0001-A",
        "emissions": "holder-0001-B",
        "verifier": "verifier-01-A",
        "trader": "trader-01-A",
        "administrator": world.FIRST.login,
    }


def _values() -> dict[str, dict[str, Any]]:
    """What stands in the places of an address, for each kind of login."""
    from tanso.acts.models import ActRecord  # noqa: PLC0415
    from tanso.ledger.models import Journal  # noqa: PLC0415

    number = world.numbers(["holder-0001", "trader-01"])
    act = ActRecord.objects.filter(actor_login="holder-0001-A", status="done").order_by("-sequence").first()
    common = {
        "scheme": world.SCHEME,
        "participant": "holder-0001",
        "year": "base",
        "number": number["holder-0001"],
        "unit": "JAA-2",
        "posting": Journal.objects.order_by("-id").values_list("id", flat=True).first(),
        "act_id": None if act is None else act.id,
        "parameter": "bank_window",
    }
    trader = {**common, "number": number["trader-01"], "participant": "trader-01"}
    return {name: trader if name == "trader" else common for name in people()}


def _filled(route: str, values: Mapping[str, Any]) -> list[str]:
    """The address of a route with its places filled in; none where a place has no value."""
    for forms, *_ in get_resolver().reverse_dict.getlist(route):
        places = forms[0][1]
        if all(values.get(place) is not None for place in places):
            # A number is an account's, or that of a version.
            for given in (values, {**values, "number": 1}):
                with suppress(NoReverseMatch):
                    return [reverse(route, kwargs={place: given[place] for place in places})]
    return []


def _routes(patterns: list[Any]) -> list[URLPattern]:
    routes: list[URLPattern] = []
    for pattern in patterns:
        routes += _routes(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return routes
