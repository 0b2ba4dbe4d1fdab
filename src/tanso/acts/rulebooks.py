"""The rulebook in force in this installation: the scheme's files plus the recorded overrides."""

from __future__ import annotations

import json
from functools import lru_cache

from django.db import transaction

from tanso.acts.models import DecisionRecord, RulebookText
from tanso.acts.statements import prepared
from tanso.kernel.outcomes import Decision
from tanso.rulebook import Rulebook, library
from tanso.rulebook.overrides import Override
from tanso.rulebook.restoring import restore

# A column with the overrides of one scheme as a JSON list, in the order in which they were recorded.
OVERRIDES = """(SELECT json_agg(json_build_object(
                         'parameter', parameter, 'value', value, 'from', from_day, 'to', to_day, 'reason', reason,
                         'day', day, 'withdraws', withdraws) ORDER BY id)::text
                  FROM acts_parameteroverride WHERE scheme = %s)"""


@lru_cache(maxsize=64)
def _overridden(rulebook: Rulebook, overrides: str) -> Rulebook:
    return rulebook.with_overrides(Override.from_json(entry) for entry in json.loads(overrides))


def current(scheme: str) -> Rulebook:
    """The scheme's rulebook with this installation's overrides; raises KeyError for a scheme that is not loaded."""
    with prepared() as cursor:
        cursor.execute(f"SELECT {OVERRIDES}", [scheme])
        (overrides,) = cursor.fetchall()[0]
    return with_overrides(scheme, overrides)


def with_overrides(scheme: str, overrides: str | None) -> Rulebook:
    """The scheme's rulebook with what `OVERRIDES` answered; raises KeyError for a scheme that is not loaded."""
    rulebook = library().get(scheme)
    return rulebook if overrides is None else _overridden(rulebook, overrides)


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


@lru_cache(maxsize=8)
def kept(version: str) -> Rulebook:
    """The rulebook of a version, from the text that was stored with its first decision."""
    return restore(RulebookText.objects.get(pk=version).content)


def judge_again(record: DecisionRecord) -> Decision:
    """Decide once more by the rules and facts that a stored decision was made by."""
    return kept(record.rulebook_id).judge_again(record.operation, record.context)
