"""What the authority does with letters: it records that they were posted, and withdraws one with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tanso.acts import operations
from tanso.acts.act import Act
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.notices.letter_models import POSTED, WITHDRAWN, Letter, LetterPrint, LetterStep
from tanso.notices.letter_queries import by_references, steps_of
from tanso.parties import permissions as may
from tanso.rulebook import Rulebook

# How many letters one act names: its record stays readable.
MOST_AT_ONCE = 200


def _named(act: Act) -> list[str]:
    if "letter" in act.arguments:
        return [str(act.arguments["letter"])]
    return list(dict.fromkeys(str(reference) for reference in act.arguments["letters"]))[: MOST_AT_ONCE + 1]


def _locks(act: Act) -> Iterable[str]:
    return (f"letters:{act.scheme}",)


def _missing(act: Act) -> Finding | None:
    """The refusal where a letter does not exist, or where the step was taken before."""
    named = _named(act)
    known = by_references(act.scheme, named)
    for reference in named:
        if reference not in known:
            return refusal("letter.unknown", letter=reference[:40])
    if not named or len(named) > MOST_AT_ONCE:
        return refusal("letter.count", most=MOST_AT_ONCE)
    steps = steps_of(list(known.values()))
    for reference in named:
        taken = steps[known[reference].pk]
        if WITHDRAWN in taken:
            return refusal("letter.withdrawn", letter=reference)
        if POSTED in taken and act.operation == "post_letters":
            return refusal("letter.posted", letter=reference)
    return None


def _facts(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    return {"reason": str(act.arguments.get("reason", "")).strip()}


def _take_step(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """Write what became of each letter. Called inside the door's transaction."""
    known = by_references(act.scheme, _named(act))
    LetterStep.objects.bulk_create(
        [
            LetterStep(
                letter=letter,
                step=POSTED if act.operation == "post_letters" else WITHDRAWN,
                day=act.day,
                note=facts["reason"],
                act_id=act.id,
                actor_login=act.actor.login,
                actor_role=act.actor.role,
            )
            for letter in known.values()
        ]
    )
    return Done(result={"letters": len(known)})


def record_print(
    letter: Letter, *, language: str, sha256: str, size_bytes: int, set_by: str, with_credentials: bool = False
) -> None:
    """Remember the hash of a file that is handed out, so that anyone can compare theirs; a known one stays as it is."""
    LetterPrint.objects.bulk_create(
        [
            LetterPrint(
                letter=letter,
                language=language,
                with_credentials=with_credentials,
                sha256=sha256,
                size_bytes=size_bytes,
                set_by=set_by,
            )
        ],
        ignore_conflicts=True,
    )


def register_operations() -> None:
    """Offer the acts about letters to the door; called once at start."""
    for name, required in (("post_letters", {"letters"}), ("withdraw_letter", {"letter", "reason"})):
        operations.register(
            Operation(
                name=name,
                required=frozenset(required),
                permission=lambda actor, act: may.is_administrator(actor),
                locks=_locks,
                missing=_missing,
                facts=_facts,
                execute=_take_step,
            )
        )
