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
class TransferEvent(UnitsEvent):
    """Units went from one holder to another; `price_yen` is that of the whole transfer, None where none was told."""

    counterparty_account: str
    counterparty: str
    transfer_kind: str = ""
    price_yen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSent(TransferEvent):
    name: ClassVar[str] = "transfer.sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceived(TransferEvent):
    name: ClassVar[str] = "transfer.received"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayedTransferEvent(AccountEvent):
    """Something about a transfer that waits or waited; no unit of it has moved."""

    transfer: int
    counterparty_account: str
    unit: str
    quantity_t: int
    execution_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDelayed(DelayedTransferEvent):
    """A transfer was allowed and waits until `execution_day`; `login` asked for it."""

    name: ClassVar[str] = "transfer.delayed"
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAborted(DelayedTransferEvent):
    name: ClassVar[str] = "transfer.aborted"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDropped(DelayedTransferEvent):
    """On its day the rules refused it, for the reasons given; its units are free again."""

    name: ClassVar[str] = "transfer.dropped"
    reason_ja: str
    reason_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTrusted(AccountEvent):
    """`trusted` is on the account's list of trusted accounts and is trusted from `trusted_day` on."""

    name: ClassVar[str] = "account.trusted"
    trusted: str
    trusted_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDistrusted(AccountEvent):
    name: ClassVar[str] = "account.distrusted"
    trusted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferKindPermitted(AccountEvent):
    """The administrator recorded that units may go to `counterparty_account` as `transfer_kind`, until `last_day`."""

    name: ClassVar[str] = "transfer.kind_permitted"
    counterparty_account: str
    unit: str
    quantity_t: int
    transfer_kind: str
    last_day: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferKindRecorded(UnitsEvent):
    """The administrator recorded afterwards that the transfer of `posting` was a `transfer_kind`."""

    name: ClassVar[str] = "transfer.kind_recorded"
    posting: int
    transfer_kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsSurrendered(UnitsEvent):
    """`surrendered_t` is all that the holder has surrendered for its obligation, this included."""

    name: ClassVar[str] = "units.surrendered"
    surrendered_t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsCancelled(UnitsEvent):
    name: ClassVar[str] = "units.cancelled"
    purpose: str
    # What the holder said of the cancellation: for whom, or what it offsets.
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationEvent(AccountEvent):
    """An application for units on a document of another registry."""

    application: int
    unit: str
    quantity_t: int
    reference: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReceived(ApplicationEvent):
    name: ClassVar[str] = "application.received"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRefused(ApplicationEvent):
    name: ClassVar[str] = "application.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn(ApplicationEvent):
    name: ClassVar[str] = "application.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsBorrowed(UnitsEvent):
    """Units issued for a year against those of the next one."""

    name: ClassVar[str] = "units.borrowed"
    fiscal_year: int
    repaid_by_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BankingApplied(AccountEvent):
    name: ClassVar[str] = "banking.applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankingApproved(AccountEvent):
    name: ClassVar[str] = "banking.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFrozen(AccountEvent):
    """Frozen for `operations`, or as a whole where there are none, until the start of the day `until`, if any."""

    name: ClassVar[str] = "account.frozen"
    operations: list[str]
    reason: str
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnfrozen(AccountEvent):
    name: ClassVar[str] = "account.unfrozen"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingReversed(UnitsEvent):
    """`posting` is the one that was reversed, made by `operation`; the reversal counts from `valid_day`."""

    name: ClassVar[str] = "posting.reversed"
    posting: int
    operation: str
    reason: str
    clause: str
    valid_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(AccountEvent):
    name: ClassVar[str] = "account.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosedByHand(AccountEvent):
    """The authority closed an account that held nothing."""

    name: ClassVar[str] = "account.closed_by_hand"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceStated(AccountEvent):
    name: ClassVar[str] = "compliance.stated"
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationChanged(AccountEvent):
    """The allocation follows a corrected figure: by `difference_t`, of which `moved_t` was posted at once."""

    name: ClassVar[str] = "allocation.changed"
    unit: str
    difference_t: int
    moved_t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalObligationOpened(AccountEvent):
    """A correction left something missing after the deadline; it is to be surrendered by `last_day`."""

    name: ClassVar[str] = "obligation.opened"
    quantity_t: int
    last_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearComplianceStated(Event):
    """The status of `participant` for a year, at the year's deadline."""

    name: ClassVar[str] = "compliance.stated_for_year"
    participant: str
    fiscal_year: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionEvent(Event):
    """Something about an objection or a dispute, told to one side of it. What was written is on its page alone."""

    name: ClassVar[str] = ""
    participant: str
    objection: int
    operation: str
    about_emissions: bool
    decide_by_day: str


class ObjectionFiled(ObjectionEvent):
    """A participant objects to a decision, or disputes a transfer with another one."""

    name: ClassVar[str] = "objection.filed"


class ObjectionAcknowledged(ObjectionEvent):
    """The authority has taken it up."""

    name: ClassVar[str] = "objection.acknowledged"


class ObjectionWrittenTo(ObjectionEvent):
    """Somebody wrote a paper."""

    name: ClassVar[str] = "objection.written_to"


class ObjectionDecided(ObjectionEvent):
    """It is over: upheld, rejected or withdrawn."""

    name: ClassVar[str] = "objection.decided"
