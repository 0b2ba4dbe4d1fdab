"""The shape of a file of factors: a list of tables, each with its dates and the place where it is written."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tanso.rulebook.shapes import Bilingual, Name, Shape, Some, Sourced

DecimalText = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]{0,14})([.][0-9]{1,20})?$")]


class GasStateShape(Shape):
    """The state that a table's cubic metres of gas are counted in (absolute pressure)."""

    temperature_c: DecimalText
    pressure_kpa: DecimalText


class FactorRowShape(Shape):
    """One line of a table of factors: heat and carbon per unit, or tonnes of CO2 per unit.

    A row without figures says that the rules leave them to the supplier or to a measurement. `also` are other names for
    the same thing; they never stand in two rows.
    """

    item: str | None = None
    name: Bilingual
    also: list[Some] = Field(default_factory=list)
    unit: Some
    gj_per_unit: DecimalText | None = None
    tc_per_gj: DecimalText | None = None
    tc_per_unit: DecimalText | None = None
    t_per_unit: DecimalText | None = None
    biomass: bool = False
    gas_state: GasStateShape | None = None


class SupplierRowShape(Shape):
    """What a supplier's energy emits a unit: the basic factor, and the one adjusted for certificates and credits."""

    of: Name
    supplier: Some
    contract: str = ""
    unit: Some
    basic_t_per_unit: DecimalText | None = None
    adjusted_t_per_unit: DecimalText | None = None


class FactorTableShape(Sourced):
    """A table of factors from one day to another (the last one included), with the statute or publication it is in.

    `carbon_to_co2` is the numerator and the denominator by which carbon becomes CO2. `instead` maps a name that the
    table does not have to the rows that it may mean.
    """

    category: Literal["fuel", "process", "electricity", "heat", "supplied"]
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    carbon_to_co2: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)] | None = None
    gas_state: GasStateShape | None = None
    instead: dict[Some, Annotated[list[Name], Field(min_length=1)]] = Field(default_factory=dict)
    rows: dict[Name, FactorRowShape] = Field(default_factory=dict)
    suppliers: list[SupplierRowShape] = Field(default_factory=list)
