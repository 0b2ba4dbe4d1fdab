"""What can be wrong with a rulebook: every problem with its file, line and key, all together."""

from __future__ import annotations

from dataclasses import dataclass

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a rulebook: where it is, and what is wrong, as its author needs to read it."""

    file: str
    line: int
    key: str
    message: Text

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message.en}"


class RulebookError(TansoError):
    """A rulebook cannot be used, or was asked what it cannot answer; `problems` lists everything found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        more = len(problems) - 1
        place_ja = f"{first.file} {first.line}行目 {first.key}" if first.line else f"{first.file} {first.key}".strip()
        place_en = f"{first.file}:{first.line}: {first.key}" if first.line else f"{first.file}: {first.key}".strip(": ")
        super().__init__(
            code="rulebook.invalid",
            message=Text(
                f"{place_ja}: {first.message.ja}" + (f"（ほか{more}件）" if more else ""),
                f"{place_en}: {first.message.en}" + (f" (and {more} more)" if more else ""),
            ),
            next_step=Text("制度ファイルの該当箇所を直してください。", "Correct the scheme's files at that place."),
            facts={"problems": [str(problem) for problem in problems]},
        )


def refused(key: str, message: Text, *, file: str = "", line: int = 0) -> RulebookError:
    """A RulebookError with a single problem."""
    return RulebookError([Problem(file=file, line=line, key=key, message=message)])
