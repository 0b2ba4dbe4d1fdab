"""docs/reference/calculation.md has every key, code, unit and parameter; docs/reference/factors.md is generated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanso.emissions.calculation import KINDS, request
from tanso.emissions.calculation.conventions import PARAMETERS
from tanso.kernel.measures import MEASURES
from tanso.rulebook import load
from tanso.rulebook.factor_reference import factor_page
from tanso.rulebook.library import shipped_schemes

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGE = (REFERENCE / "calculation.md").read_text(encoding="utf-8")
KEYS = {
    name: keys for name, keys in vars(request).items() if name.endswith("_KEYS") or name in ("USES", "KINDS_OF_FACTOR")
}


@pytest.mark.parametrize("name", sorted(KEYS))
def test_every_key_of_the_input_is_explained(name: str) -> None:
    assert [key for key in KEYS[name] if key not in PAGE] == []


def test_every_finding_is_listed_with_its_sentence() -> None:
    missing = [code for code, kind in KINDS.items() if f"| `{code}` | {kind.level} | {kind.message.en} |" not in PAGE]

    assert missing == []


def test_every_unit_and_convention_is_listed() -> None:
    assert [name for name in (*MEASURES, *PARAMETERS) if f"`{name}`" not in PAGE] == []


def test_the_list_of_factors_is_that_of_the_scheme() -> None:
    page = (REFERENCE / "factors.md").read_text(encoding="utf-8")

    assert page == factor_page(load(shipped_schemes() / "asset")), (
        "run: python -m tanso.rulebook.factor_reference asset > docs/reference/factors.md"
    )
