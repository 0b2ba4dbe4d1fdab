"""Where has this tonne been: the life of one serial number, from its issue through every posting to where it is now.

Each hop asks for the next posting out of the account that had the serial, after the posting that brought it there: one
look through that account's outgoing postings by their index, however long the journal is.
"""

# ruff: noqa: S608 (statements are put together from fixed column names only)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text
from tanso.kernel.units import UnitName
from tanso.ledger.movements import NAMES, SELECT, Movement, Side, movement, rows_of
from tanso.ledger.records import UnitClass


class SerialNotIssuedError(TansoError):
    """No unit of this class has this serial number yet. `facts` has the last number that was issued, 0 for none."""

    def __init__(self, unit_class: UnitClass, number: int, last: int) -> None:
        none_yet = Text(
            "{unit}の識別番号{number}は発行されていません（発行済みの番号はまだありません）。",
            "Serial number {number} of {unit} was never issued; there is none yet.",
        )
        up_to = Text(
            "{unit}の識別番号{number}は発行されていません（発行済みは1から{last}まで）。",
            "Serial number {number} of {unit} was never issued; they run from 1 to {last}.",
        )
        facts = {"unit": unit_class.label, "number": str(number), "last": str(last)}
        super().__init__(
            code="ledger.serial_not_issued",
            message=(up_to if last else none_yet).filled(dict(facts)),
            next_step=Text("単位と識別番号を確認してください。", "Check the unit and the number."),
            facts={"unit": unit_class.label, "number": number, "last": last},
        )


class SerialNotSeenError(TansoError):
    """The asker's accounts never had this serial number; whether it exists is not said."""

    def __init__(self, unit_class: UnitClass, number: int) -> None:
        super().__init__(
            code="ledger.serial_not_seen",
            message=Text(
                "{unit}の識別番号{number}は、ご自身の口座にあったことがありません。",
                "Serial number {number} of {unit} was never in your account.",
            ).filled({"unit": unit_class.label, "number": str(number)}),
            next_step=Text(
                "口座明細書で識別番号を確認してください。", "See your account's statement for its serial numbers."
            ),
            facts={"unit": unit_class.label, "number": number},
        )


@dataclass(frozen=True, slots=True)
class Life:
    """The hops of one serial number, in order; the first is its issue."""

    unit_class: UnitClass
    number: int
    hops: tuple[Movement, ...]

    @property
    def now_at(self) -> Side:
        """The account that has it now."""
        return self.hops[-1].target

    def seen_from(self, account_ids: Sequence[int]) -> tuple[Movement, ...]:
        """The hops into or out of these accounts: all that their holder may see."""
        return tuple(hop for hop in self.hops if hop.source.id in account_ids or hop.target.id in account_ids)


# A number is inside disjoint half-open ranges exactly if an odd number of their ends lie at or below it, whatever
# their order. Most postings have one range: those are asked without looking at the array twice.
_HAS_IT = """
    row.unit_class_id = %(unit_class)s
    AND CASE WHEN cardinality(row.serials) = 2 THEN row.serials[1] <= %(number)s AND row.serials[2] > %(number)s
             ELSE (SELECT count(*) %% 2 = 1 FROM unnest(row.serials) AS edge WHERE edge <= %(number)s) END
"""
# "+ 0" keeps the planner from walking the whole journal in order of id: the account's own postings are fewer.
_LIFE = f"""
    WITH RECURSIVE hop AS (
        (SELECT row.id, row.to_account_id, 1 AS place
           FROM ledger_account AS issuance
          CROSS JOIN LATERAL (SELECT row.id, row.to_account_id FROM ledger_journal AS row
                               WHERE row.from_account_id = issuance.id AND {_HAS_IT}
                               ORDER BY row.id + 0 LIMIT 1) AS row
          WHERE issuance.role = 'issuance'
          ORDER BY row.id LIMIT 1)
         UNION ALL
        SELECT next.id, next.to_account_id, hop.place + 1
          FROM hop
         CROSS JOIN LATERAL (SELECT row.id, row.to_account_id FROM ledger_journal AS row
                              WHERE row.from_account_id = hop.to_account_id AND row.id + 0 > hop.id AND {_HAS_IT}
                              ORDER BY row.id + 0 LIMIT 1) AS next
    )
    {SELECT}
      FROM hop JOIN ledger_journal AS row ON row.id = hop.id
    {NAMES}
     ORDER BY hop.place
"""


def life_of(unit_class: UnitClass, number: int) -> Life:
    """The life of one serial number of a unit class. Raises SerialNotIssuedError where there is no such unit."""
    values = {"unit_class": unit_class.id, "number": number}
    (last,) = rows_of("SELECT next_serial - 1 FROM ledger_unit_class WHERE id = %(unit_class)s", values)[0]
    hops = tuple(movement(row) for row in rows_of(_LIFE, values)) if 1 <= number <= last else ()
    if not hops:
        raise SerialNotIssuedError(unit_class, number, last)
    return Life(unit_class=unit_class, number=number, hops=hops)


def unit_classes(*, scheme: str | None = None, name: UnitName | None = None) -> list[UnitClass]:
    """The unit classes of a scheme, of one unit and phase, or both; all of them where nothing is asked for."""
    rows = rows_of(
        """
        SELECT id, scheme, unit_type, phase, origin FROM ledger_unit_class
         WHERE scheme = coalesce(%(scheme)s, scheme)
           AND (%(unit_type)s::text IS NULL OR (unit_type = %(unit_type)s AND phase IS NOT DISTINCT FROM %(phase)s))
         ORDER BY scheme, unit_type, phase NULLS LAST, origin, id
        """,
        {
            "scheme": scheme,
            "unit_type": None if name is None else name.type,
            "phase": None if name is None else name.phase,
        },
    )
    return [UnitClass(*row) for row in rows]
