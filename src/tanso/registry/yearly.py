"""Obligations of each year: who answers for it, what was emitted and surrendered, and the status at its deadline.

For schemes whose holders answer year after year, not once a phase. Everything is read and written for many holders at
once; one act is the case of one. Which figure makes a holder compliant is the rulebook's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from tanso.database.bulk import copy_rows
from tanso.emissions.yearly import LATEST_FIGURES
from tanso.ledger.models import ROLE_HOLDING
from tanso.registry import year_details
from tanso.registry.models import ComplianceStatement
from tanso.registry.year_details import Units, YearDetails
from tanso.rulebook import Rulebook


@dataclass(slots=True)
class YearStanding:
    """Where one participant stands for one year. Sums run over the years of its phase, up to and including this one.

    `obligation_id` is None where the participant does not answer for the year, `details` where the scheme asks for
    none. Changed in memory by a batch, as the acts before will change the tables.
    """

    key: str
    year: int
    phase: int
    participant_id: int
    obligation_id: int | None = None
    account_id: int | None = None
    is_excluded: bool = False
    emissions_t: int | None = None
    phase_emissions_t: int = 0
    phase_surrendered_t: int = 0
    last_figure_t: int = 0
    details: YearDetails | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What rules may ask about the obligation."""
        facts = {
            "obligation.exists": self.obligation_id is not None,
            "obligation.year": self.year,
            "obligation.is_excluded": self.is_excluded,
            "obligation.has_emissions": self.emissions_t is not None,
            "obligation.emissions_t": self.emissions_t or 0,
            "obligation.phase_emissions_t": self.phase_emissions_t,
            "obligation.phase_surrendered_t": self.phase_surrendered_t,
            "obligation.last_figure_t": self.last_figure_t,
        }
        return facts if self.details is None else facts | self.details.facts


class YearStandings:
    """Standings of the participants and years that some acts are about, kept in step with what the acts do."""

    def __init__(self, rulebook: Rulebook, asked: Iterable[tuple[str, int]]) -> None:
        keys_of: dict[int, set[str]] = {}
        for key, year in asked:
            keys_of.setdefault(year, set()).add(key)
        self._by_year: dict[tuple[str, int], YearStanding] = {}
        self._by_participant: dict[str, list[YearStanding]] = {}
        for year, keys in keys_of.items():
            for standing in _read(rulebook, year, sorted(keys)):
                self._by_year[standing.key, year] = standing
                self._by_participant.setdefault(standing.key, []).append(standing)

    def get(self, key: str, year: int) -> YearStanding | None:
        """The standing of a participant for a year; None where there is no such participant."""
        return self._by_year.get((key, year))

    def record(self, standing: YearStanding, emissions_t: int) -> None:
        """The emissions of the year are `emissions_t` from now on."""
        more_t = emissions_t - (standing.emissions_t or 0)
        standing.emissions_t = emissions_t
        for other in self._later(standing):
            other.phase_emissions_t += more_t

    def surrender(self, standing: YearStanding, units: Units, quantity_t: int) -> None:
        """`quantity_t` more of these units was surrendered for the year."""
        for other in self._later(standing):
            other.phase_surrendered_t += quantity_t
        if standing.details is not None:
            surrendered = standing.details.surrendered
            surrendered[units] = surrendered.get(units, 0) + quantity_t

    def note(self, standing: YearStanding, figure: str, value: Any) -> None:
        """The figure of the year is `value` from now on, as conditions take it."""
        if standing.details is not None:
            standing.details.figures[figure] = value

    def issue(self, standing: YearStanding, quantity_t: int) -> None:
        """`quantity_t` was allocated for the year."""
        if standing.details is not None:
            standing.details.issued_t = (standing.details.issued_t or 0) + quantity_t

    def borrow(self, standing: YearStanding, quantity_t: int) -> None:
        """`quantity_t` was borrowed for the year, which the next one has to repay."""
        if standing.details is not None:
            standing.details.borrowed_t += quantity_t
        repaying = self.get(standing.key, standing.year + 1)
        if repaying is not None and repaying.details is not None:
            repaying.details.to_repay_t += quantity_t

    def _later(self, standing: YearStanding) -> Iterable[YearStanding]:
        """The same year and later ones of the same phase."""
        for other in self._by_participant[standing.key]:
            if other.phase == standing.phase and other.year >= standing.year:
                yield other


_STANDINGS = f"""
WITH asked AS (
    SELECT id, key FROM parties_participant WHERE scheme = %(scheme)s AND key = ANY(%(keys)s)
), emitted AS (
    SELECT participant_id, sum(emissions_t)::bigint AS phase_t,
           max(emissions_t) FILTER (WHERE fiscal_year = %(year)s) AS year_t
      FROM ({
    LATEST_FIGURES.format(
        where="participant_id IN (SELECT id FROM asked) AND fiscal_year BETWEEN %(first)s AND %(year)s"
    )
}) AS figure
     GROUP BY 1
), surrendered AS (
    SELECT served.participant_id, sum(row.quantity)::bigint AS phase_t
      FROM registry_obligation AS served
      JOIN registry_surrender AS surrender ON surrender.obligation_id = served.id
      JOIN ledger_journal AS row ON row.id = surrender.journal_id
     WHERE served.participant_id IN (SELECT id FROM asked) AND served.fiscal_year BETWEEN %(first)s AND %(year)s
       AND NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = row.id)
     GROUP BY 1
), stated AS (
    SELECT DISTINCT ON (earlier.participant_id) earlier.participant_id, statement.figure_t
      FROM registry_obligation AS earlier JOIN registry_compliancestatement AS statement
        ON statement.obligation_id = earlier.id
     WHERE earlier.participant_id IN (SELECT id FROM asked) AND earlier.fiscal_year < %(first)s
     ORDER BY earlier.participant_id, earlier.fiscal_year DESC, statement.id
)
SELECT asked.key, asked.id, obligation.id, obligation.account_id,
       exclusion.id IS NOT NULL, emitted.year_t, emitted.phase_t, surrendered.phase_t, stated.figure_t
  FROM asked
  LEFT JOIN registry_obligation AS obligation
    ON obligation.participant_id = asked.id AND obligation.fiscal_year = %(year)s
  LEFT JOIN registry_yearexclusion AS exclusion ON exclusion.obligation_id = obligation.id
  LEFT JOIN emitted ON emitted.participant_id = asked.id
  LEFT JOIN surrendered ON surrendered.participant_id = asked.id
  LEFT JOIN stated ON stated.participant_id = asked.id
"""  # noqa: S608 (fixed text)


def _read(rulebook: Rulebook, year: int, keys: list[str]) -> list[YearStanding]:
    standings = _read_plain(rulebook, year, keys)
    if year_details.are_asked(rulebook):
        details = year_details.read(rulebook, year, [standing.participant_id for standing in standings])
        for standing in standings:
            standing.details = details[standing.participant_id]
    return standings


def _read_plain(rulebook: Rulebook, year: int, keys: list[str]) -> list[YearStanding]:
    calendar = rulebook.calendar
    phase = calendar.phase_of_year(year)
    first = min((other for other in calendar.years if calendar.phase_of_year(other) == phase), default=year)
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {"scheme": rulebook.scheme, "keys": keys, "year": year, "first": first})
        return [
            YearStanding(
                key=key,
                year=year,
                phase=phase,
                participant_id=participant_id,
                obligation_id=obligation_id,
                account_id=account_id,
                is_excluded=is_excluded,
                emissions_t=year_t,
                phase_emissions_t=emitted_t or 0,
                phase_surrendered_t=surrendered_t or 0,
                last_figure_t=figure_t or 0,
            )
            for (
                key,
                participant_id,
                obligation_id,
                account_id,
                is_excluded,
                year_t,
                emitted_t,
                surrendered_t,
                figure_t,
            ) in cursor.fetchall()
        ]


def without_account(scheme: str, keys: Sequence[str]) -> list[str]:
    """Those of `keys` that are no participant of the scheme or hold no account, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT holder.external_key FROM ledger_holder AS holder
                 JOIN ledger_account AS account ON account.holder_id = holder.id AND account.role = %s
                WHERE holder.external_key = ANY(%s)""",
            [ROLE_HOLDING, [f"{scheme}/{key}" for key in keys]],
        )
        found = {holder for (holder,) in cursor.fetchall()}
    return [key for key in keys if f"{scheme}/{key}" not in found]


def open_year(*, scheme: str, year: int, phase: int, keys: Sequence[str]) -> int:
    """Have these participants answer for the year with their accounts; returns how many did not already."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO registry_obligation (participant_id, phase, fiscal_year, account_id)
               SELECT participant.id, %s, %s, min(account.id)
                 FROM parties_participant AS participant
                 JOIN ledger_holder AS holder ON holder.external_key = participant.scheme || '/' || participant.key
                 JOIN ledger_account AS account ON account.holder_id = holder.id AND account.role = %s
                WHERE participant.scheme = %s AND participant.key = ANY(%s)
                GROUP BY participant.id ORDER BY participant.id
                   ON CONFLICT (participant_id, fiscal_year) DO NOTHING""",
            [phase, year, ROLE_HOLDING, scheme, list(keys)],
        )
        return int(cursor.rowcount)


def stated(scheme: str, key: str, year: int) -> ComplianceStatement | None:
    """The status that was stated for a participant's year at its deadline; None before that."""
    rows = ComplianceStatement.objects.filter(
        obligation__participant__scheme=scheme, obligation__participant__key=key, obligation__fiscal_year=year
    )
    return rows.order_by("id").first()


def exclude_years(exclusions: Iterable[tuple[int, str, UUID]]) -> None:
    """Record exclusions: obligation, reason, act."""
    with connection.cursor() as cursor:
        copy_rows(cursor, "registry_yearexclusion", ("obligation_id", "reason", "act_id"), exclusions)


def record_surrenders(surrenders: Iterable[tuple[int, int, UUID]]) -> None:
    """Record which postings serve which obligations: obligation, posting, act."""
    with connection.cursor() as cursor:
        copy_rows(cursor, "registry_surrender", ("obligation_id", "journal_id", "act_id"), surrenders)


def record_borrowings(borrowings: Iterable[tuple[int, int, int, UUID]]) -> None:
    """Record which postings are loans: the obligation that they serve, the year that repays, posting, act."""
    with connection.cursor() as cursor:
        columns = ("obligation_id", "repaid_by_year", "journal_id", "act_id")
        copy_rows(cursor, "registry_borrowing", columns, borrowings)


@dataclass(frozen=True, slots=True)
class Statement:
    """A status to be stated for an obligation as of a day."""

    obligation_id: int
    status: str
    stated_on: date
    emissions_t: int | None
    surrendered_t: int
    figure_t: int | None
    act_id: UUID


def state(statements: Iterable[Statement]) -> None:
    """State the statuses. They are kept; what comes later is stated beside them."""
    with connection.cursor() as cursor:
        copy_rows(
            cursor,
            "registry_compliancestatement",
            ("obligation_id", "status", "stated_on", "emissions_t", "surrendered_t", "figure_t", "act_id"),
            (
                (
                    each.obligation_id,
                    each.status,
                    each.stated_on,
                    each.emissions_t,
                    each.surrendered_t,
                    each.figure_t,
                    each.act_id,
                )
                for each in statements
            ),
        )
