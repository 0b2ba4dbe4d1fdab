"""Reads of the ledger. Every list comes in one query, however many accounts are asked for."""

# ruff: noqa: S608 (statements are put together from fixed column names only)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from django.db import connection
from django.db.models import Q

from tanso.kernel.serials import SerialRange, append
from tanso.ledger import models
from tanso.ledger.reconciliation import Difference, verify
from tanso.ledger.records import Account, AccountEvent, Holding, JournalEntry, Moved, Posting, Total, UnitClass

__all__ = [
    "Difference",
    "account_by_id",
    "account_by_number",
    "account_events",
    "accounts",
    "accounts_of_holder",
    "accounts_of_role",
    "accounts_with_term",
    "accounts_without_holder",
    "acts_of",
    "balance_t",
    "entries",
    "flat_serials",
    "held_by_holder",
    "holdings",
    "journal_of",
    "moved_t",
    "numbers_taken",
    "received_t",
    "serial_ranges",
    "totals",
    "unit_class_of",
    "verify",
]

# Head, segments, tail. Most queues have no segments, and nothing is looked up for them.
_QUEUE = """
    holding.head
    || CASE WHEN holding.first_segment < holding.next_segment THEN
            (SELECT array_agg(edge ORDER BY part.number, edges.place)
               FROM ledger_segment AS part
              CROSS JOIN LATERAL unnest(part.serials) WITH ORDINALITY AS edges (edge, place)
              WHERE part.account_id = holding.account_id AND part.unit_class_id = holding.unit_class_id)
       END
    || holding.tail"""
_CLASS_COLUMNS = "class.id, class.scheme, class.unit_type, class.phase, class.origin"


def serial_ranges(flat: Sequence[int]) -> tuple[SerialRange, ...]:
    """Serial ranges from the flat list that the tables hold (start, end, start, end …), in the same order."""
    return tuple(map(SerialRange, flat[::2], flat[1::2]))


def flat_serials(ranges: Iterable[SerialRange]) -> list[int]:
    """Serial ranges as the flat list that the tables hold."""
    return [edge for serials in ranges for edge in (serials.start, serials.end)]


def account_by_number(number: str) -> Account | None:
    return _first(models.Account.objects.filter(number=number))


def accounts_by_number(numbers: Iterable[str]) -> dict[str, Account]:
    """The accounts with these numbers; unknown numbers are left out."""
    rows = _with_holder(models.Account.objects.filter(number__in=set(numbers)))
    return {row.number: _account(row) for row in rows}


def account_by_id(account_id: int) -> Account | None:
    return _first(models.Account.objects.filter(pk=account_id))


def accounts(account_ids: Iterable[int]) -> dict[int, Account]:
    """The accounts with these ids; unknown ids are left out."""
    return {row.pk: _account(row) for row in _with_holder(models.Account.objects.filter(pk__in=list(account_ids)))}


def numbers_taken(numbers: Iterable[str]) -> set[str]:
    """Which of these account numbers exist."""
    return {row[0] for row in _rows("SELECT number FROM ledger_account WHERE number = ANY(%s)", [list(numbers)])}


def accounts_of_holder(holder_key: str) -> list[Account]:
    """All accounts of the holder, closed ones too, in the order in which they were opened."""
    return [_account(row) for row in _with_holder(models.Account.objects.filter(holder__external_key=holder_key))]


def accounts_of_holders(holder_keys: Iterable[str]) -> list[Account]:
    """All accounts of these holders, in the order in which they were opened; one query, however many."""
    rows = models.Account.objects.filter(holder__external_key__in=set(holder_keys))
    return [_account(row) for row in _with_holder(rows)]


def accounts_of_role(*, scheme: str, role: str) -> list[Account]:
    """The accounts of a role in a scheme, such as its issuance account, in the order in which they were opened."""
    return [_account(row) for row in _with_holder(models.Account.objects.filter(scheme=scheme, role=role))]


def accounts_without_holder(scheme: str) -> list[Account]:
    """The registry's own accounts of a scheme, in the order in which they were opened."""
    return [_account(row) for row in _with_holder(models.Account.objects.filter(scheme=scheme, holder=None))]


def accounts_with_term(*, scheme: str, after: date, upto: date) -> list[Account]:
    """Accounts of a scheme whose freezing ends after one day and by the other, in order of that day."""
    rows = models.Account.objects.filter(scheme=scheme, until__gt=after, until__lte=upto)
    return [_account(row) for row in rows.select_related("holder").order_by("until", "pk")]


def account_events(account_id: int) -> list[AccountEvent]:
    """How kind and status of the account came about, oldest first."""
    return [
        AccountEvent(
            account_id=account_id,
            day=row.day,
            kind=row.kind,
            status=row.status,
            act_id=row.act_id,
            at=row.at,
            restricted=tuple(row.restricted),
            reason=row.reason,
            until=row.until,
        )
        for row in models.AccountEvent.objects.filter(account_id=account_id).order_by("id")
    ]


def unit_class_of(*, scheme: str, unit_type: str, phase: int | None = None, origin: str = "") -> UnitClass | None:
    """The unit class of this type, phase and origin, or None while no unit of it was ever defined."""
    row = models.UnitClass.objects.filter(scheme=scheme, unit_type=unit_type, phase=phase, origin=origin).first()
    if row is None:
        return None
    return UnitClass(id=row.pk, scheme=scheme, unit_type=unit_type, phase=phase, origin=origin)


def unit_class_by_id(unit_class_id: int) -> UnitClass | None:
    """The unit class with this number, or None."""
    row = models.UnitClass.objects.filter(id=unit_class_id).first()
    return None if row is None else UnitClass(row.id, row.scheme, row.unit_type, row.phase, row.origin)


def holdings(account_ids: Iterable[int], *, with_serials: bool = True) -> dict[int, list[Holding]]:
    """What each account holds, by unit type, phase and origin; an empty list for an account that holds nothing.

    Without serials for many accounts at once: after years of trade there are a hundred ranges to a holding.
    """
    ids = list(account_ids)
    held: dict[int, list[Holding]] = {account_id: [] for account_id in ids}
    rows = _rows(
        f"""
        SELECT holding.account_id, holding.quantity, {_QUEUE if with_serials else "ARRAY[]::bigint[]"}, {_CLASS_COLUMNS}
          FROM ledger_holding AS holding JOIN ledger_unit_class AS class ON class.id = holding.unit_class_id
         WHERE holding.account_id = ANY(%s) AND holding.quantity > 0
         ORDER BY holding.account_id, class.scheme, class.unit_type, class.phase NULLS LAST, class.origin
        """,
        [ids],
    )
    for account_id, quantity, queue, *unit_class in rows:
        held[account_id].append(
            Holding(
                account_id=account_id,
                unit_class=UnitClass(*unit_class),
                quantity_t=quantity,
                serials=append((), serial_ranges(queue)),
            )
        )
    return held


class HeldByHolder(NamedTuple):
    """An account of a holder and what it holds, by written unit class ("TYPE" or "TYPE/phase")."""

    account_id: int
    number: str
    held_t: dict[str, int]


def held_by_holder(scheme: str, role: str = models.ROLE_HOLDING) -> dict[str, HeldByHolder]:
    """The accounts of a role in a scheme by the external key of their holder, with quantities and without serials.

    For whole schemes at once; where a holder has several accounts, the one that was opened last.
    """
    found: dict[str, HeldByHolder] = {}
    rows = _rows(
        """
        SELECT holder.external_key, account.id, account.number, class.unit_type, class.phase, holding.quantity
          FROM ledger_account AS account
          JOIN ledger_holder AS holder ON holder.id = account.holder_id
          LEFT JOIN ledger_holding AS holding ON holding.account_id = account.id AND holding.quantity > 0
          LEFT JOIN ledger_unit_class AS class ON class.id = holding.unit_class_id
         WHERE account.scheme = %s AND account.role = %s
         ORDER BY account.id
        """,
        [scheme, role],
    )
    for holder, account_id, number, unit_type, phase, quantity_t in rows:
        here = found.get(holder)
        if here is None or here.account_id != account_id:
            here = found[holder] = HeldByHolder(account_id, number, {})
        if unit_type is not None:
            name = unit_type if phase is None else f"{unit_type}/{phase}"
            here.held_t[name] = here.held_t.get(name, 0) + quantity_t
    return found


def balance_t(account_id: int, unit_type: str, phase: int | None = None) -> int:
    """The tonnes that the account holds of this unit type and phase, of all schemes and origins together."""
    (total,) = _rows(
        """
        SELECT coalesce(sum(holding.quantity), 0)::bigint
          FROM ledger_holding AS holding JOIN ledger_unit_class AS class ON class.id = holding.unit_class_id
         WHERE holding.account_id = %s AND class.unit_type = %s AND class.phase IS NOT DISTINCT FROM %s
        """,
        [account_id, unit_type, phase],
    )[0]
    return int(total)


def journal_of(account_id: int, from_day: date | None = None, to_day: date | None = None) -> list[JournalEntry]:
    """What entered and left the account from `from_day` up to, not including, `to_day`, in the order of posting."""
    return entries(
        """(row.from_account_id = %(account)s OR row.to_account_id = %(account)s)
           AND row.valid_day >= %(from_day)s::date AND row.valid_day < %(to_day)s::date""",
        {"account": account_id, "from_day": from_day or "-infinity", "to_day": to_day or "infinity"},
    )


def entries(condition: str, values: dict[str, Any]) -> list[JournalEntry]:
    """The rows of the journal that meet `condition` (a fixed text about `row`), in the order of posting."""
    rows = _rows(
        f"""
        SELECT row.id, row.act_id, row.from_account_id, row.to_account_id, row.unit_class_id, row.quantity,
               row.serials, row.valid_day, row.recorded_at, source.number, target.number, {_CLASS_COLUMNS}
          FROM ledger_journal AS row
          JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
          JOIN ledger_account AS source ON source.id = row.from_account_id
          JOIN ledger_account AS target ON target.id = row.to_account_id
         WHERE {condition}
         ORDER BY row.id
        """,
        values,
    )
    return [
        JournalEntry(
            posting=Posting(
                id=row[0],
                act_id=row[1],
                from_account_id=row[2],
                to_account_id=row[3],
                unit_class_id=row[4],
                quantity_t=row[5],
                serials=serial_ranges(row[6]),
                valid_day=row[7],
            ),
            recorded_at=row[8],
            from_number=row[9],
            to_number=row[10],
            unit_class=UnitClass(*row[11:]),
        )
        for row in rows
    ]


def acts_of(account_id: int) -> Any:
    """The ids of the acts that moved something into or out of the account, or changed it, as a query to filter by."""
    moved = models.Journal.objects.filter(Q(from_account_id=account_id) | Q(to_account_id=account_id))
    changed = models.AccountEvent.objects.filter(account_id=account_id)
    return moved.values("act_id").union(changed.values("act_id"))


def moved_t(from_account_ids: Iterable[int], to_role: str) -> list[Moved]:
    """What these accounts sent to accounts of a role (surrendered, cancelled), by account and unit class."""
    return _sums(from_account_ids, to_role, own="from_account_id", other="to_account_id")


def received_t(to_account_ids: Iterable[int], from_role: str) -> list[Moved]:
    """What these accounts received from accounts of a role (issued to them), by account and unit class."""
    return _sums(to_account_ids, from_role, own="to_account_id", other="from_account_id")


def totals(scheme: str) -> list[Total]:
    """All units of a scheme by class: issued, and where they are now by role; from the journal alone."""
    rows = _rows(
        f"""
        SELECT {_CLASS_COLUMNS}, leg.role, sum(leg.quantity)::bigint
          FROM ledger_unit_class AS class
          JOIN (SELECT row.unit_class_id, account.role, row.quantity
                  FROM ledger_journal AS row JOIN ledger_account AS account ON account.id = row.to_account_id
                 UNION ALL
                SELECT row.unit_class_id, account.role, -row.quantity
                  FROM ledger_journal AS row JOIN ledger_account AS account ON account.id = row.from_account_id
               ) AS leg ON leg.unit_class_id = class.id
         WHERE class.scheme = %s
         GROUP BY class.id, leg.role
         ORDER BY class.unit_type, class.phase NULLS LAST, class.origin, class.id
        """,
        [scheme],
    )
    by_class: dict[UnitClass, dict[str, int]] = {}
    for *unit_class, role, net_t in rows:
        by_class.setdefault(UnitClass(*unit_class), {})[role] = net_t
    return [
        Total(
            unit_class=unit_class,
            issued_t=-net_t.get(models.ROLE_ISSUANCE, 0),
            by_role_t={role: t for role, t in net_t.items() if role != models.ROLE_ISSUANCE and t},
        )
        for unit_class, net_t in by_class.items()
    ]


def _sums(
    account_ids: Iterable[int],
    role: str,
    *,
    own: Literal["from_account_id", "to_account_id"],
    other: Literal["from_account_id", "to_account_id"],
) -> list[Moved]:
    rows = _rows(
        f"""
        SELECT row.{own}, sum(row.quantity)::bigint, {_CLASS_COLUMNS}
          FROM ledger_journal AS row
          JOIN ledger_unit_class AS class ON class.id = row.unit_class_id
          JOIN ledger_account AS opposite ON opposite.id = row.{other}
         WHERE row.{own} = ANY(%s) AND opposite.role = %s
         GROUP BY row.{own}, class.id
         ORDER BY row.{own}, class.unit_type, class.phase NULLS LAST, class.origin, class.id
        """,
        [list(account_ids), role],
    )
    return [Moved(account_id=row[0], quantity_t=row[1], unit_class=UnitClass(*row[2:])) for row in rows]


def _with_holder(rows: Any) -> Any:
    return rows.select_related("holder").order_by("pk")


def _first(rows: Any) -> Account | None:
    row = _with_holder(rows).first()
    return None if row is None else _account(row)


def _account(row: models.Account) -> Account:
    return Account(
        id=row.pk,
        number=row.number,
        scheme=row.scheme,
        kind=row.kind,
        role=row.role,
        holder_key=None if row.holder is None else row.holder.external_key,
        opened_on=row.opened_on,
        status=row.status,
        restricted=tuple(row.restricted),
        reason=row.reason,
        until=row.until,
    )


def _rows(statement: str, values: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
