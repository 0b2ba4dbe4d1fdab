"""The house guards itself: size, names, clocks, and what must never be committed. No database."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tanso"
MODULE_LINES = 500
FUNCTION_LINES = 75
ROOMS_BELOW_INTERFACES = ("notices", "registry", "emissions", "parties", "ledger", "acts", "rulebook", "kernel")
# Names of schemes and of their units; the engine knows none.
SCHEME_NAMES = re.compile(
    r"\b(jaa|jcer|jver|jpa|jvets|asset|gx.?ets|j-ver|(?<!Asia/)tokyo|saitama)\b|\bAST-[0-9]", re.IGNORECASE
)


def python_files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name]


def test_a_module_fits_a_page_of_the_house() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MODULE_LINES
    }

    assert not long, "ask whether two rooms share one wall"


def test_a_function_fits_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name} has {(node.end_lineno or node.lineno) - node.lineno + 1} lines"
        for path in python_files()
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]

    assert not long


def test_the_engine_names_no_scheme() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in [*python_files(), *sorted(SOURCE.rglob("*.html"))]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if SCHEME_NAMES.search(line)
    ]

    assert not named, "names of schemes and of their units belong to schemes/ and examples/"


@pytest.mark.parametrize("room", ROOMS_BELOW_INTERFACES)
def test_no_room_below_the_interfaces_reads_a_clock(room: str) -> None:
    clocks = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("timezone", "now"), ("time", "time")}

    read = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((SOURCE / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in clocks
    ]

    assert not read, f"time comes in as an argument; a clock is read at {', '.join(read)}"


@pytest.mark.parametrize("room", ["kernel", "rulebook", "ledger", "registry", "acts", "emissions"])
def test_tonnes_and_yen_are_never_floats(room: str) -> None:
    floats = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((SOURCE / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]

    assert not floats, f"whole numbers or Decimal only; floats at {', '.join(floats)}"


def test_no_machine_path_and_no_registry_host_is_committed() -> None:
    # Written in pieces, so that this file does not hold what it looks for.
    words = ("/wo" + "rk/", "/tm" + "p/tanso", "py" + "pi.org", "pythonhos" + "ted", "npm" + "js.", "deb.deb" + "ian")

    found = []
    for path in tracked_files():
        if not path.is_file() or path.suffix in {".png", ".xlsx", ".parquet"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]

    assert not found, "\n".join(found)


def test_file_names_are_plain() -> None:
    odd = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if not re.fullmatch(r"[A-Za-z0-9._/@-]+", str(path.relative_to(ROOT)))
    ]

    assert not odd, f"use letters, digits, dot, dash and underscore in file names: {odd}"


def test_every_refusal_of_the_door_is_documented() -> None:
    from tanso.acts.refusals import codes  # noqa: PLC0415

    page = (ROOT / "docs" / "reference" / "door.md").read_text(encoding="utf-8")

    assert [code for code in codes() if f"`{code}`" not in page] == []
