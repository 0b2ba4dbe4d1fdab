"""What the emissions room tells the rooms above and the notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanso.acts.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEvent(Event):
    """Something happened to the report of `participant` for `year`; `verifier` is empty until one is asked."""

    participant: str
    year: str
    fiscal_year: int
    state: str
    emissions_t: int | None
    verifier: str = ""
    reason: str = ""
    # The figure that counted before this step, t; None where none did.
    settled_before_t: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierAssigned(ReportEvent):
    name: ClassVar[str] = "verifier.assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAttachmentAdded(ReportEvent):
    name: ClassVar[str] = "report.attached"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPaperWritten(ReportEvent):
    name: ClassVar[str] = "review.paper_written"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequested(ReportEvent):
    name: ClassVar[str] = "correction.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionOpened(ReportEvent):
    name: ClassVar[str] = "correction.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRegistered(ReportEvent):
    name: ClassVar[str] = "report.registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWithdrawn(ReportEvent):
    name: ClassVar[str] = "report.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRequested(ReportEvent):
    name: ClassVar[str] = "verification.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequested(ReportEvent):
    name: ClassVar[str] = "return.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationFiled(ReportEvent):
    name: ClassVar[str] = "verification.filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequested(ReportEvent):
    name: ClassVar[str] = "approval.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReturned(ReportEvent):
    name: ClassVar[str] = "report.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportApproved(ReportEvent):
    name: ClassVar[str] = "report.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceived(ReportEvent):
    name: ClassVar[str] = "report.received"


# The event that each step of the life causes.
BY_OPERATION: dict[str, type[ReportEvent]] = {
    "register_report": ReportRegistered,
    "attach_to_report": ReportAttachmentAdded,
    "withdraw_report": ReportWithdrawn,
    "request_verification": VerificationRequested,
    "request_return": ReturnRequested,
    "file_verification": VerificationFiled,
    "request_approval": ApprovalRequested,
    "return_report": ReportReturned,
    "approve_report": ReportApproved,
    "receive_report": ReportReceived,
    "assign_verifier": VerifierAssigned,
    "write_review_paper": ReviewPaperWritten,
    "request_correction": CorrectionRequested,
    "open_correction": CorrectionOpened,
}
