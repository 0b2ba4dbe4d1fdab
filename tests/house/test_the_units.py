"""The units of systemd in deploy/: systemd knows every line, and each service has little that it could misuse."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
# systemd's own measure, from 0 (nothing) to 100 (everything); it calls 40 "OK".
MOST = 20
ANALYZE = shutil.which("systemd-analyze")

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert ANALYZE is not None
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_there_are_services() -> None:
    assert len(SERVICES) == 3


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_exposed_little(unit: Path) -> None:
    found = analyzed("security", "--offline=true", f"--threshold={MOST}", "--no-pager", str(unit))

    assert found.returncode == 0, found.stdout[-2_000:] + found.stderr


def test_systemd_knows_every_line() -> None:
    found = analyzed("verify", "--man=no", *(str(unit) for unit in sorted(UNITS.iterdir())))

    # The programs are where an installation has them, not here.
    faults = [line for line in found.stderr.splitlines() if "is not executable" not in line]
    assert [line for line in faults if any(unit.name in line for unit in UNITS.iterdir())] == []
