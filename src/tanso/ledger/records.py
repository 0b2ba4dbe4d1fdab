"""What the ledger hands out: accounts, unit classes, holdings, postings and totals as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from tanso.kernel.errors import TansoError
from tanso.kernel.serials import SerialRange


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is now. `role` is "holding", "issuance" or what a scheme's reserved account is for.

    `restricted` are the operations that it is frozen for; frozen as a whole is a status. `reason` and `until` (the
    first day on which that is over; None: until further notice) say why and how long.
    """

    id: int
    number: str
    scheme: str
    kind: str
    role: str
    holder_key: str | None
    opened_on: date
    status: str
    restricted: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    @property
    def is_frozen(self) -> bool:
        return self.status == "frozen"

    @property
    def is_closed(self) -> bool:
        return self.status == "closed"


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """Kind, status and restrictions of an account from `day` on, and the act that set them."""

    account_id: int
    day: date
    kind: str
    status: str
    act_id: UUID
    at: datetime
    restricted: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class UnitClass:
    """Units that are the same in trade; `phase` is None where the type has none, `origin` "" where it has none."""

    id: int
    scheme: str
    unit_type: str
    phase: int | None = None
    origin: str = ""

    @property
    def label(self) -> str:
        """The class as people write it: type, phase where it has one, origin where it has one."""
        phase = "" if self.phase is None else f"/{self.phase}"
        return f"{self.unit_type}{phase}" + (f" ({self.origin})" if self.origin else "")


@dataclass(frozen=True, slots=True)
class Holding:
    """What an account holds of one class: `quantity_t` and its serials in the order in which it acquired them."""

    account_id: int
    unit_class: UnitClass
    quantity_t: int
    serials: tuple[SerialRange, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """One row of the journal: the serials that left one account and entered the other."""

    id: int
    act_id: UUID
    from_account_id: int
    to_account_id: int
    unit_class_id: int
    quantity_t: int
    serials: tuple[SerialRange, ...]
    valid_day: date


class Opening(NamedTuple):
    """An account that is to be opened for a holder, as one of many."""

    act_id: UUID
    scheme: str
    number_format: str
    first_number: int
    kind: str
    holder_key: str
    day: date


class Order(NamedTuple):
    """A posting that is wanted, as one of many."""

    act_id: UUID
    from_account_id: int
    to_account_id: int
    unit_class_id: int
    quantity_t: int
    day: date


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of each order, by its place: the id of its posting, or the refusal that stopped it alone.

    `serials`, where asked for: what each posting moved.
    """

    posting_ids: list[int | None]
    refusals: Mapping[int, TansoError]
    serials: list[tuple[SerialRange, ...] | None] | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A posting as one account sees it: received or sent, who was on the other side, and when it was written."""

    posting: Posting
    unit_class: UnitClass
    from_number: str
    to_number: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """How much of a class one account sent to, or received from, accounts of a role."""

    account_id: int
    unit_class: UnitClass
    quantity_t: int


@dataclass(frozen=True, slots=True)
class Total:
    """All units of a class: issued, and where they are now by the role of the account (from the journal)."""

    unit_class: UnitClass
    issued_t: int
    by_role_t: Mapping[str, int]

    def at_t(self, role: str) -> int:
        """The tonnes that lie in accounts of this role, such as "surrender" or "cancellation"."""
        return self.by_role_t.get(role, 0)
