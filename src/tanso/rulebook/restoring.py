"""A rulebook from the document that was stored with decisions, so that they can be judged again by it.

The files of a scheme change and the program with them; what was decided stays decided by the text of its day. The
document is JSON, so days are texts and maps have no order: nothing that decides depends on it (checks are a list).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tanso.kernel.strict_yaml import Document
from tanso.rulebook import sources as reading
from tanso.rulebook.book import Changes, Rulebook
from tanso.rulebook.calendar import Tweak
from tanso.rulebook.overrides import Override
from tanso.rulebook.sources import TEXT_FILES, Sources

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def restore(document: Mapping[str, Any]) -> Rulebook:
    """The rulebook that a document describes; it has the document's version.

    Raises ValueError where this program no longer reads what the document says (a key that was renamed since).
    """
    files, scheme = document["files"], document["scheme"]
    sources = Sources(folder=scheme, raw=dict(files))
    folders = [*files[f"{scheme}/scheme.yaml"].get("includes", []), scheme]
    for path in sorted(files, key=lambda path: (folders.index(path.split("/")[0]), path)):
        name = path.partition("/")[2]
        if name in TEXT_FILES:
            reading.merge_texts(sources, TEXT_FILES[name], Document(path, files[path], {}))
        else:
            reading.merge(sources, name, Document(path, _with_days(files[path]), {}))
    if sources.problems:
        raise ValueError(str(sources.problems[0]))
    changes = _changes(document["changes"])
    if not changes.settings and not changes.overrides:
        return Rulebook(sources, changes)
    return Rulebook(sources, changes, Rulebook(sources, replace(changes, settings=(), overrides=())))


def _with_days(value: Any) -> Any:
    """What a file said, with the days as days: in YAML they stand without quotes."""
    if isinstance(value, dict):
        return {key: _with_days(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_days(item) for item in value]
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


def _changes(changes: Mapping[str, Any]) -> Changes:
    return Changes(
        settings=tuple(sorted(changes["settings"].items())),
        overrides=tuple(Override.from_json(entry) for entry in changes.get("overrides", ())),
        requires=tuple(changes["requires"].items()),
        windows=tuple((name, Tweak(**tweak)) for name, tweak in changes["windows"].items()),
    )
