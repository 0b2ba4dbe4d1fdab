"""A form that is sent very often from one place has to wait; the count is right for any number of processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections
from django.http import HttpResponse
from django.test import RequestFactory

from tanso.interfaces.web import limits
from tanso.interfaces.web.limits import address_of, limited
from tanso.interfaces.web.models import Attempt
from tanso.parties.models import Login
from tests.support.world import World


def request(method: str = "post", *, login: Login | None = None, **meta: Any) -> Any:
    made = getattr(RequestFactory(), method)("/", **meta)
    made.user = login or AnonymousUser()
    return made


@limited("asking", most=3, seconds=600)
def page(request: Any) -> HttpResponse:
    return HttpResponse("thanks")


def statuses(times: int, **options: Any) -> list[int]:
    return [page(request(**options)).status_code for _ in range(times)]


def test_the_fourth_time_has_to_wait_and_says_how_long(database: object) -> None:
    assert statuses(3) == [200, 200, 200]

    refused = page(request())

    assert refused.status_code == 429
    assert 590 < int(refused["Retry-After"]) <= 600
    assert "thanks" not in refused.content.decode()


def test_each_address_and_each_login_counts_for_itself(world: World) -> None:
    assert statuses(3, REMOTE_ADDR="192.0.2.1") == [200] * 3
    assert statuses(1, REMOTE_ADDR="192.0.2.1") == [429]
    assert statuses(1, REMOTE_ADDR="192.0.2.2") == [200]
    assert statuses(1, login=Login.objects.get(login="admin-1"), REMOTE_ADDR="192.0.2.1") == [200]


def test_looking_at_the_form_is_not_counted(database: object) -> None:
    assert statuses(9, method="get") == [200] * 9
    assert statuses(3) == [200] * 3


def test_counting_begins_anew_when_the_time_is_over(database: object) -> None:
    assert statuses(4)[-1] == 429
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_attempt SET until = now()")

    assert statuses(3) == [200] * 3


def test_nobody_slips_through_at_the_same_time(database: object) -> None:
    def once(_at: int) -> int:
        try:
            return limits.count("racing", "x", seconds=60)[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(once, range(40))) == list(range(1, 41))


def test_the_table_names_nobody(database: object) -> None:
    statuses(1, REMOTE_ADDR="192.0.2.77")

    (row,) = Attempt.objects.all()
    assert "192.0.2.77" not in row.who


@pytest.mark.parametrize(
    ("proxies", "told", "found"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9, 192.0.2.40", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_a_forwarded_address_counts_as_far_as_our_own_proxies_wrote_it(
    settings_proxies: Any, proxies: int, told: str, found: str
) -> None:
    settings_proxies(proxies)

    assert address_of(request(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=told)) == found


@pytest.fixture
def settings_proxies(monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.conf import settings  # noqa: PLC0415

    return lambda number: monkeypatch.setattr(settings, "TANSO_TRUSTED_PROXIES", number)
