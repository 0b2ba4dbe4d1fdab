"""What a word of a scenario file is: a verb or a check with its arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tanso.kernel.texts import Text

# Which type a value has; `values` reads each.
ValueType = Literal[
    "party",
    "account",
    "unit",
    "quantity",
    "text",
    "day",
    "workbook",
    "document",
    "evidence",
    "choice",
    "opinion",
    "event",
    "report_state",
    "report_year",
    "verified_year",
    "account_kind",
    "operations",
    "step",
    "fiscal_year",
    "yen",
    "count",
    "phase",
    "parameter_value",
    "attribute",
    "attribute_value",
    "figure",
    "derived",
    "form",
    "rows",
]

# Who signs a step that has no `by`.
DefaultSigner = Literal["party", "from", "administrator", "report_verifier", "whole_life", "nobody"]

# What a step may expect besides `ok` and `refused`.
Expectable = Literal["issued_t", "state"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One key of a step or check.

    `choices` are the words that a `choice` may be. `null` allows an explicit null. `counted_unit` marks what belongs
    only to units whose quantity the rulebook does not derive by itself (credits, not allowances). `unless` names an
    argument without which this one is required, and with which it need not be given.
    """

    name: str
    type: ValueType
    required: bool = True
    null: bool = False
    choices: tuple[str, ...] = ()
    counted_unit: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """What a step may do. `one_of` names arguments of which exactly one is given."""

    name: str
    meaning: Text
    signer: DefaultSigner
    arguments: tuple[Argument, ...] = ()
    one_of: tuple[str, ...] = ()
    expects: tuple[Expectable, ...] = ()


PARTY = Argument("party", "party")
UNIT = Argument("unit", "unit")
QUANTITY = Argument("quantity_t", "quantity")
EMISSIONS = Argument("emissions_t", "quantity")
YEAR = Argument("year", "fiscal_year")
VERIFIED_YEAR = Argument("year", "verified_year")
ANY_YEAR = Argument("year", "report_year")
PHASE = Argument("phase", "phase")
EQUALS_T = Argument("equals_t", "quantity")
EQUALS_T_OR_NULL = Argument("equals_t", "quantity", null=True)
