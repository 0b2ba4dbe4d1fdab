"""The shape of a replay.yaml: a published table, and the choices that turn its rows into acts."""

from __future__ import annotations

from pydantic import Field

from tanso.interfaces.cli.stories.model import Shape, Words
from tanso.rulebook.shapes import MonthDayText


class HoldersShape(Shape):
    """Who answers for the years: the kind, and which columns are attributes of a participant."""

    kind: str
    attributes: list[str]


class SellerShape(Shape):
    """The one who has what the others lack."""

    key: str
    kind: str
    name: str


class DaysShape(Shape):
    """Days of the year itself."""

    open_year: MonthDayText
    allocate: MonthDayText
    sell: MonthDayText


class DaysAfterShape(Shape):
    """Days of the year after. `status` is the first day after the deadline."""

    record_emissions: MonthDayText
    buy: MonthDayText
    surrender: MonthDayText
    status: MonthDayText


class ColumnsShape(Shape):
    """What the totals are called where they are published."""

    year: str
    allocated: str
    surrendered: str
    surrendered_allowances: str
    emissions: str
    reporting: str


class ReplayShape(Shape):
    """One replay. `table`, `totals`, `rows` and `causes` are files beside it.

    `allowance` is the unit that is allocated, with the phase of the year; `allowances` are those that are surrendered
    for a year of each phase, in this order.
    """

    title: Words
    notice: Words
    scheme: str
    table: str
    totals: str
    columns: ColumnsShape
    rows: str
    causes: str
    holders: HoldersShape
    seller: SellerShape
    allowance: str
    allowances: dict[int, list[str]] = Field(min_length=1)
    days: DaysShape
    days_after: DaysAfterShape
    causes_explained: dict[str, Words]
