"""Emissions of a year as one recorded figure: for schemes where the authority enters what was verified elsewhere.

Where a scheme runs the verification itself, the figure is that of a report's life (`actions`). A figure is corrected by
recording another; the latest counts, and the earlier ones stay. The same holds for the other figures of a year that a
scheme names: targets, activities, what was reviewed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from tanso.database.bulk import copy_rows


@dataclass(frozen=True, slots=True)
class Figure:
    """What is to be recorded: the verified emissions of a participant in a year, t."""

    act_id: UUID
    participant_id: int
    fiscal_year: int
    emissions_t: int
    day: date


def record_figures(figures: Iterable[Figure]) -> None:
    """Record the figures, in their order. Called inside the door's transaction."""
    with connection.cursor() as cursor:
        copy_rows(
            cursor,
            "emissions_yearlyfigure",
            ("act_id", "participant_id", "fiscal_year", "emissions_t", "recorded_on"),
            ((each.act_id, each.participant_id, each.fiscal_year, each.emissions_t, each.day) for each in figures),
        )


# The figure that counts, of each participant and year.
LATEST_FIGURES = """
    SELECT DISTINCT ON (participant_id, fiscal_year) participant_id, fiscal_year, emissions_t
      FROM emissions_yearlyfigure
     WHERE {where}
     ORDER BY participant_id, fiscal_year, id DESC
"""


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """A figure that the scheme names, to be recorded for a participant and year. Days are ISO texts, decimals texts."""

    act_id: UUID
    participant_id: int
    fiscal_year: int
    name: str
    value: Any
    reason: str
    day: date


def record_named_figures(figures: Iterable[NamedFigure]) -> None:
    """Record the figures, in their order. Called inside the door's transaction."""
    with connection.cursor() as cursor:
        copy_rows(
            cursor,
            "emissions_namedfigure",
            ("act_id", "participant_id", "fiscal_year", "name", "value", "reason", "recorded_on"),
            (
                (
                    each.act_id,
                    each.participant_id,
                    each.fiscal_year,
                    each.name,
                    json.dumps(each.value, ensure_ascii=False),
                    each.reason,
                    each.day,
                )
                for each in figures
            ),
        )


def named_figures(participant_ids: Iterable[int], fiscal_year: int) -> dict[int, dict[str, Any]]:
    """The figures of a year that count, by participant and name."""
    found: dict[int, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (participant_id, name) participant_id, name, value::text
                 FROM emissions_namedfigure
                WHERE participant_id = ANY(%s) AND fiscal_year = %s
                ORDER BY participant_id, name, id DESC""",
            [list(participant_ids), fiscal_year],
        )
        for participant_id, name, value in cursor.fetchall():
            found.setdefault(participant_id, {})[name] = json.loads(value)
    return found


@dataclass(frozen=True, slots=True)
class YearTotal:
    """The recorded emissions of a scheme in a year, and of how many participants."""

    fiscal_year: int
    emissions_t: int
    participants: int


def totals(scheme: str) -> list[YearTotal]:
    """What was recorded in a scheme, by year; each participant's latest figure counts."""
    of_scheme = "participant_id IN (SELECT id FROM parties_participant WHERE scheme = %s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT fiscal_year, sum(emissions_t)::bigint, count(*)"  # noqa: S608 (fixed text)
            f" FROM ({LATEST_FIGURES.format(where=of_scheme)}) AS latest GROUP BY 1 ORDER BY 1",
            [scheme],
        )
        return [YearTotal(*row) for row in cursor.fetchall()]
