"""One thing that reconciliation found. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it must be: where (account, unit class, serials, or a guard of the database) and in which way."""

    kind: str
    message: Text
    account: str | None = None
    unit_class: str | None = None
    serials: tuple[SerialRange, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    def sentence(self) -> Text:
        """The whole finding in one line: account, unit class, serials, then what is wrong."""
        place = [part for part in (self.account, self.unit_class, ", ".join(map(str, self.serials))) if part]
        message = self.message.filled(self.facts)
        if not place:
            return message
        return Text(ja=f"{' '.join(place)}：{message.ja}", en=f"{' '.join(place)}: {message.en}")
