"""Fields for days and instants: the browser's own, unless what stands in it is no day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day. What was written and is none stays to be seen and corrected, which a date field could not show."""

    kind = "date"
    written = "%Y-%m-%d"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "input--day"}, format=self.written)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        context["widget"]["type"] = self.kind if not shown or self._is_one(str(shown)) else "text"
        return context

    def _is_one(self, shown: str) -> bool:
        try:
            date.fromisoformat(shown)
        except ValueError:
            return False
        return True


class InstantInput(DayInput):
    """A day and a time of it."""

    kind = "datetime-local"
    written = "%Y-%m-%dT%H:%M"

    def _is_one(self, shown: str) -> bool:
        try:
            datetime.fromisoformat(shown)
        except ValueError:
            return False
        return True
