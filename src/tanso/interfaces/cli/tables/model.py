"""The shape of a table.yaml: how rows of files become acts, and which published tables must come out again. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from tanso.interfaces.cli.stories.model import Shape, Words


class StepShape(Shape):
    """One operation, for each row of a file (or once, without `of`), on a day.

    `where` names columns and the values that choose a row. `by` is a column or text that names the participant whose
    login A acts; without it the administrator does. In `arguments` a text stands for itself, with `{column}` filled in;
    `{column:int}` alone is a whole number, and `account of {column}` the number of that participant's account.
    """

    day: date
    do: str
    scheme: str | None = None
    of: str | None = None
    where: dict[str, list[str]] = Field(default_factory=dict)
    by: str | None = None
    arguments: dict[str, Any]


class ColumnShape(Shape):
    """A column of a published table; `bar` draws it beside the row."""

    label: Words
    bar: bool = False


class TableShape(Shape):
    """A published table (a file of row, column, printed and source) and the query that works it out again.

    The query answers row, column and value, in the unit that is printed; a value agrees where it rounds to what is
    printed, to as many places. Published figures that others follow from are `inputs`: files like `published`, of which
    an empty figure is unknown; the query reads their rows as the JSON array `%(inputs)s`. `explained` says of a figure
    ("row/column") why it cannot agree, such as a misprint; then it must not.
    """

    title: Words
    published: str
    query: str
    inputs: list[str] = Field(default_factory=list)
    heading: Words
    rows: dict[str, Words] = Field(min_length=1)
    columns: dict[str, ColumnShape] = Field(min_length=1)
    explained: dict[str, Words] = Field(default_factory=dict)


class ExampleShape(Shape):
    """One example. `ends` is the day up to which time passes in the end; `schemes` are those whose time passes."""

    title: Words
    notice: Words
    scheme: str
    schemes: list[str] = Field(default_factory=list)
    begins: date
    ends: date
    administrator: str
    steps: list[StepShape] = Field(min_length=1)
    tables: dict[str, TableShape] = Field(min_length=1)
    remarks: list[Words] = Field(default_factory=list)
