"""The administrator records of which kind transfers are; and what a record of a transfer says of its kind and price."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import Act
from tanso.acts.models import ActRecord
from tanso.interfaces.web import describe, transfer_kinds, words
from tanso.interfaces.web.access import own_or_404
from tanso.interfaces.web.acting import ActView, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.transfers import PermitKindForm, RecordKindForm
from tanso.interfaces.web.views import accounts, custody
from tanso.kernel.prices import price_text
from tanso.kernel.units import UnitName
from tanso.ledger import postings
from tanso.ledger import queries as ledger
from tanso.ledger.records import JournalEntry
from tanso.registry.models import TransferKind
from tanso.registry.reversal import made_by
from tanso.registry.terms import terms_of


class PermitTransferKind(accounts.AccountAct):
    """Record beforehand that transfers out of an account are of a kind."""

    who = (Who.ADMINISTRATOR,)
    operation = "permit_transfer_kind"
    form_class = PermitKindForm

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        if self.operation not in self.desk.rulebook.operations:
            raise Http404

    def form_options(self) -> dict[str, Any]:
        classes = [holding.unit_class for holding in self.standing.holdings]
        held = [UnitName(one.unit_type, one.phase) for one in classes if one.scheme == self.desk.scheme]
        return {
            "kinds": transfer_kinds.all_kinds(self.desk),
            "units": transfer_kinds.all_units(self.desk, held),
            "today": self.desk.today,
        }

    def fixed_arguments(self) -> dict[str, Any]:
        return {"from": self.standing.account_number}

    def context(self) -> dict[str, Any]:
        return super().context() | {"has_nothing": False}


class RecordTransferKind(ActView):
    """Record afterwards that a transfer was of a kind. It changes the statistics and nothing else."""

    who = (Who.ADMINISTRATOR,)
    operation = "record_transfer_kind"
    form_class = RecordKindForm
    entry: JournalEntry

    def find(self, **kwargs: Any) -> None:
        if self.operation not in self.desk.rulebook.operations:
            raise Http404
        entry = postings.posting(kwargs["posting"])
        self.entry = own_or_404(entry, is_own=entry is not None and _concerns(self.desk, entry))

    def form_options(self) -> dict[str, Any]:
        return {"kinds": transfer_kinds.all_kinds(self.desk)}

    def fixed_arguments(self) -> dict[str, Any]:
        return {"posting": self.entry.posting.id}

    def lead(self) -> str:
        return custody.posting_name(self.desk.rulebook, self.entry)

    def way(self) -> list[Crumb]:
        records = reverse("acts", kwargs={"scheme": self.desk.scheme})
        operation = describe.operation(self.desk.rulebook, made_by(self.entry))
        return crumbs(self.desk, (_("Records"), records), (operation, self.back()), self.title())

    def back(self) -> str:
        return reverse("act", kwargs={"scheme": self.desk.scheme, "act_id": self.entry.posting.act_id})

    def names(self, act: Act) -> dict[str, str]:
        return custody.posting_names(self.desk.rulebook, act.arguments)

    def context(self) -> dict[str, Any]:
        return {
            "button": _("Continue to the confirmation"),
            "facts": [
                describe.Line(_("Posting"), str(self.entry.posting.id)),
                describe.Line(_("Day"), describe.here(words.long_day(self.entry.posting.valid_day))),
                *_told(self.desk, self.entry),
            ],
        }


def _concerns(desk: Desk, entry: JournalEntry) -> bool:
    sides = ledger.accounts([entry.posting.from_account_id, entry.posting.to_account_id])
    return desk.scheme in {side.scheme for side in sides.values()}


def _told(desk: Desk, entry: JournalEntry) -> list[describe.Line]:
    posting = entry.posting
    terms = terms_of([posting.id], desk.rulebook.transfers.default)[posting.id]
    return [
        describe.Line(_("Counts as"), describe.transfer_kind(desk.rulebook, terms.kind)),
        describe.Line(_("Price"), describe.here(price_text(terms.price_yen, posting.quantity_t))),
    ]


def terms_of_act(desk: Desk, record: ActRecord) -> tuple[list[describe.Line], list[tuple[str, str]]]:
    """What a transfer counts as, for its record; and for the administrator the way to record another kind.

    The record itself is seen by the two parties and the administrator alone, and so are its kind and its price.
    """
    source = ledger.account_by_number(str(record.arguments.get("from", "")))
    if record.operation != "transfer" or record.status != "done" or source is None or not desk.rulebook.transfers.kinds:
        return [], []
    made = postings.postings_of_act(record.id, from_account_id=source.id, day=record.day)
    if not made or not desk.sees_allowances:
        return [], []
    posting = made[0].posting
    lines = _told(desk, made[0])[:1]
    later = TransferKind.objects.filter(journal_id=posting.id).order_by("-id").first()
    if later is not None:
        day = describe.here(words.long_day(later.recorded_on))
        lines.append(describe.Line(_("Recorded afterwards"), f"{day} · {later.reason}"))
    can_record = desk.is_administrator and postings.reversal_of(posting.id) is None
    if not can_record or "record_transfer_kind" not in desk.rulebook.operations:
        return lines, []
    address = reverse("record_transfer_kind", kwargs={"scheme": desk.scheme, "posting": posting.id})
    return lines, [(_("Record another kind of transfer"), address)]
