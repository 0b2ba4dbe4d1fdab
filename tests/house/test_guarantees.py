"""docs/reference/guarantees.md lists every guard of the ledger, names only what exists, and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

from tanso.ledger import guards

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENT = (CHECKOUT / "docs" / "reference" / "guarantees.md").read_text(encoding="utf-8")
SQL = "".join(
    file.read_text(encoding="utf-8")
    for file in (CHECKOUT / "src/tanso/ledger/migrations").rglob("0*")
    if file.is_file()
)
# Keys of identity that no guarantee needs to speak of.
PLAIN_KEYS = {name for name in guards.CONSTRAINTS if name.endswith(("_pkey", "_external_key_key", "_defined_once"))}


def test_every_trigger_constraint_and_callable_function_is_listed() -> None:
    guarded = set(guards.TRIGGERS) | (set(guards.CONSTRAINTS) - PLAIN_KEYS) | set(guards.CALLABLE)
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
