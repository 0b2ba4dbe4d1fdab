"""Every code that the ledger's SQL raises has an error in Python with its sentences, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tanso.ledger.errors import BY_SQLSTATE, LedgerError

SQL = Path(__file__).resolve().parents[3] / "src" / "tanso" / "ledger" / "migrations" / "sql"
RAISED = {code for file in SQL.glob("*.sql") for code in re.findall(r"'(LG\d{3})'", file.read_text(encoding="utf-8"))}


def test_sql_and_python_know_the_same_codes() -> None:
    assert set(BY_SQLSTATE) == RAISED


@pytest.mark.parametrize("error", BY_SQLSTATE.values())
def test_every_refusal_is_a_sentence_and_a_next_step_in_both_languages(error: type[LedgerError]) -> None:
    refusal = error({"account": "X-1001", "quantity_t": 1500})
    for text in (refusal.message, refusal.next_step):
        assert text.ja.endswith("。")
        assert text.en.endswith(".")
        assert "{" not in text.ja + text.en


def test_the_code_is_said_once_for_each_error() -> None:
    codes = [error.ERROR_CODE for error in BY_SQLSTATE.values()]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("ledger.") for code in codes)
