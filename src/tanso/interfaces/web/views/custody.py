"""Accounts in the administrator's hands: freezing, unfreezing, reversing a posting; and an account by both clocks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import Act, log
from tanso.acts.models import ActRecord
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.base import ReasonForm
from tanso.interfaces.web.forms.custody import AsOfForm, FreezeForm, ReverseForm
from tanso.interfaces.web.views import accounts
from tanso.kernel.outcomes import Outcome
from tanso.ledger import as_of, postings
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account, JournalEntry
from tanso.registry import queries as registry
from tanso.registry.reversal import made_by
from tanso.rulebook import Rulebook

# What an account can be frozen for, in the order of the page; schemes/common holds the same list.
_FREEZABLE = ("issue", "transfer", "surrender", "cancel", "apply_for_banking", "approve_banking", "reverse")


class FreezeAccount(accounts.AccountAct):
    """Freeze an account, as a whole or for single acts."""

    who = (Who.ADMINISTRATOR,)
    operation = "freeze_account"
    form_class = FreezeForm

    def form_options(self) -> dict[str, Any]:
        rulebook = self.desk.rulebook
        return {
            "operations": [
                (name, describe.operation(rulebook, name)) for name in _FREEZABLE if name in rulebook.operations
            ]
        }

    def context(self) -> dict[str, Any]:
        return super().context() | {"has_nothing": False}


class UnfreezeAccount(accounts.AccountAct):
    """End a freezing before its time."""

    who = (Who.ADMINISTRATOR,)
    operation = "unfreeze_account"
    form_class = ReasonForm


class CloseAccount(accounts.AccountAct):
    """Close an account that holds nothing."""

    who = (Who.ADMINISTRATOR,)
    operation = "close_empty_account"
    form_class = ReasonForm
    is_final = True

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        own_or_404(self.standing, is_own=self.operation in self.desk.rulebook.operations)


class Reverse(ActView):
    """Correct a posting by another one."""

    who = (Who.ADMINISTRATOR,)
    operation = "reverse"
    form_class = ReverseForm
    is_final = True
    entry: JournalEntry

    def find(self, **kwargs: Any) -> None:
        found = postings.posting(kwargs["posting"])
        is_ours = found is not None and found.unit_class.scheme == self.desk.scheme
        self.entry = own_or_404(found, is_own=is_ours)

    def form_options(self) -> dict[str, Any]:
        return {"today": self.desk.today}

    def fixed_arguments(self) -> dict[str, Any]:
        return {"posting": self.entry.posting.id}

    def lead(self) -> str:
        return posting_name(self.desk.rulebook, self.entry)

    def way(self) -> list[Crumb]:
        records = reverse("acts", kwargs={"scheme": self.desk.scheme})
        return crumbs(
            self.desk,
            (_("Records"), records),
            (describe.operation(self.desk.rulebook, made_by(self.entry)), self.back()),
            self.title(),
        )

    def back(self) -> str:
        return reverse("act", kwargs={"scheme": self.desk.scheme, "act_id": self.entry.posting.act_id})

    def names(self, act: Act) -> dict[str, str]:
        return posting_names(self.desk.rulebook, act.arguments)

    def look(self) -> list[tuple[str, int]]:
        """What both accounts hold of the unit."""
        unit, posting = self.entry.unit_class, self.entry.posting
        return [
            (number, ledger.balance_t(account_id, unit.unit_type, unit.phase))
            for number, account_id in (
                (self.entry.from_number, posting.from_account_id),
                (self.entry.to_number, posting.to_account_id),
            )
        ]

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        unit = describe.unit_of(self.desk.rulebook, self.entry.unit_class.unit_type, self.entry.unit_class.phase)
        return [
            Change(
                _("%(unit)s in account %(number)s") % {"unit": unit, "number": number},
                words.tonnes(old_t),
                words.tonnes(new_t),
            )
            for (number, old_t), (_number, new_t) in zip(before, after, strict=True)
        ]

    def context(self) -> dict[str, Any]:
        rule = self.desk.rulebook.operations.get(made_by(self.entry))
        clause = "" if rule is None or rule.reversal_clause is None else rule.reversal_clause
        return {
            "button": _("Continue to the confirmation"),
            "facts": [
                describe.Line(_("Posting"), str(self.entry.posting.id)),
                describe.Line(_("Day"), describe.here(words.long_day(self.entry.posting.valid_day))),
                describe.Line(_("From account"), self.entry.from_number),
                describe.Line(_("To account"), self.entry.to_number),
                describe.Line(_("Quantity"), words.tonnes(self.entry.posting.quantity_t)),
                describe.Line(_("Serial numbers"), words.serials(self.entry.posting.serials)),
                describe.Line(_("Clause"), describe.clause(self.desk.rulebook, clause)),
            ],
        }


def posting_name(rulebook: Rulebook, entry: JournalEntry) -> str:
    """A posting in one line: what it was, between whom, how much."""
    operation = describe.operation(rulebook, made_by(entry))
    unit = describe.unit_of(rulebook, entry.unit_class.unit_type, entry.unit_class.phase)
    amount = words.tonnes(entry.posting.quantity_t)
    return f"{operation} {entry.from_number} → {entry.to_number} {unit} {amount}"


def posting_names(rulebook: Rulebook, given: Any) -> dict[str, str]:
    """The name of the posting that an act's arguments speak of, by its number; nothing where they speak of none."""
    if "posting" not in given:
        return {}
    entry = postings.posting(int(given["posting"]))
    return {} if entry is None else {str(entry.posting.id): posting_name(rulebook, entry)}


def reversal_of_act(desk: Desk, record: ActRecord) -> tuple[list[describe.Line], list[tuple[str, str]]]:
    """What became of an act's posting: lines for its record, and the way to reverse it where that can be asked for."""
    rule = desk.rulebook.operations.get(record.operation)
    number = record.arguments.get("from") or record.arguments.get("account")
    if record.status != "done" or rule is None or rule.reversal_clause is None or not number:
        return [], []
    source = ledger.account_by_number(str(number))
    made = [] if source is None else postings.postings_of_act(record.id, from_account_id=source.id, day=record.day)
    if not made:
        return [], []
    back = postings.reversal_of(made[0].posting.id)
    lines = [describe.Line(_("Posting"), str(made[0].posting.id))]
    if back is not None:
        day = describe.here(words.long_day(back.posting.valid_day))
        lines.append(
            describe.Line(
                _("Reversed by"), _("posting %(number)s, from %(day)s") % {"number": back.posting.id, "day": day}
            )
        )
        return lines, []
    if not desk.is_administrator:
        return lines, []
    address = reverse("reverse", kwargs={"scheme": desk.scheme, "posting": made[0].posting.id})
    return lines, [(_("Reverse this posting"), address)]


def _holder_on(account: Account, day: date) -> str:
    """What the account was called on a day; "" for the registry's own."""
    found = registry.holder_on(account, day)
    return "" if found is None else found[0]


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def as_of_page(request: HttpRequest, number: str) -> HttpResponse:
    """The account on a day, as it was known at an instant."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    standing = accounts.standing_of(desk, number)
    account = standing.account
    form = AsOfForm(request.GET.dict(), today=desk.today)
    shown: dict[str, Any] = {}
    if form.is_valid():
        day, known = form.cleaned_data["on"], form.cleaned_data["known"]
        position = log.last_position() if known is None else log.position_at(known)
        event = as_of.status([account.id], day=day, known=position).get(account.id)
        shown = {
            "day": day,
            "holder": _holder_on(account, day),
            "known": known,
            "position": position,
            "event": event,
            "state": "" if event is None else accounts.status_word(event.status),
            "kind": "" if event is None else describe.account_kind(desk.rulebook, event.kind),
            "restricted": []
            if event is None
            else [describe.operation(desk.rulebook, name) for name in event.restricted],
            "holdings": [
                (describe.unit_of(desk.rulebook, held.unit_class.unit_type, held.unit_class.phase), held)
                for held in as_of.holdings([account.id], day=day, known=position)[account.id]
            ],
        }
    return render(
        request,
        "web/accounts/as_of.html",
        {
            "crumbs": accounts.way(desk, standing, _("On a past day")),
            "account": account,
            "form": form,
            "ranges_shown": accounts.RANGES_SHOWN,
            **shown,
        },
        status=200 if shown else 422,
    )
