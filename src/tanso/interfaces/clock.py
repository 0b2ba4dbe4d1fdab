"""The clock. Nothing below the interfaces reads one: they are given days."""

from __future__ import annotations

from datetime import date, datetime

from tanso.acts import queries as acts
from tanso.rulebook import Rulebook


def today_in(rulebook: Rulebook) -> date:
    """The demonstration's day, or the real day in the scheme's time zone."""
    return acts.demonstration_day() or datetime.now(rulebook.timezone).date()
