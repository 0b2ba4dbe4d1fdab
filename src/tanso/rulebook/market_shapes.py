"""The shapes of `transfers.yaml` (what a transfer may be) and `results.yaml` (what is told of a phase)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tanso.rulebook.shapes import Name, Shape, Sourced


class TransferKindShape(Sourced):
    """A kind of transfer. `trade`: it counts among the trades of a phase. `priced`: it may carry a price.

    `said_by`: who says that a transfer is of this kind, the holder in the transfer itself or the administrator alone.
    """

    trade: bool = False
    priced: bool = False
    said_by: Literal["holder", "administrator"] = "administrator"


class TransfersShape(Shape):
    """`default`: what a transfer is of which nobody said anything."""

    default: Name
    kinds: Annotated[dict[Name, TransferKindShape], Field(min_length=1)]


class ResultsShape(Sourced):
    """What the results of a phase are made of.

    `base`, `target` and `actual` name derived quantities, in tonnes, of the account of each holder. A movement of units
    belongs to the first phase whose `period` has the day and whose holders may surrender such units. The public sees a
    phase once its `published_after` has closed, and no figure that stands on fewer than `smallest_group` (a parameter).
    """

    base: str
    actual: str
    target: str | None = None
    period: str
    published_after: str
    smallest_group: str
