"""The rulebook in force in this installation: the scheme's files plus the recorded overrides."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.db import transaction

from tanso.acts.models import RulebookText
from tanso.acts.statements import prepared
from tanso.kernel.canonical import canonical
from tanso.rulebook import Rulebook, library

# A column with the overrides of one scheme as a JSON object; where a parameter was set twice, the later one is read.
OVERRIDES = """(SELECT json_object_agg(parameter, value ORDER BY id)::text
                  FROM acts_parameteroverride WHERE scheme = %s)"""


@lru_cache(maxsize=64)
def _with_settings(rulebook: Rulebook, settings_text: str) -> Rulebook:
    return rulebook.with_settings(json.loads(settings_text))


def current(scheme: str) -> Rulebook:
    """The scheme's rulebook with this installation's overrides; raises KeyError for a scheme that is not loaded."""
    with prepared() as cursor:
        cursor.execute(f"SELECT {OVERRIDES}", [scheme])
        (overrides,) = cursor.fetchall()[0]
    return with_overrides(scheme, overrides)


def with_overrides(scheme: str, overrides: str | None) -> Rulebook:
    """The scheme's rulebook with what `OVERRIDES` answered; raises KeyError for a scheme that is not loaded."""
    rulebook = library().get(scheme)
    if overrides is None:
        return rulebook
    settings: dict[str, Any] = json.loads(overrides)
    return _with_settings(rulebook, canonical(settings))


_KEPT: set[tuple[str, str]] = set()


def keep_text(rulebook: Rulebook, database: str) -> None:
    """Store the text of a rulebook once, before the first decision that was made by it.

    `database` names the database, so that a process that moves between databases (clones) keeps the text in each.
    """
    if (database, rulebook.version) in _KEPT:
        return
    RulebookText.objects.bulk_create(
        [RulebookText(version=rulebook.version, scheme=rulebook.scheme, content=rulebook.document())],
        ignore_conflicts=True,
    )
    # Only once this transaction is committed does the database have the text.
    transaction.on_commit(lambda: _KEPT.add((database, rulebook.version)))
