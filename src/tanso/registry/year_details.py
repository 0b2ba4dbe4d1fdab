"""What a scheme with figures, allocations or loans of a year may ask beyond emissions and surrenders of the phase.

Read only where the scheme asks for it, for many participants and one year in a fixed number of queries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from tanso.emissions import yearly as emissions
from tanso.rulebook import Rulebook

Facts = dict[str, Any]
# Scheme, type and phase of units.
Units = tuple[str, str, int | None]


@dataclass(slots=True)
class YearDetails:
    """The participant of a standing, the figures of the year, and what was issued, borrowed and surrendered for it.

    `figures` hold each value as conditions take it. Changed in memory by a batch, as the acts before will change the
    tables.
    """

    kind: str
    phase: int | None
    attributes: Mapping[str, Any]
    figures: Facts = field(default_factory=dict)
    issued_t: int | None = None
    borrowed_t: int = 0
    to_repay_t: int = 0
    surrendered: dict[Units, int] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """What rules may ask about them."""
        facts: Facts = {
            "participant.kind": self.kind,
            "participant.has_phase": self.phase is not None,
            "participant.phase": self.phase or 0,
            "obligation.has_issued": self.issued_t is not None,
            "obligation.issued_t": self.issued_t or 0,
            "obligation.borrowed_t": self.borrowed_t,
            "obligation.to_repay_t": self.to_repay_t,
            "obligation.surrendered_t": sum(self.surrendered.values()),
            "surrendered": [
                {
                    "unit.type": unit_type,
                    "unit.has_phase": phase is not None,
                    "unit.phase": phase or 0,
                    "quantity_t": quantity_t,
                }
                for (_, unit_type, phase), quantity_t in sorted(self.surrendered.items(), key=_in_order)
            ],
        }
        for name, value in self.attributes.items():
            facts |= {f"participant.attribute.{name}": value, f"participant.has_attribute.{name}": True}
        for name, value in self.figures.items():
            facts |= {f"obligation.figure.{name}": value, f"obligation.has_figure.{name}": True}
        return facts


def _in_order(item: tuple[Units, int]) -> tuple[Any, ...]:
    (scheme, unit_type, phase), _ = item
    return scheme, unit_type, phase or 0


def are_asked(rulebook: Rulebook) -> bool:
    """Whether rules of the scheme may ask for them at all."""
    return bool(rulebook.figures) or "borrow" in rulebook.operations or rulebook.sums_what_was_surrendered


def as_fact(kind: str, value: Any) -> Any:
    """A stored figure as conditions take it: a day as a day."""
    return date.fromisoformat(value) if kind == "day" else value


def read(rulebook: Rulebook, year: int, participant_ids: Iterable[int]) -> dict[int, YearDetails]:
    """The details of these participants for a year, by participant."""
    ids = list(participant_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, phase, attributes::text FROM parties_participant WHERE id = ANY(%s)",
            [ids],
        )
        found = {
            participant_id: YearDetails(kind, phase, json.loads(attributes))
            for participant_id, kind, phase, attributes in cursor.fetchall()
        }
        cursor.execute(_ISSUED, [ids, year])
        for participant_id, issued_t in cursor.fetchall():
            found[participant_id].issued_t = issued_t
        cursor.execute(_BORROWED, [ids, year, year - 1])
        for participant_id, borrowed_t, to_repay_t in cursor.fetchall():
            found[participant_id].borrowed_t, found[participant_id].to_repay_t = borrowed_t, to_repay_t
        cursor.execute(_SURRENDERED, [ids, year])
        for participant_id, scheme, unit_type, phase, quantity_t in cursor.fetchall():
            found[participant_id].surrendered[scheme, unit_type, phase] = quantity_t
    for participant_id, figures in emissions.named_figures(ids, year).items():
        found[participant_id].figures = {
            name: as_fact(rulebook.figures[name].type, value)
            for name, value in figures.items()
            if name in rulebook.figures
        }
    return found


_ISSUED = """
SELECT participant_id, sum(quantity_t)::bigint FROM registry_allocation
 WHERE participant_id = ANY(%s) AND fiscal_year = %s
 GROUP BY 1
"""
_BORROWED = """
SELECT obligation.participant_id,
       coalesce(sum(row.quantity) FILTER (WHERE obligation.fiscal_year = asked.year), 0)::bigint,
       coalesce(sum(row.quantity) FILTER (WHERE obligation.fiscal_year < asked.year), 0)::bigint
  FROM (SELECT %s::bigint[] AS ids, %s::int AS year, %s::int AS year_before) AS asked
  JOIN registry_obligation AS obligation ON obligation.participant_id = ANY(asked.ids)
   AND obligation.fiscal_year BETWEEN asked.year_before AND asked.year
  JOIN registry_borrowing AS borrowing ON borrowing.obligation_id = obligation.id
  JOIN ledger_journal AS row ON row.id = borrowing.journal_id
 WHERE NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = row.id)
 GROUP BY 1
"""
_SURRENDERED = """
SELECT obligation.participant_id, class.scheme, class.unit_type, class.phase, sum(row.quantity)::bigint
  FROM registry_obligation AS obligation
  JOIN registry_surrender AS surrender ON surrender.obligation_id = obligation.id
  JOIN ledger_journal AS row ON row.id = surrender.journal_id
  JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
 WHERE obligation.participant_id = ANY(%s) AND obligation.fiscal_year = %s
   AND NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = row.id)
 GROUP BY 1, 2, 3, 4
"""
