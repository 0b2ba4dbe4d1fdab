"""What protects an account from thieves: the list of trusted accounts, and the transfers that wait and can be aborted.

A scheme that has none of it has none of these pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.base import ActForm, ReasonForm
from tanso.interfaces.web.forms.protection import TrustForm
from tanso.interfaces.web.lists import cells, columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Words, being, plain, told
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views import accounts
from tanso.kernel.outcomes import Outcome
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account
from tanso.registry import delays, trusting
from tanso.registry import queries as registry
from tanso.registry.models import ABORTED, EXECUTED, REFUSED, WAITING, PendingTransfer


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
def waiting_transfers(request: HttpRequest) -> HttpResponseBase:
    """Transfers that wait to be carried out, and what became of earlier ones."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    _offered(desk, "abort_transfer")
    account = _own_account(desk)
    rows = delays.listed(desk.scheme, None if account is None else account.id)
    if account is None and not desk.is_administrator:
        rows = rows.none()
    listings = [
        _waiting_listing(request, desk, rows.filter(state=WAITING), is_settled=False),
        _waiting_listing(request, desk, rows.exclude(state=WAITING), is_settled=True),
    ]
    context = {"crumbs": crumbs(desk, _("Transfers that wait")), "has_settled": listings[1].rows.exists()}
    return answer(request, "web/protection/waiting.html", context, *listings)


def _waiting_listing(request: HttpRequest, desk: Desk, rows: Any, *, is_settled: bool) -> Listing:
    """What can still be aborted, those first that are carried out first; or what became of earlier ones."""

    def number(line: WaitingLine) -> cells.Cell:
        return cells.link(str(line.row.id), reverse("act", kwargs={"scheme": desk.scheme, "act_id": line.row.act_id}))

    def last(line: WaitingLine) -> cells.Cell:
        return cells.button(_("Abort"), line.abort, about=str(line.row.id)) if line.abort else line.state

    source = Column(key="from", label=_("From account"), cell=lambda line: line.source.number)
    found = [
        Column(key="number", label=_("Number"), cell=number, sort="pk", width=10),
        *([source] if desk.is_administrator else []),
        Column(
            key="to",
            label=_("To account"),
            cell=lambda line: cells.beside(line.target.number, line.target_name),
            width=36,
        ),
        Column(key="unit", label=_("Unit"), cell=lambda line: line.unit, sort=("unit_type", "unit_phase"), width=28),
        Column(
            key="quantity",
            label=_("Quantity"),
            cell=lambda line: line.row.quantity_t,
            sort="quantity_t",
            kind=Kind.TONNES,
        ),
        columns.day("asked", _("Asked for on"), lambda line: line.row.proposed_on, "proposed_on"),
        columns.day("day", _("Carried out on"), lambda line: line.row.executes_on, "executes_on"),
        Column(key="state", label=_("State") if is_settled else _("Abort"), cell=last, in_file=is_settled),
    ]
    name = "settled" if is_settled else "waiting"
    states = [(state, state_name(state)) for state in (EXECUTED, ABORTED, REFUSED)]
    by_state = Choice(name="state", label=_("State"), choices=states, narrow=being("state"))
    return Listing(
        request=request,
        name=name,
        prefix=f"{name}-",
        title=_("Earlier ones") if is_settled else _("Transfers that wait"),
        rows=rows,
        columns=found,
        order="-number" if is_settled else "day",
        filters=[*([by_state] if is_settled else []), columns.days("asked", _("Asked for on"), "proposed_on")],
        lines=lambda some: waiting_lines(desk, list(some)),
        empty=_("No transfer waits."),
        is_dense=False,
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
def trusted_accounts(request: HttpRequest, number: str) -> HttpResponseBase:
    """Which accounts the holder of this one trusts, and from which day on."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    _offered(desk, "trust_account")
    standing = accounts.standing_of(desk, number)
    may_change = not (desk.is_administrator or standing.account.is_closed)
    context = {
        "crumbs": accounts.way(desk, standing, _("Trusted accounts")),
        "standing": standing,
        "add": accounts.address_of(desk, number, "trust_account") if may_change else "",
    }
    listing = _trusted_listing(request, desk, standing.account, may_change=may_change)
    return answer(request, "web/protection/trusted.html", context, listing)


def _trusted_listing(request: HttpRequest, desk: Desk, own: Account, *, may_change: bool) -> Listing:
    rows = list(trusting.listed(own.id))
    found = ledger.accounts([row.trusted_account_id for row in rows])
    names = registry.holder_names(found.values())
    lines = [
        {
            "row": row,
            "number": found[row.trusted_account_id].number,
            "name": names.get(found[row.trusted_account_id].number, ""),
        }
        for row in rows
    ]

    def trusted_from(line: dict[str, Any]) -> Any:
        return line["row"].trusted_from

    def status(line: dict[str, Any]) -> cells.Cell:
        is_trusted = line["row"].trusted_from <= desk.today
        return cells.tag(_("Trusted"), "good") if is_trusted else cells.tag(_("Not yet"), "waiting")

    def removal(line: dict[str, Any]) -> cells.Cell:
        given = {"scheme": desk.scheme, "number": own.number, "trusted": line["number"]}
        return cells.button(_("Take off"), reverse("distrust_account", kwargs=given), about=line["number"])

    take_off = Column(key="remove", label=_("Take off"), cell=removal, in_file=False)
    return Listing(
        request=request,
        name="trusted",
        title=_("Trusted accounts"),
        rows=lines,
        columns=[
            Column(
                key="number",
                label=_("Account number"),
                cell=lambda line: line["number"],
                sort=lambda line: line["number"],
            ),
            Column(
                key="name",
                label=_("Account name"),
                cell=lambda line: line["name"],
                sort=lambda line: plain(line["name"]),
                width=36,
            ),
            columns.day("added", _("Added on"), lambda line: line["row"].added_on, lambda line: line["row"].added_on),
            columns.day("trusted", _("Trusted from"), trusted_from, trusted_from),
            Column(key="status", label=_("Status"), cell=status),
            *([take_off] if may_change else []),
        ],
        order="added",
        filters=[
            Words(
                name="name",
                label=_("Name or account"),
                narrow=told(lambda line: line["name"], lambda line: line["number"]),
            )
        ],
        empty=_(
            "No account is on the list. Transfers to all others need the protection of the rules: "
            "a delay, or a second person."
        ),
        is_dense=False,
    )


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
