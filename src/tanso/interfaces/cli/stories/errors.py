"""What can be wrong with a story: its folder, its files, its data, or the way it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: its line (from 1), where in it, and a sentence."""

    file: str
    line: int
    place: str
    message: Text

    def shown(self) -> Text:
        place = f" {self.place}" if self.place else ""
        return Text(
            ja=f"{self.file} の{self.line}行目{place}：{self.message.ja}",
            en=f"{self.file}, line {self.line}{place}: {self.message.en}",
        )


class UnreadableStoryError(TansoError):
    """The story's file or its data cannot be read; `problems` lists everything found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        shown = [problem.shown() for problem in self.problems]
        super().__init__(
            code="example.unreadable",
            message=Text(ja="\n".join(text.ja for text in shown), en="\n".join(text.en for text in shown)),
            next_step=Text(ja="その行を直してください。", en="Correct these lines."),
            facts={"problems": len(shown)},
        )


class StoryWentWrongError(TansoError):
    """An act of the story was refused that should be allowed, or allowed that should be refused."""

    def __init__(self, *, code: str, message: Text, facts: dict[str, object]) -> None:
        super().__init__(
            code=code,
            message=message,
            next_step=Text(
                ja="story.yaml の日付と相手、または制度のルールを確かめてください。",
                en="Check the days and partners in story.yaml, or the rules of the scheme.",
            ),
            facts=facts,
        )


def no_such_example(name: str, known: Sequence[str]) -> TansoError:
    listed = ", ".join(known) or "-"
    return TansoError(
        code="example.unknown",
        message=Text(ja=f"例「{name}」はありません。", en=f"There is no example {name}."),
        next_step=Text(
            ja=f"次の例があります：{listed}。story.yaml のあるフォルダーのパスも指定できます。",
            en=f"There are: {listed}. A path to a folder with a story.yaml will do, too.",
        ),
        facts={"name": name},
    )


def not_empty() -> TansoError:
    return TansoError(
        code="example.not_empty",
        message=Text(
            ja="このインストールには、既にこの例以外の参加者が登録されています。",
            en="Participants that are not of this example are registered in this installation already.",
        ),
        next_step=Text(
            ja="--keep を付けずに実行すると、専用のデータベースで動きます。",
            en="Without --keep the example runs in a database of its own.",
        ),
    )
