"""The shape of a prescribed form: which sheets, blocks, cells and columns it has, and how each explains itself.

A form is laid out from top to bottom: the blocks of a sheet follow one another, and a table takes as many lines as the
form was made with. `key` says where an input stands in the JSON of a calculation; `shows` says which recomputed figure
a formula must agree with. In formulas, braces name other cells: see `tanso.emissions.workbook.formulas`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tanso.rulebook.shapes import Bilingual, Name, Shape, Some, Sourced

Letters = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
Span = Annotated[list[Letters], Field(min_length=2, max_length=2)]
TabName = Annotated[str, StringConstraints(pattern=r"^[^\[\]:*?/\\']{1,31}$")]
SystemFact = Literal["scheme_title", "phase", "year", "fiscal_year", "holder_name"]
SystemList = Literal["fuels", "activities", "units", "electricity_units"]
SystemTable = Literal["factors", "units", "suppliers"]


class CellShape(Shape):
    """What a cell takes or shows. Without `formula`, `copies` and `locked` it is an input.

    `choices` is a drop-down of the system (the year's fuels, units), `words` one of the form's own: word -> label.
    """

    label: Bilingual
    hint: Bilingual | None = None
    type: Literal["text", "number", "whole", "day"] = "text"
    signed: bool = False
    choices: SystemList | None = None
    words: dict[Name, Bilingual] = Field(default_factory=dict)
    key: Some | None = None
    formula: Some | None = None
    copies: Some | None = None
    shows: Name | None = None
    decimals: int = 3
    locked: bool = False


class FieldShape(CellShape):
    """One cell beside its label. `system`: what the form is made with, or (where it has a `key`) begins with."""

    system: SystemFact | None = None
    rows: Annotated[int, Field(ge=1, le=40)] = 1


class ColumnShape(CellShape):
    """A column of a table, as wide as to `to`; `repeat` are the labels of several that begin at this one (months)."""

    column: Letters
    to: Letters | None = None
    repeat: list[Bilingual] = Field(default_factory=list)


class SpanShape(Shape):
    """Where labels, values and hints of fields stand: from one column to another, merged."""

    label: Span = Field(default_factory=lambda: ["A", "A"])
    value: Span = Field(default_factory=lambda: ["B", "B"])
    hint: Span = Field(default_factory=lambda: ["C", "C"])


class BlockShape(Shape):
    """One of: a note, fields, a place for a picture, a table of lines, a table that the system fills in.

    `lines` names how many lines a table has (`lines` of the form); tables with the same word have line by line the
    same subject. `into` is the list of the JSON that each line becomes an item of; `mark` numbers the lines.
    """

    title: Bilingual | None = None
    note: Bilingual | None = None
    fields: dict[Name, FieldShape] = Field(default_factory=dict)
    at: SpanShape = SpanShape()
    picture_rows: Annotated[int, Field(ge=0, le=80)] = 0
    lines: Name | None = None
    into: Some | None = None
    mark: str = ""
    columns: dict[Name, ColumnShape] = Field(default_factory=dict)
    system: SystemTable | None = None


class SheetShape(Shape):
    """One sheet. `name` is its tab; `last` the column to which it is printed; `widths` count characters."""

    name: TabName
    title: Bilingual
    orientation: Literal["portrait", "landscape"] = "portrait"
    widths: dict[Letters, Annotated[int, Field(ge=1, le=120)]]
    last: Letters
    blocks: dict[Name, BlockShape]


class LinesShape(Shape):
    """How many lines a table has at least, and how many it may have."""

    usual: Annotated[int, Field(ge=1)]
    most: Annotated[int, Field(ge=1, le=20_000)]


class PlacedSheetShape(Shape):
    """A sheet of the form, for all its reports or for those of some phases and years alone."""

    sheet: Name
    phases: list[int] = Field(default_factory=list)
    years: list[Name] = Field(default_factory=list)


class WorkbookShape(Sourced):
    """The prescribed form of a scheme: what it is called, and which sheets it has in which order."""

    form_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    form_version: Annotated[int, Field(ge=1)]
    title: Bilingual
    lines: dict[Name, LinesShape]
    sheets: Annotated[list[PlacedSheetShape | Name], Field(min_length=1)]
