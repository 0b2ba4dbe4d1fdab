"""The schemes of this process: found in their folders, loaded on first use, kept."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from tanso.kernel.texts import Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.errors import refused
from tanso.rulebook.loading import load

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_schemes() -> Path:
    """The folder of the schemes that come with Tanso: in the wheel, or in a checkout."""
    inside = _PACKAGE / "schemes"
    return inside if inside.is_dir() else _PACKAGE.parents[1] / "schemes"


class Library:
    """Scheme id -> rulebook. The id of a scheme is the name of its folder."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._books: dict[str, Rulebook] = {}

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that schemes are looked for in, in their order."""
        return tuple(self._folders)

    def schemes(self) -> list[str]:
        """The ids of all schemes, sorted."""
        found = {path.parent.name for folder in self._folders for path in folder.glob("*/scheme.yaml")}
        return sorted(found | set(self._books))

    def get(self, scheme: str) -> Rulebook:
        """The rulebook of a scheme. Raises RulebookError where there is none or it cannot be used."""
        book = self._books.get(scheme)
        if book is None:
            book = self._books[scheme] = self._load(scheme)
        return book

    def install(self, rulebook: Rulebook) -> None:
        """Use this rulebook for its scheme from now on (overridden parameters, mutations in tests)."""
        self._books[rulebook.scheme] = rulebook

    def forget(self, scheme: str) -> None:
        """Load the scheme from its files again at its next use."""
        self._books.pop(scheme, None)

    def folder(self, scheme: str) -> Path:
        """The folder of a scheme. Raises RulebookError where there is none."""
        for folder in self._folders:
            if scheme and (folder / scheme / "scheme.yaml").is_file() and (folder / scheme).parent == folder:
                return folder / scheme
        ja, en = suggestion(scheme, self.schemes())
        raise refused(scheme, Text(f"制度「{scheme}」はありません。{ja}", f"There is no scheme `{scheme}`.{en}"))

    def _load(self, scheme: str) -> Rulebook:
        book = load(self.folder(scheme), search=self._folders)
        if book.scheme != scheme:
            raise refused("scheme", _OTHER_NAME, file=f"{scheme}/scheme.yaml")
        return book


_OTHER_NAME = Text("制度の名前とフォルダーの名前が異なります。", "The scheme and its folder must have the same name.")


@cache
def library() -> Library:
    """The library of this process: the shipped schemes, and the folders of TANSO_SCHEMES before them."""
    added = [Path(part) for part in os.environ.get("TANSO_SCHEMES", "").split(os.pathsep) if part]
    return Library([*added, shipped_schemes()])
