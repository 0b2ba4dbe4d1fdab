"""Units that an account holds and that wait for a transfer: held, and not free to move.

Always: reserved + free = held, and neither is below zero, because whatever takes units from an account takes free ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db import connection

# Of a unit: scheme, type, phase.
ReservedKey = tuple[str, str, int | None]
# Of a unit class: the same, and its origin.
_ClassKey = tuple[str, str, int | None, str]

RESERVED = """
SELECT json_agg(json_build_array(kept.unit_scheme, kept.unit_type, kept.unit_phase, kept.quantity_t))::text
  FROM (SELECT unit_scheme, unit_type, unit_phase, sum(quantity_t)::bigint AS quantity_t
          FROM registry_pendingtransfer WHERE from_account_id = account.id AND state = 'waiting'
         GROUP BY 1, 2, 3) AS kept
"""


def read_reserved(rows: str | None) -> dict[ReservedKey, int]:
    """What an account has reserved, from `RESERVED`."""
    return {(scheme, unit_type, phase): int(t) for scheme, unit_type, phase, t in (json.loads(rows) if rows else ())}


def reserved(account_ids: list[int]) -> dict[int, dict[ReservedKey, int]]:
    """What these accounts have reserved, by account, in one query; those with nothing reserved are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT from_account_id, unit_scheme, unit_type, unit_phase, sum(quantity_t)::bigint
                 FROM registry_pendingtransfer WHERE from_account_id = ANY(%s) AND state = 'waiting'
                GROUP BY 1, 2, 3, 4""",
            [account_ids],
        )
        found: dict[int, dict[ReservedKey, int]] = {}
        for account_id, scheme, unit_type, phase, quantity_t in cursor.fetchall():
            found.setdefault(account_id, {})[scheme, unit_type, phase] = int(quantity_t)
        return found


def free_of(held: Iterable[tuple[_ClassKey, int]], kept: Mapping[ReservedKey, int]) -> list[tuple[_ClassKey, int]]:
    """The holdings without what is reserved, taken from the first origins; those that are all reserved are left out."""
    rest = dict(kept)
    free = []
    for (scheme, unit_type, phase, origin), quantity_t in held:
        taken_t = min(quantity_t, rest.get((scheme, unit_type, phase), 0))
        if taken_t:
            rest[scheme, unit_type, phase] -= taken_t
        if quantity_t > taken_t:
            free.append(((scheme, unit_type, phase, origin), quantity_t - taken_t))
    return free
