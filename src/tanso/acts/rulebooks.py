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


@lru_cache(maxsize=64)
def _with_settings(rulebook: Rulebook, settings_text: str) -> Rulebook:
    return rulebook.with_settings(json.loads(settings_text))


def current(scheme: str) -> Rulebook:
    """The scheme's rulebook with this installation's overrides; raises KeyError for a scheme that is not loaded."""
    rulebook = library().get(scheme)
    with prepared() as cursor:
        cursor.execute("SELECT parameter, value FROM acts_parameteroverride WHERE scheme = %s ORDER BY id", [scheme])
        overrides: dict[str, Any] = {parameter: json.loads(value) for parameter, value in cursor}
    return _with_settings(rulebook, canonical(overrides)) if overrides else rulebook


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
