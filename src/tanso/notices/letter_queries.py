"""Reads of letters: lists, one by its code, what became of it, and whether a file is one that was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from tanso.notices.letter_models import POSTED, WITHDRAWN, Letter, LetterPrint, LetterStep

# States that letters are looked for by.
WAITING, REPLACED = "waiting", "replaced"
STATES = (WAITING, POSTED, WITHDRAWN, REPLACED)
# What people read for one another, and what they put between.
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = "-‐‑–—−ー_ \u3000\u200b"


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a letter: posted or withdrawn on a day, or replaced by a later one."""

    posted_on: date | None
    withdrawn: LetterStep | None
    replaced_by: Letter | None

    @property
    def holds(self) -> bool:
        return self.withdrawn is None and self.replaced_by is None


def letters(scheme: str) -> QuerySet[Letter]:
    """All letters of a scheme, latest first."""
    return Letter.objects.filter(scheme=scheme).select_related("participant").order_by("-id")


def in_state(rows: QuerySet[Letter], state: str) -> QuerySet[Letter]:
    """Those of the letters that are in a state; all of them for a state that there is not."""
    posted, withdrawn = (
        Exists(LetterStep.objects.filter(letter=OuterRef("pk"), step=step)) for step in (POSTED, WITHDRAWN)
    )
    later = Exists(
        Letter.objects.filter(
            participant=OuterRef("participant"), subject=OuterRef("subject"), id__gt=OuterRef("pk")
        ).exclude(subject="")
    )
    conditions = {
        WAITING: Q(~posted & ~withdrawn & ~later),
        POSTED: Q(posted),
        WITHDRAWN: Q(withdrawn),
        REPLACED: Q(later),
    }
    return rows.filter(conditions[state]) if state in conditions else rows


def by_references(scheme: str, references: Sequence[str]) -> dict[str, Letter]:
    """The letters with these printed numbers; unknown ones are left out."""
    rows = Letter.objects.filter(scheme=scheme, reference__in=set(references)).select_related("participant")
    return {row.reference: row for row in rows}


def steps_of(rows: Sequence[Letter]) -> dict[int, dict[str, LetterStep]]:
    """What became of letters, by letter and step."""
    found: dict[int, dict[str, LetterStep]] = {row.pk: {} for row in rows}
    for step in LetterStep.objects.filter(letter__in=list(found)):
        found[step.letter_id][step.step] = step
    return found


def standings(rows: Sequence[Letter]) -> dict[int, Standing]:
    """Where each of the letters stands; two queries, however many."""
    steps = steps_of(rows)
    following: dict[tuple[int, str], list[Letter]] = {}
    about = {(row.participant_id, row.subject) for row in rows if row.subject}
    if about:
        later = Letter.objects.filter(
            participant__in={participant for participant, _ in about}, subject__in={subject for _, subject in about}
        )
        for row in later.order_by("id"):
            following.setdefault((row.participant_id, row.subject), []).append(row)
    found = {}
    for row in rows:
        after = [one for one in following.get((row.participant_id, row.subject), ()) if one.pk > row.pk]
        posted = steps[row.pk].get(POSTED)
        found[row.pk] = Standing(
            posted_on=None if posted is None else posted.day,
            withdrawn=steps[row.pk].get(WITHDRAWN),
            replaced_by=after[0] if after else None,
        )
    return found


def plain_code(written: str) -> str:
    """A check code as people type it, in the one spelling that letters have."""
    return "".join(letter for letter in written.upper() if letter not in _BETWEEN).translate(_MISREAD)


def by_code(written: str) -> Letter | None:
    """The letter with this check code, however it is written; None where there is none."""
    return Letter.objects.filter(code=plain_code(written)).select_related("participant").first()


def prints_of(letter: Letter, language: str, *, with_credentials: bool = False) -> list[LetterPrint]:
    """The files that were made of a letter in a language, the original first."""
    return list(letter.prints.filter(language=language, with_credentials=with_credentials).order_by("id"))


def is_of(letter: Letter, sha256: str) -> bool:
    """Whether a file with this SHA-256 was made of the letter."""
    return letter.prints.filter(sha256=sha256).exists()
