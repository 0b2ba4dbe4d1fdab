"""Who may change the guards can damage the ledger; `verify` finds it and says where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings

from tanso.database.urls import Server, parts
from tanso.ledger import guards, queries
from tanso.ledger.verification import whole

if TYPE_CHECKING:
    from .conftest import SmallLedger


@pytest.fixture
def story(ledger: SmallLedger) -> SmallLedger:
    """Ann holds 1–60, Bob 61–90, ten are surrendered, and all is sound."""
    ledger.issue(100, ledger.ann)
    ledger.move(40, ledger.ann, ledger.bob, serials=[(61, 101)])
    ledger.move(10, ledger.bob, ledger.surrender, serials=[(91, 101)])
    assert queries.verify() == []
    return ledger


@contextmanager
def guards_off(ledger: SmallLedger) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of the owner with the ledger's triggers off, and on again afterwards."""
    with ledger.connected("owner") as connection:
        for table in guards.TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
        yield connection
        for name, trigger in guards.TRIGGERS.items():
            connection.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {name}")  # type: ignore[call-overload]


# What is done to the guards; then the kind of difference and the guard that must be named.
WEAKENED = {
    "a trigger is switched off": (
        "ALTER TABLE ledger_journal DISABLE TRIGGER ledger_journal_is_history",
        ("trigger", "ledger_journal_is_history"),
    ),
    "a trigger no longer fires for replicas": (
        "ALTER TABLE ledger_holding ENABLE TRIGGER ledger_holding_by_function",
        ("trigger", "ledger_holding_by_function"),
    ),
    "a trigger is dropped": (
        "DROP TRIGGER ledger_journal_needs_open_accounts ON ledger_journal",
        ("trigger", "ledger_journal_needs_open_accounts"),
    ),
    "a trigger fires on less": (
        "CREATE OR REPLACE TRIGGER ledger_journal_is_history BEFORE DELETE ON ledger_journal"
        " EXECUTE FUNCTION ledger_refuse_change()",
        ("trigger", "ledger_journal_is_history"),
    ),
    "a trigger lets another function write": (
        "CREATE OR REPLACE TRIGGER ledger_journal_by_function BEFORE INSERT ON ledger_journal"
        " EXECUTE FUNCTION ledger_refuse_by_hand('ledger_post', 'mine');"
        " ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_journal_by_function",
        ("trigger", "ledger_journal_by_function"),
    ),
    "a trigger is added": (
        "CREATE TRIGGER mine BEFORE INSERT ON ledger_journal EXECUTE FUNCTION ledger_refuse_change()",
        ("trigger", "mine"),
    ),
    "a rewrite rule is added": (
        "CREATE RULE mine AS ON INSERT TO ledger_account_event DO INSTEAD NOTHING",
        ("trigger", "mine"),
    ),
    "a constraint is dropped": (
        "ALTER TABLE ledger_holding DROP CONSTRAINT ledger_holding_not_negative",
        ("constraint", "ledger_holding_not_negative"),
    ),
    "a constraint allows more": (
        "ALTER TABLE ledger_holding DROP CONSTRAINT ledger_holding_not_negative,"
        " ADD CONSTRAINT ledger_holding_not_negative CHECK (quantity >= -1)",
        ("constraint", "ledger_holding_not_negative"),
    ),
    "a function is replaced": (
        "CREATE OR REPLACE FUNCTION ledger_count(serials bigint[]) RETURNS bigint"
        " LANGUAGE sql IMMUTABLE STRICT AS 'SELECT 1::bigint'",
        ("function", "ledger_count"),
    ),
    "a function runs as its caller": (
        "ALTER FUNCTION ledger_post SECURITY INVOKER",
        ("function", "ledger_post"),
    ),
    "a function is added under the name of another": (
        "CREATE FUNCTION ledger_post(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ("function", "ledger_post"),
    ),
    "a function gets settings of its own": (
        "ALTER FUNCTION ledger_post SET search_path = public",
        ("function", "ledger_post"),
    ),
    "a function does nothing where an argument is missing": (
        "ALTER FUNCTION ledger_post_batch STRICT",
        ("function", "ledger_post_batch"),
    ),
    "a unique index is dropped": (
        "DROP INDEX ledger_journal_reversed_once",
        ("index", "ledger_journal_reversed_once"),
    ),
    "a column may be empty": (
        "ALTER TABLE ledger_journal ALTER COLUMN act_id DROP NOT NULL",
        ("constraint", "ledger_journal.act_id"),
    ),
    "a table hides rows": ("ALTER TABLE ledger_journal ENABLE ROW LEVEL SECURITY", ("table", "ledger_journal")),
    "a table forgets its rows in a crash": ("ALTER TABLE ledger_holding SET UNLOGGED", ("table", "ledger_holding")),
    "a table gets another owner": ("ALTER TABLE ledger_segment OWNER TO {app}", ("table", "ledger_segment")),
    "the records of acts may be changed": ("GRANT UPDATE ON acts_actrecord TO {app}", ("grant", "acts_actrecord")),
    "the records of acts lose their trigger": (
        "DROP TRIGGER acts_actrecord_is_history ON acts_actrecord",
        ("trigger", "acts_actrecord_is_history"),
    ),
    "the application may write": ("GRANT UPDATE ON ledger_holding TO {app}", ("grant", "ledger_holding")),
    "the application may write one column": (
        "GRANT UPDATE (quantity) ON ledger_holding TO {app}",
        ("grant", "ledger_holding"),
    ),
    "everyone may write": ("GRANT INSERT ON ledger_journal TO PUBLIC", ("grant", "ledger_journal")),
    "the application may not read": (
        "REVOKE SELECT ON ledger_number_series FROM {app}",
        ("grant", "ledger_number_series"),
    ),
    "the application may call a helper": ("GRANT EXECUTE ON FUNCTION ledger_move TO {app}", ("grant", "ledger_move")),
}


@pytest.mark.parametrize("name", WEAKENED)
def test_a_weakened_guard_is_named(database: Server, story: SmallLedger, name: str) -> None:
    statement, expected = WEAKENED[name]
    assert database.admin_url is not None
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute(statement.replace("{app}", database.application_role))  # type: ignore[call-overload]
    assert expected in {(each.kind, each.facts.get("name")) for each in queries.verify()}


def test_an_application_with_the_owners_power_is_named(database: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # Roles belong to the whole server, so that none is changed here: the owner plays the application.
    owner = parts(database.owner_url)["user"]
    monkeypatch.setattr(settings, "TANSO_APPLICATION_ROLE", owner)
    assert ("role", owner) in {(each.kind, each.facts.get("name")) for each in queries.verify()}


def test_only_accounts_that_sent_named_serials_are_gone_through_one_by_one(
    ledger: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspected: list[tuple[int, int]] = []

    def remember(_recomputation: object, pairs: list[tuple[int, int]], _names: object) -> list[object]:
        suspected.extend(pairs)
        return []

    monkeypatch.setattr(whole, "_serial_by_serial", remember)
    ledger.issue(100, ledger.ann)
    ledger.issue(50, ledger.bob)
    for quantity_t in (7, 30, 21):
        ledger.move(quantity_t, ledger.ann, ledger.bob)
        ledger.move(quantity_t + 5, ledger.bob, ledger.ann)
    assert (queries.verify(), suspected) == ([], [])

    ledger.move(1, ledger.ann, ledger.bob, serials=[_last(ledger)])
    assert (queries.verify(), suspected) == ([], [(ledger.ann.id, ledger.units.id)])


def _last(ledger: SmallLedger) -> tuple[int, int]:
    end = ledger.serials(ledger.ann)[-1][1]
    return end - 1, end


def test_a_difference_reads_as_a_sentence_in_both_languages(story: SmallLedger) -> None:
    with guards_off(story) as connection:
        connection.execute("DELETE FROM ledger_holding WHERE account_id = %s", [story.bob.id])
    (found,) = [each for each in queries.verify() if each.kind == "serials"]
    assert found.sentence().en.startswith("X-1002 s/U/2 61–90: Serials are not where the journal says")
    assert found.sentence().ja.startswith("X-1002 s/U/2 61–90：識別番号の所在")
