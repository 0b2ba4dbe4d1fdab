"""Find and read a story: its folder, its story.yaml, its published figures. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tanso.interfaces.cli.stories import model
from tanso.interfaces.cli.stories.errors import Problem, UnreadableStoryError, no_such_example
from tanso.interfaces.cli.stories.model import StoryShape
from tanso.interfaces.cli.stories.published import Published, read_figures
from tanso.kernel import strict_yaml
from tanso.kernel.strict_yaml import Document, KeyPath, StrictYamlError, shown_path
from tanso.kernel.texts import Text

_PACKAGE = Path(__file__).resolve().parents[3]
_FILE = "story.yaml"
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# What pydantic says, in the words of this house; anything else keeps pydantic's English sentence.
_SHAPE_WORDS = {
    "extra_forbidden": Text("知らないキーです。", "Unknown key."),
    "missing": Text("キーがありません。", "This key is missing."),
    "string_type": Text("文字列で書いてください。", "Write a text."),
    "int_type": Text("整数で書いてください。", "Write a whole number."),
    "date_type": Text("日付（2021-04-01 のように）で書いてください。", "Write a day, like 2021-04-01."),
    "list_type": Text("一覧（[…]）で書いてください。", "Write a list."),
}


@dataclass(frozen=True, slots=True)
class Story:
    """A story that can be lived: its choices, and the published figures by the key of each holder."""

    name: str
    folder: Path
    shape: StoryShape
    published: Published

    def site_of(self, key: str) -> str:
        """The published name of a holder's site."""
        return next(site for site, known in self.shape.holders.sites.items() if known == key)

    def figure_t(self, key: str, year: str) -> int:
        """The published emissions of a holder for a year of its reports."""
        return self.published[key][year]


def shipped_examples() -> Path:
    """The folder of the examples that come with Tanso: in the wheel, or in a checkout."""
    inside = _PACKAGE / "examples"
    return inside if inside.is_dir() else _PACKAGE.parents[1] / "examples"


def examples() -> list[str]:
    """The names of the examples that come with Tanso, sorted."""
    return sorted(path.parent.name for path in shipped_examples().glob(f"*/{_FILE}"))


def read_story(name: str) -> Story:
    """The example of that name, or the story in the folder at that path.

    Raises TansoError `example.unknown`, and UnreadableStoryError with all problems of its files.
    """
    folder = shipped_examples() / name if name in examples() else Path(name)
    path = folder / _FILE
    if not path.is_file():
        raise no_such_example(name, examples())
    shape = _read_shape(path)
    figures = read_figures(folder, shape.figures)
    wrong = list(_sites_without_key(shape, figures))
    if wrong:
        raise UnreadableStoryError(wrong)
    return Story(
        name=folder.resolve().name,
        folder=folder,
        shape=shape,
        published={shape.holders.sites[site]: years for site, years in figures.items()},
    )


def _read_shape(path: Path) -> StoryShape:
    try:
        document = strict_yaml.load_file(path)
        shape = StoryShape.model_validate(document.value)
    except StrictYamlError as error:
        raise UnreadableStoryError(
            [Problem(path.name, one.line, one.key, one.message) for one in error.problems]
        ) from None
    except ValidationError as error:
        raise UnreadableStoryError([from_pydantic(document, item) for item in error.errors()]) from None
    wrong = list(_names_that_nobody_has(document, shape))
    if wrong:
        raise UnreadableStoryError(wrong)
    return shape


def from_pydantic(document: Document, item: Any) -> Problem:
    """What pydantic found wrong in a document, at its line."""
    # pydantic puts the names of shapes between the keys; only what the document has is a place in it.
    path: KeyPath = ()
    value = document.value
    for part in item["loc"]:
        if isinstance(value, list) and isinstance(part, int):
            path, value = (*path, part), value[part] if part < len(value) else None
        elif isinstance(value, dict) and (part in value or item["type"] == "missing"):
            path, value = (*path, part), value.get(part)
    message = _SHAPE_WORDS.get(item["type"], Text(ja=item["msg"], en=item["msg"]))
    return Problem(file=document.name, line=document.line_of(path), place=shown_path(path), message=message)


def _names_that_nobody_has(document: Document, shape: StoryShape) -> Iterator[Problem]:
    def problem(path: KeyPath, ja: str, en: str) -> Problem:
        return Problem(document.name, document.line_of(path), shown_path(path), Text(ja=ja, en=en))

    keys = [*shape.holder_keys, *shape.others]
    for key in keys:
        if not _KEY.fullmatch(key) or keys.count(key) > 1:
            yield problem(
                ("holders", "sites"),
                f"記号「{key}」は小文字の英数字とハイフンで、一つずつ異なる必要があります。",
                f"Key `{key}`: use lower-case letters, digits and dashes, and each key once.",
            )
    known = set(keys)
    for key in set(shape.verifiers) - known:
        yield problem(("verifiers",), f"「{key}」はこの物語にいません。", f"Nobody here is called `{key}`.")
    for number, step in enumerate(shape.steps):
        for key in _named_in(step):
            if key not in known:
                yield problem(("steps", number), f"「{key}」はこの物語にいません。", f"Nobody here is called `{key}`.")
        if step.last_day < step.first_day:
            yield problem(("steps", number, "days"), "最後の日が最初の日より前です。", "It ends before it begins.")


def _named_in(step: model.Step) -> Iterator[str]:
    if isinstance(step, model.Attempt):
        yield from (step.from_, step.to)
        return
    if isinstance(step, model.Buy):
        yield from (step.who, *step.of)
        return
    if isinstance(step, model.Issue) and step.quantity_lacked_by:
        yield step.quantity_lacked_by
    if isinstance(step.who, model.AllBut):
        yield from step.who.all_but
    elif step.who != "all":
        yield from step.who


def _sites_without_key(shape: StoryShape, figures: Published) -> Iterator[Problem]:
    file = next(iter(shape.figures.files.values()))
    for site in figures.keys() - shape.holders.sites.keys():
        message = Text("story.yaml の holders.sites に記号がありません。", "It has no key in holders.sites.")
        yield Problem(file, 1, site, message)
    for site in shape.holders.sites.keys() - figures.keys():
        yield Problem(_FILE, 1, site, Text(f"この事業所は {file} にありません。", f"This site is not in {file}."))
