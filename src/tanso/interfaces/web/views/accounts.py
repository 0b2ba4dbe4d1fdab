"""Accounts: the balance page, the look-up of an account's name, and what a holder does with units."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts import Act
from tanso.acts import queries as acts
from tanso.interfaces.exports.names import Names
from tanso.interfaces.exports.paper import Kind, Serials, shortened
from tanso.interfaces.exports.statement import remark, terms_text
from tanso.interfaces.web import describe, looks, over_time, overrides, transfer_kinds, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.base import CancelForm, TransferForm, UnitsForm
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.listing import Column, Given, Listing
from tanso.kernel.outcomes import Outcome
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.ledger import statement as statements
from tanso.ledger.movements import Movement
from tanso.registry import queries as registry
from tanso.registry import several_schemes
from tanso.registry.queries import Standing
from tanso.registry.terms import Permit, permits_from

# A holding or a posting may have thousands of ranges; files have them all.
RANGES_SHOWN = 12


def standing_of(desk: Desk, number: str, *, with_serials: bool = False) -> Standing:
    """Where the holder of an account stands, if the login may see the account; raises Http404 otherwise."""
    account = ledger.account_by_number(number)
    if account is None or account.scheme != desk.scheme or account.holder_key is None:
        raise Http404
    key = account.holder_key.split("/", 1)[1]
    is_own = desk.is_administrator or (Who.ALLOWANCES in desk.who and desk.key == key)
    own_or_404(account, is_own=is_own)
    standing = registry.standing_at(desk.rulebook, account, desk.today, with_serials=with_serials)
    if standing is None:
        raise Http404
    return standing


def address_of(desk: Desk, number: str, name: str = "account") -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, "number": number})


def account_names(desk: Desk, act: Act) -> dict[str, str]:
    """Who holds the accounts that an act names, by their numbers."""
    numbers = [str(act.arguments[name]) for name in ("account", "from", "to", "trusted") if name in act.arguments]
    accounts = ledger.accounts_by_number(numbers)
    names = registry.holder_names(accounts.values())
    return {
        number: names.get(number) or describe.kind_of(desk.rulebook, account) for number, account in accounts.items()
    }


def account_kind(desk: Desk, standing: Standing) -> str:
    return describe.account_kind(desk.rulebook, standing.account_kind)


@seen_by(Who.ALLOWANCES)
def own_account(request: HttpRequest) -> HttpResponseBase:
    """The balance page of the login's own account."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    account = registry.account_of(desk.scheme, desk.key)
    if account is None:
        raise Http404
    return HttpResponseRedirect(address_of(desk, account.number))


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def account_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Balance: number, kind and status, reserve and sellable amount, holdings by unit and serials, the journal."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    standing = standing_of(desk, number, with_serials=True)
    names = Names(desk.scheme)
    return answer(
        request,
        "web/accounts/account.html",
        {
            "crumbs": way(desk, standing),
            "freezing": describe.freezing(desk.rulebook, standing.account),
            "standing": standing,
            "kind": account_kind(desk, standing),
            "status": status_name(standing),
            "still_to_surrender": still_to_surrender(standing),
            "holdings": [
                (describe.here(names.unit(holding.unit_class)), holding, standing.blocked_t(holding))
                for holding in standing.holdings
            ],
            "shows_reserved": bool(standing.reserved),
            "over_time": over_time.held(desk, standing.account.id),
            "buttons": _buttons(desk, standing),
            "protection": _protection(desk, standing),
            "ranges_shown": RANGES_SHOWN,
        },
        _journal(request, desk, standing),
    )


def _journal(request: HttpRequest, desk: Desk, standing: Standing) -> Listing:
    """What came in and went out. The statement of the account goes out as a file."""

    def act(line: dict[str, Any]) -> cells.Cell:
        told = cells.several([line["remark"], line["terms"]], between="\n")
        return cells.beside(cells.link(line["operation"], line["address"]), told if told.value else None)

    return Listing(
        request=request,
        name="journal",
        title=_("What came in and went out"),
        rows=_Latest(standing.account.id),
        columns=[
            Column(key="day", label=_("Day"), cell=lambda line: line["day"], kind=Kind.DAY, sort=Given.DOWN),
            Column(key="act", label=_("Act"), cell=act),
            Column(key="other", label=_("Other account"), cell=lambda line: line["counterparty"]),
            Column(key="unit", label=_("Unit"), cell=lambda line: line["unit"]),
            Column(key="in", label=_("In"), cell=lambda line: line["in_t"], kind=Kind.TONNES),
            Column(key="out", label=_("Out"), cell=lambda line: line["out_t"], kind=Kind.TONNES),
            Column(key="serials", label=_("Serial numbers"), cell=lambda line: serials_shown(line["serials"])),
        ],
        order="-day",
        lines=lambda rows: _journal_lines(desk, standing, rows),
        empty=_("No units have moved yet."),
        has_files=False,
    )


def serials_shown(serials: Serials) -> str:
    """Serial numbers as lists show them: of very many ranges the first ones, and how many more there are."""
    return shortened(serials, get_language() or "en", RANGES_SHOWN)


def way(desk: Desk, standing: Standing, *more: tuple[str, str] | str) -> list[Crumb]:
    steps: list[tuple[str, str] | str] = []
    if desk.is_administrator:
        steps.append((_("Participants"), reverse("standings", kwargs={"scheme": desk.scheme})))
    title = _("Balance of %(number)s") % {"number": standing.account_number}
    steps.append((title, address_of(desk, standing.account_number)) if more else title)
    return crumbs(desk, *steps, *more)


def status_word(status: str) -> str:
    """A status of an account in a word."""
    return {"open": _("Open"), "closed": _("Closed"), "frozen": _("Frozen")}.get(status, status)


def status_name(standing: Standing) -> str:
    """The account's status in words; a resting account is open but does not move."""
    if standing.account_status == "open":
        return _("Open, transfers rest until banking is approved") if standing.rests else _("Open")
    return status_word(standing.account_status)


def _buttons(desk: Desk, standing: Standing) -> list[tuple[str, str]]:
    """What this login does with the account. Whether it is possible now is for the rules to say."""
    if standing.account.is_closed or (standing.account.is_frozen and not desk.is_administrator):
        return []
    if desk.is_administrator:
        is_limited = standing.account.is_frozen or bool(standing.account.restricted)
        names = ["approve_banking"] if standing.has_pending_banking else []
        names += ["unfreeze_account"] if is_limited else []
        names += [] if standing.account.is_frozen else ["permit_transfer_kind", "freeze_account"]
        names += [] if standing.holdings or standing.account.is_frozen else ["close_empty_account"]
        labels = [
            (describe.operation(desk.rulebook, name), address_of(desk, standing.account_number, name))
            for name in names
            if name in desk.rulebook.operations
        ]
        if standing.account.is_frozen:
            return labels
        return [(_("Issue units"), address_of(desk, standing.account_number, "issue-choice")), *labels]
    names = ["transfer"]
    if standing.participant.phase is not None:
        names.append("surrender")
    names += ["cancel", "apply_for_banking"]
    buttons = [
        (describe.operation(desk.rulebook, name), address_of(desk, standing.account_number, name))
        for name in names
        if name in desk.rulebook.operations
    ]
    if "apply_for_units" in desk.rulebook.operations:
        address = reverse("applications", kwargs={"scheme": desk.scheme})
        buttons.append((describe.operation(desk.rulebook, "apply_for_units"), address))
    return buttons


def _protection(desk: Desk, standing: Standing) -> list[tuple[str, str]]:
    """The pages that protect the account from thieves, where the scheme has them."""
    links = []
    if "trust_account" in desk.rulebook.operations:
        links.append((_("Trusted accounts"), address_of(desk, standing.account_number, "trusted-accounts")))
    if "abort_transfer" in desk.rulebook.operations:
        links.append((_("Transfers that wait"), reverse("waiting-transfers", kwargs={"scheme": desk.scheme})))
    return links


class _Latest(Sequence[Movement]):
    """The postings of an account, the last one first, read page by page: there may be very many."""

    def __init__(self, account_id: int) -> None:
        self._account_id = account_id
        self._count = statements.count(account_id)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            raise TypeError("postings are read by the page")
        first, last, _step = place.indices(len(self))
        return statements.latest(self._account_id, offset=first, limit=last - first)


def _journal_lines(desk: Desk, standing: Standing, moved: Iterable[Movement]) -> list[dict[str, Any]]:
    moved, names = list(moved), Names(desk.scheme)
    operations = acts.operations_of([each.act_id for each in moved])
    terms = names.terms(moved)
    lines = []
    for each in moved:
        is_in = each.target.id == standing.account.id
        lines.append(
            {
                "day": each.valid_day,
                "operation": describe.operation(desk.rulebook, operations.get(each.act_id, ("", ""))[1]),
                "counterparty": (each.source if is_in else each.target).number,
                "unit": describe.here(names.unit(each.unit_class)),
                "in_t": each.quantity_t if is_in else None,
                "out_t": None if is_in else each.quantity_t,
                "serials": each.serials,
                "remark": remark(each),
                "terms": terms_text(names, each, terms.get(each.id)),
                "address": reverse("act", kwargs={"scheme": desk.scheme, "act_id": each.act_id}),
            }
        )
    return lines


@seen_by(Who.ALLOWANCES)
def look_up(request: HttpRequest) -> HttpResponse:
    """Whose account a number is, so that a sender sees the name before sending. A fragment for htmx."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    number = unicodedata.normalize("NFKC", request.GET.get("to") or request.GET.get("trusted", "")).strip()
    account = ledger.account_by_number(number) if number else None
    if account is not None and not several_schemes.may_send_to(desk.rulebook, account.scheme):
        account = None
    looks.saw(account)
    return render(
        request,
        "web/accounts/look_up.html",
        {
            "number": number,
            "account": account,
            "name": None if account is None else registry.holder_name(account),
            "kind": "" if account is None else describe.kind_of(desk.rulebook, account),
        },
    )


class AccountAct(ActView):
    """An act about one account."""

    standing: Standing

    def find(self, **kwargs: Any) -> None:
        self.standing = standing_of(self.desk, kwargs["number"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"account": self.standing.account_number}

    def lead(self) -> str:
        return f"{self.standing.account_number} · {self.standing.participant.known_as}"

    def way(self) -> list[Crumb]:
        return way(self.desk, self.standing, self.title())

    def back(self) -> str:
        return address_of(self.desk, self.standing.account_number)

    def names(self, act: Act) -> dict[str, str]:
        return account_names(self.desk, act)

    def look(self) -> Standing | None:
        return registry.standing(self.desk.scheme, self.standing.participant.key, self.desk.today)

    def look_before(self) -> Standing:
        return self.standing

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        return standing_changes(self.desk, before, after)

    def context(self) -> dict[str, Any]:
        return {
            "button": _("Continue to the confirmation"),
            "facts": self.facts(),
            "has_nothing": "units" in self.form_options() and not self.standing.holdings,
        }

    def facts(self) -> list[describe.Line]:
        """What the person needs to see beside the form."""
        return []

    def units(self) -> list[tuple[str, str]]:
        """What the account holds, as choices."""
        return [
            (
                str(UnitName(holding.unit_class.unit_type, holding.unit_class.phase)),
                f"{describe.unit_of(self.desk.rulebook, holding.unit_class.unit_type, holding.unit_class.phase)}"
                f" – {words.tonnes(holding.quantity_t)}",
            )
            for holding in self.standing.holdings
        ]


def standing_changes(desk: Desk, before: Standing, after: Standing) -> list[Change]:
    """What an act does to an account: holdings, and the figures that the rules speak of."""
    changes = []
    held: dict[tuple[str, int | None], list[int]] = {}
    for at, standing in enumerate((before, after)):
        for holding in standing.holdings:
            held.setdefault((holding.unit_class.unit_type, holding.unit_class.phase), [0, 0])[at] += holding.quantity_t
    for (unit_type, phase), (old_t, new_t) in held.items():
        if old_t != new_t:
            changes.append(
                Change(
                    _("%(unit)s in the account") % {"unit": describe.unit_of(desk.rulebook, unit_type, phase)},
                    words.tonnes(old_t),
                    words.tonnes(new_t),
                )
            )
    figures = (
        (_("Commitment reserve"), before.commitment_reserve_t, after.commitment_reserve_t),
        (_("Can be sold"), before.sellable_t, after.sellable_t),
        (_("Still to surrender"), before.still_to_surrender_t, after.still_to_surrender_t),
    )
    changes += [Change(label, _figure(old), _figure(new)) for label, old, new in figures if old != new]
    if before.compliance != after.compliance:
        changes.append(Change(_("Compliance"), compliance_name(before.compliance), compliance_name(after.compliance)))
    if before.account_kind != after.account_kind:
        changes.append(Change(_("Kind of account"), account_kind(desk, before), account_kind(desk, after)))
    if status_name(before) != status_name(after):
        changes.append(Change(_("Status of the account"), status_name(before), status_name(after)))
    return changes


def _figure(value_t: int | None) -> str:
    return _("none") if value_t is None else words.tonnes(value_t)


def compliance_name(status: str | None) -> str:
    """The state of compliance in words; nothing where there is no obligation."""
    names = {"pending": _("Not decided yet"), "compliant": _("Target met"), "non_compliant": _("Target not met")}
    return "" if status is None else names.get(status, status)


def still_to_surrender(standing: Standing) -> str:
    """What is left to surrender, in words: unknown before the approval, nothing once it is complete or too late."""
    if standing.still_to_surrender_t is not None:
        return words.tonnes(standing.still_to_surrender_t)
    return _("not yet known") if standing.target_t is None else _("none")


class Transfer(AccountAct):
    who = (Who.ALLOWANCES,)
    operation = "transfer"
    form_class = TransferForm
    is_final = True

    def form_options(self) -> dict[str, Any]:
        return {
            "units": self.units(),
            "look_up": reverse("look-up", kwargs={"scheme": self.desk.scheme}),
            "kinds": transfer_kinds.choices(self.desk, self.permits()),
            "takes_price": any(kind.takes_price for kind in self.desk.rulebook.transfers.kinds.values()),
        }

    def permits(self) -> list[tuple[int, str, Permit]]:
        """What the administrator recorded beforehand of transfers out of this account."""
        return permits_from(self.standing.account.id, self.desk.today)

    def fixed_arguments(self) -> dict[str, Any]:
        return {"from": self.standing.account_number}

    def facts(self) -> list[describe.Line]:
        return [
            describe.Line(_("Can be sold today"), _figure(self.standing.sellable_t)),
            describe.Line(_("Commitment reserve"), _figure(self.standing.commitment_reserve_t)),
            *transfer_kinds.recorded(self.desk, self.permits()),
        ]

    def remarks(self, outcome: Outcome) -> list[str]:
        return transfer_remarks(self.desk, outcome)

    def context(self) -> dict[str, Any]:
        return super().context() | {"uses_htmx": True}


def transfer_remarks(desk: Desk, outcome: Outcome) -> list[str]:
    """How the scheme protects this very transfer: whether the receiver is trusted, and whether it waits."""
    said = []
    known = outcome.result.get("facts", {})
    is_known = known.get("transfer.same_holder") or known.get("transfer.to_is_trusted")
    if "trust_account" in desk.rulebook.operations and not is_known:
        said.append(_("The receiving account is not on your list of trusted accounts. Check the number once more."))
    day = outcome.result.get("executes_on")
    if day is not None:
        shown = {"day": describe.here(words.long_day(date.fromisoformat(day)))}
        said.append(
            _("The units move on %(day)s. Until then they are reserved, and you can abort the transfer.") % shown
        )
    return said


class Surrender(AccountAct):
    who = (Who.ALLOWANCES,)
    operation = "surrender"
    form_class = UnitsForm
    is_final = True

    def form_options(self) -> dict[str, Any]:
        return {"units": self.units()}

    def facts(self) -> list[describe.Line]:
        period = self.standing.surrender_period
        lines = [describe.Line(_("Still to surrender"), still_to_surrender(self.standing))]
        if period is not None and period.last_day is not None:
            lines.append(describe.Line(_("Deadline"), describe.here(words.long_day(period.last_day))))
            rulebook, phase = self.desk.rulebook, self.standing.participant.phase or 0
            marks = overrides.marks(rulebook, rulebook.calendar.overrides("surrender_period", phase))
            lines += [describe.Line(_("Overridden"), mark) for mark in marks]
        return lines


class Cancel(AccountAct):
    who = (Who.ALLOWANCES,)
    operation = "cancel"
    form_class = CancelForm
    is_final = True

    def form_options(self) -> dict[str, Any]:
        purposes = self.desk.rulebook.purposes
        return {
            "units": self.units(),
            "purposes": [(purpose, describe.purpose(self.desk.rulebook, purpose)) for purpose in purposes],
        }


class ApplyForBanking(AccountAct):
    who = (Who.ALLOWANCES,)
    operation = "apply_for_banking"


class ApproveBanking(AccountAct):
    who = (Who.ADMINISTRATOR,)
    operation = "approve_banking"
