"""The fields that a scheme asks of its participants: whether given values fit them, and what rules may ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanso.rulebook import Rulebook
from tanso.rulebook.model import Attribute
from tanso.rulebook.parameters import type_problem

TEXT_LENGTH_MAX = 2000


def facts_of(rulebook: Rulebook, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a participant of that kind with these values: those that fit, and the names of what does not."""
    known = rulebook.attributes
    wrong = [name for name, value in given.items() if name in known and not fits(known[name], value)]
    facts: dict[str, Any] = {
        "participant.missing_fields": [
            name for name, field in known.items() if kind in field.required_of and _is_empty(given.get(name))
        ],
        "participant.wrong_fields": wrong,
        "participant.unknown_fields": [str(name) for name in given if name not in known],
    }
    for name, value in given.items():
        if name in known and name not in wrong:
            facts[f"participant.attribute.{name}"] = value
            facts[f"participant.has_attribute.{name}"] = True
    return facts


def fits(field: Attribute, value: Any) -> bool:
    """Whether a value can stand in the field. Days are ISO texts, decimals are texts."""
    if field.type == "choice":
        return value in field.choices
    if field.type == "text" and isinstance(value, str):
        return len(value) <= TEXT_LENGTH_MAX
    if field.type == "day" and not isinstance(value, str):
        return False
    return type_problem(field.type, value) is None


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
