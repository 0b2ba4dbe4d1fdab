"""One canonical JSON form, so that the same content always has the same hash.

The form is RFC 8785 for the values that occur in acts and rulebooks: objects with sorted keys, arrays, strings, whole
numbers, booleans and null. Fractions are refused: they travel as decimal strings.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

# One encoder for all: `json.dumps` makes a new one for each call with these wishes.
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """The canonical JSON text of `value`; raises TypeError for floats, decimals and other types, naming the place.

    Keys sort by UTF-16 code units as RFC 8785 asks.
    """
    return _written(_ordered(value, ()))


# One encoder for all: `json.dumps` makes a new one for each call with these wishes.
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def _ordered(value: Any, path: tuple[str, ...]) -> Any:
    """The value in plain types, the keys of its objects in canonical order. `path` says where it is."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, dict):
        named = {str(key): item for key, item in value.items()}
        # Among ASCII characters, the order of code points is that of UTF-16.
        plain = all(map(str.isascii, named))
        names = sorted(named) if plain else sorted(named, key=lambda name: name.encode("utf-16-be"))
        return {
            name: item if type(item) in _AS_THEY_ARE else _ordered(item, (*path, f".{name}"))
            for name in names
            for item in (named[name],)
        }
    if isinstance(value, (list, tuple)):
        return [
            item if type(item) in _AS_THEY_ARE else _ordered(item, (*path, f"[{index}]"))
            for index, item in enumerate(value)
        ]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (str, int)):
        return value
    raise TypeError(
        f"{''.join(path) or 'value'}: {type(value).__name__} has no canonical form; write fractions as decimal strings"
    )


def sha256(value: Any) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
