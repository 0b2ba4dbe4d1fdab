"""The schedule as each actor sees it: its own steps first, the years of the phase as a table."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from tests.integration.web.conftest import SignIn
from tests.support.world import World

PAGE = "/schemes/asset/schedule/"


@pytest.fixture
def actors(world: World) -> World:
    world.holder("abc", phase=2)
    world.trader("trd")
    world.verifier("ver")
    return world


def next_of(client: Client, query: str = "") -> list[str]:
    """What the page says is next, in its order, without markup."""
    body = client.get(PAGE + query).content.decode()
    section = re.search(r'<section class="section" aria-labelledby="next-title">(.*?)</section>', body, re.DOTALL)
    assert section is not None
    items = re.findall(r'<div class="entry__what">(.*?)</div>', section[1], re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", "", item) for item in items]


def test_a_holder_sees_its_own_phase_and_what_is_next(actors: World, sign_in: SignIn) -> None:
    actors.go_to(date(2015, 12, 1))
    client = sign_in("abc-A")

    assert "第2期" in client.get(PAGE).content.decode()
    assert next_of(client) == [
        "バンキングの申請進行中",
        "削減目標年度算定報告書を登録、検証依頼進行中",
        "調整・自主削減年度算定報告書を登録",
    ]


def test_on_the_last_day_of_a_window_it_is_still_open_and_on_the_next_it_is_gone(
    actors: World, sign_in: SignIn
) -> None:
    surrender = "削減目標年度の排出量実績に応じた排出枠を償却進行中"
    actors.go_to(date(2015, 11, 30))
    assert surrender in next_of(sign_in("abc-A"))
    actors.go_to(date(2015, 12, 1))
    assert surrender not in next_of(sign_in("abc-A"))


@pytest.mark.parametrize(
    ("login", "own", "others"),
    [
        ("abc-A", "排出枠（JAA）の取引・償却（随時）", "排出枠（JAA）を発行"),
        ("abc-B", "排出枠（JAA）の取引・償却（随時）", "排出枠（JAA）を発行"),
        ("trd-A", "排出枠の取引（随時）", "排出枠（JAA）を発行"),
        ("ver-A", "基準年度の検証報告書を登録、承認依頼", "排出枠（JAA）を発行"),
        ("admin-1", "排出枠（JAA）を発行", "基準年度算定報告書を登録、検証依頼"),
    ],
)
def test_each_actor_has_its_own_steps_first_and_sees_those_of_the_others(
    actors: World, sign_in: SignIn, login: str, own: str, others: str
) -> None:
    client = sign_in(login)

    assert any(item.startswith(own) for item in next_of(client, "?phase=2"))
    assert not any(item.startswith(others) for item in next_of(client, "?phase=2"))
    assert others in client.get(f"{PAGE}?phase=2").content.decode()


def test_who_has_no_phase_sees_the_one_that_runs(actors: World, sign_in: SignIn) -> None:
    actors.go_to(date(2015, 6, 1))

    assert "<h1>予定 第3期</h1>" in sign_in("trd-A").get(PAGE).content.decode()


@pytest.mark.parametrize("asked", ["99", "x", "0", "²"])
def test_a_phase_that_is_none_is_not_found(actors: World, sign_in: SignIn, asked: str) -> None:
    assert sign_in("admin-1").get(PAGE, {"phase": asked}).status_code == 404


def test_the_bars_of_a_year_fill_its_twelve_months(actors: World, sign_in: SignIn) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", sign_in("abc-A").get(PAGE).content.decode(), re.DOTALL)

    assert len(rows) == 17
    assert {sum(map(int, re.findall(r"colspan=\"(\d+)\"", row))) for row in rows} == {12}


def test_the_page_is_in_english_too(actors: World, sign_in: SignIn) -> None:
    body = sign_in("abc-A", language="en").get(PAGE).content.decode()

    assert "What is next for you (Target holder)" in body
    assert "Surrender allowances for the emissions of the target year" in body
    assert not re.search(r"[ぁ-んァ-ヶ]", body.replace("日本語", ""))
