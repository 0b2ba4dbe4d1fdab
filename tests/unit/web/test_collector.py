"""What is loaded for good is put out of the collector's sight, once the first visitors had it loaded. No database."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tanso.interfaces.web.collector import spare


@pytest.fixture(autouse=True)
def nothing_is_left_frozen() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_nothing_is_spared_before_the_hundredth_answer_and_everything_after_it() -> None:
    answer = spare(lambda request: HttpResponse())
    request = RequestFactory().get("/")

    for _ in range(99):
        answer(request)
    before = gc.get_freeze_count()
    answer(request)

    assert before == 0
    assert gc.get_freeze_count() > 10_000


def test_what_comes_afterwards_is_collected_as_ever() -> None:
    answer = spare(lambda request: HttpResponse())
    for _ in range(100):
        answer(RequestFactory().get("/"))

    ring: list[object] = []
    ring.append(ring)
    del ring

    assert gc.collect() >= 1
