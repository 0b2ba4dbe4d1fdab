"""How people write a unit: its type, and after a slash the phase that it was issued for ("A/2", "B")."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(?P<type>[A-Za-z][A-Za-z0-9-]*)(/(?P<phase>[1-9][0-9]{0,3}))?")


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit type, and the phase or vintage where the type has one."""

    type: str
    phase: int | None

    @classmethod
    def parse(cls, text: str) -> UnitName:
        """Read a written unit; raises ValueError where the text is none."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"not a unit: {text!r} (write a type, and a phase after a slash where it has one)")
        phase = found["phase"]
        return cls(type=found["type"], phase=None if phase is None else int(phase))

    def __str__(self) -> str:
        return self.type if self.phase is None else f"{self.type}/{self.phase}"
