"""One line calculates: `answer(source(...), fiscal_year=2015)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tanso.emissions.calculation import Calculation, calculate, read_request
from tanso.rulebook import Rulebook, load
from tanso.rulebook.library import shipped_schemes

Answer = Callable[..., Calculation]


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load(shipped_schemes() / "asset")


@pytest.fixture(scope="session")
def answer(rulebook: Rulebook) -> Answer:
    def answered(*sources: Any, fiscal_year: Any = 2015, book: Any = None, **more: Any) -> Calculation:
        request = {"scheme": "asset", "fiscal_year": fiscal_year, "sources": list(sources), **more}
        return calculate(read_request(request), rulebook, book=book)

    return answered


def source(activity: str, quantity: Any = "1", unit: str = "t", **more: Any) -> dict[str, Any]:
    return {"point": "boiler", "activity": activity, "quantity": quantity, "unit": unit, **more}


def codes(calculation: Calculation) -> list[str]:
    return [finding.code for finding in calculation.findings]


def places(calculation: Calculation) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in calculation.findings]
