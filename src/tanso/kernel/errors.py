"""The one family of errors that a person may meet outside an act: code, facts, sentence and next step.

Refusals of acts are not errors: they are outcomes (`kernel.outcomes`). A `TansoError` says that something around the
acts is wrong: a port is taken, a file cannot be read, a folder cannot be written.
"""

from __future__ import annotations

from tanso.kernel.texts import Text


class TansoError(Exception):
    """An anticipated error with a stable code, the facts, a sentence and a next step in both languages."""

    def __init__(self, *, code: str, message: Text, next_step: Text, facts: dict[str, object] | None = None) -> None:
        self.code = code
        self.facts = facts or {}
        self.message = message
        self.next_step = next_step
        super().__init__(f"{code}: {message.en} {next_step.en}")
