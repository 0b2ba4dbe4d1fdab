"""What the ledger tells higher rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from tanso.acts.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDiffers(Event):
    """A check found what was not found before.

    `differences` as `Difference.as_json`, the first of `count`; `not_frozen` are accounts that could not be frozen.
    """

    name: ClassVar[str] = "ledger_differs"
    count: int
    differences: list[dict[str, Any]]
    not_frozen: list[str]
