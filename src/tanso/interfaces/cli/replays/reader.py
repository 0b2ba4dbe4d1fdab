"""Find and read a replay: its folder, its replay.yaml, and the rows of its table for the years that are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from pydantic import ValidationError

from tanso.interfaces.cli.replays.model import ReplayShape
from tanso.interfaces.cli.stories.errors import Problem, UnreadableStoryError
from tanso.interfaces.cli.stories.reader import from_pydantic, shipped_examples
from tanso.kernel import strict_yaml
from tanso.kernel.strict_yaml import StrictYamlError

_FILE = "replay.yaml"
_COLUMNS = (
    "participant", "year", "group",
    "allocated_t", "emissions_t", "is_excluded", "surrendered_t", "other_t", "other_unit",
)  # fmt: skip
_FIGURES = 6
_AT_ONCE = 10_000


class Row(NamedTuple):
    """One participant and year of the table, in t. `other_t` of `other_unit` was surrendered beside allowances."""

    participant: str
    year: int
    group: str
    attributes: dict[str, str]
    allocated_t: int
    emissions_t: int | None
    is_excluded: bool
    surrendered_t: int
    other_t: int
    other_unit: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay that can be lived: its choices, and the rows of each year that was asked for."""

    name: str
    folder: Path
    shape: ReplayShape
    years: tuple[int, ...]
    groups: tuple[str, ...]
    rows: dict[int, list[Row]]

    def path(self, file: str) -> str:
        return str(self.folder / file)

    def sql(self, file: str) -> str:
        """One of the replay's queries."""
        return (self.folder / file).read_text(encoding="utf-8")


def replays() -> list[str]:
    """The names of the replays that come with Tanso, sorted."""
    return sorted(path.parent.name for path in shipped_examples().glob(f"*/{_FILE}"))


def folder_of(name: str) -> Path | None:
    """The folder of the replay of that name or path; None where it is no replay."""
    folder = shipped_examples() / name if name in replays() else Path(name)
    return folder if (folder / _FILE).is_file() else None


def read_replay(folder: Path, *, years: tuple[int, int] | None, groups: Sequence[str]) -> Replay:
    """The replay in a folder, with the rows of some years (both ends included) and groups; all of them where not said.

    Raises UnreadableStoryError with all problems of its replay.yaml.
    """
    shape = _read_shape(folder / _FILE)
    rows: dict[int, list[Row]] = {}
    for row in _read_rows(folder, shape, years, groups):
        rows.setdefault(row.year, []).append(row)
    return Replay(
        name=folder.resolve().name,
        folder=folder,
        shape=shape,
        years=tuple(sorted(rows)),
        groups=tuple(groups),
        rows=rows,
    )


def _read_rows(folder: Path, shape: ReplayShape, years: tuple[int, int] | None, groups: Sequence[str]) -> Iterable[Row]:
    attributes = shape.holders.attributes
    first, last = years or (0, 9999)
    columns = ", ".join(f'"{name}"' for name in (*_COLUMNS, *attributes))
    wanted = "year BETWEEN $first AND $last" + (' AND "group" IN (SELECT unnest($groups))' if groups else "")
    # The replay's own query, with the table as its parameter, is the inner one.
    query = f"SELECT {columns} FROM ({(folder / shape.rows).read_text(encoding='utf-8')}) WHERE {wanted}"  # noqa: S608
    values: dict[str, Any] = {"table": str(folder / shape.table), "first": first, "last": last}
    if groups:
        values["groups"] = list(groups)
    with duckdb.connect() as connection:
        found = connection.execute(query, values)
        while batch := found.fetchmany(_AT_ONCE):
            for participant, year, group, *rest in batch:
                figures, given = rest[:_FIGURES], rest[_FIGURES:]
                yield Row(participant, year, group, dict(zip(attributes, given, strict=True)), *figures)


def _read_shape(path: Path) -> ReplayShape:
    try:
        document = strict_yaml.load_file(path)
        return ReplayShape.model_validate(document.value)
    except StrictYamlError as error:
        problems = [Problem(path.name, item.line, item.key, item.message) for item in error.problems]
    except ValidationError as error:
        problems = [from_pydantic(document, item) for item in error.errors()]
    raise UnreadableStoryError(problems)
