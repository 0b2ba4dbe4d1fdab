"""docs/reference/guarantees.md lists every guard of the ledger, names only what exists, and tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tanso.ledger import guards

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENT = (CHECKOUT / "docs" / "reference" / "guarantees.md").read_text(encoding="utf-8")
SQL = "".join(
    file.read_text(encoding="utf-8")
    for file in (CHECKOUT / "src/tanso/ledger/migrations").rglob("0*")
    if file.suffix in {".py", ".sql"}
)
# Keys of identity that no guarantee needs to speak of.
PLAIN_KEYS = {name for name in guards.CONSTRAINTS if name.endswith(("_pkey", "_external_key_key", "_defined_once"))}


def test_every_trigger_constraint_and_callable_function_is_listed() -> None:
    guarded = {
        *guards.TRIGGERS,
        *(set(guards.CONSTRAINTS) - PLAIN_KEYS),
        *guards.INDEXES,
        *guards.CALLABLE,
    }
    assert sorted(name for name in guarded if f"`{name}`" not in DOCUMENT) == []


def test_every_sql_name_in_the_document_exists() -> None:
    names = set(re.findall(r"`(ledger_\w+)", DOCUMENT)) - set(guards.CONSTRAINTS)
    assert sorted(name for name in names if name not in SQL) == []


def test_every_test_in_the_document_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", DOCUMENT)
    assert named
    for file, test in named:
        path = CHECKOUT / (file if "/" in file else f"tests/integration/ledger/{file}")
        assert f"def {test}(" in path.read_text(encoding="utf-8"), f"{file}::{test}"


def test_every_line_of_the_table_has_a_test() -> None:
    lines = [line for line in DOCUMENT.split("## 保証の外側")[0].splitlines() if line.startswith("| ")][1:]
    assert len(lines) > 15
    assert [line for line in lines if "::test_" not in line] == []


def test_every_damage_that_is_tried_is_listed_and_no_other() -> None:
    source = (CHECKOUT / "tests/integration/ledger/test_damage.py").read_text(encoding="utf-8")
    tried = {
        key.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    }
    section = DOCUMENT.split("### 損傷と検出")[1].split("\n###")[0]
    listed = set(re.findall(r"^\| [^|]+? / ([^|]+?) \|", section, re.MULTILINE)) - {"Damage"}
    assert len(tried) > 25
    assert listed == tried
