"""The rulebook of the first scheme, loaded once."""

from __future__ import annotations

import pytest

from tanso.rulebook import Rulebook, load
from tanso.rulebook.library import shipped_schemes


@pytest.fixture(scope="session")
def asset() -> Rulebook:
    return load(shipped_schemes() / "asset")
