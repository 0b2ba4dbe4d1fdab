"""The file of a letter: set from its row, with its hash remembered whenever it is handed out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from tanso.interfaces.exports.letter import Secrets, letter_pdf
from tanso.interfaces.exports.typesetting import set_by
from tanso.notices.letter_acts import record_print
from tanso.notices.letter_models import Letter
from tanso.notices.letter_queries import prints_of


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file as it is set today. `differs_from` says what set the original, where that has other bytes."""

    content: bytes
    sha256: str
    differs_from: str = ""
    first_made_at: datetime | None = None


def file_of(letter: Letter, language: str, secrets: Secrets = ()) -> LetterFile:
    """The file as it is set today, compared with the original. Raises TansoError where it cannot be set."""
    content = letter_pdf(letter, language, secrets)
    sha256 = hashlib.sha256(content).hexdigest()
    made = prints_of(letter, language, with_credentials=bool(secrets))
    if not made or made[0].sha256 == sha256:
        return LetterFile(content, sha256)
    return LetterFile(content, sha256, differs_from=made[0].set_by, first_made_at=made[0].made_at)


def hand_out(letter: Letter, language: str, secrets: Secrets = ()) -> LetterFile:
    """The file, with its hash kept for those who will ask whether it is ours."""
    file = file_of(letter, language, secrets)
    record_print(
        letter,
        language=language,
        sha256=file.sha256,
        size_bytes=len(file.content),
        set_by=set_by(),
        with_credentials=bool(secrets),
    )
    return file
