"""Planted faults: what the harness must find, to be believed when it finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from tests.faults.run import Run

# A client that notes an answer before the commit.
ACKNOWLEDGE_EARLY = "acknowledge-early"
# A database that says "committed" before the write-ahead log is written.
LAZY_COMMIT = "lazy-commit"
# A superuser who takes an act out of the records, or one leg of it out of the journal.
LOSE_AN_ACT = "lose-an-act"
LOSE_A_POSTING = "lose-a-posting"

ALL = (ACKNOWLEDGE_EARLY, LAZY_COMMIT, LOSE_AN_ACT, LOSE_A_POSTING)

_DELETIONS = {
    LOSE_AN_ACT: """
        ALTER TABLE acts_actrecord DISABLE TRIGGER ALL;
        DELETE FROM acts_actrecord WHERE id = (
            SELECT id FROM acts_actrecord WHERE status = 'refused' ORDER BY sequence DESC LIMIT 1);
        ALTER TABLE acts_actrecord ENABLE TRIGGER ALL;
    """,
    LOSE_A_POSTING: """
        ALTER TABLE ledger_journal DISABLE TRIGGER ALL;
        DELETE FROM ledger_journal WHERE id = (SELECT max(id) FROM ledger_journal);
        ALTER TABLE ledger_journal ENABLE TRIGGER ALL;
    """,
}


def at_the_beginning(plant: str, run: Run) -> None:
    """Plant what is planted before the clients come."""
    if plant == LAZY_COMMIT:
        with psycopg.connect(run.server.owner_url, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{run.server.database}" SET synchronous_commit = off'.encode())


def after_kill(plant: str, run: Run, number: int) -> None:
    """Plant what somebody does while the clients work, once."""
    if plant in _DELETIONS and number == 2:
        with psycopg.connect(run.server.admin_url or "", autocommit=True) as connection:
            connection.execute(_DELETIONS[plant].encode())
