"""What protects an account from thieves: the list of trusted accounts, and the transfers that wait and can be aborted.

A scheme that has none of it has none of these pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms import ActForm, ReasonForm
from tanso.interfaces.web.protection_forms import TrustForm
from tanso.interfaces.web.views import accounts
from tanso.kernel.outcomes import Outcome
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account
from tanso.registry import delays, trusting
from tanso.registry import queries as registry
from tanso.registry.models import ABORTED, EXECUTED, REFUSED, WAITING, PendingTransfer

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A transfer that waits, or waited, as lists show it."""

    row: PendingTransfer
    source: Account
    target: Account
    target_name: str
    unit: str
    state: str
    abort: str


def state_name(state: str) -> str:
    """What became of a transfer that waits, in words."""
    return {
        WAITING: _("Waits"),
        EXECUTED: _("Carried out"),
        ABORTED: _("Aborted"),
        REFUSED: _("Not carried out"),
    }.get(state, state)


def _offered(desk: Desk, operation: str) -> None:
    if operation not in desk.rulebook.operations:
        raise Http404


# -- transfers that wait ----------------------------------------------------------------------------------------------


def _own_account(desk: Desk) -> Account | None:
    return None if desk.is_administrator else registry.account_of(desk.scheme, desk.key)


def waiting_lines(desk: Desk, rows: list[PendingTransfer]) -> list[WaitingLine]:
    """Delayed transfers with the names of their accounts, in two queries however many."""
    sides = ledger.accounts([number for row in rows for number in (row.from_account_id, row.to_account_id)])
    names = registry.holder_names(sides.values())
    lines = []
    for row in rows:
        target = sides[row.to_account_id]
        address = reverse("abort_transfer", kwargs={"scheme": desk.scheme, "transfer": row.id})
        lines.append(
            WaitingLine(
                row=row,
                source=sides[row.from_account_id],
                target=target,
                target_name=names.get(target.number) or describe.kind_of(desk.rulebook, target),
                unit=describe.unit_of(desk.rulebook, row.unit_type, row.unit_phase),
                state=state_name(row.state),
                abort=address if row.state == WAITING else "",
            )
        )
    return lines


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def waiting_transfers(request: HttpRequest) -> HttpResponse:
    """Transfers that wait to be carried out, and what became of earlier ones."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    _offered(desk, "abort_transfer")
    account = _own_account(desk)
    rows = delays.listed(desk.scheme, None if account is None else account.id)
    if account is None and not desk.is_administrator:
        rows = rows.none()
    # What can still be aborted comes first.
    waiting = list(rows.filter(state=WAITING).order_by("executes_on", "id"))
    page = Paginator(rows.exclude(state=WAITING), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "web/protection/waiting.html",
        {
            "crumbs": crumbs(desk, _("Transfers that wait")),
            "waiting": waiting_lines(desk, waiting),
            "rows": page,
            "settled": waiting_lines(desk, list(page.object_list)),
            "shows_source": desk.is_administrator,
        },
    )


class AbortTransfer(ActView):
    """Stop a transfer before it is carried out."""

    who = (Who.ALLOWANCES, Who.ADMINISTRATOR)
    operation = "abort_transfer"
    form_class = ReasonForm
    row: PendingTransfer
    source: Account

    def find(self, **kwargs: Any) -> None:
        _offered(self.desk, self.operation)
        row = delays.pending(self.desk.scheme, kwargs["transfer"])
        source = None if row is None else ledger.account_by_id(row.from_account_id)
        own = f"{self.desk.scheme}/{self.desk.participant.key}" if self.desk.participant is not None else None
        is_own = source is not None and (self.desk.is_administrator or source.holder_key == own)
        self.row = own_or_404(row, is_own=is_own)
        assert source is not None  # noqa: S101 -- a transfer has an account that it leaves
        self.source = source

    def fixed_arguments(self) -> dict[str, Any]:
        return {"transfer": self.row.id}

    def lead(self) -> str:
        return _("Until its day a transfer can be stopped; then its units are free again.")

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Transfers that wait"), self.back()), self.title())

    def back(self) -> str:
        return reverse("waiting-transfers", kwargs={"scheme": self.desk.scheme})

    def context(self) -> dict[str, Any]:
        (line,) = waiting_lines(self.desk, [self.row])
        return {
            "button": _("Continue to the confirmation"),
            "facts": [
                describe.Line(_("From account"), line.source.number),
                describe.Line(_("To account"), f"{line.target.number} {line.target_name}"),
                describe.Line(_("Unit"), line.unit),
                describe.Line(_("Quantity"), words.tonnes(self.row.quantity_t)),
                describe.Line(_("Carried out on"), describe.here(words.long_day(self.row.executes_on))),
                describe.Line(_("State"), line.state),
            ],
        }


# -- the list of trusted accounts -------------------------------------------------------------------------------------


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def trusted_accounts(request: HttpRequest, number: str) -> HttpResponse:
    """Which accounts the holder of this one trusts, and from which day on."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    _offered(desk, "trust_account")
    standing = accounts.standing_of(desk, number)
    rows = list(trusting.listed(standing.account.id))
    found = ledger.accounts([row.trusted_account_id for row in rows])
    return render(
        request,
        "web/protection/trusted.html",
        {
            "crumbs": accounts.way(desk, standing, _("Trusted accounts")),
            "standing": standing,
            "add": ""
            if desk.is_administrator or standing.account.is_closed
            else accounts.address_of(desk, number, "trust_account"),
            "lines": [_trusted_line(desk, standing.account, row, found[row.trusted_account_id]) for row in rows],
        },
    )


def _trusted_line(desk: Desk, own: Account, row: Any, trusted: Account) -> dict[str, Any]:
    given = {"scheme": desk.scheme, "number": own.number, "trusted": trusted.number}
    return {
        "row": row,
        "number": trusted.number,
        "name": registry.holder_name(trusted) or "",
        "is_trusted": row.trusted_from <= desk.today,
        "remove": "" if desk.is_administrator else reverse("distrust_account", kwargs=given),
    }


class TrustAccount(accounts.AccountAct):
    """Put an account on the list."""

    who = (Who.ALLOWANCES,)
    operation = "trust_account"
    form_class: ClassVar[type[ActForm]] = TrustForm

    def find(self, **kwargs: Any) -> None:
        _offered(self.desk, self.operation)
        super().find(**kwargs)

    def form_options(self) -> dict[str, Any]:
        return {"look_up": reverse("look-up", kwargs={"scheme": self.desk.scheme})}

    def way(self) -> list[Crumb]:
        return accounts.way(self.desk, self.standing, (_("Trusted accounts"), self.back()), self.title())

    def back(self) -> str:
        return accounts.address_of(self.desk, self.standing.account_number, "trusted-accounts")

    def remarks(self, outcome: Outcome) -> list[str]:
        day = outcome.result.get("trusted_from")
        if day is None:
            return []
        shown = describe.here(words.long_day(date.fromisoformat(day)))
        return [_("The account is trusted from %(day)s on, counted from the day of the approval.") % {"day": shown}]

    def context(self) -> dict[str, Any]:
        return super().context() | {"uses_htmx": True}


class DistrustAccount(TrustAccount):
    """Take an account off the list, at once."""

    operation = "distrust_account"
    form_class = ActForm
    # It moves nothing that the account shows.
    tries_out = False
    trusted: str

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        found = ledger.account_by_number(kwargs["trusted"])
        is_listed = (
            found is not None and trusting.listed(self.standing.account.id).filter(trusted_account_id=found.id).exists()
        )
        self.trusted = own_or_404(found, is_own=is_listed).number

    def form_options(self) -> dict[str, Any]:
        return {}

    def fixed_arguments(self) -> dict[str, Any]:
        return super().fixed_arguments() | {"trusted": self.trusted}

    def remarks(self, outcome: Outcome) -> list[str]:
        return [_("This works at once. Putting the account on the list again takes its time.")]
