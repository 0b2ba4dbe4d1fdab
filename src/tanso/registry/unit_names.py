"""Units as acts write them, against those that the scheme has."""

from __future__ import annotations

from tanso.kernel.units import UnitName
from tanso.rulebook import Rulebook


def known_unit(rulebook: Rulebook, written: str) -> UnitName | None:
    """The unit as written, or None where the scheme has no such unit, or not with that phase."""
    try:
        unit = UnitName.parse(written)
    except ValueError:
        return None
    known = rulebook.units.get(unit.type)
    return unit if known is not None and known.exists_with(unit.phase) else None
