"""The notebook of a reader: collects what is wrong in one file, each with its line, step and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanso.interfaces.cli.scenarios import values
from tanso.interfaces.cli.scenarios.model import Problem
from tanso.interfaces.cli.scenarios.values import Surroundings, WrongValueError, listed, shown
from tanso.interfaces.cli.scenarios.words import Argument
from tanso.kernel import strict_yaml
from tanso.kernel.strict_yaml import Document, KeyPath
from tanso.kernel.texts import Text


@dataclass
class Notebook:
    """Problems of one document. Every method notes and goes on, so that all problems are found in one reading."""

    path: Path
    document: Document
    problems: list[Problem] = field(default_factory=list)

    @property
    def file(self) -> str:
        return str(self.path)

    def line_of(self, path: KeyPath) -> int:
        return self.document.line_of(path)

    def note(self, path: KeyPath, message: Text) -> None:
        """Note a sentence at a place; places inside `steps` are shown as step number and key."""
        step, key = None, path
        if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int):
            step, key = path[1] + 1, path[2:]
        problem = Problem(
            file=self.file,
            line=self.line_of(path),
            step=step,
            key=strict_yaml.shown_path(key),
            message=message,
        )
        self.problems.append(problem)

    def wrong(self, path: KeyPath, ja: str, en: str) -> None:
        self.note(path, Text(ja=ja, en=en))

    def missing(self, path: KeyPath, key: str) -> None:
        self.wrong((*path, key), f"「{key}」がありません", f'"{key}" is missing')

    def unknown(self, path: KeyPath, item: Mapping[Any, Any], known: Iterable[str]) -> None:
        """Note every key of `item` that is not known there."""
        names = tuple(known)
        for key in item:
            if key not in names:
                self.wrong(
                    (*path, key if isinstance(key, (int, str)) else str(key)),
                    f"知らないキー「{shown(key)}」です（使えるキー：{listed(names)}）",
                    f'unknown key "{shown(key)}" (known here: {listed(names)})',
                )

    def value(self, path: KeyPath, argument: Argument, item: Mapping[Any, Any], around: Surroundings) -> Any:
        """Read the value of an argument that `item` has; None where it is absent, or wrong (and noted)."""
        if argument.name not in item:
            return None
        try:
            return values.read(argument, item[argument.name], around)
        except WrongValueError as wrong:
            self.note((*path, argument.name), wrong.message)
            return None

    def word(self, path: KeyPath, key: str, item: Mapping[Any, Any], table: Mapping[str, Any]) -> Any:
        """The table's entry that `item[key]` names; None where there is none (noted)."""
        try:
            return table[values.one_of(table, item[key])]
        except WrongValueError as wrong:
            self.note((*path, key), wrong.message)
            return None
