"""What the ledger's things are called, in both languages: units, kinds of account, operations, events of an account.

A name that no rulebook knows (a scheme that is no longer loaded) stays as the ledger has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, tzinfo
from functools import cached_property
from uuid import UUID

from tanso.acts import queries as acts
from tanso.acts import rulebooks
from tanso.interfaces.exports.paper import plain_text
from tanso.interfaces.web import words
from tanso.kernel.texts import Text
from tanso.ledger.models import ROLE_HOLDING
from tanso.ledger.movements import Movement, Side
from tanso.ledger.records import AccountEvent, UnitClass
from tanso.ledger.statement import AccountChange
from tanso.registry.terms import Terms, terms_of
from tanso.rulebook import Rulebook, library

STATUSES = {
    "open": Text("利用中", "Open"),
    "frozen": Text("凍結", "Frozen"),
    "closed": Text("閉鎖", "Closed"),
}
_BECAME = {
    "open": Text("凍結解除", "Unfrozen"),
    "frozen": Text("凍結", "Frozen"),
    "closed": Text("閉鎖", "Closed"),
}


def _is_transfer(moved: Movement) -> bool:
    return moved.reverses_id is None and {moved.source.role, moved.target.role} == {ROLE_HOLDING}


class Names:
    """The names of one scheme's ledger. `of` other schemes are looked up as they are met: an account may hold both."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self._books: dict[str, Rulebook | None] = {}
        self._units: dict[int, Text] = {}

    @cached_property
    def timezone(self) -> tzinfo | None:
        """The scheme's own time zone, for instants."""
        book = self._book(self.scheme)
        return None if book is None else book.timezone

    def title(self) -> Text:
        """The scheme's name."""
        book = self._book(self.scheme)
        return plain_text(self.scheme) if book is None else book.title

    def unit(self, unit_class: UnitClass) -> Text:
        """A unit class as people call it, with its phase and origin."""
        if unit_class.id not in self._units:
            self._units[unit_class.id] = self._unit(unit_class)
        return self._units[unit_class.id]

    def _unit(self, unit_class: UnitClass) -> Text:
        book = self._book(unit_class.scheme)
        known = None if book is None else book.units.get(unit_class.unit_type)
        if book is None or known is None:
            return plain_text(unit_class.label)
        name = known.label
        if unit_class.phase is not None:
            phase = book.phases.get(unit_class.phase)
            label = plain_text(str(unit_class.phase)) if phase is None else phase.label
            name = Text(f"{name.ja}（{label.ja}）", f"{name.en} ({label.en})")
        if unit_class.origin:
            name = Text(f"{name.ja}・{unit_class.origin}", f"{name.en}, {unit_class.origin}")
        return name

    def account_kind(self, kind: str) -> Text:
        """A kind of account."""
        book = self._book(self.scheme)
        known = None if book is None else book.account_kinds.get(kind)
        return plain_text(kind) if known is None else known.label

    def tells_kinds(self) -> bool:
        """Whether the scheme tells kinds of transfers apart."""
        book = self._book(self.scheme)
        return book is not None and bool(book.transfers.kinds)

    def terms(self, movements: Iterable[Movement]) -> dict[int, Terms]:
        """Kind and price of those of the movements that are transfers, by their numbers, in one query."""
        book = self._book(self.scheme)
        transfers = [moved.id for moved in movements if _is_transfer(moved)]
        return terms_of(transfers, book.transfers.default) if transfers and book is not None else {}

    def transfer_kind(self, kind: str) -> Text:
        """A kind of transfer."""
        book = self._book(self.scheme)
        known = None if book is None else book.transfers.find(kind)
        return plain_text(kind) if known is None else known.label

    def side(self, side: Side) -> Text:
        """An account on the other side of a posting: its number, and what it is for where it is the registry's own."""
        if side.role == ROLE_HOLDING:
            return plain_text(side.number)
        kind = self.account_kind(side.kind)
        return Text(f"{side.number} {kind.ja}", f"{side.number} {kind.en}")

    def operations(self, act_ids: Iterable[UUID]) -> dict[UUID, Text]:
        """What each of these acts was, in one query."""
        return {
            act_id: self._operation(scheme, operation)
            for act_id, (scheme, operation) in acts.operations_of(list(act_ids)).items()
        }

    def change(self, change: AccountChange) -> Text:
        """What an event did to an account."""
        event, before = change.event, change.before
        kind = self.account_kind(event.kind)
        if before is None:
            return Text(f"開設（{kind.ja}）", f"Opened ({kind.en})")
        parts = []
        if event.status != before.status:
            parts.append(_BECAME.get(event.status, plain_text(event.status)))
        if event.kind != before.kind:
            was = self.account_kind(before.kind)
            parts.append(Text(f"種類の変更（{was.ja}から{kind.ja}へ）", f"Kind changed (from {was.en} to {kind.en})"))
        if event.restricted != before.restricted:
            parts.append(self._restricted(event))
        if event.until is not None and event.until != before.until:
            last = words.short_day(event.until - timedelta(days=1))
            parts.append(Text(f"{last.ja}まで", f"until {last.en}"))
        if event.reason and event.reason != before.reason:
            parts.append(Text(f"理由：{event.reason}", f"reason: {event.reason}"))
        return Text("、".join(part.ja for part in parts), "; ".join(part.en for part in parts))

    def _restricted(self, event: AccountEvent) -> Text:
        if not event.restricted:
            return Text("手続の制限の解除", "No act is barred any more")
        barred = [self._operation(self.scheme, operation) for operation in event.restricted]
        return Text(
            f"手続の制限（{'・'.join(each.ja for each in barred)}）",
            f"Barred from: {', '.join(each.en for each in barred)}",
        )

    def _operation(self, scheme: str, operation: str) -> Text:
        book = self._book(scheme)
        rule = None if book is None else book.operations.get(operation)
        return plain_text(operation) if rule is None else rule.label

    def _book(self, scheme: str) -> Rulebook | None:
        if scheme not in self._books:
            self._books[scheme] = rulebooks.current(scheme) if scheme in library().schemes() else None
        return self._books[scheme]
