"""Find and read an example of a published table: its folder, its table.yaml, its files of rows. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import ValidationError

from tanso.interfaces.cli.stories.errors import Problem, UnreadableStoryError
from tanso.interfaces.cli.stories.reader import from_pydantic, shipped_examples
from tanso.interfaces.cli.tables.model import ExampleShape
from tanso.kernel import strict_yaml
from tanso.kernel.strict_yaml import StrictYamlError
from tanso.kernel.texts import Text

_FILE = "table.yaml"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as it is published, with its source."""

    row: str
    column: str
    value: Decimal
    text: str
    source: str

    @property
    def step(self) -> Decimal:
        """One in the last printed place."""
        return Decimal(1).scaleb(min(0, int(self.value.as_tuple().exponent)))


@dataclass(frozen=True, slots=True)
class Example:
    """An example that can be lived: its choices, the rows of each file, and the published figures of each table."""

    name: str
    folder: Path
    shape: ExampleShape
    rows: dict[str, list[Row]]
    published: dict[str, list[Printed]]
    inputs: dict[str, list[Row]] = field(default_factory=dict)

    def query(self, table: str) -> str:
        """The query that works a table out again."""
        return (self.folder / self.shape.tables[table].query).read_text(encoding="utf-8")


def examples() -> list[str]:
    """The names of the examples of published tables that come with Tanso, sorted."""
    return sorted(path.parent.name for path in shipped_examples().glob(f"*/{_FILE}"))


def folder_of(name: str) -> Path | None:
    """The folder of the example of that name or path; None where it is none of a table."""
    folder = shipped_examples() / name if name in examples() else Path(name)
    return folder if (folder / _FILE).is_file() else None


def read_example(folder: Path) -> Example:
    """The example in a folder. Raises UnreadableStoryError with all problems of its files."""
    shape = _read_shape(folder / _FILE)
    rows = {name: _rows(folder / name) for name in dict.fromkeys(step.of for step in shape.steps if step.of)}
    published = {name: list(_printed(folder / table.published)) for name, table in shape.tables.items()}
    inputs = {
        name: [row for file in table.inputs for row in _rows(folder / file)] for name, table in shape.tables.items()
    }
    wrong = [
        *_unknown_columns(shape, rows),
        *(problem for name in shape.tables for problem in _out_of_table(shape, name, published[name])),
    ]
    if wrong:
        raise UnreadableStoryError(wrong)
    return Example(folder.resolve().name, folder, shape, rows, published, inputs)


def _read_shape(path: Path) -> ExampleShape:
    try:
        document = strict_yaml.load_file(path)
        return ExampleShape.model_validate(document.value)
    except StrictYamlError as error:
        problems = [Problem(path.name, item.line, item.key, item.message) for item in error.problems]
    except ValidationError as error:
        problems = [from_pydantic(document, item) for item in error.errors()]
    raise UnreadableStoryError(problems)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _printed(path: Path) -> Iterator[Printed]:
    for number, row in enumerate(_rows(path), start=2):
        try:
            value = Decimal(row["printed"])
        except InvalidOperation:
            message = Text(f"「{row['printed']}」は数ではありません。", f"“{row['printed']}” is no number.")
            raise UnreadableStoryError([Problem(path.name, number, "printed", message)]) from None
        yield Printed(row["row"], row["column"], value, row["printed"], row["source"])


def _unknown_columns(shape: ExampleShape, rows: dict[str, list[Row]]) -> Iterator[Problem]:
    for number, step in enumerate(shape.steps, start=1):
        known = set(rows[step.of][0]) if step.of and rows[step.of] else set()
        for column in step.where.keys() - known:
            message = Text(f"{step.of} に列「{column}」はありません。", f"{step.of} has no column {column}.")
            yield Problem(_FILE, 1, f"steps[{number}].where", message)


def _out_of_table(shape: ExampleShape, name: str, published: list[Printed]) -> Iterator[Problem]:
    table = shape.tables[name]
    for each in published:
        if each.row not in table.rows or each.column not in table.columns:
            message = Text("table.yaml にこの行又は列がありません。", "table.yaml has no such row or column.")
            yield Problem(table.published, 1, f"{each.row}, {each.column}", message)
    for place in table.explained.keys() - {f"{each.row}/{each.column}" for each in published}:
        message = Text("この数値は公表されていません。", "No such figure is published.")
        yield Problem(_FILE, 1, f"tables.{name}.explained.{place}", message)
