"""Every holding from the exported journal, in DuckDB: set-based, in one pass, spilling to disk where memory ends.

An account's postings in a class are two streams of serials, what it received and what it sent, each in the order of the
journal. Where units leave in the order in which they came, *received = sent, then the queue*, serial by serial. Both
sides are compared as sums: a range that lies at position p of its stream contributes F(start - p, p + length) -
F(start - p, p), where F is a hash with a seed of this run. Splitting or joining ranges leaves the sum as it is, so that
equal streams have equal sums; different streams have equal sums with a chance of about 1 in 2^64. Together with a
balance that never falls below zero this says: every serial was there when it was sent, none is lost, doubled or
elsewhere, and the queue is in order of acquisition. Accounts whose sums differ (serials were named, or something is
wrong) are given out for `replay`.

All issuance accounts together are account 0; the numbers that a class has allotted, once each, are what it received.
"""

# ruff: noqa: S608 (statements are put together from fixed words and numbers only)

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tanso.ledger.verification.replay import Pair, Piece

ISSUANCE = 0
_MEMORY = "1GB"
_READ = "delim = '\\t', header = false, auto_detect = false, quote = '', escape = '', nullstr = '\\N'"
_AT_ONCE = 10_000


class Quantity(NamedTuple):
    """What the journal adds up to for one account and class, and what its holding says (None: there is no holding)."""

    account: int
    unit_class: int
    journal: int
    held: int | None


class Overdraft(NamedTuple):
    account: int
    unit_class: int
    posting: int
    balance: int


class BrokenRow(NamedTuple):
    """A row that contradicts itself. `source` is a table, with the id where it is a posting."""

    source: str
    account: int
    unit_class: int
    quantity: int
    counted: int | None


class Reversal(NamedTuple):
    posting: int
    reverses: int
    account: int
    unit_class: int


class Recomputation:
    """One run over the files of one export. `folder` takes the database's own files; nothing else is written."""

    def __init__(self, folder: Path, *, memory: str = _MEMORY) -> None:
        self._database = duckdb.connect()
        spill = str(folder / "spill").replace("'", "''")
        self._run(f"SET memory_limit = '{memory}'; SET temp_directory = '{spill}'; SET threads = 2")
        # Running sums rely on the order in which rows were inserted.
        self._run("SET preserve_insertion_order = true; SET enable_progress_bar = false")
        self._run(
            """
            CREATE TABLE posting (id BIGINT, source BIGINT, target BIGINT, class BIGINT, quantity BIGINT,
                                  reverses BIGINT, flat BIGINT[]);
            CREATE TABLE part (account BIGINT, class BIGINT, place BIGINT, number BIGINT, flat BIGINT[]);
            CREATE TABLE holding (account BIGINT, class BIGINT, quantity BIGINT);
            CREATE TABLE account (id BIGINT, issues BOOLEAN);
            CREATE TABLE class (id BIGINT, next_serial BIGINT);
            """
        )

    def close(self) -> None:
        self._database.close()

    def load(self, table: str, file: Path) -> None:
        """Take in one file of the export (COPY's text format, columns in the order of the table)."""
        columns = self._rows(f"SELECT column_name, column_type FROM (DESCRIBE {table})")
        types = ", ".join(f"'{name}': '{'VARCHAR' if '[' in kind else kind}'" for name, kind in columns)
        # An array that is not a plain list of whole numbers becomes NULL, and is found as a broken row.
        chosen = ", ".join(
            f"CASE WHEN {name}[1] = '{{' THEN TRY_CAST(string_split({name}[2:-2], ',') AS BIGINT[]) END"
            if "[" in kind
            else name
            for name, kind in columns
        )
        self._run(f"INSERT INTO {table} SELECT {chosen} FROM read_csv(?, {_READ}, columns = {{{types}}})", [str(file)])

    def prepare(self) -> None:
        """From rows to streams; everything below reads what this makes. Once all files are loaded."""
        self._run(_SOUND_PIECES.format(table="posting", key="id", columns="id"))
        self._run(_SOUND_PIECES.format(table="part", key="account, class, place, number", columns="account, class"))
        self._run(_LEGS.format(issuance=ISSUANCE))
        self._run(_QUEUES)

    def wrong_quantities(self) -> list[Quantity]:
        return [Quantity(*row) for row in self._rows(_WRONG_QUANTITIES)]

    def overdrafts(self) -> list[Overdraft]:
        """The first posting with which an account fell below zero, and how far down it went."""
        return [
            Overdraft(*row)
            for row in self._rows(
                f"""SELECT account, class, min(id), min(balance) FROM leg
                     WHERE balance < 0 AND account <> {ISSUANCE} GROUP BY account, class ORDER BY account, class"""
            )
        ]

    def broken_rows(self) -> list[BrokenRow]:
        return [BrokenRow(*row) for row in self._rows(_BROKEN_ROWS)]

    def wrong_reversals(self) -> list[Reversal]:
        return [Reversal(*row) for row in self._rows(_WRONG_REVERSALS)]

    def suspects(self) -> list[Pair]:
        """Accounts and classes whose streams differ: serials were named, or something is wrong."""
        seed = secrets.randbits(63)
        rows = self._rows(_SUSPECTS.format(seed=seed, issuance=ISSUANCE))
        return [(account, unit_class) for account, unit_class in rows]

    def pieces_of(self, pairs: list[Pair]) -> Iterator[tuple[Pair, Iterator[Piece]]]:
        """What entered and left each of these accounts, range by range, in the order of the journal."""
        self._choose(pairs)
        rows = self._stream(
            """SELECT leg.account, leg.class, leg.id, leg.sign, piece.a, piece.b
                 FROM leg JOIN chosen USING (account, class) JOIN posting_piece AS piece ON piece.id = leg.id
                ORDER BY leg.account, leg.class, leg.id, piece.mass"""
        )
        for pair, group in groupby(rows, key=lambda row: (row[0], row[1])):
            yield pair, (Piece(*row[2:]) for row in group)

    def queues_of(self, pairs: list[Pair]) -> dict[Pair, list[tuple[int, int]]]:
        """The ranges that each of these accounts holds, in the order of its queue."""
        self._choose(pairs)
        found: dict[Pair, list[tuple[int, int]]] = {}
        for account, unit_class, start, end in self._stream(
            "SELECT account, class, a, b FROM part_piece JOIN chosen USING (account, class) ORDER BY mass"
        ):
            found.setdefault((account, unit_class), []).append((start, end))
        return found

    def issuing_accounts(self) -> list[int]:
        return [account for (account,) in self._rows("SELECT id FROM account WHERE issues")]

    def next_serials(self) -> dict[int, int]:
        return dict(self._rows("SELECT id, next_serial FROM class"))

    def last_postings(self) -> Iterator[tuple[int, int, int]]:
        """The latest posting of each account and class."""
        yield from self._stream("SELECT account, class, max(id) FROM running GROUP BY account, class")

    def _choose(self, pairs: list[Pair]) -> None:
        self._run("CREATE OR REPLACE TABLE chosen (account BIGINT, class BIGINT)")
        for at in range(0, len(pairs), _AT_ONCE):
            values = ", ".join(f"({account:d}, {unit_class:d})" for account, unit_class in pairs[at : at + _AT_ONCE])
            self._run(f"INSERT INTO chosen VALUES {values}")

    def _run(self, statement: str, values: Iterable[Any] = ()) -> None:
        self._database.execute(statement, list(values))

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._database.execute(statement).fetchall()

    def _stream(self, statement: str) -> Iterator[tuple[Any, ...]]:
        cursor = self._database.cursor()
        cursor.execute(statement)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


# The ranges of a table's rows, in the order in which they stand, with what lies before each (`mass`); and rows that are
# no list of ranges, which are left out of everything else. The list is an even number of numbers, pair by pair.
_SOUND_PIECES = """
    CREATE TABLE {table}_unsound AS
    SELECT DISTINCT {key}
      FROM (SELECT {key}, unnest(flat[1:-1:2]) AS a, unnest(flat[2:-1:2]) AS b FROM {table} WHERE len(flat) > 0)
     WHERE NOT coalesce(a >= 1 AND a < b, false)
     UNION
    SELECT {key} FROM {table} WHERE coalesce(len(flat), 0) = 0;

    CREATE TABLE {table}_piece AS
    SELECT {columns}, a, b, sum(b - a) OVER (ROWS UNBOUNDED PRECEDING) - (b - a) AS mass
      FROM (SELECT {key}, unnest(flat[1:-1:2]) AS a, unnest(flat[2:-1:2]) AS b FROM {table}
             WHERE ({key}) NOT IN (SELECT ({key}) FROM {table}_unsound));
"""

# One row for each side of a posting, account by account in the order of the journal. `received` and `sent` are running
# sums over all accounts (a stream of sums after one sort costs a third of a window by account); `stream` has what they
# were before each account's first row. `shift` takes the place of a range among all ranges of the journal to its place
# in the stream of this account; `balance` is what the account has after the posting.
_LEGS = """
    CREATE TABLE counted AS
    SELECT id, source, target, class, quantity, counted,
           sum(counted) OVER (ROWS UNBOUNDED PRECEDING) - counted AS mass
      FROM (SELECT *, CASE WHEN id IN (SELECT id FROM posting_unsound) THEN 0
                           ELSE list_sum(flat[2:-1:2]) - list_sum(flat[1:-1:2]) END AS counted
              FROM posting);

    CREATE TABLE running AS
    SELECT *, sum(CASE WHEN sign > 0 THEN counted ELSE 0 END) OVER (ROWS UNBOUNDED PRECEDING) AS received,
           sum(CASE WHEN sign < 0 THEN counted ELSE 0 END) OVER (ROWS UNBOUNDED PRECEDING) AS sent
      FROM (SELECT id, CASE WHEN source IN (SELECT id FROM account WHERE issues) THEN {issuance}
                            ELSE source END AS account, class, -1 AS sign, counted, mass
              FROM counted
             UNION ALL
            SELECT id, CASE WHEN target IN (SELECT id FROM account WHERE issues) THEN {issuance}
                            ELSE target END, class, 1, counted, mass
              FROM counted
             ORDER BY account, class, id, sign);

    CREATE TABLE stream AS
    SELECT account, class, min(received - CASE WHEN sign > 0 THEN counted ELSE 0 END) AS received_before,
           min(sent - CASE WHEN sign < 0 THEN counted ELSE 0 END) AS sent_before, max(sent) AS sent_after
      FROM running GROUP BY account, class;

    CREATE VIEW leg AS
    SELECT id, account, class, sign,
           CASE WHEN sign > 0 THEN received - received_before ELSE sent - sent_before END - counted - mass AS shift,
           (received - received_before) - (sent - sent_before) AS balance
      FROM running JOIN stream USING (account, class);
"""

# The queue stands behind all that was sent.
_QUEUES = """
    CREATE TABLE queue_start AS
    SELECT account, class, coalesce(sent_after - sent_before, 0) - first AS shift
      FROM (SELECT account, class, min(mass) AS first FROM part_piece GROUP BY account, class)
      LEFT JOIN stream USING (account, class);
"""

_SUSPECTS = """
    WITH placed AS (
        SELECT leg.account, leg.class, leg.sign, a - (shift + mass) AS line, shift + mass AS place, b - a AS size
          FROM leg JOIN posting_piece USING (id)
         UNION ALL
        SELECT account, class, -1, a - (shift + mass), shift + mass, b - a
          FROM part_piece JOIN queue_start USING (account, class)
         UNION ALL
        SELECT {issuance}, id, 1, 1, 0, next_serial - 1 FROM class WHERE next_serial > 1
    )
    SELECT account, class
      FROM placed
     GROUP BY account, class
    HAVING sum(sign * (hash(xor(hash(line, place + size), {seed}::UBIGINT))::HUGEINT
                     - hash(xor(hash(line, place), {seed}::UBIGINT))::HUGEINT)) <> 0
     ORDER BY account, class
"""

_WRONG_QUANTITIES = """
    SELECT account, class, coalesce(journal, 0), holding.quantity
      FROM (SELECT account, class, sum(sign * quantity) AS journal
              FROM (SELECT target AS account, class, 1 AS sign, quantity FROM counted
                     UNION ALL SELECT source, class, -1, quantity FROM counted)
             WHERE account NOT IN (SELECT id FROM account WHERE issues)
             GROUP BY account, class)
      FULL JOIN holding USING (account, class)
     WHERE coalesce(journal, 0) <> coalesce(holding.quantity, 0)
     ORDER BY account, class
"""

_BROKEN_ROWS = """
    SELECT source, account, class, quantity, counted
      FROM (SELECT 'ledger_journal:' || id AS source, unnest([source, target]) AS account, class, quantity, counted
              FROM counted
             WHERE quantity IS DISTINCT FROM counted OR quantity < 1 OR source = target
                OR source NOT IN (SELECT id FROM account) OR target NOT IN (SELECT id FROM account)
                OR target IN (SELECT id FROM account WHERE issues) OR class NOT IN (SELECT id FROM class)
             UNION ALL
            SELECT 'ledger_holding', account, class, quantity, coalesce(counted, 0)
              FROM holding
              LEFT JOIN (SELECT account, class, sum(b - a) AS counted FROM part_piece GROUP BY account, class)
                  USING (account, class)
             WHERE quantity IS DISTINCT FROM coalesce(counted, 0) OR quantity < 0
                OR account NOT IN (SELECT id FROM account) OR class NOT IN (SELECT id FROM class)
             UNION ALL
            SELECT 'ledger_holding', account, class, NULL, NULL FROM part_unsound)
     ORDER BY source, account, class
"""

# A reversal takes back exactly what the earlier posting moved, between the same two accounts, and only once.
_WRONG_REVERSALS = """
    WITH reversal AS (SELECT * FROM posting WHERE reverses IS NOT NULL),
    serials AS (
        SELECT id, sum(hash(b)::HUGEINT - hash(a)::HUGEINT) AS mark
          FROM posting_piece
         WHERE id IN (SELECT id FROM reversal UNION ALL SELECT reverses FROM reversal)
         GROUP BY id
    )
    SELECT later.id, later.reverses, later.source, later.class
      FROM reversal AS later
      LEFT JOIN posting AS first ON first.id = later.reverses
      LEFT JOIN serials AS taken ON taken.id = later.id
      LEFT JOIN serials AS given ON given.id = first.id
     WHERE NOT coalesce(first.id < later.id AND first.source = later.target AND first.target = later.source
                        AND first.class = later.class AND first.quantity = later.quantity
                        AND taken.mark = given.mark, false)
        OR later.reverses IN (SELECT reverses FROM reversal GROUP BY reverses HAVING count(*) > 1)
     ORDER BY later.id
"""
