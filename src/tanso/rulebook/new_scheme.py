"""Writes the files of a new scheme: a small one that passes `tanso rules check` and lives a story of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text
from tanso.rulebook.library import shipped_schemes

_NAME = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_YEARS = 3


def write_skeleton(scheme: str, *, into: Path, day: date, first_year: int | None = None) -> list[Path]:
    """Write the files of a new scheme into a folder of its own in `into`; returns them, the scenario last.

    `day` is that on which they are written; the scheme begins in `first_year`, or in the year of that day.
    Raises TansoError where the name is none, or that of a folder there or of one that comes with Tanso, or where the
    folder cannot be written.
    """
    if not _NAME.fullmatch(scheme):
        raise _refused("rules.name", _NO_NAME, _NAME_NEXT, scheme)
    folder = into / scheme
    # A folder of the name of one that comes with Tanso would stand in its place, and be included in its place.
    for there in (folder, shipped_schemes() / scheme):
        if there.exists():
            raise _refused("rules.exists", _EXISTS, _EXISTS_NEXT, str(folder if there == folder else scheme))
    words = _words(scheme, day, first_year or day.year)
    written: list[Path] = []
    try:
        for name, content in _files(resources.files("tanso.rulebook") / "skeleton", ""):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(content, words), encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise _refused("rules.not_written", _NOT_WRITTEN, _NOT_WRITTEN_NEXT, f"{folder}: {error.strerror}") from None
    return sorted(written, key=lambda path: (len(path.relative_to(folder).parts), path.name))


def _words(scheme: str, day: date, year: int) -> dict[str, str]:
    return {
        "SCHEME": scheme,
        "TITLE": scheme.upper(),
        "PREFIX": scheme.split("-", maxsplit=1)[0].upper()[:4],
        "TODAY": day.isoformat(),
        "YEAR_BEFORE": str(year - 1),
        "YEAR": str(year),
        "NEXT_YEAR": str(year + 1),
        "LAST_YEAR": str(year + _YEARS - 1),
    }


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _files(item, f"{above}{item.name}/")
        elif item.name.endswith(".yaml"):
            yield above + item.name, item.read_text(encoding="utf-8")


def _filled(content: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        content = content.replace(f"@{name}@", value)
    return content


def _refused(code: str, message: Text, next_step: Text, what: str) -> TansoError:
    return TansoError(code=code, message=message.filled({"what": what}), next_step=next_step, facts={"what": what})


_NO_NAME = Text("「{what}」は制度の名前に使えません。", "`{what}` cannot be the name of a scheme.")
_NAME_NEXT = Text(
    "英小文字で始まり、英小文字・数字・ハイフンだけの名前にしてください（例：my-scheme）。",
    "Choose a name of small letters, digits and hyphens that begins with a letter, like my-scheme.",
)
_EXISTS = Text("「{what}」は既にあります。", "`{what}` is there already.")
_EXISTS_NEXT = Text(
    "別の名前か別のフォルダー（--into）を指定してください。", "Choose another name, or another folder (--into)."
)
_NOT_WRITTEN = Text("書き込めませんでした（{what}）。", "This could not be written: {what}.")
_NOT_WRITTEN_NEXT = Text(
    "書き込めるフォルダーを --into で指定してください。", "Choose a folder that you may write to (--into)."
)
