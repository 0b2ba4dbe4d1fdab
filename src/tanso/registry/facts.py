"""What the rulebook may know about accounts, gathered for any number of them in a fixed number of queries.

The names are those of the rulebook's documented context (docs/reference/rulebook-context.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db import connection

from tanso.kernel.quantities import Quantity
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.ledger.records import Account, Holding
from tanso.parties import queries as parties
from tanso.parties.models import Participant
from tanso.registry.reserving import ReservedKey, free_of, reserved
from tanso.rulebook import Rulebook

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """An account with everything that rules may ask about it and its holder."""

    account: Account
    participant: Participant | None
    holdings: tuple[Holding, ...]
    facts: Mapping[str, Any]
    # What is held and reserved for transfers that wait, by scheme, type and phase of the unit.
    reserved: Mapping[ReservedKey, int] = field(default_factory=dict)

    def named(self, prefix: str) -> Facts:
        """The facts under `prefix` ("account", "from", "to")."""
        return {f"{prefix}.{name}": fact for name, fact in self.facts.items()}

    @property
    def holdings_facts(self) -> list[Facts]:
        """The holdings as the rulebook's sums read them: what is free to move."""
        held = [
            ((of.scheme, of.unit_type, of.phase, of.origin), holding.quantity_t)
            for holding in self.holdings
            for of in (holding.unit_class,)
        ]
        return [
            {
                "unit.type": unit_type,
                "unit.has_phase": phase is not None,
                "unit.phase": phase or 0,
                "quantity_t": quantity_t,
            }
            for (_, unit_type, phase, _), quantity_t in free_of(held, self.reserved)
        ]

    def free_t(self, holding: Holding) -> int:
        """How much of a unit class is free to move."""
        of = holding.unit_class
        return holding.quantity_t - self.reserved.get((of.scheme, of.unit_type, of.phase), 0)


def subjects(accounts: Iterable[Account], *, with_serials: bool = False) -> dict[int, Subject]:
    """The facts of these accounts, by account id. Four queries, however many accounts.

    Rules ask how much is held, not which serial numbers: the holdings tell them only where they are asked for.
    """
    rows = list(accounts)
    ids = [account.id for account in rows]
    participants = parties.participants_by_holder(
        {account.holder_key for account in rows if account.holder_key is not None}
    )
    participant_ids = [participant.id for participant in participants.values()]
    read = _read(participant_ids, ids)
    held = ledger.holdings(ids, with_serials=with_serials)
    kept = reserved(ids)
    result = {}
    for account in rows:
        participant = participants.get(account.holder_key or "")
        holdings = tuple(held.get(account.id, ()))
        facts = account_facts(account) | read.banking.get(account.id, {})
        facts["held_t"] = sum(holding.quantity_t for holding in holdings)
        if account.id in kept:
            facts["blocked_t"] = sum(kept[account.id].values())
        if participant is not None:
            facts |= holder_facts(
                participant,
                read.issued.get(participant.id),
                read.surrendered.get(participant.id),
                read.settled.get(participant.id, {}),
            )
            facts |= read.corrected.get(participant.id, {})
        result[account.id] = Subject(account, participant, holdings, facts, kept.get(account.id, {}))
    return result


@dataclass(slots=True)
class _Read:
    """What the tables say of participants, by their ids, and of the banking of accounts, by theirs."""

    settled: dict[int, dict[str, int]] = field(default_factory=dict)
    issued: dict[int, int] = field(default_factory=dict)
    surrendered: dict[int, int] = field(default_factory=dict)
    corrected: dict[int, Facts] = field(default_factory=dict)
    banking: dict[int, Facts] = field(default_factory=dict)


# One statement for all of them, because a page asks for one account several times: before, in and after an act. A
# figure counts once its report has reached a final state; what was posted back was not surrendered; of corrections,
# what could not be taken back and the latest additional obligation count; of banking, the last application.
_FACTS = """
SELECT 'settled' AS what, participant_id AS id, year AS name, settled_t AS one_t, NULL::bigint AS two_t,
       NULL::date AS one_day, NULL::date AS two_day, NULL::boolean AS waits
  FROM emissions_report WHERE participant_id = ANY(%(participants)s) AND settled_t IS NOT NULL
UNION ALL
SELECT 'issued', a.participant_id, NULL, (sum(a.quantity_t) + coalesce(sum(c.difference_t), 0))::bigint, NULL,
       NULL, NULL, NULL
  FROM registry_allocation a
  LEFT JOIN (SELECT allocation_id, sum(difference_t) AS difference_t FROM registry_allocationchange GROUP BY 1) c
         ON c.allocation_id = a.id
 WHERE a.participant_id = ANY(%(participants)s) GROUP BY 2
UNION ALL
SELECT 'surrendered', o.participant_id, NULL, sum(j.quantity)::bigint, NULL, NULL, NULL, NULL
  FROM registry_obligation o
  JOIN registry_surrender s ON s.obligation_id = o.id
  JOIN ledger_journal j ON j.id = s.journal_id
 WHERE o.participant_id = ANY(%(participants)s)
   AND NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = j.id)
 GROUP BY 2
UNION ALL
SELECT 'corrected', participant_id, NULL, sum(owed_t)::bigint,
       (array_agg(quantity_t ORDER BY until DESC NULLS LAST, id DESC))[1], max(until), NULL, NULL
  FROM (SELECT a.participant_id, c.owed_t, NULL::date AS until, NULL::bigint AS quantity_t, NULL::bigint AS id
          FROM registry_allocationchange c JOIN registry_allocation a ON a.id = c.allocation_id
         WHERE a.participant_id = ANY(%(participants)s)
        UNION ALL
        SELECT o.participant_id, 0, d.until, d.quantity_t, d.id
          FROM registry_additionalobligation d JOIN registry_obligation o ON o.id = d.obligation_id
         WHERE o.participant_id = ANY(%(participants)s)) found
 GROUP BY 2
UNION ALL
SELECT 'banking', account_id, NULL, NULL, NULL, max(applied_on), max(approved_on), bool_or(approved_on IS NULL)
  FROM registry_bankingapplication WHERE account_id = ANY(%(accounts)s) GROUP BY 2
"""


def _read(participant_ids: list[int], account_ids: list[int]) -> _Read:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"participants": participant_ids, "accounts": account_ids})
        rows = cursor.fetchall()
    found = _Read()
    for what, key, name, one_t, two_t, one_day, two_day, waits in rows:
        if what == "settled":
            found.settled.setdefault(key, {})[name] = one_t
        elif what == "issued":
            found.issued[key] = one_t
        elif what == "surrendered":
            found.surrendered[key] = one_t
        elif what == "corrected":
            found.corrected[key] = correction_facts(one_t, one_day, two_t)
        else:
            banked = {} if two_day is None else {"has_banked": True, "banked_on": two_day}
            found.banking[key] = {"has_applied": True, "applied_on": one_day, "has_pending": waits, **banked}
    return found


def correction_facts(owed_t: int | None, until: date | None, additional_t: int | None) -> Facts:
    """What rules may ask about corrections: what could not be taken back, and the latest additional obligation."""
    facts: Facts = {"holder.owed_t": owed_t or 0}
    if until is not None:
        facts |= {"holder.has_additional": True, "holder.additional_t": additional_t, "holder.additional_until": until}
    return facts


def account_facts(account: Account) -> Facts:
    """What rules may ask about the account itself."""
    return {
        "exists": True,
        "number": account.number,
        "scheme": account.scheme,
        "kind": account.kind,
        "is_open": not account.is_closed,
        "is_frozen": account.is_frozen,
        "restricted_operations": list(account.restricted),
        "freeze_reason": account.reason if account.is_frozen or account.restricted else "",
        "opened_on": account.opened_on,
    }


class HolderOfAccount(Protocol):
    """What is needed of a participant that holds an account."""

    @property
    def kind(self) -> str: ...
    @property
    def phase(self) -> int | None: ...
    @property
    def reduction_target_t(self) -> int | None: ...
    @property
    def attributes(self) -> dict[str, Any]: ...


def holder_facts(
    participant: HolderOfAccount, issued_t: int | None, surrendered_t: int | None, figures: Mapping[str, int]
) -> Facts:
    """What rules may ask about the account's holder; `figures` are the settled ones of its reports, by year."""
    facts: Facts = {
        "holder.kind": participant.kind,
        "holder.has_phase": participant.phase is not None,
        "holder.phase": participant.phase or 0,
        "holder.reduction_target_t": participant.reduction_target_t or 0,
        "holder.has_issued": issued_t is not None,
        "holder.issued_t": issued_t or 0,
        "holder.surrendered_t": surrendered_t or 0,
        "holder.has_base": "base" in figures,
        "holder.base_t": figures.get("base", 0),
        "holder.has_target": "target" in figures,
        "holder.target_t": figures.get("target", 0),
    }
    for year, figure_t in figures.items():
        facts |= {f"holder.has_settled.{year}": True, f"holder.settled_t.{year}": figure_t}
    for name, value in participant.attributes.items():
        facts[f"holder.attribute.{name}"] = value
        facts[f"holder.has_attribute.{name}"] = True
    return facts


def owed_t(rulebook: Rulebook, facts: Mapping[str, Any]) -> int | None:
    """What the holder has to cover: what the scheme derives (`owed_t`), else the settled figure of the target year."""
    if "owed_t" in rulebook.derived_rules:
        derived = rulebook.derive("owed_t", facts)
        return None if derived is None else int(derived)
    return int(facts["account.holder.target_t"]) if facts["account.holder.has_target"] else None


def unit_facts(unit: UnitName, held_t: int, blocked_t: int = 0) -> Facts:
    """What rules may ask about the unit that an act moves; the rulebook adds what the scheme says of its type.

    `held_t` is free to move, `blocked_t` held besides and reserved for transfers that wait.
    """
    blocked = {"unit.blocked_t": blocked_t} if blocked_t else {}
    return blocked | {
        "unit.type": unit.type,
        "unit.has_phase": unit.phase is not None,
        "unit.phase": unit.phase or 0,
        "unit.held_t": held_t,
    }


def quantity_facts(quantity: Quantity) -> Facts:
    """The quantity that an act names."""
    return {"quantity.t": quantity.t, "quantity.is_whole": quantity.is_whole}
