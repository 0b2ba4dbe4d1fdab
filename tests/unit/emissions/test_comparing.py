"""Two versions of a workbook: which inputs changed, and what each change does to the emissions."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tanso.emissions import workbooks
from tanso.emissions.workbooks import RefusedFileError, compare, entered_numbers
from tanso.emissions.workbooks.comparing import EFFECTS_MAX
from tanso.rulebook import Rulebook, library

SITE = Path(__file__).parents[2] / "data" / "workbooks" / "site.json"


@pytest.fixture(scope="module")
def asset() -> Rulebook:
    return library().get("asset")


@pytest.fixture
def site() -> Any:
    return json.loads(SITE.read_text(encoding="utf-8"))


def filled(value: Any, asset: Rulebook) -> bytes:
    made = workbooks.Made(scheme="asset", phase=2, year="base", fiscal_year=value["fiscal_year"], holder="")
    content = workbooks.content_of(asset, value, made=made)
    return workbooks.write(content.form, content.inputs, content.shown)


def test_the_same_workbook_differs_in_nothing(asset: Rulebook, site: Any) -> None:
    found = compare(filled(site, asset), filled(site, asset), asset)
    assert (found.cells, found.points) == ((), ())
    assert found.before_t == found.after_t is not None


def test_a_changed_month_is_named_with_its_cell_and_its_effect(asset: Rulebook, site: Any) -> None:
    later = copy.deepcopy(site)
    later["sources"][0]["workbook"]["months"][0] = "22.5"
    later["sources"][0]["quantity"] = "131.5"

    found = compare(filled(site, asset), filled(later, asset), asset)

    (cell,) = found.cells
    assert (cell.before, cell.after) == ("12.5", "22.5")
    # Ten kL of heavy oil A more: 10 x 39.1 x 0.0189 x 44/12.
    assert cell.effect_t == Decimal(10) * Decimal("39.1") * Decimal("0.0189") * 44 / 12
    (point,) = found.points
    assert point.point == "ボイラー1号"
    assert found.after_t is not None
    assert found.before_t is not None
    assert found.after_t - found.before_t == cell.effect_t


def test_a_source_left_out_loses_its_point_and_a_text_has_no_effect(asset: Rulebook, site: Any) -> None:
    later = copy.deepcopy(site)
    later["workbook"]["cover"]["telephone"] = "03-9999-9999"
    dropped = later["sources"].pop()

    found = compare(filled(site, asset), filled(later, asset), asset)

    assert dropped["point"] in [point.point for point in found.points if point.after_t is None]
    telephone = next(cell for cell in found.cells if cell.after == "03-9999-9999")
    assert telephone.effect_t == 0


def test_very_many_changes_are_listed_without_an_effect_each(asset: Rulebook, site: Any) -> None:
    later = copy.deepcopy(site)
    later["sources"] = [
        {"point": f"点{number}", "activity": "軽油", "quantity": "1", "unit": "kL"} for number in range(EFFECTS_MAX)
    ]
    found = compare(filled(site, asset), filled(later, asset), asset)
    assert len(found.cells) > EFFECTS_MAX
    assert {cell.effect_t for cell in found.cells} == {None}


def test_what_is_no_form_is_refused(asset: Rulebook, site: Any) -> None:
    with pytest.raises(RefusedFileError):
        compare(filled(site, asset), b"no workbook", asset)


def test_the_numbers_that_were_entered(asset: Rulebook, site: Any) -> None:
    numbers = entered_numbers(filled(site, asset), asset)
    assert {Decimal("12.5"), Decimal("2431.6"), Decimal(12000)} <= set(numbers)
