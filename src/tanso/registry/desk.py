"""The accounts that acts name, as they are now and as the acts so far will leave them.

Everything that rules may ask about any number of accounts comes in one statement, without the serials, which only the
ledger needs. A single act reads through here as ten thousand do, so that their facts are the same.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from tanso.acts.statements import prepared
from tanso.kernel.units import UnitName
from tanso.ledger.records import Account
from tanso.registry.facts import Facts, account_facts, correction_facts, holder_facts
from tanso.registry.reserving import RESERVED, ReservedKey, free_of, read_reserved
from tanso.registry.terms import PERMITS, Permits, read_permits

# Of a unit class: scheme, type, phase, origin.
UnitKey = tuple[str, str, int | None, str]

# The one place that reads across the rooms below in one statement: six index look-ups an account, whether for one or
# for ten thousand, where a query a room would cost a single act six round trips.
_READ = f"""
SELECT account.id, account.number, account.scheme, account.kind, account.role, holder.external_key,
       account.opened_on, account.status, account.restricted, account.reason, account.until,
       participant.id, participant.kind, participant.phase, participant.reduction_target_t,
       participant.attributes::text,
       (SELECT sum(allocation.quantity_t + coalesce(
                     (SELECT sum(difference_t) FROM registry_allocationchange WHERE allocation_id = allocation.id), 0
                   ))::bigint
          FROM registry_allocation AS allocation WHERE allocation.participant_id = participant.id),
       (SELECT sum(row.quantity)::bigint
          FROM registry_obligation AS obligation
          JOIN registry_surrender AS surrender ON surrender.obligation_id = obligation.id
          JOIN ledger_journal AS row ON row.id = surrender.journal_id
         WHERE obligation.participant_id = participant.id
           AND NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = row.id)),
       (SELECT json_object_agg(report.year, report.settled_t)::text FROM emissions_report AS report
         WHERE report.participant_id = participant.id AND report.settled_t IS NOT NULL),
       (SELECT json_agg(json_build_array(class.scheme, class.unit_type, class.phase, class.origin,
                                         holding.unit_class_id, holding.quantity))::text
          FROM ledger_holding AS holding JOIN ledger_unit_class AS class ON class.id = holding.unit_class_id
         WHERE holding.account_id = account.id AND holding.quantity > 0),
       (SELECT sum(change.owed_t)::bigint
          FROM registry_allocation AS allocation
          JOIN registry_allocationchange AS change ON change.allocation_id = allocation.id
         WHERE allocation.participant_id = participant.id),
       additional.until, additional.quantity_t,
       banking.applied_on, banking.approved_on, banking.waits,
       ({PERMITS}),
       ({RESERVED})
  FROM ledger_account AS account
  LEFT JOIN ledger_holder AS holder ON holder.id = account.holder_id
  LEFT JOIN parties_participant AS participant
    ON participant.scheme = split_part(holder.external_key, '/', 1)
   AND participant.key = substr(holder.external_key, strpos(holder.external_key, '/') + 1)
  LEFT JOIN LATERAL (
       SELECT later.until, later.quantity_t
         FROM registry_obligation AS obligation
         JOIN registry_additionalobligation AS later ON later.obligation_id = obligation.id
        WHERE obligation.participant_id = participant.id ORDER BY later.until DESC, later.id DESC LIMIT 1
       ) AS additional ON true
 CROSS JOIN LATERAL (
       SELECT max(applied_on) AS applied_on, max(approved_on) AS approved_on, bool_or(approved_on IS NULL) AS waits
         FROM registry_bankingapplication AS application WHERE application.account_id = account.id
       ) AS banking
 WHERE account.number = ANY(%s)
"""  # noqa: S608 -- put together from fixed texts


class Holder(NamedTuple):
    """The participant behind an account."""

    id: int
    kind: str
    phase: int | None
    reduction_target_t: int | None
    attributes: dict[str, Any]


class Place:
    """An account at the desk: what rules may ask about it, changing as acts are applied."""

    __slots__ = ("_held", "_holdings", "_named", "_reserved", "account", "classes", "facts", "holder", "key", "permits")

    def __init__(self, account: Account, holder: Holder | None, facts: Facts) -> None:
        self.account = account
        self.holder = holder
        # The participant's key, as the ledger's holder has it behind its scheme; "" for nobody's account.
        self.key = (account.holder_key or "").partition("/")[2]
        self.facts = facts
        # The numbers of the unit classes that it holds, or held at first.
        self.classes: dict[UnitKey, int] = {}
        # Which kinds of transfer out of it the administrator recorded beforehand.
        self.permits: Permits = {}
        self._held: dict[UnitKey, int] = {}
        # What is held, and reserved for transfers that wait to be carried out, by scheme, type and phase.
        self._reserved: dict[ReservedKey, int] = {}
        self._named: dict[str, Facts] = {}
        self._holdings: list[Facts] | None = None

    def named(self, prefix: str) -> Facts:
        """The facts under `prefix` ("account", "from", "to"); not to be changed by the caller."""
        named = self._named.get(prefix)
        if named is None:
            named = self._named[prefix] = {f"{prefix}.{name}": fact for name, fact in self.facts.items()}
        return named

    @property
    def holdings_facts(self) -> list[Facts]:
        """The holdings as the rulebook's sums read them, in the order of scheme, type, phase and origin."""
        if self._holdings is None:
            self._holdings = [
                {
                    "unit.type": unit_type,
                    "unit.has_phase": phase is not None,
                    "unit.phase": phase or 0,
                    "quantity_t": quantity_t,
                }
                for (_, unit_type, phase, _), quantity_t in self._free()
            ]
        return self._holdings

    def _free(self) -> list[tuple[UnitKey, int]]:
        """The holdings without what is reserved, in their order."""
        return free_of(sorted(self._held.items(), key=_in_order), self._reserved)

    def free_t(self, unit: UnitName, scheme: str) -> int:
        """How much of a scheme's unit the account holds and may move, of all origins."""
        held_t = sum(
            quantity_t
            for (of, unit_type, phase, _), quantity_t in self._held.items()
            if (of, unit_type, phase) == (scheme, unit.type, unit.phase)
        )
        return held_t - self.reserved_t(unit, scheme)

    def reserved_t(self, unit: UnitName, scheme: str) -> int:
        """How much of a scheme's unit is reserved for transfers that wait."""
        return self._reserved.get((scheme, unit.type, unit.phase), 0)

    def reserve(self, unit: ReservedKey, quantity_t: int) -> None:
        """Reserve units for a transfer that waits, or free them where `quantity_t` is below zero."""
        self._reserved[unit] = self._reserved.get(unit, 0) + quantity_t
        self._holdings = None
        self.learn(blocked_t=self.facts.get("blocked_t", 0) + quantity_t)

    def hold(self, unit: UnitKey, class_id: int, quantity_t: int) -> None:
        """Say what it holds of a unit class at first."""
        self.classes[unit] = class_id
        self._held[unit] = quantity_t
        self.learn(held_t=self.facts.get("held_t", 0) + quantity_t)

    def move(self, unit: UnitKey, quantity_t: int) -> None:
        """Add units, or take them where `quantity_t` is negative."""
        held_t = self._held.get(unit, 0) + quantity_t
        if held_t:
            self._held[unit] = held_t
        else:
            self._held.pop(unit, None)
        self._holdings = None
        self.learn(held_t=self.facts.get("held_t", 0) + quantity_t)

    def learn(self, **facts: Any) -> None:
        """Change facts of the account, with the dots of their names written as two underscores."""
        for written, value in facts.items():
            name = written.replace("__", ".")
            self.facts[name] = value
            for prefix, named in self._named.items():
                named[f"{prefix}.{name}"] = value


def _in_order(item: tuple[UnitKey, int]) -> tuple[Any, ...]:
    (scheme, unit_type, phase, origin), _ = item
    return scheme, unit_type, phase is None, phase or 0, origin


class Desk:
    """Accounts by their numbers as acts write them: in any width, with spaces around."""

    def __init__(self, written: Iterable[str]) -> None:
        self._number: dict[str, str] = {}
        for text in written:
            if text not in self._number:
                self._number[text] = account_number(text)
        self._places = _read(set(self._number.values()))
        self._of_holder: dict[int, list[Place]] = {}
        for place in self._places.values():
            if place.holder is not None:
                self._of_holder.setdefault(place.holder.id, []).append(place)

    def place(self, written: str) -> Place | None:
        """The account with this number, or None where there is none. Only numbers that the desk was made for."""
        return self._places.get(self._number[written])

    def of_holder(self, holder: Holder) -> list[Place]:
        """The accounts at this desk that the participant holds: what is learnt of it is learnt of each."""
        return self._of_holder[holder.id]


def account_number(written: str) -> str:
    """An account number as the ledger has it."""
    return unicodedata.normalize("NFKC", written).strip()


def _read(numbers: set[str]) -> dict[str, Place]:
    with prepared() as cursor:
        cursor.execute(_READ, [sorted(numbers)])
        return {row[1]: _place(row) for row in cursor.fetchall()}


# How many columns of a row are the account's.
_OF_ACCOUNT = 11


def _place(row: tuple[Any, ...]) -> Place:
    number, scheme, kind, role, holder_key, opened_on, status, restricted, reason, until = row[1:_OF_ACCOUNT]
    account = Account(
        row[0], number, scheme, kind, role, holder_key, opened_on, status, tuple(restricted), reason, until
    )
    participant_id, kind, phase, target_t, attributes, *figures = row[_OF_ACCOUNT:]
    issued_t, surrendered_t, approved, held, owed_t, until, additional_t, *banking, permits, reserved = figures
    facts = account_facts(account) | _banking_facts(*banking)
    holder = None
    if participant_id is not None:
        holder = Holder(participant_id, kind, phase, target_t, json.loads(attributes))
        facts |= holder_facts(holder, issued_t, surrendered_t, json.loads(approved) if approved else {})
        if owed_t or until is not None:
            facts |= correction_facts(owed_t, until, additional_t)
    place = Place(account, holder, facts)
    place.permits = read_permits(permits)
    for *unit, class_id, quantity_t in json.loads(held) if held else ():
        place.hold(tuple(unit), class_id, quantity_t)
    for kept, quantity_t in read_reserved(reserved).items():
        place.reserve(kept, quantity_t)
    return place


def _banking_facts(applied_on: date | None, approved_on: date | None, waits: bool | None) -> Facts:
    """The last application, the last approval, and whether one waits."""
    if applied_on is None:
        return {}
    facts: Facts = {"has_applied": True, "applied_on": applied_on, "has_pending": bool(waits)}
    if approved_on is not None:
        facts |= {"has_banked": True, "banked_on": approved_on}
    return facts
