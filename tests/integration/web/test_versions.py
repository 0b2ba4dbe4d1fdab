"""Two versions of a report compared on a page: the figures always, the cells where both have their workbook."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tanso.acts import perform
from tanso.emissions import workbooks
from tanso.rulebook import library
from tests.integration.web.conftest import SignIn
from tests.support.world import World, login

COMPARE = "/schemes/asset/reports/abc/base/compare/"
SITE = json.loads((Path(__file__).parents[2] / "data" / "workbooks" / "site.json").read_text(encoding="utf-8"))


def page(response: Any) -> str:
    return str(response.content.decode())


def register(world: World, value: Any) -> None:
    made = workbooks.Made(scheme="asset", phase=2, year="base", fiscal_year=2013, holder="")
    content = workbooks.content_of(library().get("asset"), value, made=made)
    file = workbooks.write(content.form, content.inputs, content.shown)
    arguments = {"participant": "abc", "year": "base", "workbook": hashlib.sha256(file).hexdigest()}
    act = world.act("register_report", login("abc"), arguments, files={"workbook": file})
    outcome = perform(act)
    assert outcome.ok, outcome


@pytest.fixture
def world(world: World) -> World:
    world.holder("abc")
    world.holder("xyz")
    return world


def test_changed_cells_and_their_effect_are_shown(world: World, sign_in: SignIn) -> None:
    register(world, SITE)
    later = copy.deepcopy(SITE)
    later["sources"][0]["workbook"]["months"][0] = "22.5"
    later["sources"][0]["quantity"] = "131.5"
    register(world, later)

    shown = page(sign_in("abc-B").get(COMPARE))

    assert "12.5" in shown
    assert "22.5" in shown
    assert "+27.10" in shown
    assert "ボイラー1号" in shown
    assert COMPARE in page(sign_in("abc-A").get("/schemes/asset/reports/abc/base/"))
    assert sign_in("xyz-A").get(COMPARE).status_code == 404


def test_versions_of_figures_alone_show_the_figures(world: World, sign_in: SignIn) -> None:
    assert sign_in("abc-A").get(COMPARE).status_code == 404
    for emissions_t in (900, 1_150):
        assert world.do("register_report", login("abc"), participant="abc", year="base", emissions_t=emissions_t).ok
    register(world, SITE)

    shown = page(sign_in("abc-A").get(COMPARE, {"first": "1", "second": "2"}))
    assert "250" in shown
    assert "比べられる算定報告書" in shown
    # What is no version is the last but one and the last.
    assert page(sign_in("abc-A").get(COMPARE, {"first": "x", "second": "99"})).count(" selected") == 2
