"""What came of a replay, read back: totals of each year from the ledger and the registry, beside the published ones,
and the stated statuses beside the published codes, with the cause of each difference.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from django.db import connection

from tanso.emissions import yearly as emissions
from tanso.interfaces.cli.replays.reader import Replay

SAME, UNEXPLAINED = "same", "unexplained"

# Units issued into holders' accounts, by year of the day, and units surrendered, by the year that they were surrendered
# for: quantities from the journal alone.
_ISSUED = """
SELECT date_part('year', row.valid_day)::int, sum(row.quantity)::bigint
  FROM ledger_journal AS row
  JOIN ledger_account AS source ON source.id = row.from_account_id
  JOIN ledger_account AS target ON target.id = row.to_account_id
  JOIN ledger_holder AS holder ON holder.id = target.holder_id
  JOIN parties_participant AS participant ON participant.scheme || '/' || participant.key = holder.external_key
 WHERE source.scheme = %s AND source.role = 'issuance' AND participant.kind = %s
 GROUP BY 1
"""
_SURRENDERED = """
SELECT obligation.fiscal_year, sum(row.quantity)::bigint,
       coalesce(sum(row.quantity) FILTER (WHERE class.unit_type = %s), 0)::bigint
  FROM ledger_journal AS row
  JOIN ledger_account AS target ON target.id = row.to_account_id AND target.role = 'surrender'
  JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
  JOIN registry_surrender AS surrender ON surrender.journal_id = row.id
  JOIN registry_obligation AS obligation ON obligation.id = surrender.obligation_id
 WHERE target.scheme = %s
 GROUP BY 1
"""
_STATED = """
COPY (SELECT participant.key AS participant, obligation.fiscal_year AS year, statement.status, statement.figure_t
        FROM registry_compliancestatement AS statement
        JOIN registry_obligation AS obligation ON obligation.id = statement.obligation_id
        JOIN parties_participant AS participant ON participant.id = obligation.participant_id
       WHERE participant.scheme = {scheme}) TO STDOUT (FORMAT csv, HEADER)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One total of one year: as recomputed here and as published."""

    year: int
    name: str
    ours: int
    published: int

    @property
    def difference(self) -> int:
        return self.ours - self.published


@dataclass(frozen=True, slots=True)
class Cause:
    """How many statuses differ from the published code (or not) for one cause."""

    cause: str
    status: str
    code: str
    rows: int


@dataclass(frozen=True, slots=True)
class Size:
    """How much is in the database: acts, decisions, postings, statuses."""

    acts: int
    decisions: int
    postings: int
    statements: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of it."""

    figures: tuple[Figure, ...]
    causes: tuple[Cause, ...]
    size: Size

    @property
    def reconciles(self) -> bool:
        return all(figure.difference == 0 for figure in self.figures)

    def rows_by_cause(self) -> dict[str, int]:
        """Installation-years by cause, the most frequent first."""
        rows: dict[str, int] = {}
        for cause in self.causes:
            rows[cause.cause] = rows.get(cause.cause, 0) + cause.rows
        return dict(sorted(rows.items(), key=lambda item: (item[0] != SAME, item[0] == UNEXPLAINED, -item[1])))


def outcome(replay: Replay) -> Outcome:
    """Read back what came of the replay from the connected database."""
    return Outcome(figures=tuple(_figures(replay)), causes=tuple(_causes(replay)), size=_size(replay.shape.scheme))


def _figures(replay: Replay) -> Iterator[Figure]:
    shape = replay.shape
    with connection.cursor() as cursor:
        cursor.execute(_ISSUED, [shape.scheme, shape.holders.kind])
        issued = dict(cursor.fetchall())
        cursor.execute(_SURRENDERED, [shape.allowance, shape.scheme])
        surrendered = {year: (all_t, allowances_t) for year, all_t, allowances_t in cursor.fetchall()}
    emitted = {total.fiscal_year: total for total in emissions.totals(shape.scheme)}
    published = _published(replay)
    for year in replay.years:
        all_t, allowances_t = surrendered.get(year, (0, 0))
        total = emitted.get(year)
        ours = {
            shape.columns.allocated: issued.get(year, 0),
            shape.columns.surrendered: all_t,
            shape.columns.surrendered_allowances: allowances_t,
            shape.columns.emissions: 0 if total is None else total.emissions_t,
            shape.columns.reporting: 0 if total is None else total.participants,
        }
        for name, found in ours.items():
            yield Figure(year, name, found, published[year][name])


def _published(replay: Replay) -> dict[int, dict[str, int]]:
    """The published totals: of the file of totals, or summed from the table where only some groups were asked for."""
    columns = replay.shape.columns
    names = (
        columns.allocated, columns.surrendered, columns.surrendered_allowances, columns.emissions, columns.reporting
    )  # fmt: skip
    if replay.groups:
        return {
            year: dict(
                zip(
                    names,
                    (
                        sum(row.allocated_t for row in rows),
                        sum(row.surrendered_t + row.other_t for row in rows),
                        sum(row.surrendered_t for row in rows),
                        sum(row.emissions_t or 0 for row in rows),
                        sum(row.emissions_t is not None for row in rows),
                    ),
                    strict=True,
                )
            )
            for year, rows in replay.rows.items()
        }
    with Path(replay.path(replay.shape.totals)).open(encoding="utf-8", newline="") as file:
        return {int(row[columns.year]): {name: int(row[name]) for name in names} for row in csv.DictReader(file)}


def _causes(replay: Replay) -> Iterator[Cause]:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as duck:
        stated = Path(folder) / "stated.csv"
        with stated.open("wb") as file, connection.cursor() as cursor:
            cursor.execute("SELECT quote_literal(%s)", [replay.shape.scheme])
            literal = cursor.fetchone()[0]
            with cursor.copy(_STATED.format(scheme=literal)) as copy:
                for data in copy:
                    file.write(data)
        duck.execute("CREATE TABLE ours AS SELECT * FROM read_csv($path, header = true)", {"path": str(stated)})
        table = {"table": replay.path(replay.shape.table)}
        for cause, status, code, rows in duck.execute(replay.sql(replay.shape.causes), table).fetchall():
            yield Cause(cause, status, code, rows)


def _size(scheme: str) -> Size:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM acts_actrecord WHERE scheme = %s),
                      (SELECT count(*) FROM acts_decisionrecord WHERE scheme = %s),
                      (SELECT count(*) FROM ledger_journal),
                      (SELECT count(*) FROM registry_compliancestatement)""",
            [scheme, scheme],
        )
        return Size(*cursor.fetchone())
