"""Results of each phase: all of it for the administrator, what tells of nobody for everyone."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.rulebook import library
from tests.integration.web.conftest import SignIn
from tests.support.world import World, login

PUBLISHED = Path(__file__).parents[2] / "scenarios" / "asset" / "published" / "phase-2-result.yaml"


@pytest.fixture
def market(world: World) -> World:
    """Three holders sold 1 t each to three traders, at 1,234 yen; then phase 2 was over."""
    for name in ("abc", "def", "ghi"):
        world.holder_with_units(name)
    traders = [world.trader(name) for name in ("jkl", "mno", "pqr")]
    for name in ("abc", "def", "ghi"):
        for trader in traders:
            given = {"from": world.account(name), "to": trader, "unit": "JAA/2", "quantity_t": 1, "price_yen": 1234}
            assert world.do("transfer", login(name), **given).ok
    return world


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_before_the_deadline_the_administrator_sees_what_the_public_does_not(market: World, sign_in: SignIn) -> None:
    inside = sign_in("admin-1", language="en").get("/schemes/asset/results/").content.decode()
    outside = Client(headers={"host": "localhost", "accept-language": "en"}).get("/results/asset/").content.decode()

    assert "1,234 yen" in inside
    assert "Not over yet" in inside
    assert "1,234 yen" not in outside
    assert "published when it is over" in outside


def test_after_the_deadline_the_average_is_public(market: World, sign_in: SignIn) -> None:
    market.go_to(date(2015, 12, 1))
    sign_in("admin-1")  # moves the demonstration's day
    client = Client(headers={"host": "localhost", "accept-language": "en"})

    page = client.get("/results/asset/").content.decode()
    (row,) = rows_of(client, "/results/asset/file/")

    assert "1,234 yen" in page
    assert (row["Trades"], row["Volume (t)"], row["Average price (yen/t)"]) == ("9", "9", "1234")
    assert "AST-" not in page
    assert "ABC" not in page


def test_the_file_of_the_administrator_has_one_row_a_phase(market: World, sign_in: SignIn) -> None:
    (row,) = rows_of(sign_in("admin-1", language="en"), "/schemes/asset/results/file/")

    assert (row["Phase"], row["Holders"], row["Base-year emissions (t)"], row["Trades"]) == (
        "Phase 2",
        "3",
        "30000",
        "9",
    )
    assert (row["Target met"], row["Target not met"], row["Not decided yet"]) == ("0", "0", "3")


def test_the_figures_of_phase_2_stand_on_the_page_as_they_were_published(database: object) -> None:
    """env.go.jp/press/102333: 50 holders, base 149,015 t, cut 12,865 t (8.6 %), all complied, more than 30 trades."""
    assert play(read_scenario(PUBLISHED, library())).failed == 0

    page = Client(headers={"host": "localhost", "accept-language": "en"}).get("/results/asset/").content.decode()

    for figure in ("50", "149,015", "12,865", "8.6", "6,000", "31"):
        assert figure in page, figure


def test_a_scheme_without_results_has_no_public_page(database: object) -> None:
    client = Client(headers={"host": "localhost"})

    assert [client.get(f"/results/{scheme}/").status_code for scheme in ("nowhere", "eu-ets")] == [404, 404]
