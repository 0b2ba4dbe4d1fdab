"""What is said of a transfer beyond its quantity: of which kind it is, and at what price.

A transfer is of the scheme's default kind unless the act states another one, or the administrator recorded one
beforehand: for the same two accounts and units, up to a quantity and a last day. The latest record for two accounts and
a unit counts and no earlier one, so that a record is taken back by another. Which kinds a holder may state itself, and
which of them carries a price, is for the rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from tanso.acts.act import Act
from tanso.kernel.quantities import read_quantity
from tanso.kernel.units import UnitName
from tanso.registry.facts import Facts
from tanso.registry.models import TransferTerms

# The latest record of each two accounts and unit, with what is left of it. A transfer that was reversed used nothing.
PERMITS = """
SELECT json_agg(json_build_array(permit.to_account_id, permit.unit, permit.id, permit.kind, permit.last_day,
                permit.quantity_t - coalesce((
                  SELECT sum(row.quantity) FROM registry_transferterms AS terms
                    JOIN ledger_journal AS row ON row.id = terms.journal_id
                   WHERE terms.permit_id = permit.id
                     AND NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = row.id)), 0)))::text
  FROM (SELECT DISTINCT ON (to_account_id, unit) * FROM registry_transferpermit
         WHERE from_account_id = account.id ORDER BY to_account_id, unit, id DESC) AS permit
"""


@dataclass(slots=True)
class Permit:
    """A kind of transfer that was recorded beforehand, and for how much it still stands."""

    id: int
    kind: str
    last_day: date
    left_t: int

    def covers(self, quantity_t: int, day: date) -> bool:
        return quantity_t <= self.left_t and day <= self.last_day


# By the account that units may go to, and the unit as it is written.
Permits = dict[tuple[int, str], Permit]


class Terms(NamedTuple):
    """What is kept of a transfer besides its posting."""

    kind: str
    price_yen: int | None
    permit_id: int | None


def read_permits(rows: str | None) -> Permits:
    """The permits of an account, from `PERMITS`."""
    return {
        (to_account, unit): Permit(permit_id, kind, date.fromisoformat(last_day), int(left_t))
        for to_account, unit, permit_id, kind, last_day, left_t in (json.loads(rows) if rows else ())
    }


def terms_facts(act: Act, permit: Permit | None) -> Facts:
    """What rules may ask about the kind and the price. What nobody said is left to the rulebook."""
    given = act.arguments
    facts: Facts = {}
    recorded = _recorded(act, permit)
    kind = given.get("kind") or (recorded.kind if recorded is not None else None)
    if kind is not None:
        facts["transfer.kind"] = str(kind)
    if given.get("kind"):
        facts["transfer.kind_is_stated"] = True
    if recorded is not None:
        facts["transfer.kind_is_recorded"] = True
    if given.get("price_yen") is not None:
        price = read_quantity(given["price_yen"])
        facts |= {
            "transfer.has_price": True,
            "transfer.price_yen": price.t,
            "transfer.price_is_whole": price.is_whole,
        }
    return facts


def take_terms(act: Act, facts: Facts, permit: Permit | None, quantity_t: int, default: str) -> Terms:
    """The terms of an allowed transfer, which uses up what was recorded for it."""
    recorded = _recorded(act, permit)
    if recorded is not None:
        recorded.left_t -= quantity_t
    return Terms(
        kind=str(facts.get("transfer.kind", default)),
        price_yen=facts["transfer.price_yen"] if facts.get("transfer.has_price") else None,
        permit_id=None if recorded is None else recorded.id,
    )


def _recorded(act: Act, permit: Permit | None) -> Permit | None:
    """The record that speaks of this transfer: enough is left of it, in time, and the act states no other kind."""
    if permit is None or not permit.covers(read_quantity(act.arguments["quantity_t"]).t, act.day):
        return None
    return permit if (act.arguments.get("kind") or permit.kind) == permit.kind else None


def permit_of(permits: Permits, to_account: int | None, unit: UnitName) -> Permit | None:
    """What was recorded of transfers of this unit to that account."""
    return None if to_account is None else permits.get((to_account, str(unit)))


def write_terms(agreed: Iterable[tuple[Terms | None, int, UUID]], default: str) -> None:
    """Keep the terms of transfers beside their postings, in one statement; most transfers have none to keep."""
    plain = (None, Terms(default, None, None))
    rows = [
        TransferTerms(journal_id=posting, act_id=act_id, **terms._asdict())
        for terms, posting, act_id in agreed
        if terms is not None and terms not in plain
    ]
    if rows:
        TransferTerms.objects.bulk_create(rows)


def told(terms: Terms | None) -> dict[str, Any]:
    """The terms as events tell them."""
    if terms is None:
        raise AssertionError("every transfer has terms")
    return {"transfer_kind": terms.kind, "price_yen": terms.price_yen}


_TERMS = """
SELECT row.id, terms.kind, terms.price_yen, terms.permit_id,
       (SELECT later.kind FROM registry_transferkind AS later
         WHERE later.journal_id = row.id ORDER BY later.id DESC LIMIT 1)
  FROM unnest(%s::bigint[]) AS row (id) LEFT JOIN registry_transferterms AS terms ON terms.journal_id = row.id
"""


def terms_of(transfers: Iterable[int], default: str) -> dict[int, Terms]:
    """Of which kind each of these transfers counts now, and its price; by the number of the posting, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [list(transfers)])
        return {
            posting: Terms(later or kind or default, price_yen, permit_id)
            for posting, kind, price_yen, permit_id, later in cursor.fetchall()
        }


def permits_from(account_id: int, day: date) -> list[tuple[int, str, Permit]]:
    """What is recorded beforehand of transfers out of an account and still stands: to which account, of which unit."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({PERMITS}) FROM ledger_account AS account WHERE account.id = %s", [account_id])  # noqa: S608
        rows = cursor.fetchone()
    permits = read_permits(None if rows is None else rows[0])
    return [(to, unit, one) for (to, unit), one in permits.items() if one.left_t > 0 and one.last_day >= day]
