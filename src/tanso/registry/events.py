"""What the registry tells the notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanso.acts.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent(Event):
    """Something happened to an account of `participant`."""

    participant: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsEvent(AccountEvent):
    """Units moved; `serials` are the ranges as people print them."""

    unit: str
    quantity_t: int
    serials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(AccountEvent):
    name: ClassVar[str] = "account.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsIssued(UnitsEvent):
    name: ClassVar[str] = "units.issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSent(UnitsEvent):
    name: ClassVar[str] = "transfer.sent"
    counterparty_account: str
    counterparty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceived(UnitsEvent):
    name: ClassVar[str] = "transfer.received"
    counterparty_account: str
    counterparty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsSurrendered(UnitsEvent):
    """`surrendered_t` is all that the holder has surrendered for its obligation, this included."""

    name: ClassVar[str] = "units.surrendered"
    surrendered_t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsCancelled(UnitsEvent):
    name: ClassVar[str] = "units.cancelled"
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankingApplied(AccountEvent):
    name: ClassVar[str] = "banking.applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankingApproved(AccountEvent):
    name: ClassVar[str] = "banking.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(AccountEvent):
    name: ClassVar[str] = "account.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceStated(AccountEvent):
    name: ClassVar[str] = "compliance.stated"
    status: str
