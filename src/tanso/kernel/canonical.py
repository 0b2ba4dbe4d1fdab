"""One canonical JSON form, so that the same content always has the same hash.

The form is RFC 8785 for the values that occur in acts and rulebooks: objects with sorted keys, arrays, strings, whole
numbers, booleans and null. Fractions are refused: they travel as decimal strings.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any


def _plain(value: Any, path: str) -> Any:
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{path}[{index}]") for index, item in enumerate(value)]
    raise TypeError(
        f"{path or 'value'}: {type(value).__name__} has no canonical form; write fractions as decimal strings"
    )


def canonical(value: Any) -> str:
    """The canonical JSON text of `value`; raises TypeError for floats, decimals and other types, naming the place.

    Keys sort by UTF-16 code units as RFC 8785 asks.
    """
    return json.dumps(_sorted(_plain(value, "")), ensure_ascii=False, separators=(",", ":"))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def sha256(value: Any) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
