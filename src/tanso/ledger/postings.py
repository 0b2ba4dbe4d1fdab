"""Single postings of the journal: by number, by the act that made them, and which one reversed another."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection

from tanso.ledger.queries import entries
from tanso.ledger.records import JournalEntry


def posting(posting_id: int) -> JournalEntry | None:
    """One posting of the journal, or None where there is none of this number."""
    return next(iter(entries("row.id = %(id)s", {"id": posting_id})), None)


def postings_of_act(act_id: UUID, *, from_account_id: int, day: date) -> list[JournalEntry]:
    """What an act moved out of an account on a day, in the order of posting."""
    # By account and day, because the journal has no index of acts.
    condition = "row.from_account_id = %(account)s AND row.valid_day = %(day)s::date AND row.act_id = %(act)s"
    return entries(condition, {"account": from_account_id, "day": day, "act": act_id})


def there_since(entry: JournalEntry) -> date:
    """The day since which the units of a posting have been, without a break, in the account that it brought them to.

    That is the posting's own day, or a later one where some of them left and came back. While they were away, the books
    of those days must go on saying so. Asked while all of them are there.
    """
    posting = entry.posting
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT max(row.valid_day) FROM ledger_journal AS row
             WHERE row.to_account_id = %s AND row.valid_day >= %s AND row.unit_class_id = %s AND row.id >= %s
               AND EXISTS (SELECT FROM generate_series(1, cardinality(row.serials), 2) AS mine,
                                       unnest(%s::bigint[], %s::bigint[]) AS wanted (first, behind)
                            WHERE row.serials[mine] < wanted.behind AND wanted.first < row.serials[mine + 1])
            """,
            [
                posting.to_account_id,
                posting.valid_day,
                posting.unit_class_id,
                posting.id,
                [part.start for part in posting.serials],
                [part.end for part in posting.serials],
            ],
        )
        return cursor.fetchone()[0]


def first_of(act_id: UUID) -> int | None:
    """The number of the first posting that an act made. Reads the whole journal: for small books and single acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM ledger_journal WHERE act_id = %s", [act_id])
        return cursor.fetchone()[0]


def reversal_of(posting_id: int) -> JournalEntry | None:
    """The posting that reversed this one, or None."""
    return next(iter(entries("row.reverses_id = %(id)s", {"id": posting_id})), None)


def reversed_by(posting_id: int) -> int | None:
    """The number of the posting that this one reverses, or None where it reverses none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reverses_id FROM ledger_journal WHERE id = %s", [posting_id])
        row = cursor.fetchone()
    return None if row is None else row[0]
