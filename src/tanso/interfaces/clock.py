"""The clock. Nothing below the interfaces reads one: they are given days."""

from __future__ import annotations

from datetime import date, datetime

from tanso.acts import queries as acts
from tanso.rulebook import Rulebook


def today_in(rulebook: Rulebook) -> date:
    """The demonstration's day, or the real day in the scheme's time zone."""
    return today_beside(acts.demonstration(), rulebook)


def today_beside(demonstration: acts.Demonstration | None, rulebook: Rulebook) -> date:
    """The same for who has read already whether the installation is a demonstration."""
    return datetime.now(rulebook.timezone).date() if demonstration is None else demonstration.today
