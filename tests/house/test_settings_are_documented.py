"""Every setting has a line in docs/reference/settings.md, and every line there is a setting."""

from __future__ import annotations

import re
from pathlib import Path

from tanso.project.configuration import Configuration

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "settings.md"
READ_BY_THE_LAUNCHER = {"TANSO_POSTGRES_BIN"}


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    documented = set(re.findall(r"^\| `(TANSO_\w+)`", PAGE.read_text(), re.MULTILINE))
    settings = {f"TANSO_{name.upper()}" for name in Configuration.model_fields}
    assert documented == settings | READ_BY_THE_LAUNCHER
