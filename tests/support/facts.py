"""Facts to ask a rulebook with, written as short as a test needs them."""

from __future__ import annotations

from datetime import date
from typing import Any


def account(prefix: str, kind: str = "compliance", **more: Any) -> dict[str, Any]:
    """Facts of an open account; `holder_phase=2` becomes `<prefix>.holder.phase`."""
    facts: dict[str, Any] = {
        "exists": True,
        "number": "AST-1001" if prefix != "to" else "AST-1002",
        "kind": kind,
        "is_open": True,
        "opened_on": date(2013, 4, 1),
    }
    if kind == "compliance":
        facts |= {"holder.kind": "target_holder", "holder.has_phase": True, "holder.phase": 2}
    elif kind == "trading":
        facts |= {"holder.kind": "trading_participant"}
    for name, value in more.items():
        facts[name.replace("holder_", "holder.", 1)] = value
    return {f"{prefix}.{name}": value for name, value in facts.items()}


def unit(unit_type: str, phase: int | None = None, held_t: int = 0) -> dict[str, Any]:
    facts = {"unit.type": unit_type, "unit.held_t": held_t}
    return facts if phase is None else facts | {"unit.has_phase": True, "unit.phase": phase}


def holding(unit_type: str, phase: int | None, quantity_t: int) -> dict[str, Any]:
    return {
        "unit.type": unit_type,
        "unit.has_phase": phase is not None,
        "unit.phase": phase or 0,
        "quantity_t": quantity_t,
    }


def quantity(quantity_t: int) -> dict[str, Any]:
    return {"quantity.t": quantity_t, "quantity.is_whole": True}
