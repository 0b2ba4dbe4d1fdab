"""The door's own: the demonstration's calendar, and the operations on a scheme's parameters (`overriding`)."""

from __future__ import annotations

from datetime import date

from tanso.acts.models import DemonstrationDay
from tanso.acts.overriding import register_operations
from tanso.kernel.texts import Text

__all__ = ["begin_demonstration", "move_demonstration_day", "register_operations"]


def begin_demonstration(*, today: date, notice: Text) -> None:
    """Make this installation a demonstration whose calendar can be moved, with a notice for every page."""
    DemonstrationDay.objects.update_or_create(only=True, defaults={"today": today, "notice": notice.as_json()})


def move_demonstration_day(*, today: date) -> None:
    """Move the demonstration's today forward; raises ValueError for an earlier day or in a real installation."""
    if not DemonstrationDay.objects.filter(today__lte=today).update(today=today):
        raise ValueError(f"{today} is before today, or this is no demonstration")
